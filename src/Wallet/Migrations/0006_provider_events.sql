-- What providers tell by themselves: proved, stored first, then handled once. The body is kept as it came; nothing in it is believed about money.
CREATE TABLE wallet.provider_events (
    id          uuid        PRIMARY KEY,
    provider    text        NOT NULL CONSTRAINT provider_events_provider CHECK (length(provider) BETWEEN 1 AND 40),
    event_id    text        NOT NULL CONSTRAINT provider_events_event_id CHECK (length(event_id) BETWEEN 1 AND 200),
    type        text        NOT NULL CONSTRAINT provider_events_type CHECK (length(type) BETWEEN 1 AND 100),
    about       text        NOT NULL CONSTRAINT provider_events_about CHECK (about IN ('payment', 'refund', 'dispute', 'payout', 'nothing')),
    subject     text        CONSTRAINT provider_events_subject CHECK (length(subject) BETWEEN 1 AND 200),   -- our id, or the provider's name of a dispute
    body        bytea       CONSTRAINT provider_events_body CHECK (octet_length(body) <= 262144),           -- null: a person in it was erased
    headers     jsonb       NOT NULL,
    happened_at timestamptz,                      -- as the provider says
    received_at timestamptz NOT NULL,
    state       text        NOT NULL CONSTRAINT provider_events_state CHECK (state IN ('received', 'handled', 'ignored', 'failed')),
    attempts    integer     NOT NULL CONSTRAINT provider_events_attempts CHECK (attempts >= 0),
    last_error  text        CONSTRAINT provider_events_last_error CHECK (length(last_error) <= 500),
    next_at     timestamptz,
    ended_at    timestamptz,
    CONSTRAINT provider_events_once  UNIQUE (provider, event_id),
    CONSTRAINT provider_events_names CHECK ((about = 'nothing') = (subject IS NULL)),
    CONSTRAINT provider_events_open  CHECK ((state = 'received') = (next_at IS NOT NULL) AND (state = 'received') = (ended_at IS NULL))
);
CREATE INDEX provider_events_due  ON wallet.provider_events (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX provider_events_list ON wallet.provider_events (received_at, id);
CREATE INDEX provider_events_by_subject ON wallet.provider_events (subject);

-- Events that the sandbox has sent or will send; as often as is asked.
CREATE TABLE wallet.sandbox_events (
    id         text        PRIMARY KEY,
    body       text        NOT NULL,
    created_at timestamptz NOT NULL,
    send_at    timestamptz                        -- null: sent
);
CREATE INDEX sandbox_events_due ON wallet.sandbox_events (send_at) WHERE send_at IS NOT NULL;

GRANT SELECT, INSERT, DELETE ON wallet.provider_events TO marketplace_app;
GRANT UPDATE (state, body, attempts, last_error, next_at, ended_at) ON wallet.provider_events TO marketplace_app;
GRANT SELECT, INSERT, UPDATE ON wallet.sandbox_events TO marketplace_app;
