-- A sale of six legs by the product's own function, called by pgbench: buyer, seller, commission, fee, tax and a coupon. Its bar is pgbench -b tpcb-like.
\set buyer :client_id + 32 * random(0, 11)
\set seller random(0, 49)
SELECT count(*) FROM (SELECT bench_reference.new_id()::text AS i, '00000000-0000-7000-c000-' || lpad(to_hex(:buyer::int), 12, '0') AS b,
                             '00000000-0000-7000-b000-' || lpad(to_hex(:seller::int), 12, '0') AS s, to_json(now())::text AS t) x,
  wallet.post_many(format(
    '[{"key":"sale:%1$s","kind":"sale","ref":"%1$s","effective_at":%4$s,"actor": null,"legs":[{"kind":"user_available","owner":"%2$s","reference": null,"currency":"EUR","amount":-9500},{"kind":"user_pending","owner":"%3$s","reference": null,"currency":"EUR","amount":7180},'
    || '{"kind":"revenue_commission","owner": null,"reference": null,"currency":"EUR","amount":833},{"kind":"revenue_fee_recovered","owner": null,"reference": null,"currency":"EUR","amount":320},'
    || '{"kind":"tax_payable","owner": null,"reference":"FR","currency":"EUR","amount":1667},{"kind":"expense_coupon","owner": null,"reference": null,"currency":"EUR","amount":-500}]}]',
    x.i, x.b, x.s, x.t)::jsonb);
