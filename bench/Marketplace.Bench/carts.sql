-- The carts of round $ROUND in $SCHEMA, ready to be paid: of one shop a thing in stock and a file, of another a file, and the market's coupon. Nobody
-- is offered a file twice within 200 rounds.
TRUNCATE $SCHEMA.cart_items;
UPDATE $SCHEMA.carts SET coupon_code = 'MIXED' WHERE coupon_code IS NULL AND owner::text LIKE '00000000-0000-7000-c200-%';
INSERT INTO $SCHEMA.cart_items (id, cart_id, offer_id, price, currency, named, units, line)
SELECT gen_random_uuid(), ('00000000-0000-7000-d200-' || lpad(to_hex(b), 12, '0'))::uuid, (l.place || lpad(to_hex(l.n), 12, '0'))::uuid, l.price, 'EUR', false, 1, l.line
FROM (SELECT b, (b + $ROUND) % 50 AS shop, (b + $ROUND + 25) % 50 AS other, (b * 7 + $ROUND) % 40 AS shelf
      FROM (SELECT ('x' || right(id::text, 12))::bit(48)::bigint AS b FROM $SCHEMA.carts WHERE coupon_code = 'MIXED') c) c,
     LATERAL (SELECT '00000000-0000-7000-a300-', shop + 50 * (shelf % 10), 1500 + shelf % 10 * 100, 1
              UNION ALL SELECT '00000000-0000-7000-a400-', shop + 50 * shelf, 500 + shelf * 100, 2
              UNION ALL SELECT '00000000-0000-7000-a400-', 2000 + other + 50 * shelf, 700 + shelf * 100, 3) l (place, n, price, line);
ANALYZE $SCHEMA.cart_items;
