-- After schema.sql, read once more under the name bench_hot: the same ledger, but the market's commission is a stored balance, which every
-- sale locks and updates. FROZEN on 2026-11-21 with schema.sql.
ALTER TABLE bench_hot.account_kinds DROP CONSTRAINT account_kinds_check;
UPDATE bench_hot.account_kinds SET stored = true WHERE code = 'revenue_commission';
