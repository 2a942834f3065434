-- An event is written with its deliveries in one statement: nothing waits to be copied any more. What still does is heard by those
-- who have heard its like before.
INSERT INTO kernel.deliveries (id, listener, key, next_at)
SELECT o.id, l.listener, o.key, o.occurred_at
FROM kernel.outbox o JOIN (SELECT DISTINCT e.event, d.listener FROM kernel.deliveries d JOIN kernel.outbox e USING (id)) l USING (event)
WHERE o.dispatched_at IS NULL
ON CONFLICT DO NOTHING;

ALTER TABLE kernel.outbox DROP COLUMN dispatched_at;   -- with its index
