-- What must always hold between payments, the ledger and the provider. One statement, so one snapshot.
WITH captures AS (
    SELECT t.key, t.kind, t.ref_id, t.id,
           min(p.amount) AS taken, max(p.amount) AS given, count(*) AS legs,
           min(a.currency) AS currency, count(DISTINCT a.currency) AS currencies,
           min(a.kind || ':' || coalesce(a.owner_id::text, a.reference)) FILTER (WHERE p.amount < 0) AS taken_from,
           min(a.kind || ':' || coalesce(a.owner_id::text, a.reference)) FILTER (WHERE p.amount > 0) AS given_to
    FROM wallet.ledger_transactions t
    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
    JOIN wallet.accounts a ON a.id = p.account_id
    WHERE t.key LIKE 'capture:%'
    GROUP BY t.key, t.kind, t.ref_id, t.id
),
funding AS (
    SELECT a.id, a.reference, a.currency, b.balance,
           coalesce(sum(p.amount) FILTER (WHERE t.kind = 'capture'), 0) AS captured,
           coalesce(sum(p.amount) FILTER (WHERE t.kind = 'fund'), 0) AS funded,
           coalesce(sum(p.amount) FILTER (WHERE p.amount > 0), 0) AS came
    FROM wallet.accounts a
    JOIN wallet.account_balances b ON b.account_id = a.id
    LEFT JOIN wallet.postings p ON p.account_id = a.id
    LEFT JOIN wallet.ledger_transactions t ON t.id = p.transaction_id AND t.recorded_at = p.recorded_at
    WHERE a.kind = 'order_funding'
    GROUP BY a.id, a.reference, a.currency, b.balance
),
violations (invariant, detail) AS (
    SELECT 'each captured payment has its posting', format('payment %s', p.id)
    FROM wallet.payments p LEFT JOIN captures c ON c.key = 'capture:' || p.id
    WHERE p.state = 'captured' AND c.id IS NULL
    UNION ALL
    SELECT 'each capture posting has its captured payment', c.key
    FROM captures c LEFT JOIN wallet.payments p ON 'capture:' || p.id = c.key AND p.state = 'captured'
    WHERE p.id IS NULL
    UNION ALL
    SELECT 'a capture posting moves what was paid, from the provider to the order or the wallet', c.key
    FROM captures c JOIN wallet.payments p ON 'capture:' || p.id = c.key
    WHERE (c.legs, c.currencies, c.currency, c.taken, c.given) IS DISTINCT FROM (2::bigint, 1::bigint, p.currency, -p.amount, p.amount)
       OR c.taken_from IS DISTINCT FROM 'psp_clearing:' || p.provider
       OR c.given_to IS DISTINCT FROM CASE p.purpose WHEN 'order' THEN 'order_funding:' || p.subject_id ELSE 'user_available:' || p.payer_id END
       OR c.kind IS DISTINCT FROM CASE p.purpose WHEN 'order' THEN 'capture' ELSE 'topup' END
       OR c.ref_id IS DISTINCT FROM CASE p.purpose WHEN 'order' THEN p.subject_id ELSE p.id END
    UNION ALL
    SELECT 'money that waits for an order came from a wallet or a captured payment', format('order %s: %s %s', f.reference, f.came, f.currency)
    FROM funding f
    WHERE f.came <> f.captured + f.funded
       OR f.captured <> coalesce((SELECT sum(p.amount) FROM wallet.payments p
                                  WHERE p.subject_id::text = f.reference AND p.purpose = 'order' AND p.state = 'captured' AND p.currency = f.currency), 0)
    UNION ALL
    SELECT 'what a wallet adds to a payment lies in its order until the payment fails', format('payment %s', p.id)
    FROM wallet.payments p
    LEFT JOIN wallet.posting_keys f ON f.key = 'fund:' || p.id
    LEFT JOIN wallet.posting_keys u ON u.key = 'unfund:' || p.id
    WHERE (f.key IS NOT NULL) <> (p.wallet_part > 0) OR (u.key IS NOT NULL) <> (p.wallet_part > 0 AND p.state = 'failed')
    UNION ALL
    SELECT 'no payment failed whose money the sandbox took', format('payment %s', p.id)
    FROM wallet.payments p JOIN wallet.sandbox_charges s ON s.payment_id = p.id
    WHERE p.state = 'failed' AND s.state = 'captured'
    UNION ALL
    SELECT 'the sandbox took exactly what captured payments say', format('payment %s', p.id)
    FROM wallet.payments p LEFT JOIN wallet.sandbox_charges s ON s.payment_id = p.id
    WHERE p.provider = 'sandbox' AND p.state = 'captured'
      AND (s.state, s.amount, s.currency) IS DISTINCT FROM ('captured', p.amount, p.currency)
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'each captured payment has its posting',
    'each capture posting has its captured payment',
    'a capture posting moves what was paid, from the provider to the order or the wallet',
    'money that waits for an order came from a wallet or a captured payment',
    'what a wallet adds to a payment lies in its order until the payment fails',
    'no payment failed whose money the sandbox took',
    'the sandbox took exactly what captured payments say']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
