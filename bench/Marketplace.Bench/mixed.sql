-- What mixed checkouts need beside market.sql and the past of ledger.sql and orders.sql: the $BUYERS buyers of that past, signed in; of each of 50 shops
-- ten things in stock, their rates of shipping, and 80 files; and a coupon of the market. The token of buyer 7 is 'bench' and 1000007, as 43 characters.
SET session_replication_role = replica;     -- two of them are in ledger.sql already; no trigger has to fill words for the search
INSERT INTO users.accounts (id, email, normalized_email, username, display_name, security_stamp, status, tier, language, created_at)
SELECT ('00000000-0000-7000-c200-' || lpad(to_hex(b + 2), 12, '0'))::uuid, 'mixed' || b || '@example.com', 'MIXED' || b || '@EXAMPLE.COM', 'mixed' || b, 'Buyer ' || b, 'x', 'active', 'basic', 'en', now()
FROM generate_series(0, $BUYERS - 1) b;
INSERT INTO users.account_capabilities (account, name, granted_at)
SELECT ('00000000-0000-7000-c200-' || lpad(to_hex(b + 2), 12, '0'))::uuid, 'can_buy', now() FROM generate_series(0, $BUYERS - 1) b;
INSERT INTO users.sessions (id, account, token_hash, platform, user_agent, created_at, last_seen_at, proved_at)
SELECT ('00000000-0000-7000-c400-' || lpad(to_hex(b), 12, '0'))::uuid, ('00000000-0000-7000-c200-' || lpad(to_hex(b + 2), 12, '0'))::uuid,
       sha256(('bench' || lpad((1000000 + b)::text, 38, '0'))::bytea), 'market', 'bench', now(), now(), now()
FROM generate_series(0, $BUYERS - 1) b;
INSERT INTO orders.carts (id, owner, created_at, changed_at)
SELECT ('00000000-0000-7000-d200-' || lpad(to_hex(b), 12, '0'))::uuid, ('00000000-0000-7000-c200-' || lpad(to_hex(b + 2), 12, '0'))::uuid, now(), now() FROM generate_series(0, $BUYERS - 1) b;

INSERT INTO catalog.products (id, shop_id, kind, category, licences, slug, title, description, state, details, tags, currency, price_from, cover_key, cover_type, cover_version,
  preview_made, sold_count, created_at, published_at, version)
SELECT ('00000000-0000-7000-9200-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n % 50), 12, '0'))::uuid, 'physical', 'merchandise', ARRAY['standard'],
       'shirt-' || n, 'Shirt ' || n, 'A shirt of cotton.', 'active', '{"condition": "new", "weight": 250}'::jsonb, ARRAY['shirt'], 'EUR', 1500 + n / 50 * 100, 'cover-shirt-' || n, 'image/png', 'c1', false, 0, now(), now(), 1
FROM generate_series(0, 499) n
UNION ALL
SELECT ('00000000-0000-7000-9300-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(n % 50), 12, '0'))::uuid, 'sample', 'loops', ARRAY['personal'],
       'loop-' || n, 'Loop ' || n, 'Warm keys.', 'active', '{"tempo": 90}'::jsonb, ARRAY['warm'], 'EUR', 500 + n % 2000 / 50 * 100 + n / 2000 * 200, 'cover-loop-' || n, 'image/png', 'c1', false, 0, now(), now(), 1
FROM generate_series(0, 3999) n;
INSERT INTO catalog.offers (id, product_id, licence, name, terms, price_amount, names_price, currency, position)
SELECT overlay(id::text PLACING CASE kind WHEN 'physical' THEN 'a300' ELSE 'a400' END FROM 20 FOR 4)::uuid, id, licences[1], CASE kind WHEN 'physical' THEN 'One' ELSE 'Personal licence' END,
       repeat('You may record over it, play the result to friends and perform it where no entry is paid. ', 5), price_from, false, 'EUR', 0
FROM catalog.products WHERE id::text LIKE '00000000-0000-7000-92%' OR id::text LIKE '00000000-0000-7000-93%';
INSERT INTO catalog.product_variants (offer_id, product_id, shop_id, "values", weight, on_sale)
SELECT o.id, p.id, p.shop_id, '{}', 250, true FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id WHERE p.id::text LIKE '00000000-0000-7000-92%';
INSERT INTO catalog.stock (offer_id, product_id, on_hand, reserved) SELECT offer_id, product_id, 1000000, 0 FROM catalog.product_variants WHERE product_id::text LIKE '00000000-0000-7000-92%';
INSERT INTO catalog.stock_movements (offer_id, delta, reason, at) SELECT offer_id, on_hand, 'received', now() FROM catalog.stock;
INSERT INTO catalog.product_files (id, product_id, blob_key, file_name, content_type, size, sha256, position)
SELECT overlay(id::text PLACING 'a500' FROM 20 FOR 4)::uuid, id, 'blob-loop-' || id, 'loop.wav', 'audio/wav', 5000000, sha256(id::text::bytea), 0 FROM catalog.products WHERE id::text LIKE '00000000-0000-7000-93%';

INSERT INTO orders.shipping_rates (id, shop, country, max_grams, price, free_from, currency)
SELECT gen_random_uuid(), s.id, r.country, r.grams, r.price, NULL, 'EUR' FROM catalog.shops s, (VALUES ('FR', 1000, 450), ('FR', NULL, 900), ('', NULL, 1500)) r (country, grams, price) WHERE s.slug LIKE 'shop-%';
INSERT INTO orders.coupons (id, code, percent, minimum, currency, starts_at, max_uses_each, uses, created_by, created_at)
VALUES ('00000000-0000-7000-e100-000000000000', 'MIXED', 1000, 1000, 'EUR', now() - interval '1 day', 1000, 0, '00000000-0000-7000-b000-000000000000', now());
SET session_replication_role = origin;
