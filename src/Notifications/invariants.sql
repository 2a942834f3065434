-- What must always hold in inboxes and mails. Every row must have 0 violations; detail names the first of them.
WITH violations (invariant, detail) AS (
    SELECT 'nobody is told twice of one thing', format('%s %s', type, cause)
    FROM notifications.notifications GROUP BY account, type, cause HAVING count(*) > 1
    UNION ALL
    SELECT 'what is read says when', format('notification %s', id)
    FROM notifications.notifications WHERE (state = 'unread') <> (read_at IS NULL) OR (state = 'archived') <> (archived_at IS NOT NULL)
    UNION ALL
    SELECT 'no two mails of one cause', format('%s %s', template, cause)
    FROM notifications.mails GROUP BY account, template, cause HAVING count(*) > 1
    UNION ALL
    SELECT 'a secret is gone when its mail is', format('mail %s', id)
    FROM notifications.mails WHERE secret IS NOT NULL AND state NOT IN ('queued', 'sending')
    UNION ALL
    SELECT 'each mail that was given up says why', format('mail %s', id)
    FROM notifications.mails WHERE state IN ('failed', 'dropped') AND error IS NULL
    UNION ALL
    SELECT 'no receipt is turned off', format('account %s', account)
    FROM notifications.preferences WHERE type IN ('order_paid', 'payment_failed', 'refund')
    UNION ALL
    SELECT 'no address is kept with a notification', format('notification %s', id)
    FROM notifications.notifications WHERE data::text LIKE '%@%'
    UNION ALL
    SELECT 'no address is kept with a mail', format('mail %s', id)
    FROM notifications.mails WHERE data::text LIKE '%@%' OR error LIKE '%@%.%'
),
checks (invariant) AS (
    VALUES ('nobody is told twice of one thing'), ('what is read says when'), ('no two mails of one cause'), ('a secret is gone when its mail is'),
           ('each mail that was given up says why'), ('no receipt is turned off'), ('no address is kept with a notification'), ('no address is kept with a mail')
)
SELECT c.invariant, count(v.invariant), min(v.detail)
FROM checks c LEFT JOIN violations v USING (invariant)
GROUP BY c.invariant ORDER BY c.invariant;
