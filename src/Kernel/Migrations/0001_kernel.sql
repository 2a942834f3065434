-- What every module stands on: idempotent writes, events, schedules, blobs, keys.
CREATE SCHEMA IF NOT EXISTS kernel;

-- One row a write that carried an Idempotency-Key. It commits together with the effect, so it exists exactly when the effect does.
CREATE TABLE kernel.idempotency_keys (
  scope        text NOT NULL,                 -- whose key it is: the account, or the guest's cart
  key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash bytea NOT NULL,
  reply        jsonb,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_age ON kernel.idempotency_keys (created_at);

-- Events, appended in the transaction that made them true, as its last statement before the commit.
CREATE TABLE kernel.outbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event         text NOT NULL,
  key           text NOT NULL,                -- events of one key are heard in order
  payload       jsonb NOT NULL,
  occurred_at   timestamptz NOT NULL,
  dispatched_at timestamptz
);
CREATE INDEX outbox_fresh ON kernel.outbox (id) WHERE dispatched_at IS NULL;

-- One row an event and listener. Only the head of a (listener, key) may be worked on.
CREATE TABLE kernel.deliveries (
  id         bigint NOT NULL,                 -- of the outbox row
  listener   text NOT NULL,
  key        text NOT NULL,
  state      text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'poisoned')),
  attempts   int NOT NULL DEFAULT 0,
  next_at    timestamptz NOT NULL,
  last_error text,
  done_at    timestamptz,
  PRIMARY KEY (listener, id)
);
CREATE INDEX deliveries_line ON kernel.deliveries (listener, key, id) WHERE state <> 'done';
CREATE INDEX deliveries_due ON kernel.deliveries (next_at, id) WHERE state = 'pending';

CREATE TABLE kernel.schedules (
  name         text PRIMARY KEY,
  next_at      timestamptz NOT NULL,
  last_at      timestamptz,
  last_error   text
);

-- A file: its bytes live in the blob store under the key. Staged by an upload, kept by the row that names it, else swept.
CREATE TABLE kernel.blobs (
  key          text PRIMARY KEY,
  size         bigint NOT NULL CHECK (size > 0),
  sha256       bytea NOT NULL,
  content_type text NOT NULL,
  state        text NOT NULL DEFAULT 'staged' CHECK (state IN ('staged', 'kept')),
  staged_at    timestamptz NOT NULL
);
CREATE INDEX blobs_staged ON kernel.blobs (staged_at) WHERE state = 'staged';

-- The data-protection ring, shared by all hosts; each element is encrypted under the market's master key.
CREATE TABLE kernel.data_protection_keys (
  name       text PRIMARY KEY,
  sealed_xml bytea NOT NULL
);

GRANT USAGE ON SCHEMA kernel TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA kernel TO marketplace_app;
REVOKE DELETE ON kernel.data_protection_keys FROM marketplace_app;
