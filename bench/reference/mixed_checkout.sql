-- One checkout of three lines of two sellers, paid from the wallet, FROZEN on 2026-11-22 with schema.sql and mixed_schema.sql:
-- pgbench -M prepared -D clients=32 -D turn=-1 -f mixed_checkout.sql
--
-- It does what the product does between the arrival of POST /api/v1/checkout and its answer, and no more. One transaction claims the Idempotency-Key; takes the cart's
-- lines (refusing what is not on sale, dearer than it was seen, one's own, owned already or sold out); takes the coupon off by largest remainder, adds what the
-- shop asks for its parcel, and splits each line into tax, commission and the seller's share; counts the coupon's use under the buyer's lock; writes the order with
-- four lines, two files, five steps of its timeline and four holds; takes the thing out of stock (a wallet pays at once, so that nothing is kept in between); moves
-- the money by the ledger's own function (five postings); appends two events with their deliveries and keeps the reply. Carts stand ready, as the product's do.
--
-- Generous to the bar as checkout.sql is: no HTTP, no session, no JSON of a request, no rules of access or of holds, no reaction to the events.
\set turn :turn + 1
\set buyer :client_id + :clients * :turn + 2

BEGIN;
INSERT INTO bench_mixed.idempotency_keys (scope, key, request_hash, created_at)
VALUES ('00000000-0000-7000-c200-' || lpad(to_hex(:buyer::int), 12, '0'), gen_random_uuid()::text, sha256('POST /api/v1/checkout {"payment_method":"wallet"}'), now())
ON CONFLICT DO NOTHING RETURNING scope AS account, key AS idempotency_key \gset

WITH taken AS (
  DELETE FROM bench_mixed.cart_items i USING bench_mixed.carts c WHERE c.id = i.cart_id AND c.owner = :account::uuid
  RETURNING i.offer_id, i.price, i.units, i.line, c.coupon_code),
wished AS (
  SELECT t.line, t.units, t.coupon_code, o.id AS offer, o.kind, o.shop, o.seller, o.rate, o.grams * t.units AS grams, o.price * t.units AS price, sum(o.price * t.units) OVER () AS whole
  FROM taken t
  JOIN bench_mixed.offers o ON o.id = t.offer_id AND o.on_sale AND o.price <= t.price AND o.seller <> :account::uuid
  LEFT JOIN bench_mixed.stock k ON k.offer_id = o.id
  WHERE coalesce(k.on_hand - k.reserved, t.units) >= t.units
    AND (o.kind = 'physical' OR NOT EXISTS (SELECT FROM bench_mixed.order_items p WHERE p.buyer = :account::uuid AND p.offer = o.id AND p.state IN ('paid', 'available', 'completed')))),
cut AS (
  SELECT w.*, c.id AS coupon_id, c.max_uses_each, round(w.whole * c.percent / 10000) AS off
  FROM wished w JOIN bench_mixed.coupons c ON c.code = w.coupon_code AND c.stopped_at IS NULL AND c.starts_at <= now() AND (c.ends_at IS NULL OR c.ends_at > now())
    AND (c.shop IS NULL OR c.shop = w.shop) AND w.whole >= c.minimum),
shared AS (SELECT c.*, div(c.off * c.price, c.whole) AS share FROM cut c),
priced AS (SELECT s.*, (s.share + (row_number() OVER (ORDER BY mod(s.off * s.price, s.whole) DESC, s.line) <= s.off - sum(s.share) OVER ())::int)::bigint AS discount FROM shared s),
parcels AS (
  SELECT p.shop, p.seller, r.id, r.price
  FROM (SELECT shop, seller, sum(grams) AS grams FROM priced WHERE kind = 'physical' GROUP BY shop, seller) p
  CROSS JOIN LATERAL (
    SELECT r.id, r.price FROM bench_mixed.shipping_rates r
    WHERE r.shop = p.shop AND r.currency = 'EUR' AND r.country IN ('FR', '') AND (r.max_grams IS NULL OR r.max_grams >= p.grams) ORDER BY r.country DESC, r.max_grams LIMIT 1) r),
lines AS (
  SELECT line, offer, kind, shop, seller, units, price - discount AS gross, discount, rate FROM priced
  UNION ALL SELECT 100, id, 'shipping', shop, seller, 1, price, 0, 0 FROM parcels),
taxed AS (
  SELECT l.*, row_number() OVER (ORDER BY l.line) AS number, t.rate AS tax_rate, round(l.gross * t.rate::numeric / (10000 + t.rate))::bigint AS tax
  FROM lines l CROSS JOIN LATERAL (
    SELECT r.rate FROM bench_mixed.tax_rates r
    WHERE r.country = 'FR' AND r.kind = CASE WHEN l.kind IN ('physical', 'shipping') THEN 'goods' ELSE 'electronic' END AND r.from_day <= now()::date AND (r.until_day IS NULL OR r.until_day >= now()::date)
    ORDER BY r.from_day DESC LIMIT 1) t),
split AS (SELECT t.*, round((t.gross + t.discount - t.tax) * t.rate / 10000.0)::bigint AS commission FROM taxed t)
SELECT bench_mixed.new_id() AS order_id, sum(gross) AS total, sum(discount) AS discount, (SELECT coupon_id FROM cut LIMIT 1) AS coupon, (SELECT max_uses_each FROM cut LIMIT 1) AS uses_each,
       array_agg(bench_mixed.new_id() ORDER BY number) AS items, array_agg(offer ORDER BY number) AS offers, array_agg(kind ORDER BY number) AS kinds, array_agg(shop ORDER BY number) AS shops,
       array_agg(seller ORDER BY number) AS sellers, array_agg(units ORDER BY number) AS units, array_agg(gross ORDER BY number) AS grosses, array_agg(discount ORDER BY number) AS discounts,
       array_agg(tax_rate ORDER BY number) AS tax_rates, array_agg(tax ORDER BY number) AS taxes, array_agg(rate ORDER BY number) AS rates, array_agg(commission ORDER BY number) AS commissions,
       array_agg(gross + discount - tax - commission ORDER BY number) AS shares
FROM split HAVING count(*) = 4 \gset

SELECT pg_advisory_xact_lock(hashtextextended('coupon ' || :coupon::text || :account::text, 0));

WITH placed AS (
  INSERT INTO bench_mixed.orders (id, buyer, currency, total, state, method, language, placed_at, expires_at, paid_at, shipping_address, country, billing)
  VALUES (:order_id::uuid, :account::uuid, 'EUR', :total::bigint, 'paid', 'wallet', 'en', now(), now() + interval '30 minutes', now(),
          '{"name": "Ana Martin", "line1": "12 rue des Lilas", "postcode": "75011", "city": "Paris", "country": "FR"}', 'FR',
          '{"address": {"name": "Ana Martin", "line1": "12 rue des Lilas", "postcode": "75011", "city": "Paris", "country": "FR"}}')
  RETURNING id, number),
line AS (
  INSERT INTO bench_mixed.order_items (id, order_id, line, buyer, seller, shop, shop_name, product, offer, kind, title, slug, cover_url, licence, terms, state, units, gross, discount, coupon,
    tax, tax_place, tax_rate, tax_reason, seller_tier, commission_rate, commission, fee, affiliate, seller_share, option, details, product_details, counted, available_at, completes_at, ship_by)
  SELECT l.item, placed.id, l.line, :account::uuid, l.seller, l.shop, coalesce(o.shop_name, s.shop_name), coalesce(o.product, l.shop), l.offer, l.kind, coalesce(o.title, 'Shipping'), coalesce(o.slug, ''), o.cover_url,
         coalesce(o.licence, ''), coalesce(o.terms, ''), CASE l.kind WHEN 'physical' THEN 'paid' ELSE 'available' END, l.units, l.gross, l.discount, l.discount,
         l.tax, 'FR', l.tax_rate, 'standard', coalesce(o.seller_tier, s.seller_tier), l.rate, l.commission, 0, 0, l.share, coalesce(o.option, ''), coalesce(o.details, '{}'), coalesce(o.product_details, '{}'), l.kind = 'physical',
         CASE WHEN l.kind <> 'physical' THEN now() END, CASE WHEN l.kind = 'sample' THEN now() + interval '7 days' END, CASE l.kind WHEN 'physical' THEN now() + interval '7 days' END
  FROM placed, unnest(:items::uuid[], :offers::uuid[], :kinds::text[], :shops::uuid[], :sellers::uuid[], :units::int[], :grosses::bigint[], :discounts::bigint[], :tax_rates::int[], :taxes::bigint[], :rates::int[], :commissions::bigint[], :shares::bigint[])
       WITH ORDINALITY l (item, offer, kind, shop, seller, units, gross, discount, tax_rate, tax, rate, commission, share, line)
       LEFT JOIN bench_mixed.offers o ON o.id = l.offer
       LEFT JOIN bench_mixed.offers s ON s.id = (:offers::uuid[])[1] AND l.kind = 'shipping'
  RETURNING id, order_id, offer, kind, seller, seller_share),
hold AS (
  INSERT INTO bench_mixed.holds (id, kind, subject_id, order_id, owner_id, currency, amount, remaining, released, rule, release_at, state, created_at)
  SELECT bench_mixed.new_id(), 'sale', line.id, line.order_id, line.seller, 'EUR', line.seller_share, line.seller_share, 0,
         CASE line.kind WHEN 'physical' THEN 'after_delivery' ELSE 'after_sale' END, now() + CASE line.kind WHEN 'physical' THEN interval '60 days' ELSE interval '7 days' END, 'held', now()
  FROM line),
files AS (
  INSERT INTO bench_mixed.order_files (id, item_id, file, blob_key, name, content_type, size, sha256)
  SELECT bench_mixed.new_id(), line.id, o.file, o.blob_key, o.file_name, o.content_type, o.size, o.sha256
  FROM line JOIN bench_mixed.offers o ON o.id = line.offer AND o.file IS NOT NULL),
told AS (
  INSERT INTO bench_mixed.order_events (order_id, item_id, at, what, by, detail)
  SELECT id, NULL::uuid, now(), 'placed', :account::uuid, NULL FROM placed
  UNION ALL SELECT id, NULL::uuid, now(), 'paid', NULL::uuid, 'wallet' FROM placed
  UNION ALL SELECT order_id, id, now(), 'available', NULL::uuid, NULL FROM line WHERE kind <> 'physical'),
used AS (
  INSERT INTO bench_mixed.coupon_uses (order_id, coupon_id, account, discount, taken_at)
  SELECT placed.id, :coupon::uuid, :account::uuid, :discount::bigint, now() FROM placed
  WHERE (SELECT count(*) FROM bench_mixed.coupon_uses WHERE coupon_id = :coupon::uuid AND account = :account::uuid AND given_back_at IS NULL) < :uses_each::int
  RETURNING order_id),
cart AS (UPDATE bench_mixed.carts SET coupon_code = NULL WHERE owner = :account::uuid)
SELECT placed.number FROM placed JOIN used ON used.order_id = placed.id \gset

WITH sold AS (
  UPDATE bench_mixed.stock k SET on_hand = k.on_hand - w.units
  FROM (SELECT w.offer, w.units FROM unnest(:offers::uuid[], :kinds::text[], :units::int[]) w (offer, kind, units) WHERE w.kind = 'physical' ORDER BY w.offer) w
  WHERE k.offer_id = w.offer AND k.on_hand - k.reserved >= w.units RETURNING k.offer_id, w.units)
INSERT INTO bench_mixed.stock_movements (offer_id, delta, reason, reference, at) SELECT offer_id, -units, 'sold', :order_id::uuid, now() FROM sold RETURNING id AS movement \gset

-- The money comes late, because a seller's balance is locked from here to the end.
SELECT count(*) AS posted FROM bench_mixed.post_many((
  SELECT jsonb_agg(p.posting ORDER BY p.line)
  FROM (
    SELECT 0 AS line, jsonb_build_object('key', 'fund:' || :order_id::text, 'kind', 'fund', 'ref', :order_id::text, 'effective_at', now(), 'actor', :account::text, 'legs', jsonb_build_array(
      jsonb_build_object('kind', 'user_available', 'owner', :account::text, 'currency', 'EUR', 'amount', -(:total::bigint)),
      jsonb_build_object('kind', 'order_funding', 'reference', :order_id::text, 'currency', 'EUR', 'amount', :total::bigint))) AS posting
    UNION ALL
    SELECT l.line, jsonb_build_object('key', 'sale:' || l.item, 'kind', 'sale', 'ref', :order_id::text, 'effective_at', now(), 'actor', :account::text, 'legs', jsonb_build_array(
        jsonb_build_object('kind', 'order_funding', 'reference', :order_id::text, 'currency', 'EUR', 'amount', -l.gross),
        jsonb_build_object('kind', 'user_pending', 'owner', l.seller, 'currency', 'EUR', 'amount', l.share),
        jsonb_build_object('kind', 'tax_payable', 'reference', 'FR', 'currency', 'EUR', 'amount', l.tax))
      || CASE WHEN l.commission > 0 THEN jsonb_build_array(
        jsonb_build_object('kind', 'revenue_commission', 'currency', 'EUR', 'amount', l.commission),
        jsonb_build_object('kind', 'expense_coupon', 'currency', 'EUR', 'amount', -l.discount)) ELSE '[]' END)
    FROM unnest(:items::uuid[], :sellers::uuid[], :grosses::bigint[], :discounts::bigint[], :taxes::bigint[], :commissions::bigint[], :shares::bigint[])
         WITH ORDINALITY l (item, seller, gross, discount, tax, commission, share, line)) p)) \gset

WITH told AS (
  INSERT INTO bench_mixed.outbox (event, key, payload, occurred_at)
  VALUES ('orders.order_placed', :order_id::text, jsonb_build_object('order', :order_id::text, 'number', :number::bigint, 'buyer', :account::text, 'total', jsonb_build_object('amount', :total::bigint, 'currency', 'EUR')), now()),
         ('orders.order_paid', :order_id::text, jsonb_build_object('order', :order_id::text, 'number', :number::bigint, 'buyer', :account::text, 'total', jsonb_build_object('amount', :total::bigint, 'currency', 'EUR'),
            'lines', (SELECT jsonb_agg(jsonb_build_object('item', l.item, 'shop', l.shop, 'seller', l.seller, 'kind', l.kind, 'gross', jsonb_build_object('amount', l.gross, 'currency', 'EUR'), 'seller_share', jsonb_build_object('amount', l.share, 'currency', 'EUR')))
                      FROM unnest(:items::uuid[], :shops::uuid[], :sellers::uuid[], :kinds::text[], :grosses::bigint[], :shares::bigint[]) l (item, shop, seller, kind, gross, share) WHERE l.kind <> 'shipping')), now())
  RETURNING id, event, key)
INSERT INTO bench_mixed.deliveries (id, listener, key, next_at)
SELECT t.id, l.listener, t.key, now()
FROM told t JOIN (VALUES ('orders.order_paid', 'orders.count_sales'), ('orders.order_paid', 'orders.count_boosted_sales'), ('orders.order_paid', 'orders.write_contracts'),
                         ('orders.order_paid', 'orders.ask_for_invoice'), ('orders.order_paid', 'orders.keep_way_to_pay'), ('orders.order_paid', 'notifications.on_order_paid')) l (event, listener) USING (event);

UPDATE bench_mixed.idempotency_keys SET reply = jsonb_build_object('order', :order_id::text) WHERE scope = :account AND key = :idempotency_key;
COMMIT;
