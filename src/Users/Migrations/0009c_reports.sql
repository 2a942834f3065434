-- "This is against the rules": what somebody says of a product, a shop or a person, and how staff judges it. Whether the reporter may
-- go on reporting is counted from these rows each time it is asked.
CREATE TABLE users.reports (
  id         uuid PRIMARY KEY,
  reporter   uuid NOT NULL REFERENCES users.accounts,
  kind       text NOT NULL CONSTRAINT reports_kind CHECK (kind ~ '^[a-z_]{1,40}$'),
  subject    uuid NOT NULL,
  reason     text NOT NULL CONSTRAINT reports_reason CHECK (reason IN ('spam', 'copyright', 'fraud', 'offensive', 'illegal', 'other')),
  text       text NOT NULL CONSTRAINT reports_text CHECK (length(text) <= 2000),
  made_at    timestamptz NOT NULL,
  verdict    text CONSTRAINT reports_verdict CHECK (verdict IN ('upheld', 'rejected', 'false')),
  verdict_by uuid REFERENCES users.accounts,
  verdict_at timestamptz CONSTRAINT reports_verdict_after CHECK (verdict_at >= made_at),
  note       text CONSTRAINT reports_note CHECK (length(note) <= 1000),   -- for staff
  CONSTRAINT reports_verdict_whole CHECK (num_nulls(verdict, verdict_by, verdict_at) IN (0, 3)),
  CONSTRAINT reports_not_ones_own_judge CHECK (verdict_by <> reporter)
);
CREATE UNIQUE INDEX reports_one_open ON users.reports (reporter, kind, subject) WHERE verdict IS NULL;
CREATE INDEX reports_queue ON users.reports (made_at, id) WHERE verdict IS NULL;
CREATE INDEX reports_of_subject ON users.reports (subject, made_at);
CREATE INDEX reports_of_reporter ON users.reports (reporter, id);

GRANT SELECT, INSERT, UPDATE ON users.reports TO marketplace_app;
