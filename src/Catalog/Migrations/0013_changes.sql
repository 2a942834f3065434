-- What a shop that is not trusted changes of a product that is or was on sale waits here; buyers see the old until it is approved.
CREATE TABLE catalog.product_changes (
  id           uuid PRIMARY KEY,
  product_id   uuid NOT NULL REFERENCES catalog.products (id),
  base_version int NOT NULL,            -- the product's version that it was made from
  proposal     jsonb NOT NULL CONSTRAINT product_changes_proposal CHECK (jsonb_typeof(proposal) = 'object'),
  state        text NOT NULL CONSTRAINT product_changes_state CHECK (state IN ('open', 'approved', 'rejected', 'withdrawn')),
  proposed_at  timestamptz NOT NULL,
  decided_by   uuid,                    -- a moderator; null where its seller took it back or replaced it
  decided_at   timestamptz,
  note         text NOT NULL CONSTRAINT product_changes_note CHECK (length(note) <= 2000),
  CONSTRAINT product_changes_decided CHECK ((state = 'open') = (decided_at IS NULL) AND (state IN ('approved', 'rejected')) = (decided_by IS NOT NULL)),
  CONSTRAINT product_changes_refusal_explained CHECK (state <> 'rejected' OR length(note) > 0)
);
CREATE UNIQUE INDEX product_changes_one_open ON catalog.product_changes (product_id) WHERE state = 'open';
CREATE INDEX product_changes_of_product ON catalog.product_changes (product_id, proposed_at DESC, id DESC);
CREATE INDEX product_changes_queue ON catalog.product_changes (proposed_at, id) WHERE state = 'open';

GRANT SELECT, INSERT, DELETE ON catalog.product_changes TO marketplace_app;
-- What is proposed never changes.
GRANT UPDATE (state, decided_by, decided_at, note) ON catalog.product_changes TO marketplace_app;
