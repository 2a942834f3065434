-- What must always hold between payouts, adjustments, write-offs and the ledger. One statement, so one snapshot; it must see all payouts.
WITH legs AS (
    SELECT t.kind, t.key, a.kind AS account, a.owner_id, a.currency, p.amount
    FROM wallet.ledger_transactions t
    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
    JOIN wallet.accounts a ON a.id = p.account_id
    WHERE t.kind LIKE 'payout%' OR t.kind IN ('adjustment', 'write_off')
),
held AS (
    SELECT a.owner_id, a.currency, b.balance FROM wallet.accounts a JOIN wallet.account_balances b ON b.account_id = a.id WHERE a.kind = 'user_payout'
),
waiting AS (
    SELECT account, currency, sum(amount) AS amount FROM wallet.payouts WHERE state IN ('requested', 'approved', 'sending', 'unknown') GROUP BY account, currency
),
transit AS (
    SELECT currency, sum(amount) AS balance FROM legs WHERE account = 'payout_transit' GROUP BY currency
),
under_way AS (
    SELECT currency, sum(amount - fee) AS amount FROM wallet.payouts WHERE state = 'sent' GROUP BY currency
),
expected AS (
    SELECT id, unnest(CASE state
        WHEN 'rejected' THEN ARRAY['payout:', 'payout_rejected:'] WHEN 'cancelled' THEN ARRAY['payout:', 'payout_cancelled:'] WHEN 'sent' THEN ARRAY['payout:', 'payout_sent:']
        WHEN 'paid' THEN ARRAY['payout:', 'payout_sent:', 'payout_paid:'] WHEN 'failed' THEN ARRAY['payout:', 'payout_sent:', 'payout_failed:']
        WHEN 'returned' THEN ARRAY['payout:', 'payout_sent:', 'payout_paid:', 'payout_returned:'] ELSE ARRAY['payout:'] END) || id AS key
    FROM wallet.payouts
),
violations (invariant, detail) AS (
    SELECT 'what is in payout is what open payouts hold', format('%s %s: balance %s, payouts %s', coalesce(h.owner_id, w.account), coalesce(h.currency, w.currency), coalesce(h.balance, 0), coalesce(w.amount, 0))
    FROM held h FULL JOIN waiting w ON w.account = h.owner_id AND w.currency = h.currency WHERE coalesce(h.balance, 0) <> coalesce(w.amount, 0)
    UNION ALL
    SELECT 'payouts in transit are those sent and not ended', format('%s: transit %s, sent %s', currency, coalesce(t.balance, 0), coalesce(u.amount, 0))
    FROM transit t FULL JOIN under_way u USING (currency) WHERE coalesce(t.balance, 0) <> coalesce(u.amount, 0)
    UNION ALL
    SELECT 'each payout has exactly the postings of its state', coalesce(e.key, l.key)
    FROM expected e FULL JOIN (SELECT DISTINCT key FROM legs WHERE key LIKE 'payout%') l ON l.key = e.key WHERE e.key IS NULL OR l.key IS NULL
    UNION ALL
    SELECT 'each payout moves its own amount from its owner', format('payout %s', p.id)
    FROM wallet.payouts p LEFT JOIN legs l ON l.key = 'payout:' || p.id AND l.account = 'user_payout'
    WHERE (l.owner_id, l.currency, l.amount) IS DISTINCT FROM (p.account, p.currency, p.amount)
    UNION ALL
    SELECT 'a file for the bank says what its payouts are', format('batch %s', b.id)
    FROM wallet.payout_batches b LEFT JOIN wallet.payouts p ON p.batch_id = b.id
    GROUP BY b.id HAVING count(p.id) <> b.payouts OR coalesce(sum(p.amount - p.fee), 0) <> b.total OR bool_or(p.currency <> b.currency)
    UNION ALL
    SELECT 'the sandbox paid exactly what paid payouts say', format('payout %s', p.id)
    FROM wallet.payouts p LEFT JOIN wallet.sandbox_payouts s ON s.id = p.id
    WHERE p.way = 'sandbox' AND (p.state = 'paid' AND (s.state, s.amount, s.currency) IS DISTINCT FROM ('paid', p.amount - p.fee, p.currency) OR p.state = 'failed' AND s.state <> 'failed')
    UNION ALL
    SELECT 'each posted adjustment is in the books', format('adjustment %s', a.id)
    FROM (SELECT * FROM wallet.adjustments WHERE state = 'posted') a
    LEFT JOIN (SELECT key, currency, sum(amount) AS amount, min(owner_id::text)::uuid AS owner_id FROM legs WHERE key LIKE 'adjustment:%' AND owner_id IS NOT NULL GROUP BY key, currency) l ON l.key = 'adjustment:' || a.id
    WHERE (l.owner_id, l.currency, l.amount) IS DISTINCT FROM (a.account, a.currency, a.amount::numeric)
    UNION ALL
    SELECT 'each write-off is in the books', format('write-off %s', w.id)
    FROM wallet.write_offs w LEFT JOIN legs l ON l.key = 'write_off:' || w.id AND l.account = 'user_debt'
    WHERE (l.owner_id, l.currency, l.amount) IS DISTINCT FROM (w.account, w.currency, w.amount)
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'what is in payout is what open payouts hold',
    'payouts in transit are those sent and not ended',
    'each payout has exactly the postings of its state',
    'each payout moves its own amount from its owner',
    'a file for the bank says what its payouts are',
    'the sandbox paid exactly what paid payouts say',
    'each posted adjustment is in the books',
    'each write-off is in the books']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
