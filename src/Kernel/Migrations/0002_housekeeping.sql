-- A forgotten file goes back to the sweep. Its bytes go before its row, so that a crash in between leaves a row to begin again
-- with, never bytes that nobody knows: 'doomed' says that they may be gone already, and that nobody can keep it any more.
ALTER TABLE kernel.blobs DROP CONSTRAINT blobs_state_check;
ALTER TABLE kernel.blobs ADD CONSTRAINT blobs_state CHECK (state IN ('staged', 'kept', 'doomed'));
DROP INDEX kernel.blobs_staged;
CREATE INDEX blobs_to_sweep ON kernel.blobs (staged_at) WHERE state <> 'kept';

-- What was delivered long ago is found by its age, and its deliveries by the event.
ALTER TABLE kernel.deliveries DROP CONSTRAINT deliveries_pkey, ADD PRIMARY KEY (id, listener);
CREATE INDEX outbox_age ON kernel.outbox (occurred_at);
