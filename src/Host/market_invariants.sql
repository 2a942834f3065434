-- What must hold between the modules: only the host sees them all. One statement, so one snapshot.
-- Modules never read each other's tables; this question is nobody's module.
WITH legs AS (
    SELECT t.key, a.kind, a.owner_id, a.reference, a.currency, p.amount
    FROM wallet.ledger_transactions t
    JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
    JOIN wallet.accounts a ON a.id = p.account_id
    WHERE t.kind IN ('sale', 'fund', 'unfund', 'capture', 'refund')
),
sold AS (
    SELECT i.*, o.currency FROM orders.order_items i JOIN orders.orders o ON o.id = i.order_id WHERE i.state <> 'pending' AND i.gross + i.coupon > 0
),
shares AS (
    SELECT id, order_id, currency, 'order_funding' AS kind, NULL::uuid AS owner, order_id::text AS reference, -gross AS amount FROM sold
    UNION ALL SELECT id, order_id, currency, 'user_pending', seller, NULL, seller_share + CASE tax_by WHEN 'shop' THEN tax ELSE 0 END FROM sold
    UNION ALL SELECT id, order_id, currency, 'revenue_commission', NULL, NULL, commission FROM sold
    UNION ALL SELECT id, order_id, currency, 'revenue_fee_recovered', NULL, NULL, fee FROM sold
    UNION ALL SELECT id, order_id, currency, 'tax_payable', NULL, tax_place, CASE tax_by WHEN 'market' THEN tax ELSE 0 END FROM sold
    UNION ALL SELECT id, order_id, currency, 'expense_coupon', NULL, NULL, -coupon FROM sold
),
refunded AS (
    SELECT r.*, i.seller, i.tax_place, o.currency, CASE i.tax_by WHEN 'shop' THEN r.tax ELSE 0 END AS shops_tax   -- the shop's own, which it gives with its share
    FROM orders.refunds r JOIN orders.order_items i ON i.id = r.item_id JOIN orders.orders o ON o.id = r.order_id WHERE r.state = 'processed'
),
given AS (   -- the seller gives out of the hold, the wallet and, for what is missing, a debt: together what was decided
    SELECT id, currency, 'buyer' AS whose, amount FROM refunded
    UNION ALL SELECT id, currency, 'market', -commission FROM refunded
    UNION ALL SELECT id, currency, 'tax', shops_tax - tax FROM refunded
    UNION ALL SELECT id, currency, 'coupon', coupon FROM refunded
    UNION ALL SELECT id, currency, 'seller', -seller_gives - shops_tax FROM refunded
),
booked AS (
    SELECT r.id, r.currency, CASE WHEN l.kind = 'refund_transit' THEN 'buyer' WHEN l.kind = 'revenue_commission' THEN 'market' WHEN l.kind = 'expense_coupon' THEN 'coupon'
                                  WHEN l.kind = 'tax_payable' AND l.reference = r.tax_place THEN 'tax'
                                  WHEN l.owner_id = r.seller AND l.kind IN ('user_pending', 'user_available', 'user_debt') THEN 'seller' END AS whose,
           sum(l.amount) AS amount
    FROM refunded r JOIN legs l ON l.key = 'refund:' || r.id AND l.currency = r.currency GROUP BY 1, 2, 3
),
violations (invariant, detail) AS (
    SELECT 'each sold line is in the ledger as it was split', format('line %s: %s %s', s.id, s.kind, s.amount)
    FROM shares s
    LEFT JOIN legs l ON l.key = 'sale:' || s.id AND l.kind = s.kind AND l.currency = s.currency
        AND l.owner_id IS NOT DISTINCT FROM s.owner AND l.reference IS NOT DISTINCT FROM s.reference
    WHERE s.amount <> coalesce(l.amount, 0)
    UNION ALL
    SELECT 'each refund is in the ledger as it was decided', format('refund %s: %s %s', coalesce(g.id, b.id), coalesce(g.whose, b.whose), coalesce(g.amount, b.amount))
    FROM given g FULL JOIN booked b ON b.id = g.id AND b.whose = g.whose
    WHERE coalesce(g.amount, 0) <> coalesce(b.amount, 0)
    UNION ALL
    SELECT 'each disputed line is in the wallet as the order says', format('dispute %s, line %s', coalesce(l.dispute_id, p.dispute_id), coalesce(l.item_id, p.item_id))
    FROM (SELECT l.*, CASE i.tax_by WHEN 'shop' THEN l.tax ELSE 0 END AS shops_tax FROM orders.line_disputes l JOIN orders.order_items i ON i.id = l.item_id) l
    FULL JOIN (SELECT p.*, d.returned_at FROM wallet.dispute_parts p JOIN wallet.payment_disputes d ON d.id = p.dispute_id WHERE d.purpose = 'order') p
        ON p.dispute_id = l.dispute_id AND p.item_id = l.item_id
    WHERE (l.amount, l.tax - l.shops_tax, l.commission, l.coupon, l.seller_gives + l.shops_tax, l.outcome IS NOT DISTINCT FROM 'won')
          IS DISTINCT FROM (p.amount, p.tax, p.commission, p.coupon, p.from_hold + p.from_available + p.as_debt, p.returned_at IS NOT NULL)
    UNION ALL
    SELECT 'each paid order took exactly its total', format('order %s', o.number)
    FROM orders.orders o
    LEFT JOIN legs l ON l.kind = 'order_funding' AND l.reference = o.id::text AND (l.amount > 0 OR l.key LIKE 'unfund:%') AND l.currency = o.currency
    WHERE o.paid_at IS NOT NULL AND o.total > 0
    GROUP BY o.id HAVING coalesce(sum(l.amount), 0) <> o.total
    UNION ALL
    -- A capture is heard by an event: until that is delivered the order may still wait.
    SELECT 'money that was taken for an order paid it', format('order %s, payment %s', o.number, p.id)
    FROM wallet.payments p JOIN orders.orders o ON o.id = p.subject_id
    WHERE p.purpose = 'order' AND p.state = 'captured' AND o.paid_at IS NULL AND (o.money_returned_at IS NULL OR p.refunded <> p.amount OR p.wallet_refunded <> p.wallet_part)
      AND NOT EXISTS (SELECT FROM kernel.outbox e JOIN kernel.deliveries d ON d.id = e.id
                      WHERE e.event = 'wallet.payment_captured' AND e.key = o.id::text AND d.state = 'pending')
    UNION ALL
    SELECT 'each sold file is kept', format('file %s of line %s', f.name, f.item_id)
    FROM orders.order_files f JOIN sold s ON s.id = f.item_id LEFT JOIN kernel.blobs b ON b.key = f.blob_key AND b.state = 'kept'
    WHERE b.key IS NULL
    UNION ALL
    SELECT 'what is argued about is frozen, and nothing else is', format('line %s', h.subject_id)
    FROM wallet.holds h LEFT JOIN orders.disputes d ON d.item_id = h.subject_id AND d.state = 'open'
    WHERE h.state = 'held' AND h.frozen <> (d.id IS NOT NULL)
    UNION ALL
    SELECT 'each file shown in a claim is kept', format('message %s', m.id)
    FROM orders.dispute_messages m LEFT JOIN kernel.blobs b ON b.key = m.blob_key AND b.state = 'kept'
    WHERE m.blob_key IS NOT NULL AND b.key IS NULL
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'each sold line is in the ledger as it was split',
    'each refund is in the ledger as it was decided',
    'each disputed line is in the wallet as the order says',
    'each paid order took exactly its total',
    'money that was taken for an order paid it',
    'each sold file is kept',
    'what is argued about is frozen, and nothing else is',
    'each file shown in a claim is kept']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
