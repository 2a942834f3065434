-- What a shop that is not yet trusted wants to sell is looked at first.
ALTER TABLE catalog.shops ADD COLUMN trusted boolean NOT NULL DEFAULT false;
ALTER TABLE catalog.shops ALTER COLUMN trusted DROP DEFAULT;
ALTER TABLE catalog.shops ADD COLUMN completed_sales bigint NOT NULL DEFAULT 0 CONSTRAINT shops_completed_sales CHECK (completed_sales >= 0);
ALTER TABLE catalog.shops ALTER COLUMN completed_sales DROP DEFAULT;

-- Who trusted a shop, or ceased to, and when. Without a moderator: its tenth completed sale did.
CREATE TABLE catalog.trust_decisions (
  id           uuid PRIMARY KEY,
  shop_id      uuid NOT NULL REFERENCES catalog.shops (id),
  moderator_id uuid,
  trusted      boolean NOT NULL,
  decided_at   timestamptz NOT NULL,
  CONSTRAINT trust_withdrawn_by_somebody CHECK (trusted OR moderator_id IS NOT NULL)
);
CREATE INDEX trust_decisions_of_shop ON catalog.trust_decisions (shop_id, decided_at DESC, id DESC);

ALTER TABLE catalog.products DROP CONSTRAINT products_state_check;
ALTER TABLE catalog.products ADD CONSTRAINT products_state CHECK (state IN ('draft', 'pending', 'active', 'rejected', 'paused', 'archived'));
ALTER TABLE catalog.products ADD COLUMN pending_since timestamptz;
ALTER TABLE catalog.products ADD CONSTRAINT products_pending CHECK ((state = 'pending') = (pending_since IS NOT NULL));
ALTER TABLE catalog.products ADD COLUMN judged_version int;     -- the version that the last verdict made
ALTER TABLE catalog.products ADD CONSTRAINT products_judged CHECK (state <> 'rejected' OR judged_version IS NOT NULL);
CREATE INDEX products_queue ON catalog.products (pending_since, id) WHERE state = 'pending';

CREATE TABLE catalog.verdicts (
  id           uuid PRIMARY KEY,
  product_id   uuid NOT NULL REFERENCES catalog.products (id),
  moderator_id uuid NOT NULL,
  verdict      text NOT NULL CHECK (verdict IN ('approved', 'rejected')),
  note         text NOT NULL CHECK (length(note) <= 2000),
  version      int NOT NULL,        -- what was judged
  given_at     timestamptz NOT NULL,
  CONSTRAINT verdicts_one_a_version UNIQUE (product_id, version),
  CONSTRAINT verdicts_refusal_explained CHECK (verdict = 'approved' OR length(note) > 0)
);
CREATE INDEX verdicts_newest ON catalog.verdicts (given_at DESC, id DESC);

GRANT SELECT, INSERT ON catalog.trust_decisions, catalog.verdicts TO marketplace_app;
