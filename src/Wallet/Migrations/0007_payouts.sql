-- Payouts: money that leaves a wallet for its owner's bank, and where it goes.

-- Where somebody's money may go. Details never change: another account is another row. What is removed stays for its payouts.
CREATE TABLE wallet.payout_destinations (
    id          uuid        PRIMARY KEY,
    account     uuid        NOT NULL,
    way         text        NOT NULL CONSTRAINT payout_destinations_way CHECK (way ~ '^[a-z][a-z0-9_]{0,39}$'),
    details     bytea,                              -- sealed; null once its person is erased
    mask        text        NOT NULL CONSTRAINT payout_destinations_mask CHECK (length(mask) BETWEEN 1 AND 80),
    country     text        CONSTRAINT payout_destinations_country CHECK (country ~ '^[A-Z]{2}$'),
    state       text        NOT NULL CONSTRAINT payout_destinations_state CHECK (state IN ('pending', 'verified', 'refused')),
    reason      text        CONSTRAINT payout_destinations_reason CHECK (length(reason) BETWEEN 1 AND 1000),
    decided_by  uuid,                               -- null: its provider
    decided_at  timestamptz,
    usable_from timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    removed_at  timestamptz,
    CONSTRAINT payout_destinations_of UNIQUE (id, account),
    CONSTRAINT payout_destinations_decided CHECK ((state = 'pending') = (decided_at IS NULL) AND (state <> 'pending' OR decided_by IS NULL)),
    CONSTRAINT payout_destinations_refused CHECK ((state = 'refused') = (reason IS NOT NULL)),
    CONSTRAINT payout_destinations_not_own CHECK (decided_by <> account),
    CONSTRAINT payout_destinations_waits   CHECK (usable_from >= created_at),
    CONSTRAINT payout_destinations_erased  CHECK (details IS NOT NULL OR removed_at IS NOT NULL)
);
CREATE INDEX payout_destinations_account ON wallet.payout_destinations (account, created_at);
CREATE INDEX payout_destinations_waiting ON wallet.payout_destinations (created_at, id) WHERE state = 'pending' AND removed_at IS NULL;
SELECT kernel.guard_rows('wallet.payout_destinations', 'account', for_staff => true);

-- Files for the bank, each made once. The content is sealed: it names people and their accounts.
CREATE TABLE wallet.payout_batches (
    id       uuid        PRIMARY KEY,
    format   text        NOT NULL CONSTRAINT payout_batches_format CHECK (format IN ('sepa', 'csv')),
    currency text        NOT NULL REFERENCES wallet.currencies,
    payouts  integer     NOT NULL CONSTRAINT payout_batches_payouts CHECK (payouts > 0),
    total    bigint      NOT NULL CONSTRAINT payout_batches_total CHECK (total > 0),
    sha256   bytea       NOT NULL CONSTRAINT payout_batches_sha256 CHECK (length(sha256) = 32),
    content  bytea       NOT NULL,
    made_by  uuid        NOT NULL,
    made_at  timestamptz NOT NULL
);

