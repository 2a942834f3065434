-- What the market itself earns and spends, by day (UTC, effective time) and currency: income is positive, cost negative. Each line is a
-- sum of postings on accounts of income and expense; all lines together are the net.
CREATE VIEW wallet.platform_earnings AS
SELECT (p.effective_at AT TIME ZONE 'UTC')::date AS day, a.currency,
    CASE
        WHEN t.type = 'refund'                     THEN 'refunds'          -- commission given up
        WHEN a.kind = 'revenue_commission'         THEN 'commission'
        WHEN a.kind = 'revenue_fee_recovered'      THEN 'fees_recovered'
        WHEN a.kind = 'revenue_withdrawal_fee'     THEN 'withdrawal_fees'
        WHEN a.kind = 'revenue_boost'              THEN 'boosts'
        WHEN a.kind = 'revenue_subscription'       THEN 'subscriptions'
        WHEN a.kind = 'expense_processing'         THEN 'processing'
        WHEN a.kind = 'expense_affiliate'          THEN 'affiliates'
        WHEN a.kind = 'expense_dispute'            THEN 'disputes'
        ELSE 'other' END AS line,
    sum(p.amount)::bigint AS amount
FROM wallet.accounts a
JOIN wallet.account_kinds k ON k.code = a.kind AND k.class IN ('income', 'expense')
JOIN wallet.postings p ON p.account_id = a.id
CROSS JOIN LATERAL (
    SELECT coalesce(tk.type, l.kind) AS type FROM wallet.ledger_transactions l LEFT JOIN wallet.transaction_kinds tk ON tk.code = l.kind
    WHERE l.id = p.transaction_id AND l.recorded_at = p.recorded_at LIMIT 1) t
WHERE a.currency <> 'XPL'
GROUP BY 1, 2, 3;

GRANT SELECT ON wallet.platform_earnings TO marketplace_app;
