-- Providers outside: payments that wait for a decision of staff, and ways to pay that people save.

ALTER TABLE wallet.payments
    ADD COLUMN authorised_until timestamptz,                    -- given up then, when nobody has decided
    ADD COLUMN save_method      boolean NOT NULL DEFAULT false, -- the payer wants to pay this way again
    ADD COLUMN saved_method_id  uuid,                           -- paid by a saved way; its token is not copied here
    ADD COLUMN off_session      boolean NOT NULL DEFAULT false, -- a renewal: the payer cannot be asked
    DROP CONSTRAINT payments_state,
    ADD CONSTRAINT payments_state CHECK (state IN ('created', 'needs_action', 'authorised', 'captured', 'failed', 'unknown')),
    DROP CONSTRAINT payments_open,
    ADD CONSTRAINT payments_open CHECK ((state IN ('created', 'needs_action', 'authorised', 'unknown')) = (next_check_at IS NOT NULL)),
    ADD CONSTRAINT payments_authorised CHECK ((state = 'authorised') = (authorised_until IS NOT NULL)
                                              AND (state <> 'authorised' OR provider_reference IS NOT NULL)),
    DROP CONSTRAINT payments_token_kept,
    ADD CONSTRAINT payments_token_kept CHECK (method_token IS NULL OR state IN ('created', 'unknown') OR save_method AND state IN ('needs_action', 'authorised')),
    ADD CONSTRAINT payments_one_token CHECK (saved_method_id IS NULL OR method_token IS NULL);
ALTER TABLE wallet.payments ALTER COLUMN save_method DROP DEFAULT, ALTER COLUMN off_session DROP DEFAULT;
CREATE INDEX payments_in_review    ON wallet.payments (authorised_until) WHERE state = 'authorised';
CREATE INDEX payments_saved_method ON wallet.payments (saved_method_id) WHERE saved_method_id IS NOT NULL AND state IN ('created', 'needs_action', 'unknown');

DROP TRIGGER payments_transition ON wallet.payments;
CREATE TRIGGER payments_transition BEFORE UPDATE OF
        id, purpose, subject_id, payer_id, amount, currency, method, provider, state, method_token, provider_reference, return_path, action_url,
        action_until, failure_code, attempts, next_check_at, created_at, updated_at, captured_at, authorised_until, save_method, saved_method_id, off_session
    ON wallet.payments FOR EACH ROW
    WHEN (OLD.state IN ('captured', 'failed') OR NEW.state = 'created' AND OLD.state <> 'created'
          OR NEW.state = 'unknown' AND OLD.state IN ('needs_action', 'authorised') OR NEW.state = 'needs_action' AND OLD.state = 'authorised')
    EXECUTE FUNCTION wallet.refuse_payment_change();

-- Ways to pay that are kept at a provider. Its number is there; here is a sealed token and what its owner knows it by.
CREATE TABLE wallet.payment_methods (
    id           uuid        PRIMARY KEY,
    account      uuid        NOT NULL,
    provider     text        NOT NULL CONSTRAINT payment_methods_provider CHECK (length(provider) BETWEEN 1 AND 40),
    method       text        NOT NULL CONSTRAINT payment_methods_method CHECK (length(method) BETWEEN 1 AND 40),
    token        bytea       NOT NULL,      -- sealed: Secrets
    brand        text        NOT NULL CONSTRAINT payment_methods_brand CHECK (brand ~ '^[a-z0-9_]{1,30}$'),
    last4        text        CONSTRAINT payment_methods_last4 CHECK (last4 ~ '^[0-9]{4}$'),
    expiry_month integer     CONSTRAINT payment_methods_month CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year  integer     CONSTRAINT payment_methods_year CHECK (expiry_year BETWEEN 2000 AND 2200),
    is_default   boolean     NOT NULL,
    created_at   timestamptz NOT NULL,
    removed_at   timestamptz,               -- its owner is rid of it; the row goes when its provider has forgotten it, too
    forget_at    timestamptz,               -- when the provider is asked to
    attempts     integer     NOT NULL CONSTRAINT payment_methods_attempts CHECK (attempts >= 0),
    CONSTRAINT payment_methods_expiry  CHECK ((expiry_month IS NULL) = (expiry_year IS NULL)),
    CONSTRAINT payment_methods_removed CHECK ((removed_at IS NULL) = (forget_at IS NULL) AND NOT (removed_at IS NOT NULL AND is_default))
);
CREATE UNIQUE INDEX payment_methods_one_default ON wallet.payment_methods (account) WHERE is_default;
CREATE INDEX payment_methods_account ON wallet.payment_methods (account, id);
CREATE INDEX payment_methods_due     ON wallet.payment_methods (forget_at) WHERE forget_at IS NOT NULL;
SELECT kernel.guard_rows('wallet.payment_methods', 'account');

-- The sandbox learns to hold money for a review, and to keep cards.
ALTER TABLE wallet.sandbox_charges
    DROP CONSTRAINT sandbox_charges_state,
    ADD CONSTRAINT sandbox_charges_state CHECK (state IN ('captured', 'declined', 'needs_action', 'authorised'));
CREATE TABLE wallet.sandbox_methods (
    id           uuid        PRIMARY KEY,
    card         text        NOT NULL,
    created_at   timestamptz NOT NULL,
    forgotten_at timestamptz
);

GRANT UPDATE (authorised_until) ON wallet.payments TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON wallet.payment_methods TO marketplace_app;
GRANT UPDATE (is_default, removed_at, forget_at, attempts) ON wallet.payment_methods TO marketplace_app;
GRANT SELECT, INSERT ON wallet.sandbox_methods TO marketplace_app;
GRANT UPDATE (forgotten_at) ON wallet.sandbox_methods TO marketplace_app;