CREATE TABLE wallet.payouts (
    id                 uuid        PRIMARY KEY,
    account            uuid        NOT NULL,
    destination_id     uuid        NOT NULL,
    way                text        NOT NULL,
    amount             bigint      NOT NULL CONSTRAINT payouts_amount CHECK (amount > 0),
    fee                bigint      NOT NULL CONSTRAINT payouts_fee CHECK (fee >= 0 AND fee < amount),
    currency           text        NOT NULL REFERENCES wallet.currencies CONSTRAINT payouts_currency CHECK (currency <> 'XPL'),
    state              text        NOT NULL CONSTRAINT payouts_state CHECK (state IN ('requested', 'approved', 'sending', 'unknown', 'sent', 'paid', 'rejected', 'cancelled', 'failed')),
    first_by           uuid,                        -- the first of two who approve
    first_at           timestamptz,
    approved_by        uuid,
    approved_at        timestamptz,
    reason             text        CONSTRAINT payouts_reason CHECK (length(reason) BETWEEN 1 AND 1000),
    failure_code       text        CONSTRAINT payouts_failure_code CHECK (failure_code ~ '^[a-z0-9_]{1,60}$'),
    provider_reference text        CONSTRAINT payouts_reference CHECK (length(provider_reference) <= 200),
    batch_id           uuid        REFERENCES wallet.payout_batches,
    proof              text,                        -- of a payment by hand: key of a blob
    proof_type         text,
    attempts           integer     NOT NULL CONSTRAINT payouts_attempts CHECK (attempts >= 0),
    next_check_at      timestamptz,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    sent_at            timestamptz,
    ended_at           timestamptz,
    CONSTRAINT payouts_destination FOREIGN KEY (destination_id, account) REFERENCES wallet.payout_destinations (id, account),
    -- Nobody decides about their own money, and the second of two is another person.
    CONSTRAINT payouts_not_own   CHECK (first_by <> account AND approved_by <> account),
    CONSTRAINT payouts_two       CHECK (first_by <> approved_by),
    CONSTRAINT payouts_first     CHECK ((first_by IS NULL) = (first_at IS NULL)),
    CONSTRAINT payouts_approved  CHECK ((approved_by IS NULL) = (approved_at IS NULL)
                                        AND (state NOT IN ('approved', 'sending', 'unknown', 'sent', 'paid', 'failed') OR approved_by IS NOT NULL)
                                        AND (state NOT IN ('requested', 'cancelled') OR approved_by IS NULL)),
    CONSTRAINT payouts_sent      CHECK ((state IN ('sent', 'paid', 'failed')) = (sent_at IS NOT NULL)),
    CONSTRAINT payouts_ended     CHECK ((state IN ('paid', 'rejected', 'cancelled', 'failed')) = (ended_at IS NOT NULL)),
    CONSTRAINT payouts_rejected  CHECK (state <> 'rejected' OR reason IS NOT NULL),
    CONSTRAINT payouts_failed    CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CONSTRAINT payouts_checked   CHECK (CASE WHEN state IN ('sending', 'unknown') THEN next_check_at IS NOT NULL WHEN state = 'sent' THEN true ELSE next_check_at IS NULL END),
    CONSTRAINT payouts_proof     CHECK ((proof IS NULL) = (proof_type IS NULL) AND (proof IS NULL OR state = 'paid')),
    CONSTRAINT payouts_batch     CHECK (batch_id IS NULL OR state IN ('sent', 'paid', 'failed'))
);
CREATE INDEX payouts_account ON wallet.payouts (account, created_at, id);
CREATE INDEX payouts_queue   ON wallet.payouts (state, created_at, id);
CREATE INDEX payouts_due     ON wallet.payouts (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX payouts_batch   ON wallet.payouts (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX payouts_to      ON wallet.payouts (destination_id);
SELECT kernel.guard_rows('wallet.payouts', 'account', for_staff => true);

-- What was sent never becomes payable again, and what has ended stays as it is.
CREATE FUNCTION wallet.refuse_payout_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = wallet, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a payout that is % does not become %', OLD.state, NEW.state
        USING ERRCODE = '23514', CONSTRAINT = 'payouts_transition', SCHEMA = 'wallet', TABLE = 'payouts';
END $$;

CREATE TRIGGER payouts_transition BEFORE UPDATE ON wallet.payouts FOR EACH ROW
    WHEN (OLD.state || ' ' || NEW.state NOT IN (
            'requested requested', 'requested approved', 'requested rejected', 'requested cancelled',
            'approved approved', 'approved rejected', 'approved sending', 'approved sent',
            'sending sending', 'sending unknown', 'sending sent', 'sending paid', 'sending failed',
            'unknown unknown', 'unknown sent', 'unknown paid', 'unknown failed',
            'sent sent', 'sent paid', 'sent failed')
          OR NEW.amount <> OLD.amount OR NEW.fee <> OLD.fee OR NEW.account <> OLD.account OR NEW.destination_id <> OLD.destination_id)
    EXECUTE FUNCTION wallet.refuse_payout_change();

-- What the owner decides at run time: one row.
CREATE TABLE wallet.payout_settings (
    singleton  boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    four_eyes  boolean     NOT NULL,
    changed_by uuid,
    changed_at timestamptz
);
INSERT INTO wallet.payout_settings (four_eyes) VALUES (true);

-- The memory of the sandbox, which plays whoever pays out: written by its own connection, once a payout.
CREATE TABLE wallet.sandbox_payouts (
    id         uuid        PRIMARY KEY,
    amount     bigint      NOT NULL,
    currency   text        NOT NULL,
    scenario   text        NOT NULL,
    state      text        NOT NULL CONSTRAINT sandbox_payouts_state CHECK (state IN ('sent', 'paid', 'failed')),
    created_at timestamptz NOT NULL
);

-- Staff corrects a balance: one proposes, another approves.
CREATE TABLE wallet.adjustments (
    id              uuid        PRIMARY KEY,
    account         uuid        NOT NULL,
    currency        text        NOT NULL REFERENCES wallet.currencies CONSTRAINT adjustments_currency CHECK (currency <> 'XPL'),
    amount          bigint      NOT NULL CONSTRAINT adjustments_amount CHECK (amount <> 0),
    category        text        NOT NULL CONSTRAINT adjustments_category CHECK (category IN ('goodwill', 'correction', 'commission', 'fee', 'dispute')),
    reason          text        NOT NULL CONSTRAINT adjustments_reason CHECK (length(reason) BETWEEN 1 AND 1000),
    state           text        NOT NULL CONSTRAINT adjustments_state CHECK (state IN ('proposed', 'posted', 'rejected')),
    proposed_by     uuid        NOT NULL,
    proposed_at     timestamptz NOT NULL,
    decided_by      uuid,
    decided_at      timestamptz,
    decision_reason text        CONSTRAINT adjustments_decision_reason CHECK (length(decision_reason) BETWEEN 1 AND 1000),
    CONSTRAINT adjustments_two     CHECK (decided_by <> proposed_by),
    CONSTRAINT adjustments_not_own CHECK (proposed_by <> account AND decided_by <> account),
    CONSTRAINT adjustments_decided CHECK ((state = 'proposed') = (decided_by IS NULL) AND (state = 'proposed') = (decided_at IS NULL)),
    CONSTRAINT adjustments_refused CHECK (state <> 'rejected' OR decision_reason IS NOT NULL)
);
CREATE INDEX adjustments_queue   ON wallet.adjustments (state, proposed_at, id);
CREATE INDEX adjustments_account ON wallet.adjustments (account, proposed_at);

CREATE FUNCTION wallet.refuse_adjustment_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = wallet, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an adjustment that is % does not become %', OLD.state, NEW.state
        USING ERRCODE = '23514', CONSTRAINT = 'adjustments_transition', SCHEMA = 'wallet', TABLE = 'adjustments';
END $$;
CREATE TRIGGER adjustments_transition BEFORE UPDATE ON wallet.adjustments FOR EACH ROW
    WHEN (OLD.state <> 'proposed' OR NEW.amount <> OLD.amount OR NEW.account <> OLD.account OR NEW.currency <> OLD.currency)
    EXECUTE FUNCTION wallet.refuse_adjustment_change();

-- Debt that nobody expects back any more.
CREATE TABLE wallet.write_offs (
    id         uuid        PRIMARY KEY,
    account    uuid        NOT NULL,
    currency   text        NOT NULL REFERENCES wallet.currencies,
    amount     bigint      NOT NULL CONSTRAINT write_offs_amount CHECK (amount > 0),
    reason     text        NOT NULL CONSTRAINT write_offs_reason CHECK (length(reason) BETWEEN 1 AND 1000),
    decided_by uuid        NOT NULL,
    decided_at timestamptz NOT NULL,
    CONSTRAINT write_offs_not_own CHECK (decided_by <> account)
);
CREATE INDEX write_offs_account ON wallet.write_offs (account, decided_at);

GRANT SELECT, INSERT ON wallet.payout_destinations, wallet.payout_batches, wallet.payouts, wallet.sandbox_payouts, wallet.adjustments, wallet.write_offs TO marketplace_app;
GRANT UPDATE (state, details, mask, country, reason, decided_by, decided_at, removed_at) ON wallet.payout_destinations TO marketplace_app;
GRANT UPDATE (state, first_by, first_at, approved_by, approved_at, reason, failure_code, provider_reference, batch_id, proof, proof_type, attempts, next_check_at, updated_at, sent_at, ended_at)
    ON wallet.payouts TO marketplace_app;
GRANT SELECT ON wallet.payout_settings TO marketplace_app;
GRANT UPDATE (four_eyes, changed_by, changed_at) ON wallet.payout_settings TO marketplace_app;
GRANT UPDATE (state) ON wallet.sandbox_payouts TO marketplace_app;
GRANT UPDATE (state, decided_by, decided_at, decision_reason) ON wallet.adjustments TO marketplace_app;
