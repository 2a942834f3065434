-- The orders whose money ledger.sql has moved, completed long ago: one file each, with a coupon of its shop. Every constraint and every invariant holds. Of each:
-- order, line, file, five steps of its timeline, the use of the coupon. What is kept for a month only (events, replies) is not made up.
SET session_replication_role = replica;     -- foreign keys are true by construction
SET synchronous_commit = off;
SET work_mem = '128MB';
SET jit = off;

CREATE TEMP TABLE past AS
SELECT h.order_id, h.subject_id AS item, h.created_at AS at, n, h.owner_id AS seller, h.amount AS share, ('00000000-0000-7000-c200-' || lpad(to_hex((n - 1) % k.buyers + 2), 12, '0'))::uuid AS buyer,
       (n + 9998) % 10000 + 1 AS product     -- of the seller's shop
FROM (SELECT h.*, ('x' || right(h.order_id::text, 12))::bit(48)::bigint AS n FROM wallet.holds h) h,
     (SELECT count(*) AS buyers FROM wallet.posting_keys WHERE key LIKE 'topup:%') k;

INSERT INTO orders.orders (id, buyer, currency, total, state, method, language, placed_at, expires_at, paid_at, completed_at)
SELECT order_id, buyer, 'EUR', 1000, 'completed', 'wallet', 'en', at, at + interval '30 minutes', at, at + interval '1 hour' FROM past ORDER BY n;

INSERT INTO orders.order_items (id, order_id, line, buyer, seller, shop, shop_name, product, offer, kind, title, slug, cover_url, licence, terms, state, gross, units, discount, coupon,
  tax, tax_reason, tax_by, seller_tier, commission_rate, commission, fee, affiliate, seller_share, available_at, completed_at, refunded, disputed, gone_tax, gone_commission, gone_coupon)
SELECT p.item, p.order_id, 1, p.buyer, p.seller, ('00000000-0000-7000-8000-' || lpad(to_hex(p.product % 50), 12, '0'))::uuid, 'Shop ' || p.product % 50,
       ('00000000-0000-7000-9000-' || lpad(to_hex(p.product), 12, '0'))::uuid, ('00000000-0000-7000-a000-' || lpad(to_hex(p.product * 4), 12, '0'))::uuid,
       'beat', 'Beat number ' || p.product, 'beat-number-' || p.product, NULL, 'Personal licence',
       repeat('You may record over the beat, play the result to friends and perform it where no entry is paid. ', 5), 'completed', 1000, 1, 100, 0,
       0, 'not_collecting', 'market', 'basic', 4000, 1000 - p.share, 0, 0, p.share, p.at, p.at + interval '1 hour', 0, 0, 0, 0, 0
FROM past p ORDER BY n;

INSERT INTO orders.order_files (id, item_id, file, blob_key, name, content_type, size, sha256)
SELECT overlay(p.item::text PLACING '5' FROM 16 FOR 1)::uuid, p.item, ('00000000-0000-7000-a100-' || lpad(to_hex(p.product), 12, '0'))::uuid, 'blob-' || p.product, 'beat.wav', 'audio/wav', 5000000 + p.product, sha256(p.product::text::bytea)
FROM past p ORDER BY n;

INSERT INTO orders.order_events (order_id, item_id, at, what, by, detail)
SELECT p.order_id, CASE WHEN e.of_line THEN p.item END, p.at + e.later, e.what, CASE WHEN e.theirs THEN p.buyer END, e.detail
FROM past p, LATERAL (VALUES ('placed', interval '0', false, true, NULL), ('paid', interval '0', false, false, 'wallet'), ('available', interval '0', true, false, NULL),
                             ('downloaded', interval '1 hour', true, true, NULL), ('completed', interval '1 hour', false, false, NULL)) e (what, later, of_line, theirs, detail)
ORDER BY n;

INSERT INTO orders.coupons (id, code, shop, amount, minimum, currency, starts_at, uses, created_by, created_at)
SELECT ('00000000-0000-7000-e000-' || lpad(to_hex(s), 12, '0'))::uuid, 'SHOP-' || s, ('00000000-0000-7000-8000-' || lpad(to_hex(s), 12, '0'))::uuid, 100, 0, 'EUR', now() - interval '60 days', 0,
       ('00000000-0000-7000-b000-' || lpad(to_hex(s), 12, '0'))::uuid, now() - interval '60 days'
FROM generate_series(0, 49) s;
INSERT INTO orders.coupon_uses (order_id, coupon_id, account, discount, taken_at)
SELECT order_id, ('00000000-0000-7000-e000-' || lpad(to_hex(product % 50), 12, '0'))::uuid, buyer, 100, at FROM past ORDER BY n;
DROP TABLE past;
RESET ALL;
SET session_replication_role = origin;
