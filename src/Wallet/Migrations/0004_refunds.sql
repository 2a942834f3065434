-- Money that goes back the way it came, and what a provider really took for a payment.

-- An ended payment never changes; only what is learnt about it later is written beside it.
ALTER TABLE wallet.payments
    ADD COLUMN refunded     bigint NOT NULL DEFAULT 0,
    ADD COLUMN fee          bigint,            -- the provider's real price, once it is known
    ADD COLUMN fee_check_at timestamptz,       -- when the provider is asked for it; null when it is known or there is none
    ADD CONSTRAINT payments_refunded  CHECK (refunded BETWEEN 0 AND amount AND (refunded = 0 OR state = 'captured')),
    ADD CONSTRAINT payments_fee       CHECK (fee IS NULL OR fee >= 0 AND state = 'captured'),
    ADD CONSTRAINT payments_fee_asked CHECK (fee_check_at IS NULL OR fee IS NULL AND state = 'captured');
ALTER TABLE wallet.payments ALTER COLUMN refunded DROP DEFAULT;
CREATE INDEX payments_fee_due ON wallet.payments (fee_check_at) WHERE fee_check_at IS NOT NULL;

DROP TRIGGER payments_transition ON wallet.payments;
UPDATE wallet.payments SET fee_check_at = captured_at WHERE state = 'captured';
CREATE TRIGGER payments_transition BEFORE UPDATE OF
        id, purpose, subject_id, payer_id, amount, currency, method, provider, state, method_token, provider_reference, return_path, action_url,
        action_until, failure_code, attempts, next_check_at, created_at, updated_at, captured_at
    ON wallet.payments FOR EACH ROW
    WHEN (OLD.state IN ('captured', 'failed') OR NEW.state = 'created' AND OLD.state <> 'created'
          OR NEW.state = 'unknown' AND OLD.state = 'needs_action')
    EXECUTE FUNCTION wallet.refuse_payment_change();

-- One row a refund of a payment. Its end is the posting refund_settled:{id}: given back once, wherever it went in the end.
CREATE TABLE wallet.payment_refunds (
    id                 uuid        PRIMARY KEY,     -- the refund that it carries out, and the key under which the provider gives it back once
    payment_id         uuid        NOT NULL REFERENCES wallet.payments,
    amount             bigint      NOT NULL CONSTRAINT payment_refunds_amount CHECK (amount > 0),
    currency           text        NOT NULL REFERENCES wallet.currencies,
    state              text        NOT NULL CONSTRAINT payment_refunds_state CHECK (state IN ('created', 'unknown', 'settled', 'failed')),
    provider_reference text        CONSTRAINT payment_refunds_reference CHECK (length(provider_reference) <= 200),
    failure_code       text        CONSTRAINT payment_refunds_failure_code CHECK (failure_code ~ '^[a-z0-9_]{1,60}$'),
    attempts           integer     NOT NULL CONSTRAINT payment_refunds_attempts CHECK (attempts >= 0),
    next_check_at      timestamptz,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    ended_at           timestamptz,
    CONSTRAINT payment_refunds_open    CHECK ((state IN ('created', 'unknown')) = (next_check_at IS NOT NULL)
                                              AND (state IN ('created', 'unknown')) = (ended_at IS NULL)),
    CONSTRAINT payment_refunds_settled CHECK ((state = 'settled') = (provider_reference IS NOT NULL)),
    CONSTRAINT payment_refunds_failed  CHECK ((state = 'failed') = (failure_code IS NOT NULL))
);
CREATE INDEX payment_refunds_payment ON wallet.payment_refunds (payment_id);
CREATE INDEX payment_refunds_due     ON wallet.payment_refunds (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE TRIGGER payment_refunds_transition BEFORE UPDATE ON wallet.payment_refunds FOR EACH ROW
    WHEN (OLD.state IN ('settled', 'failed') OR NEW.state = 'created' AND OLD.state <> 'created')
    EXECUTE FUNCTION wallet.refuse_payment_change();

-- The sandbox remembers the card, which decides what becomes of refunds and when the fee is told.
ALTER TABLE wallet.sandbox_charges ADD COLUMN card text, ADD COLUMN fee bigint;
UPDATE wallet.sandbox_charges SET fee = round(amount * 0.029) + CASE currency WHEN 'KWD' THEN 100 ELSE 30 END WHERE state = 'captured';

CREATE TABLE wallet.sandbox_refunds (
    id         uuid        PRIMARY KEY,
    payment_id uuid        NOT NULL,
    amount     bigint      NOT NULL,
    refused    text,                                -- the reason; null: given back
    created_at timestamptz NOT NULL
);
CREATE INDEX sandbox_refunds_payment ON wallet.sandbox_refunds (payment_id);

GRANT SELECT, INSERT ON wallet.payment_refunds, wallet.sandbox_refunds TO marketplace_app;
GRANT UPDATE (refunded, fee, fee_check_at) ON wallet.payments TO marketplace_app;
GRANT UPDATE (state, provider_reference, failure_code, attempts, next_check_at, updated_at, ended_at) ON wallet.payment_refunds TO marketplace_app;
GRANT UPDATE (fee) ON wallet.sandbox_charges TO marketplace_app;
