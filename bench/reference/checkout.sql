-- One purchase from the wallet, FROZEN on 2026-11-21 with schema.sql: pgbench -M prepared -f checkout.sql
--
-- It does what the product does between POST /api/v1/cart/items and the answer of POST /api/v1/checkout, and no more:
--   1. a transaction that puts an offer on sale into the buyer's cart, at the price of now;
--   2. a transaction that claims the Idempotency-Key, takes the cart's line (refusing what is owned already), writes the order with its
--      line, the file that the buyer receives, three rows of its timeline and the hold of the seller's share, moves the money by the ledger's own function
--      (two postings of five legs: buyer -> order's funding -> seller and commission), appends two events and keeps the reply.
-- Both are durable when they commit, as both requests are when they answer. Fair, because a client of the product also waits for these
-- two commits and for these rows; generous to the bar, because here are no HTTP, no session, no JSON of a request, no validation of
-- rules and no reaction to the events: SQL only, prepared, seven statements to the product's dozen.
\set buyer :client_id + 32 * random(0, 11)
\set product random(1, 10000)

-- 1. Into the cart.
WITH cart AS (
  UPDATE bench_reference.carts SET changed_at = now() WHERE owner = ('00000000-0000-7000-c000-' || lpad(to_hex(:buyer::int), 12, '0'))::uuid RETURNING id)
INSERT INTO bench_reference.cart_items (id, cart_id, offer_id, price, currency, added_at)
SELECT bench_reference.new_id(), cart.id, o.id, o.price, o.currency, now()
FROM cart, bench_reference.offers o WHERE o.id = ('00000000-0000-7000-a000-' || lpad(to_hex(:product::int * 4), 12, '0'))::uuid AND o.on_sale
ON CONFLICT (cart_id, offer_id) DO UPDATE SET price = excluded.price;

-- 2. Out of it, paid.
BEGIN;
INSERT INTO bench_reference.idempotency_keys (scope, key, request_hash, created_at)
VALUES ('00000000-0000-7000-c000-' || lpad(to_hex(:buyer::int), 12, '0'), gen_random_uuid()::text, sha256('POST /api/v1/checkout {"payment_method":"wallet"}'), now())
ON CONFLICT DO NOTHING RETURNING scope AS account, key AS idempotency_key \gset

WITH taken AS (
  DELETE FROM bench_reference.cart_items i USING bench_reference.carts c WHERE c.id = i.cart_id AND c.owner = :account::uuid
  RETURNING i.offer_id, i.price)
SELECT o.id AS offer, o.price AS total, o.seller, o.price * o.rate / 10000 AS commission, o.price - o.price * o.rate / 10000 AS share,
       bench_reference.new_id() AS order_id, bench_reference.new_id() AS item_id,
       EXISTS (SELECT FROM bench_reference.order_items p WHERE p.buyer = :account::uuid AND p.offer = o.id AND p.state <> 'pending') AS owned
FROM taken t JOIN bench_reference.offers o ON o.id = t.offer_id AND o.on_sale AND o.price <= t.price LIMIT 1 \gset

WITH placed AS (
  INSERT INTO bench_reference.orders (id, buyer, currency, total, state, method, placed_at, expires_at, paid_at)
  VALUES (:order_id::uuid, :account::uuid, 'EUR', :total::bigint, 'paid', 'wallet', now(), now() + interval '30 minutes', now())
  RETURNING id),
line AS (
  INSERT INTO bench_reference.order_items (id, order_id, line, buyer, seller, shop, shop_name, product, offer, kind, title, slug, cover_url, licence, terms, state,
    gross, tax, seller_tier, commission_rate, commission, fee, affiliate, seller_share, available_at)
  SELECT :item_id::uuid, placed.id, 1, :account::uuid, o.seller, o.shop, o.shop_name, o.product, o.id, o.kind, o.title, o.slug, o.cover_url, o.licence, o.terms, 'available',
    :total::bigint, 0, o.seller_tier, o.rate, :commission::bigint, 0, 0, :share::bigint, now()
  FROM placed, bench_reference.offers o WHERE o.id = :offer::uuid
  RETURNING id, order_id),
hold AS (
  INSERT INTO bench_reference.holds (id, kind, subject_id, order_id, owner_id, currency, amount, remaining, released, rule, release_at, state, created_at)
  SELECT bench_reference.new_id(), 'sale', line.id, line.order_id, :seller::uuid, 'EUR', :share::bigint, :share::bigint, 0, 'after_sale', now() + interval '7 days', 'held', now()
  FROM line),
files AS (
  INSERT INTO bench_reference.order_files (id, item_id, file, blob_key, name, content_type, size, sha256)
  SELECT bench_reference.new_id(), line.id, o.file, o.blob_key, o.file_name, o.content_type, o.size, o.sha256
  FROM line, bench_reference.offers o WHERE o.id = :offer::uuid)
INSERT INTO bench_reference.order_events (order_id, item_id, at, what, by, detail)
SELECT line.order_id, e.item, now(), e.what, e.by, e.detail
FROM line, LATERAL (VALUES (NULL::uuid, 'placed', :account::uuid, NULL), (NULL, 'paid', NULL, 'wallet'), (line.id, 'available', NULL, NULL)) e (item, what, by, detail);

-- The money comes late, because a seller's balance is locked from here to the end.
SELECT count(*) AS posted FROM bench_reference.post_many(jsonb_build_array(
  jsonb_build_object('key', 'fund:' || :order_id::text, 'kind', 'fund', 'ref', :order_id::text, 'effective_at', now(), 'actor', :account::text, 'legs', jsonb_build_array(
    jsonb_build_object('kind', 'user_available', 'owner', :account::text, 'currency', 'EUR', 'amount', -(:total::bigint)),
    jsonb_build_object('kind', 'order_funding', 'reference', :order_id::text, 'currency', 'EUR', 'amount', :total::bigint))),
  jsonb_build_object('key', 'sale:' || :item_id::text, 'kind', 'sale', 'ref', :order_id::text, 'effective_at', now(), 'actor', :account::text, 'legs', jsonb_build_array(
    jsonb_build_object('kind', 'order_funding', 'reference', :order_id::text, 'currency', 'EUR', 'amount', -(:total::bigint)),
    jsonb_build_object('kind', 'user_pending', 'owner', :seller::text, 'currency', 'EUR', 'amount', :share::bigint),
    jsonb_build_object('kind', 'revenue_commission', 'currency', 'EUR', 'amount', :commission::bigint))))) \gset

INSERT INTO bench_reference.outbox (event, key, payload, occurred_at)
VALUES ('orders.order_placed', :order_id::text, jsonb_build_object('order', :order_id::text, 'number', 1, 'buyer', :account::text, 'total', jsonb_build_object('amount', :total::bigint, 'currency', 'EUR')), now()),
       ('orders.order_paid', :order_id::text, jsonb_build_object('order', :order_id::text, 'number', 1, 'buyer', :account::text, 'total', jsonb_build_object('amount', :total::bigint, 'currency', 'EUR'),
          'lines', jsonb_build_array(jsonb_build_object('item', :item_id::text, 'seller', :seller::text, 'price', jsonb_build_object('amount', :total::bigint, 'currency', 'EUR')))), now());

UPDATE bench_reference.idempotency_keys SET reply = jsonb_build_object('order', :order_id::text) WHERE scope = :account AND key = :idempotency_key;
COMMIT;
