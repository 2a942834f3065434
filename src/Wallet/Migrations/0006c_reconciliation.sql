-- A provider's books beside ours, day by day.
CREATE TABLE wallet.reconciliation_days (
    provider   text        NOT NULL CONSTRAINT reconciliation_days_provider CHECK (length(provider) BETWEEN 1 AND 40),
    day        date        NOT NULL,
    currency   text        NOT NULL,
    movements  integer     NOT NULL CONSTRAINT reconciliation_days_movements CHECK (movements >= 0),
    volume     bigint      NOT NULL CONSTRAINT reconciliation_days_volume CHECK (volume >= 0),    -- of both sides together, without signs
    checked_at timestamptz NOT NULL,
    PRIMARY KEY (provider, day, currency)
);
CREATE INDEX reconciliation_days_list ON wallet.reconciliation_days (day, provider);

CREATE TABLE wallet.reconciliation_differences (
    id           uuid        PRIMARY KEY,
    provider     text        NOT NULL,
    day          date        NOT NULL,
    kind         text        NOT NULL CONSTRAINT reconciliation_differences_kind CHECK (kind IN ('missing_here', 'missing_there', 'amount', 'currency', 'state')),
    what         text        NOT NULL CONSTRAINT reconciliation_differences_what CHECK (what ~ '^[a-z_]{1,40}$'),   -- payment, refund, dispute …
    reference    text        NOT NULL CONSTRAINT reconciliation_differences_reference CHECK (length(reference) BETWEEN 1 AND 200),
    ours         uuid,
    there        bigint,                           -- null: nothing
    here         bigint,
    currency     text        NOT NULL,             -- theirs; ours when they have none
    here_in      text,                             -- ours, when it is another
    our_state    text,
    state        text        NOT NULL CONSTRAINT reconciliation_differences_state CHECK (state IN ('open', 'explained', 'settled')),
    note         text        CONSTRAINT reconciliation_differences_note CHECK (length(note) BETWEEN 1 AND 1000),
    explained_by uuid,
    found_at     timestamptz NOT NULL,
    ended_at     timestamptz,
    CONSTRAINT reconciliation_differences_once  UNIQUE (provider, day, what, reference),
    CONSTRAINT reconciliation_differences_ended CHECK ((state = 'open') = (ended_at IS NULL) AND (state = 'explained') = (note IS NOT NULL) AND (note IS NULL) = (explained_by IS NULL))
);
CREATE INDEX reconciliation_differences_list ON wallet.reconciliation_differences (found_at, id);
CREATE INDEX reconciliation_differences_open ON wallet.reconciliation_differences (provider, day) WHERE state = 'open';

-- What the sandbox's report says falsely: it hides a movement, or tells of another amount, currency or movement than there was.
CREATE TABLE wallet.sandbox_lies (
    reference text        PRIMARY KEY,
    lie       text        NOT NULL CONSTRAINT sandbox_lies_lie CHECK (lie IN ('hide', 'change', 'invent')),
    amount    bigint,
    currency  text,
    at        timestamptz NOT NULL
);

GRANT SELECT, INSERT ON wallet.reconciliation_days, wallet.reconciliation_differences, wallet.sandbox_lies TO marketplace_app;
GRANT UPDATE (movements, volume, checked_at) ON wallet.reconciliation_days TO marketplace_app;
GRANT UPDATE (kind, there, here, currency, here_in, our_state, state, note, explained_by, ended_at) ON wallet.reconciliation_differences TO marketplace_app;
GRANT DELETE ON wallet.sandbox_lies TO marketplace_app;
