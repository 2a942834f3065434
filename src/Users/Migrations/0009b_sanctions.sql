-- What staff did to somebody's account, why and until when. accounts.status follows the one that is open.
CREATE TABLE users.sanctions (
  id          uuid PRIMARY KEY,
  account     uuid NOT NULL REFERENCES users.accounts,
  kind        text NOT NULL CONSTRAINT sanctions_kind CHECK (kind IN ('suspension', 'ban')),
  reason      text NOT NULL CONSTRAINT sanctions_reason CHECK (length(reason) BETWEEN 1 AND 1000),
  until       timestamptz CONSTRAINT sanctions_until CHECK (until > at),
  by          uuid NOT NULL REFERENCES users.accounts,
  at          timestamptz NOT NULL,
  lifted_at   timestamptz CONSTRAINT sanctions_lifted_after CHECK (lifted_at >= at),
  lifted_by   uuid REFERENCES users.accounts,       -- null: its time was over
  lift_reason text CONSTRAINT sanctions_lift_reason CHECK (length(lift_reason) BETWEEN 1 AND 1000),
  CONSTRAINT sanctions_not_oneself CHECK (by <> account AND lifted_by <> account),
  CONSTRAINT sanctions_ban_is_open CHECK (kind <> 'ban' OR until IS NULL),
  CONSTRAINT sanctions_lift_whole CHECK ((lifted_at IS NULL) = (lift_reason IS NULL))
);
CREATE UNIQUE INDEX sanctions_one_open ON users.sanctions (account) WHERE lifted_at IS NULL;
CREATE INDEX sanctions_of_account ON users.sanctions (account, at);
CREATE INDEX sanctions_due ON users.sanctions (until) WHERE lifted_at IS NULL AND until IS NOT NULL;

-- One text of the person a sanction, and what staff answered.
CREATE TABLE users.appeals (
  sanction    uuid PRIMARY KEY REFERENCES users.sanctions,
  text        text NOT NULL CONSTRAINT appeals_text CHECK (length(text) BETWEEN 1 AND 4000),
  made_at     timestamptz NOT NULL,
  accepted    boolean,
  answer      text CONSTRAINT appeals_answer CHECK (length(answer) BETWEEN 1 AND 4000),
  answered_by uuid REFERENCES users.accounts,
  answered_at timestamptz CONSTRAINT appeals_answered_after CHECK (answered_at >= made_at),
  CONSTRAINT appeals_answer_whole CHECK (num_nulls(accepted, answer, answered_by, answered_at) IN (0, 4))
);
CREATE INDEX appeals_open ON users.appeals (made_at) WHERE answered_at IS NULL;
CREATE INDEX accounts_by_status ON users.accounts (status, id) WHERE status <> 'active';

GRANT SELECT, INSERT, UPDATE ON users.sanctions, users.appeals TO marketplace_app;
