-- What must always hold in the orders. Every row must have 0 violations; detail names the first of them.
WITH violations (invariant, detail) AS (
    SELECT 'each order is the sum of its lines', format('order %s', o.number)
    FROM orders.orders o LEFT JOIN orders.order_items i ON i.order_id = o.id
    GROUP BY o.id HAVING o.total <> coalesce(sum(i.gross), -1)
    UNION ALL
    SELECT 'each split adds up', format('line %s', id)
    FROM orders.order_items WHERE gross + coupon <> tax + commission + fee + affiliate + seller_share
    UNION ALL
    SELECT 'an order is paid exactly when its lines are', format('order %s', o.number)
    FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id
    WHERE (o.state IN ('paid', 'completed')) <> (i.state <> 'pending')
    UNION ALL
    SELECT 'an order is completed exactly when all its lines are', format('order %s', o.number)
    FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id
    GROUP BY o.id HAVING (o.state = 'completed') <> (bool_and(i.state IN ('completed', 'refunded')) AND (o.state = 'completed' OR bool_or(i.state = 'completed')))
    UNION ALL
    SELECT 'each order tells when it was placed and paid', format('order %s', o.number)
    FROM orders.orders o LEFT JOIN orders.order_events e ON e.order_id = o.id
    GROUP BY o.id
    HAVING count(*) FILTER (WHERE e.what = 'placed') <> 1 OR count(*) FILTER (WHERE e.what = 'paid') <> (o.paid_at IS NOT NULL)::int
    UNION ALL
    SELECT 'a line counts its processed refunds', format('line %s', i.id)
    FROM orders.order_items i LEFT JOIN orders.refunds r ON r.item_id = i.id AND r.state = 'processed'
    GROUP BY i.id
    HAVING i.refunded <> coalesce(sum(r.amount), 0) OR i.refunded > i.gross OR (i.state = 'refunded') <> (i.gross > 0 AND i.refunded = i.gross)
        OR bool_or(r.order_id <> i.order_id)
    UNION ALL
    SELECT 'refunds and disputes take of each share what they come to of the whole', format('line %s', i.id)
    FROM orders.order_items i
    JOIN (SELECT item_id, tax, commission, coupon, seller_gives FROM orders.refunds WHERE state = 'processed'
          UNION ALL SELECT item_id, tax, commission, coupon, seller_gives FROM orders.line_disputes WHERE outcome IS DISTINCT FROM 'won') r ON r.item_id = i.id
    GROUP BY i.id
    HAVING sum(r.tax) <> i.gone_tax OR sum(r.commission) <> i.gone_commission OR sum(r.coupon) <> i.gone_coupon OR sum(r.seller_gives) <> i.refunded + i.disputed + i.gone_coupon - i.gone_tax - i.gone_commission
        -- Of two disputes one may be won: until all is gone a cent that it took may then be another's.
        OR (sum(r.tax) <> round(i.tax::numeric * (i.refunded + i.disputed) / i.gross) OR sum(r.commission) <> round(i.commission::numeric * (i.refunded + i.disputed) / i.gross)
            OR sum(r.coupon) <> round(i.coupon::numeric * (i.refunded + i.disputed) / i.gross))
           AND (i.refunded + i.disputed = i.gross OR NOT EXISTS (
             SELECT FROM orders.line_disputes w JOIN orders.line_disputes o ON o.item_id = w.item_id AND o.dispute_id <> w.dispute_id WHERE w.item_id = i.id AND w.outcome = 'won'))
    UNION ALL
    SELECT 'a line counts the disputes that were not won', format('line %s', i.id)
    FROM orders.order_items i LEFT JOIN orders.line_disputes d ON d.item_id = i.id AND d.outcome IS DISTINCT FROM 'won'
    GROUP BY i.id HAVING i.disputed <> coalesce(sum(d.amount), 0) OR bool_or(d.order_id <> i.order_id)
    UNION ALL
    SELECT 'no link opens a disputed line', format('link %s', l.id)
    FROM orders.download_links l JOIN orders.order_items i ON i.id = l.item_id WHERE i.disputed > 0 AND l.revoked_at IS NULL
    UNION ALL
    SELECT 'no link opens a refunded line', format('link %s', l.id)
    FROM orders.download_links l JOIN orders.order_items i ON i.id = l.item_id WHERE i.state = 'refunded' AND l.revoked_at IS NULL
    UNION ALL
    SELECT 'work stands where its line stands', format('line %s', s.item_id)
    FROM orders.service_orders s JOIN orders.order_items i ON i.id = s.item_id
    WHERE (s.state IN ('cancelled', 'refunded')) <> (i.state = 'refunded') OR (s.state = 'completed') <> (i.state = 'completed') OR (i.state = 'available') <> (s.delivered_at IS NOT NULL AND s.ended_at IS NULL)
    UNION ALL
    SELECT 'nothing is asked or argued about what is given back', format('line %s', i.id)
    FROM orders.order_items i WHERE i.state = 'refunded'
      AND (EXISTS (SELECT FROM orders.refunds r WHERE r.item_id = i.id AND r.state IN ('requested', 'approved')) OR EXISTS (SELECT FROM orders.disputes d WHERE d.item_id = i.id AND d.state = 'open'))
    UNION ALL
    SELECT 'nothing is asked or argued about what a bank disputes', format('line %s', l.item_id)
    FROM orders.line_disputes l WHERE l.outcome IS NULL
      AND (EXISTS (SELECT FROM orders.refunds r WHERE r.item_id = l.item_id AND r.state = 'requested') OR EXISTS (SELECT FROM orders.disputes d WHERE d.item_id = l.item_id AND d.state = 'open'))
    UNION ALL
    SELECT 'a claim that was upheld gave something back', format('claim %s', d.id)
    FROM orders.disputes d JOIN orders.refunds r ON r.id = d.refund_id WHERE r.state <> 'processed' OR r.item_id <> d.item_id
    UNION ALL
    SELECT 'each claim is of its line', format('claim %s', d.id)
    FROM orders.disputes d JOIN orders.order_items i ON i.id = d.item_id WHERE (d.order_id, d.buyer, d.seller, d.shop) <> (i.order_id, i.buyer, i.seller, i.shop) OR i.state = 'pending'
    UNION ALL
    SELECT 'what a refund took opens nothing', format('line %s', g.item_id)
    FROM orders.access_grants g JOIN orders.order_items i ON i.id = g.item_id
    WHERE (i.state = 'refunded' AND g.revoked_at IS NULL)
       OR (i.state <> 'refunded' AND g.revoked_at IS NOT NULL AND NOT EXISTS (SELECT FROM orders.subscription_charges c WHERE c.item_id = g.item_id))
       OR (i.state = 'pending') <> (g.granted_at IS NULL) OR g.account <> i.buyer OR g.product <> i.product
    UNION ALL
    SELECT 'access is held by as many purchases as grant it', format('%s %s of %s', coalesce(h.target_kind, g.target_kind), coalesce(h.target, g.target), coalesce(h.account, g.account))
    FROM orders.access_held h
    FULL JOIN (SELECT account, target_kind, target, count(*) AS sources FROM orders.access_grants WHERE granted_at IS NOT NULL AND revoked_at IS NULL GROUP BY 1, 2, 3) g
      ON (g.account, g.target_kind, g.target) = (h.account, h.target_kind, h.target)
    WHERE coalesce(h.sources, 0) <> coalesce(g.sources, 0)
    UNION ALL
    SELECT 'a button counts orders that bought its offer', format('order %s', b.order_id)
    FROM orders.button_orders b JOIN orders.payment_buttons p ON p.id = b.button_id
    WHERE NOT EXISTS (SELECT FROM orders.order_items i WHERE i.order_id = b.order_id AND i.offer = p.offer)
    UNION ALL
    SELECT 'nobody is sent where the shop does not allow', format('button %s', b.id)
    FROM orders.payment_buttons b, unnest(ARRAY[b.success_url, b.cancel_url]) AS u (url)
    WHERE b.active AND u.url IS NOT NULL AND NOT EXISTS (SELECT FROM orders.return_origins o WHERE o.shop = b.shop
      AND (u.url = o.origin OR starts_with(u.url, o.origin || '/') OR starts_with(u.url, o.origin || '?')))
    UNION ALL
    SELECT 'what was bought as work or access has begun', format('line %s', i.id)
    FROM orders.order_items i WHERE i.state <> 'pending'
      AND (i.kind = 'service' AND NOT EXISTS (SELECT FROM orders.service_orders s WHERE s.item_id = i.id)
        OR i.kind IN ('membership', 'course', 'webinar') AND NOT EXISTS (SELECT FROM orders.access_grants g WHERE g.item_id = i.id))
    UNION ALL
    SELECT 'a coupon that is limited counts its uses', format('coupon %s', c.code)
    FROM orders.coupons c LEFT JOIN orders.coupon_uses u ON u.coupon_id = c.id AND u.given_back_at IS NULL
    GROUP BY c.id HAVING c.uses <> CASE WHEN c.max_uses IS NULL THEN 0 ELSE count(u.order_id) END
    UNION ALL
    SELECT 'what coupons took off an order is what its lines say', format('order %s', o.number)
    FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id LEFT JOIN orders.coupon_uses u ON u.order_id = o.id LEFT JOIN orders.coupons c ON c.id = u.coupon_id
    GROUP BY o.id, u.order_id, c.id
    HAVING sum(i.discount) <> coalesce(u.discount, 0) OR sum(i.coupon) <> CASE WHEN c.shop IS NULL THEN coalesce(u.discount, 0) ELSE 0 END
    UNION ALL
    SELECT 'a use of a coupon stands as long as its order', format('order %s', o.number)
    FROM orders.coupon_uses u JOIN orders.orders o ON o.id = u.order_id JOIN orders.order_items i ON i.order_id = o.id
    GROUP BY o.id, u.order_id HAVING (u.given_back_at IS NOT NULL) <> (o.state IN ('expired', 'cancelled') OR o.total > 0 AND sum(i.refunded) = o.total AND bool_and(i.discount = 0 OR i.state = 'refunded'))
    UNION ALL
    SELECT 'a charge of a subscription is paid exactly when its order is', format('charge %s', c.id)
    FROM orders.subscription_charges c JOIN orders.orders o ON o.id = c.order_id JOIN orders.order_items i ON i.id = c.item_id JOIN orders.subscriptions s ON s.id = c.subscription_id
    WHERE (c.state = 'paid') <> (o.paid_at IS NOT NULL) OR i.order_id <> c.order_id OR o.buyer <> s.account OR i.product <> s.product OR (c.kind = 'first') <> (c.item_id = s.first_item)
    UNION ALL
    SELECT 'periods of a subscription do not overlap', format('subscription %s', a.subscription_id)
    FROM orders.subscription_charges a JOIN orders.subscription_charges b ON b.subscription_id = a.subscription_id AND b.period > a.period
    WHERE a.kind <> 'change' AND b.kind = 'renewal' AND a.state = 'paid' AND b.state = 'paid' AND b.starts_at < a.ends_at
      AND NOT EXISTS (SELECT FROM orders.subscription_charges c WHERE c.subscription_id = a.subscription_id AND c.kind = 'change' AND c.state = 'paid' AND c.period BETWEEN a.period AND b.period)
    UNION ALL
    SELECT 'a subscription that has ended opens nothing, one that is paid opens its product', format('subscription %s', s.id)
    FROM orders.subscriptions s
    WHERE (s.access_closed_at IS NULL) <> EXISTS (SELECT FROM orders.subscription_charges c JOIN orders.access_grants g ON g.item_id = c.item_id WHERE c.subscription_id = s.id AND g.granted_at IS NOT NULL AND g.revoked_at IS NULL)
      AND (s.access_closed_at IS NOT NULL OR NOT EXISTS (SELECT FROM orders.subscription_charges c JOIN orders.order_items i ON i.id = c.item_id WHERE c.subscription_id = s.id AND i.state = 'refunded'))
    UNION ALL
    SELECT 'no line is bought by its seller', format('line %s', id) FROM orders.order_items WHERE buyer = seller
    UNION ALL
    SELECT 'each link is of a file of its line and buyer', format('link %s', l.id)
    FROM orders.download_links l LEFT JOIN orders.order_files f ON f.id = l.file_id LEFT JOIN orders.order_items i ON i.id = l.item_id
    WHERE f.item_id IS DISTINCT FROM l.item_id OR i.buyer IS DISTINCT FROM l.buyer OR i.state = 'pending'
    UNION ALL
    SELECT 'a link counted what the log says', format('link %s', l.id)
    FROM orders.download_links l LEFT JOIN orders.download_log d ON d.link_id = l.id AND d.counted
    WHERE l.created_at > (SELECT coalesce(min(at), 'infinity') FROM orders.download_log)
    GROUP BY l.id HAVING l.downloads <> count(d.id)
    UNION ALL
    SELECT 'each line has the tax of its rate', format('line %s', id)
    FROM orders.order_items WHERE tax_reason = 'standard' AND tax <> round(gross::numeric * tax_rate / (10000 + tax_rate))
    UNION ALL
    SELECT 'numbers of invoices have no hole', format('%s %s of %s', n.series, n.year, n.issuer)
    FROM orders.invoice_numbers n
    FULL JOIN (SELECT issuer, series, year, count(*) AS count, min(number) AS first, max(number) AS last FROM orders.invoices GROUP BY issuer, series, year) i USING (issuer, series, year)
    WHERE (n.last, 1, n.last::bigint) IS DISTINCT FROM (i.last, i.first, i.count)
    UNION ALL
    SELECT 'dates of invoices never go back', format('%s %s-%s', series, year, number)
    FROM (SELECT *, lag(issued_at) OVER (PARTITION BY issuer, series, year ORDER BY number) AS before FROM orders.invoices) i WHERE before > issued_at
    UNION ALL
    SELECT 'each invoice is the sum of its lines', format('%s %s-%s', i.series, i.year, i.number)
    FROM orders.invoices i LEFT JOIN orders.invoice_lines l ON l.invoice_id = i.id
    GROUP BY i.id HAVING (i.net, i.tax, i.total) IS DISTINCT FROM (sum(l.net)::bigint, sum(l.tax)::bigint, sum(l.total)::bigint)
    UNION ALL
    SELECT 'invoices say what was paid', format('order %s', o.number)
    FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id
    LEFT JOIN (SELECT l.*, v.order_id FROM orders.invoices v JOIN orders.invoice_lines l ON l.invoice_id = v.id WHERE v.series = 'invoice') l ON l.item_id = i.id
    WHERE EXISTS (SELECT FROM orders.invoices v WHERE v.order_id = o.id AND v.series = 'invoice')
      AND (i.gross > 0 OR l.item_id IS NOT NULL) AND (i.gross, i.tax, i.tax_rate, i.tax_reason, i.order_id) IS DISTINCT FROM (l.total, l.tax, l.rate, l.reason, l.order_id)
    UNION ALL
    SELECT 'credit notes say what was refunded', format('%s-%s', v.year, v.number)
    FROM orders.invoices v JOIN orders.invoice_lines l ON l.invoice_id = v.id LEFT JOIN orders.refunds r ON r.id = v.refund_id LEFT JOIN orders.invoices c ON c.id = v.corrects
    WHERE v.series = 'credit_note' AND ((r.amount, r.tax, r.item_id, r.order_id) IS DISTINCT FROM (l.total, l.tax, l.item_id, v.order_id)
       OR (c.series, c.order_id, c.issuer) IS DISTINCT FROM ('invoice', v.order_id, v.issuer))
    UNION ALL
    SELECT 'each contract is of a licence that was paid', format('line %s', c.item_id)
    FROM orders.contracts c JOIN orders.order_items i ON i.id = c.item_id WHERE i.state = 'pending' OR btrim(i.terms) = ''
),
checks (invariant) AS (
    VALUES ('each order is the sum of its lines'), ('each split adds up'), ('an order is paid exactly when its lines are'),
           ('an order is completed exactly when all its lines are'), ('each order tells when it was placed and paid'),
           ('a line counts its processed refunds'), ('refunds and disputes take of each share what they come to of the whole'), ('a line counts the disputes that were not won'), ('no link opens a disputed line'), ('no link opens a refunded line'),
           ('work stands where its line stands'), ('a coupon that is limited counts its uses'), ('what coupons took off an order is what its lines say'), ('a use of a coupon stands as long as its order'), ('what a refund took opens nothing'), ('access is held by as many purchases as grant it'),
           ('a button counts orders that bought its offer'), ('nobody is sent where the shop does not allow'), ('what was bought as work or access has begun'),
           ('a charge of a subscription is paid exactly when its order is'), ('periods of a subscription do not overlap'), ('a subscription that has ended opens nothing, one that is paid opens its product'),
           ('nothing is asked or argued about what is given back'), ('nothing is asked or argued about what a bank disputes'), ('a claim that was upheld gave something back'), ('each claim is of its line'),
           ('no line is bought by its seller'), ('each link is of a file of its line and buyer'), ('a link counted what the log says'), ('each contract is of a licence that was paid'),
           ('each line has the tax of its rate'), ('numbers of invoices have no hole'), ('dates of invoices never go back'), ('each invoice is the sum of its lines'),
           ('invoices say what was paid'), ('credit notes say what was refunded')
)
SELECT c.invariant, count(v.invariant), min(v.detail)
FROM checks c LEFT JOIN violations v USING (invariant)
GROUP BY c.invariant ORDER BY c.invariant;
