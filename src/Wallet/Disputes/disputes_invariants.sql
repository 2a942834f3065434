-- What must always hold between disputes, the ledger and the provider. One statement, so one snapshot.
WITH legs AS (
    SELECT t.kind, t.key, split_part(t.key, ':', 2)::uuid AS dispute, nullif(split_part(t.key, ':', 3), '') AS part, a.kind AS account, a.owner_id, a.reference, a.currency, p.amount
    FROM wallet.ledger_transactions t
    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
    JOIN wallet.accounts a ON a.id = p.account_id
    WHERE t.kind IN ('dispute', 'dispute_taken', 'dispute_won', 'dispute_returned', 'dispute_fee', 'dispute_fault')
),
transit AS (
    SELECT currency, sum(amount) AS balance FROM legs WHERE account = 'dispute_transit' GROUP BY currency
),
under_way AS (   -- taken by the provider and not yet from those who were paid; returned by it and not yet to them
    SELECT currency, sum(CASE WHEN taken_at IS NULL THEN -amount ELSE 0 END + CASE WHEN state = 'won' AND returned_at IS NULL THEN amount ELSE 0 END) AS amount
    FROM wallet.payment_disputes GROUP BY currency
),
violations (invariant, detail) AS (
    SELECT 'money in transit is that of disputes under way', format('%s: transit %s, under way %s', currency, coalesce(t.balance, 0), coalesce(u.amount, 0))
    FROM transit t FULL JOIN under_way u USING (currency) WHERE coalesce(t.balance, 0) <> coalesce(u.amount, 0)
    UNION ALL
    SELECT 'a provider took what is disputed, and returned what was won', format('dispute %s', d.id)
    FROM wallet.payment_disputes d
    LEFT JOIN legs t ON t.key = 'dispute_taken:' || d.id AND t.account = 'psp_clearing'
    LEFT JOIN legs r ON r.key = 'dispute_returned:' || d.id AND r.account = 'psp_clearing'
    WHERE (t.amount, t.reference, t.currency) IS DISTINCT FROM (d.amount, d.provider, d.currency)
       OR coalesce(r.amount, 0) <> CASE WHEN d.state = 'won' THEN -d.amount ELSE 0 END
    UNION ALL
    SELECT 'what was disputed is borne by its parts and the market', format('dispute %s', d.id)
    FROM wallet.payment_disputes d LEFT JOIN wallet.dispute_parts p ON p.dispute_id = d.id
    GROUP BY d.id HAVING CASE WHEN d.taken_at IS NULL THEN count(p.item_id) > 0 ELSE coalesce(sum(p.amount), 0) + d.borne <> d.amount END
    UNION ALL
    SELECT 'each part of a dispute was taken as it says', format('dispute %s, %s', p.dispute_id, p.item_id)
    FROM wallet.dispute_parts p
    JOIN wallet.payment_disputes d ON d.id = p.dispute_id
    LEFT JOIN (SELECT key, sum(amount) FILTER (WHERE account = 'dispute_transit') AS amount, sum(amount) FILTER (WHERE account = 'user_pending') AS held,
                      sum(amount) FILTER (WHERE account = 'user_available') AS available, sum(amount) FILTER (WHERE account = 'user_debt') AS debt,
                      sum(amount) FILTER (WHERE account = 'revenue_commission') AS commission, sum(amount) FILTER (WHERE account = 'tax_payable') AS tax,
                      sum(amount) FILTER (WHERE account = 'expense_coupon') AS coupon
               FROM legs WHERE kind = 'dispute' GROUP BY key) l ON l.key = format('dispute:%s:%s', p.dispute_id, p.item_id)
    WHERE (l.amount, coalesce(-l.held, 0), coalesce(-l.available, 0), coalesce(-l.debt, 0), coalesce(-l.commission, 0), coalesce(-l.tax, 0), coalesce(l.coupon, 0))
          IS DISTINCT FROM (p.amount, p.from_hold, p.from_available, p.as_debt, p.commission, p.tax, p.coupon)
    UNION ALL
    SELECT 'of a dispute that was won nothing is left anywhere', format('dispute %s: %s %s', l.dispute, coalesce(l.owner_id::text, l.account), sum(l.amount))
    FROM legs l JOIN wallet.payment_disputes d ON d.id = l.dispute AND d.returned_at IS NOT NULL
    WHERE l.kind NOT IN ('dispute_fee', 'dispute_fault')
    GROUP BY l.dispute, coalesce(l.owner_id::text, l.account), l.reference HAVING sum(l.amount) <> 0
    UNION ALL
    SELECT 'nothing of a dispute goes back that was not won', l.key
    FROM legs l LEFT JOIN wallet.payment_disputes d ON d.id = l.dispute AND d.returned_at IS NOT NULL WHERE l.kind = 'dispute_won' AND d.id IS NULL
    UNION ALL
    SELECT 'each posting of a dispute has its dispute', l.key
    FROM legs l LEFT JOIN wallet.payment_disputes d ON d.id = l.dispute AND d.currency = l.currency WHERE d.id IS NULL
    UNION ALL
    SELECT 'the fee of a dispute is booked once, and charged when it was a seller''s fault', format('dispute %s', d.id)
    FROM wallet.payment_disputes d
    LEFT JOIN (SELECT dispute, -sum(amount) FILTER (WHERE kind = 'dispute_fee') AS fee, sum(amount) FILTER (WHERE kind = 'dispute_fault') AS charged
               FROM legs WHERE account = 'expense_dispute' GROUP BY dispute) l ON l.dispute = d.id
    WHERE coalesce(l.fee, 0) <> d.fee OR coalesce(l.charged, 0) <> CASE WHEN d.fault_at IS NULL THEN 0 ELSE d.fee END
    UNION ALL
    SELECT 'the sandbox says the same of what has ended', format('dispute %s', d.id)
    FROM wallet.payment_disputes d LEFT JOIN wallet.sandbox_disputes s ON s.reference = d.reference
    WHERE d.provider = 'sandbox' AND ((s.payment_id, s.amount, s.currency) IS DISTINCT FROM (d.payment_id, d.amount, d.currency) OR d.state IN ('won', 'lost') AND s.state <> d.state)
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'money in transit is that of disputes under way',
    'a provider took what is disputed, and returned what was won',
    'what was disputed is borne by its parts and the market',
    'each part of a dispute was taken as it says',
    'of a dispute that was won nothing is left anywhere',
    'nothing of a dispute goes back that was not won',
    'each posting of a dispute has its dispute',
    'the fee of a dispute is booked once, and charged when it was a seller''s fault',
    'the sandbox says the same of what has ended']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
