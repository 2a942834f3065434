-- The bar for the hot account of the market: the postings of posting.sql, on a copy of the ledger in which the commission is a stored balance.
-- FROZEN on 2026-11-21 with schema.sql.
\set buyer :client_id + 32 * random(0, 11)
\set seller random(0, 49)
SELECT count(*) FROM (SELECT gen_random_uuid()::text AS o, gen_random_uuid()::text AS i, '00000000-0000-7000-c000-' || lpad(to_hex(:buyer::int), 12, '0') AS b,
                             '00000000-0000-7000-b000-' || lpad(to_hex(:seller::int), 12, '0') AS s, to_json(now())::text AS t) x,
  bench_hot.post_many(format(
    '[{"key":"fund:%1$s","kind":"fund","ref":"%1$s","effective_at":%5$s,"actor": null,"legs":[{"kind":"user_available","owner":"%3$s","reference": null,"currency":"EUR","amount":-1000},{"kind":"order_funding","owner": null,"reference":"%1$s","currency":"EUR","amount":1000}]},'
    || '{"key":"sale:%2$s","kind":"sale","ref":"%1$s","effective_at":%5$s,"actor": null,"legs":[{"kind":"order_funding","owner": null,"reference":"%1$s","currency":"EUR","amount":-1000},{"kind":"user_pending","owner":"%4$s","reference": null,"currency":"EUR","amount":600},{"kind":"revenue_commission","owner": null,"reference": null,"currency":"EUR","amount":400}]}]',
    x.o, x.i, x.b, x.s, x.t)::jsonb);
