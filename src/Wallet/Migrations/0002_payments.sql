-- Payments: one row an attempt to take money through a provider. Its capture is the posting capture:{id} of the ledger,
-- whose keys are unique for ever: a payment is captured once.
CREATE TABLE wallet.payments (
    id                 uuid        PRIMARY KEY,
    purpose            text        NOT NULL CONSTRAINT payments_purpose CHECK (purpose IN ('order', 'top_up')),
    subject_id         uuid        NOT NULL,       -- the order, or the account that tops up
    payer_id           uuid        NOT NULL,
    amount             bigint      NOT NULL CONSTRAINT payments_amount CHECK (amount > 0),
    currency           text        NOT NULL REFERENCES wallet.currencies CONSTRAINT payments_currency CHECK (currency <> 'XPL'),
    method             text        NOT NULL CONSTRAINT payments_method CHECK (length(method) BETWEEN 1 AND 40),
    provider           text        NOT NULL CONSTRAINT payments_provider CHECK (length(provider) BETWEEN 1 AND 40),
    state              text        NOT NULL CONSTRAINT payments_state CHECK (state IN ('created', 'needs_action', 'captured', 'failed', 'unknown')),
    method_token       text        CONSTRAINT payments_method_token CHECK (length(method_token) <= 200),
    provider_reference text        CONSTRAINT payments_reference CHECK (length(provider_reference) <= 200),
    return_path        text        NOT NULL CONSTRAINT payments_return_path CHECK (return_path ~ '^/([^/\\]|$)' AND length(return_path) <= 400),
    action_url         text        CONSTRAINT payments_action_url CHECK (length(action_url) <= 2000),
    action_until       timestamptz,
    failure_code       text        CONSTRAINT payments_failure_code CHECK (failure_code ~ '^[a-z0-9_]{1,60}$'),
    attempts           integer     NOT NULL CONSTRAINT payments_attempts CHECK (attempts >= 0),
    next_check_at      timestamptz,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    captured_at        timestamptz,
    CONSTRAINT payments_own_top_up CHECK (purpose <> 'top_up' OR subject_id = payer_id),
    CONSTRAINT payments_captured   CHECK ((state = 'captured') = (captured_at IS NOT NULL)
                                          AND (state <> 'captured' OR provider_reference IS NOT NULL)),
    CONSTRAINT payments_failed     CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CONSTRAINT payments_action     CHECK ((state = 'needs_action') = (action_url IS NOT NULL)
                                          AND (state = 'needs_action') = (action_until IS NOT NULL)),
    CONSTRAINT payments_open       CHECK ((state IN ('created', 'needs_action', 'unknown')) = (next_check_at IS NOT NULL)),
    CONSTRAINT payments_token_kept CHECK (method_token IS NULL OR state IN ('created', 'unknown'))
);

CREATE UNIQUE INDEX payments_one_reference ON wallet.payments (provider, provider_reference) WHERE provider_reference IS NOT NULL;
-- An order is not paid twice: a second payment waits until the first has failed.
CREATE UNIQUE INDEX payments_one_live ON wallet.payments (subject_id) WHERE purpose = 'order' AND state <> 'failed';
CREATE INDEX payments_subject ON wallet.payments (subject_id, created_at);
CREATE INDEX payments_payer   ON wallet.payments (payer_id, created_at);
CREATE INDEX payments_due     ON wallet.payments (next_check_at) WHERE next_check_at IS NOT NULL;

-- An ended payment never changes, and none goes back to created.
CREATE FUNCTION wallet.refuse_payment_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = wallet, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a payment that is % does not become %', OLD.state, NEW.state
        USING ERRCODE = '23514', CONSTRAINT = 'payments_transition', SCHEMA = 'wallet', TABLE = 'payments';
END $$;

CREATE TRIGGER payments_transition BEFORE UPDATE ON wallet.payments FOR EACH ROW
    WHEN (OLD.state IN ('captured', 'failed') OR NEW.state = 'created' AND OLD.state <> 'created'
          OR NEW.state = 'unknown' AND OLD.state = 'needs_action')
    EXECUTE FUNCTION wallet.refuse_payment_change();

-- The memory of the sandbox, which plays a provider outside: written by its own connection, never in a transaction of ours,
-- once a payment.
CREATE TABLE wallet.sandbox_charges (
    id           uuid        PRIMARY KEY,
    payment_id   uuid        NOT NULL CONSTRAINT sandbox_charges_once UNIQUE,
    amount       bigint      NOT NULL,
    currency     text        NOT NULL,
    state        text        NOT NULL CONSTRAINT sandbox_charges_state CHECK (state IN ('captured', 'declined', 'needs_action')),
    decline_code text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT sandbox_charges_declined CHECK ((state = 'declined') = (decline_code IS NOT NULL))
);

-- The back office lists the ledger newest first.
CREATE INDEX ledger_transactions_recorded ON wallet.ledger_transactions (recorded_at, id);

GRANT SELECT, INSERT ON wallet.payments, wallet.sandbox_charges TO marketplace_app;
GRANT UPDATE (state, method_token, provider_reference, action_url, action_until, failure_code, attempts, next_check_at, updated_at, captured_at)
    ON wallet.payments TO marketplace_app;
GRANT UPDATE (state, decline_code, updated_at) ON wallet.sandbox_charges TO marketplace_app;
