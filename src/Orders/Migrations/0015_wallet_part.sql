-- What the buyer's wallet pays first, where another way pays the rest.
ALTER TABLE orders.orders ADD COLUMN from_wallet bigint NOT NULL DEFAULT 0 CONSTRAINT orders_from_wallet CHECK (from_wallet = 0 OR (method <> 'wallet' AND from_wallet BETWEEN 1 AND total - 1));
