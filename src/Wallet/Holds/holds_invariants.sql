-- What must always hold between holds and the ledger. One statement, so one snapshot.
WITH open_holds AS (
    SELECT owner_id, currency, sum(remaining) AS remaining FROM wallet.holds WHERE state = 'held' GROUP BY owner_id, currency
),
pending AS (
    SELECT a.owner_id, a.currency, b.balance
    FROM wallet.accounts a JOIN wallet.account_balances b ON b.account_id = a.id WHERE a.kind = 'user_pending'
),
moved AS (   -- what each sale and each release moved on pending
    SELECT t.kind, t.key, a.owner_id, a.currency, p.amount
    FROM wallet.ledger_transactions t
    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
    JOIN wallet.accounts a ON a.id = p.account_id AND a.kind = 'user_pending'
    WHERE t.kind IN ('sale', 'release')
),
violations (invariant, detail) AS (
    SELECT 'open holds are the pending balance', format('%s %s: holds %s, balance %s', owner_id, currency, coalesce(h.remaining, 0), coalesce(p.balance, 0))
    FROM open_holds h FULL JOIN pending p USING (owner_id, currency)
    WHERE coalesce(h.remaining, 0) <> coalesce(p.balance, 0)
    UNION ALL
    SELECT 'each sale that earns has its hold', m.key
    FROM moved m LEFT JOIN wallet.holds h ON 'sale:' || h.subject_id = m.key
    WHERE m.kind = 'sale' AND (h.owner_id, h.currency, h.amount) IS DISTINCT FROM (m.owner_id, m.currency, m.amount)
    UNION ALL
    SELECT 'each hold has its sale', format('hold %s', h.id)
    FROM wallet.holds h LEFT JOIN moved m ON m.key = 'sale:' || h.subject_id WHERE m.key IS NULL
    UNION ALL
    SELECT 'a released hold was posted, and no other was', format('hold %s', h.id)
    FROM wallet.holds h LEFT JOIN moved m ON m.key = 'release:' || h.id
    WHERE coalesce(-m.amount, 0) <> h.released OR (m.key IS NOT NULL) <> (h.state = 'released')
    UNION ALL
    SELECT 'each release has its hold', m.key
    FROM moved m LEFT JOIN wallet.holds h ON 'release:' || h.id = m.key WHERE m.kind = 'release' AND h.id IS NULL
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'open holds are the pending balance',
    'each sale that earns has its hold',
    'each hold has its sale',
    'a released hold was posted, and no other was',
    'each release has its hold']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
