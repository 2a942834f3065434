-- What people are told: in the market's inbox, by mail, and what of it they want.
CREATE SCHEMA IF NOT EXISTS notifications;

-- One row a person and thing that happened. Words are made when it is read, in the reader's language, from type and data: here are
-- ids, amounts and numbers, never names or addresses.
CREATE TABLE notifications.notifications (
  id           uuid PRIMARY KEY,
  account      uuid NOT NULL,
  class        text NOT NULL CONSTRAINT notifications_class CHECK (class IN ('info', 'alert', 'promo', 'update')),
  type         text NOT NULL CONSTRAINT notifications_type CHECK (type IN
                 ('welcome', 'order_paid', 'sale', 'payment_failed', 'product_approved', 'product_rejected', 'hold_released', 'refund', 'sale_refunded')),
  state        text NOT NULL CONSTRAINT notifications_state CHECK (state IN ('unread', 'read', 'archived')),
  cause        text NOT NULL,                 -- what happened, so that hearing it twice tells it once
  actor        uuid,                          -- who did it, when that is theirs to know
  subject_kind text,
  subject_id   uuid,
  link         text NOT NULL CONSTRAINT notifications_link CHECK (link ~ '^/([^/\\]|$)' AND length(link) <= 500),
  data         jsonb NOT NULL,
  created_at   timestamptz NOT NULL,
  read_at      timestamptz CONSTRAINT notifications_read_after_start CHECK (read_at >= created_at),
  archived_at  timestamptz CONSTRAINT notifications_archived_after_read CHECK (archived_at >= read_at),
  CONSTRAINT notifications_once UNIQUE (account, type, cause),
  CONSTRAINT notifications_read CHECK ((state = 'unread') = (read_at IS NULL)),
  CONSTRAINT notifications_archived CHECK ((state = 'archived') = (archived_at IS NOT NULL)),
  CONSTRAINT notifications_subject CHECK ((subject_kind IS NULL) = (subject_id IS NULL))
);
CREATE INDEX notifications_inbox ON notifications.notifications (account, id);
CREATE INDEX notifications_unread ON notifications.notifications (account, id) WHERE state = 'unread';

-- A mail on its way. To whom it goes is asked when it is sent.
CREATE TABLE notifications.mails (
  id         uuid PRIMARY KEY,                -- its Message-ID, too: a receiver that gets it twice can tell
  account    uuid NOT NULL,
  template   text NOT NULL CONSTRAINT mails_template CHECK (template IN
               ('welcome', 'order_paid', 'sale', 'payment_failed', 'product_approved', 'product_rejected', 'hold_released', 'refund', 'sale_refunded', 'password_link')),
  cause      text NOT NULL,
  language   text CONSTRAINT mails_language CHECK (language IN ('en', 'fr')),        -- in which it was written
  link       text NOT NULL CONSTRAINT mails_link CHECK (link ~ '^/([^/\\]|$)' AND length(link) <= 500),
  data       jsonb NOT NULL,
  secret     bytea,                           -- sealed; gone as soon as the mail is
  state      text NOT NULL CONSTRAINT mails_state CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped')),
  attempts   int NOT NULL CONSTRAINT mails_attempts CHECK (attempts >= 0),
  next_at    timestamptz NOT NULL,            -- queued: when it is tried; sending: when it is given up for lost and tried again
  created_at timestamptz NOT NULL,
  sent_at    timestamptz,
  error      text CONSTRAINT mails_error_length CHECK (length(error) <= 500),
  CONSTRAINT mails_once UNIQUE (account, template, cause),
  CONSTRAINT mails_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  CONSTRAINT mails_secret_gone CHECK (secret IS NULL OR state IN ('queued', 'sending'))
);
CREATE INDEX mails_due ON notifications.mails (next_at) WHERE state IN ('queued', 'sending');
CREATE INDEX mails_by_state ON notifications.mails (state, id);

-- What somebody does not want (or wants again): one row a type and way that they ever changed.
CREATE TABLE notifications.preferences (
  account    uuid NOT NULL,
  type       text NOT NULL CONSTRAINT preferences_type CHECK (type IN ('welcome', 'sale', 'product_approved', 'product_rejected', 'hold_released', 'sale_refunded')),
  way        text NOT NULL CONSTRAINT preferences_way CHECK (way IN ('inbox', 'mail')),
  off        boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (account, type, way)
);

-- A developer's letter box: mails that no server was there to take.
CREATE TABLE notifications.mailbox (
  id        uuid PRIMARY KEY,
  recipient text NOT NULL,
  subject   text NOT NULL,
  plain     text NOT NULL,
  html      text NOT NULL,
  language  text NOT NULL,
  sent_at   timestamptz NOT NULL
);

GRANT USAGE ON SCHEMA notifications TO marketplace_app;
GRANT SELECT, INSERT, UPDATE ON notifications.notifications, notifications.preferences TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.mails TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON notifications.mailbox TO marketplace_app;
