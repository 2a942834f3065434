-- What must always hold between refunds, payments, the ledger and the provider. One statement, so one snapshot.
WITH legs AS (
    SELECT t.kind, t.key, t.ref_id, a.kind AS account, a.owner_id, a.reference, a.currency, p.amount
    FROM wallet.ledger_transactions t
    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
    JOIN wallet.accounts a ON a.id = p.account_id
    WHERE t.kind IN ('refund', 'refund_settled', 'psp_fee')
),
transit AS (
    SELECT currency, sum(amount) AS balance FROM legs WHERE account = 'refund_transit' GROUP BY currency
),
under_way AS (
    SELECT currency, sum(amount) AS amount FROM wallet.payment_refunds WHERE state IN ('created', 'unknown') GROUP BY currency
),
violations (invariant, detail) AS (
    SELECT 'money in transit is that of refunds under way', format('%s: transit %s, under way %s', currency, coalesce(t.balance, 0), coalesce(u.amount, 0))
    FROM transit t FULL JOIN under_way u USING (currency) WHERE coalesce(t.balance, 0) <> coalesce(u.amount, 0)
    UNION ALL
    SELECT 'a payment counts its refunds, which are no more than it', format('payment %s', p.id)
    FROM wallet.payments p LEFT JOIN wallet.payment_refunds r ON r.payment_id = p.id
    GROUP BY p.id HAVING p.refunded <> coalesce(sum(r.amount), 0) OR p.refunded > p.amount OR bool_or(r.currency <> p.currency)
    UNION ALL
    SELECT 'a payment counts its refunds, which are no more than it', format('the wallet''s part of payment %s', p.id)
    FROM wallet.payments p LEFT JOIN legs l ON l.ref_id = p.subject_id AND l.kind = 'refund_settled' AND l.account = 'user_available' AND l.owner_id = p.payer_id AND l.key LIKE '%:wallet'
    WHERE p.purpose = 'order' AND p.state = 'captured' GROUP BY p.id HAVING p.wallet_refunded <> coalesce(sum(l.amount), 0)
    UNION ALL
    SELECT 'each refund of a payment was taken from its sale', format('refund %s', r.id)
    FROM wallet.payment_refunds r LEFT JOIN legs l ON l.key = 'refund:' || r.id AND l.account = 'refund_transit'
    WHERE (l.amount, l.currency) IS DISTINCT FROM (r.amount + r.wallet_part, r.currency)
    UNION ALL
    SELECT 'an ended refund arrived at the card or in the wallet, an open one nowhere', format('refund %s', r.id)
    FROM wallet.payment_refunds r
    JOIN wallet.payments p ON p.id = r.payment_id
    LEFT JOIN legs l ON l.key = 'refund_settled:' || r.id AND l.account <> 'refund_transit'
    WHERE CASE r.state
        WHEN 'settled' THEN (l.account, l.reference, l.amount) IS DISTINCT FROM ('psp_clearing', p.provider, r.amount)
        WHEN 'failed'  THEN (l.account, l.owner_id, l.amount) IS DISTINCT FROM ('user_available', p.payer_id, r.amount)
        ELSE l.key IS NOT NULL END
    UNION ALL
    SELECT 'settlements end a refund that was taken', s.refund
    FROM (SELECT substr(key, 16, 36) AS refund, currency, -sum(amount) AS amount FROM legs WHERE kind = 'refund_settled' AND account = 'refund_transit' GROUP BY 1, 2) s
    LEFT JOIN legs l ON l.key = 'refund:' || s.refund AND l.account = 'refund_transit'
    LEFT JOIN wallet.payment_refunds r ON r.id::text = s.refund AND r.state IN ('created', 'unknown')
    WHERE (l.currency, l.amount) IS DISTINCT FROM (s.currency, s.amount + coalesce(r.amount, 0))
    UNION ALL
    SELECT 'the fee of a payment is booked exactly when it is known', format('payment %s', p.id)
    FROM wallet.payments p LEFT JOIN legs l ON l.key = 'psp_fee:' || p.id AND l.account = 'expense_processing'
    WHERE coalesce(p.fee, 0) <> coalesce(-l.amount, 0)
    UNION ALL
    SELECT 'the sandbox gave back exactly what settled refunds say', format('refund %s', r.id)
    FROM wallet.payment_refunds r
    JOIN wallet.payments p ON p.id = r.payment_id AND p.provider = 'sandbox'
    LEFT JOIN wallet.sandbox_refunds s ON s.id = r.id
    WHERE r.state = 'settled' AND (s.id IS NULL OR s.refused IS NOT NULL OR s.amount <> r.amount)
       OR r.state = 'failed' AND s.id IS NOT NULL AND s.refused IS NULL
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'money in transit is that of refunds under way',
    'a payment counts its refunds, which are no more than it',
    'each refund of a payment was taken from its sale',
    'an ended refund arrived at the card or in the wallet, an open one nowhere',
    'settlements end a refund that was taken',
    'the fee of a payment is booked exactly when it is known',
    'the sandbox gave back exactly what settled refunds say']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
