-- What must always hold between deferred income and the ledger. One statement, so one snapshot.
WITH waiting AS (
    SELECT account, currency, sum(total - recognised) AS rest FROM wallet.deferrals WHERE state = 'open' GROUP BY account, currency
),
balances AS (
    SELECT a.kind AS account, a.currency, wallet.balance_of(a.id) AS balance FROM wallet.accounts a WHERE a.kind IN ('deferred_boost', 'deferred_subscription')
),
legs AS (
    SELECT split_part(t.key, ':', 2) AS deferral, split_part(t.key, ':', 1) AS step, sum(p.amount) AS amount
    FROM wallet.ledger_transactions t
    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
    JOIN wallet.accounts a ON a.id = p.account_id AND a.kind IN ('deferred_boost', 'deferred_subscription')
    GROUP BY 1, 2
),
violations (invariant, detail) AS (
    SELECT 'deferred income is what is not yet earned', format('%s %s: deferrals %s, balance %s', account, currency, coalesce(w.rest, 0), coalesce(b.balance, 0))
    FROM waiting w FULL JOIN balances b USING (account, currency) WHERE coalesce(w.rest, 0) <> coalesce(b.balance, 0)
    UNION ALL
    SELECT 'each deferral was paid, recognised and given back as it says', format('deferral %s', d.id)
    FROM wallet.deferrals d
    LEFT JOIN legs p ON p.deferral = d.id::text AND p.step = 'defer'
    LEFT JOIN legs r ON r.deferral = d.id::text AND r.step = 'recognise'
    LEFT JOIN legs s ON s.deferral = d.id::text AND s.step = 'undefer'
    WHERE p.amount IS DISTINCT FROM d.total OR -coalesce(r.amount, 0) <> d.recognised OR -coalesce(s.amount, 0) <> d.given_back
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'deferred income is what is not yet earned',
    'each deferral was paid, recognised and given back as it says']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
