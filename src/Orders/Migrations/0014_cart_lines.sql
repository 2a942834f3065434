-- The odd cent of a discount falls by the order of a cart's lines: it is the cart's own, not that of a clock.
ALTER TABLE orders.cart_items ADD COLUMN line int;
UPDATE orders.cart_items i SET line = n.line FROM (SELECT id, row_number() OVER (PARTITION BY cart_id ORDER BY added_at, offer_id) AS line FROM orders.cart_items) n WHERE n.id = i.id;
ALTER TABLE orders.cart_items ALTER COLUMN line SET NOT NULL, ADD CONSTRAINT cart_items_line CHECK (line > 0), DROP COLUMN added_at;
