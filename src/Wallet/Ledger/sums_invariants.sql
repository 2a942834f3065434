-- Sums by time are the sums of the postings below their watermark. One statement, so one snapshot.
WITH summed AS (
    SELECT upto FROM wallet.summed WHERE system_id = (SELECT system_identifier FROM pg_control_system())
),
days AS (
    SELECT p.account_id, a.kind, a.currency, a.stored, date_trunc('day', p.effective_at, 'UTC') AS day, sum(p.amount) AS amount
    FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id
    WHERE p.xact < (SELECT upto FROM summed) GROUP BY 1, 2, 3, 4, 5
),
by_account AS (SELECT account_id, day, sum(amount) AS amount FROM days WHERE NOT stored GROUP BY 1, 2),
by_kind AS (SELECT kind, currency, day, sum(amount) AS amount FROM days GROUP BY 1, 2, 3),
violations (invariant, detail) AS (
    SELECT 'sums of days are those of their postings', format('account %s, %s', account_id, day)
    FROM (SELECT account_id, starts AS day, amount FROM wallet.account_sums WHERE grain = 'day' AND EXISTS (SELECT FROM summed)) s
    FULL JOIN by_account d USING (account_id, day) WHERE coalesce(s.amount, 0) <> coalesce(d.amount, 0)
    UNION ALL
    SELECT 'sums of days are those of their postings', format('%s %s, %s', kind, currency, day)
    FROM (SELECT kind, currency, starts AS day, amount FROM wallet.kind_sums WHERE grain = 'day' AND EXISTS (SELECT FROM summed)) s
    FULL JOIN by_kind d USING (kind, currency, day) WHERE coalesce(s.amount, 0) <> coalesce(d.amount, 0)
    UNION ALL
    SELECT 'minutes add up to their days', format('account %s, %s', account_id, day)
    FROM (SELECT account_id, date_trunc('day', starts, 'UTC') AS day, sum(amount) FILTER (WHERE grain = 'day') AS whole, sum(amount) FILTER (WHERE grain = 'minute') AS parts
          FROM wallet.account_sums GROUP BY 1, 2) s WHERE s.whole IS DISTINCT FROM s.parts
    UNION ALL
    SELECT 'minutes add up to their days', format('%s %s, %s', kind, currency, day)
    FROM (SELECT kind, currency, date_trunc('day', starts, 'UTC') AS day, sum(amount) FILTER (WHERE grain = 'day') AS whole, sum(amount) FILTER (WHERE grain = 'minute') AS parts
          FROM wallet.kind_sums GROUP BY 1, 2, 3) s WHERE s.whole IS DISTINCT FROM s.parts
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY['sums of days are those of their postings', 'minutes add up to their days']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
