-- Disputes (chargebacks): the payer's bank took money of a payment back, and decides whether it stays there.
CREATE TABLE wallet.payment_disputes (
    id           uuid        PRIMARY KEY,
    provider     text        NOT NULL CONSTRAINT payment_disputes_provider CHECK (length(provider) BETWEEN 1 AND 40),
    reference    text        NOT NULL CONSTRAINT payment_disputes_reference CHECK (length(reference) BETWEEN 1 AND 200),
    payment_id   uuid        NOT NULL REFERENCES wallet.payments,
    purpose      text        NOT NULL CONSTRAINT payment_disputes_purpose CHECK (purpose IN ('order', 'top_up')),
    subject_id   uuid        NOT NULL,             -- the payment's: an order, or the account that topped up
    payer_id     uuid        NOT NULL,
    amount       bigint      NOT NULL CONSTRAINT payment_disputes_amount CHECK (amount > 0),
    currency     text        NOT NULL REFERENCES wallet.currencies,
    fee          bigint      NOT NULL CONSTRAINT payment_disputes_fee CHECK (fee >= 0),
    reason       text        NOT NULL CONSTRAINT payment_disputes_reason CHECK (reason ~ '^[a-z0-9_]{1,60}$'),
    state        text        NOT NULL CONSTRAINT payment_disputes_state CHECK (state IN ('needs_response', 'under_review', 'won', 'lost')),
    evidence_due timestamptz,
    opened_at    timestamptz NOT NULL,
    ended_at     timestamptz,
    taken_at     timestamptz,                      -- sellers (or the payer of a top-up) gave it
    returned_at  timestamptz,                      -- won: they have it again
    borne        bigint      CONSTRAINT payment_disputes_borne CHECK (borne BETWEEN 0 AND amount),   -- what nobody else had left to give: the market's
    answer       text        CONSTRAINT payment_disputes_answer CHECK (length(answer) BETWEEN 1 AND 100000),
    answered_by  uuid,
    answer_at    timestamptz,                      -- decided to be sent
    answered_at  timestamptz,                      -- arrived
    fault_seller uuid,                             -- who pays the fee of a lost dispute
    fault_reason text        CONSTRAINT payment_disputes_fault_reason CHECK (length(fault_reason) BETWEEN 1 AND 500),
    fault_by     uuid,
    fault_at     timestamptz,
    next_check_at timestamptz,
    CONSTRAINT payment_disputes_once     UNIQUE (provider, reference),
    CONSTRAINT payment_disputes_ended    CHECK ((state IN ('won', 'lost')) = (ended_at IS NOT NULL) AND (state IN ('won', 'lost')) = (next_check_at IS NULL)),
    CONSTRAINT payment_disputes_taken    CHECK ((taken_at IS NULL) = (borne IS NULL)),
    CONSTRAINT payment_disputes_returned CHECK (returned_at IS NULL OR state = 'won' AND taken_at IS NOT NULL),
    CONSTRAINT payment_disputes_answer_whole CHECK ((answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answer_at IS NULL) AND (answered_at IS NULL OR answer IS NOT NULL)),
    CONSTRAINT payment_disputes_fault    CHECK ((fault_seller IS NULL) = (fault_at IS NULL) AND (fault_at IS NULL) = (fault_by IS NULL) AND (fault_at IS NULL) = (fault_reason IS NULL)
                                                AND (fault_at IS NULL OR state = 'lost' AND fee > 0))
);
CREATE INDEX payment_disputes_payment ON wallet.payment_disputes (payment_id);
CREATE INDEX payment_disputes_subject ON wallet.payment_disputes (subject_id);
CREATE INDEX payment_disputes_payer   ON wallet.payment_disputes (payer_id);
CREATE INDEX payment_disputes_list    ON wallet.payment_disputes (opened_at, id);
CREATE INDEX payment_disputes_due     ON wallet.payment_disputes (next_check_at) WHERE next_check_at IS NOT NULL;

-- needs_response → under_review → won | lost. What has ended stays; what it is about never changes.
CREATE TRIGGER payment_disputes_transition BEFORE UPDATE OF id, provider, reference, payment_id, purpose, subject_id, payer_id, amount, currency, state
    ON wallet.payment_disputes FOR EACH ROW
    WHEN (OLD.state IN ('won', 'lost') OR NEW.state = 'needs_response' AND OLD.state <> 'needs_response'
          OR (OLD.id, OLD.provider, OLD.reference, OLD.payment_id, OLD.purpose, OLD.subject_id, OLD.payer_id, OLD.amount, OLD.currency)
             IS DISTINCT FROM (NEW.id, NEW.provider, NEW.reference, NEW.payment_id, NEW.purpose, NEW.subject_id, NEW.payer_id, NEW.amount, NEW.currency))
    EXECUTE FUNCTION wallet.refuse_payment_change();

-- Who gave what of a dispute, and from where: what is won goes back the same way.
CREATE TABLE wallet.dispute_parts (
    dispute_id     uuid   NOT NULL REFERENCES wallet.payment_disputes,
    item_id        uuid   NOT NULL,                -- the line that was sold; of a top-up its payment
    owner_id       uuid   NOT NULL,                -- the seller, or who topped up
    amount         bigint NOT NULL CONSTRAINT dispute_parts_amount CHECK (amount > 0),
    tax            bigint NOT NULL CONSTRAINT dispute_parts_tax CHECK (tax >= 0),
    tax_place      text,
    commission     bigint NOT NULL CONSTRAINT dispute_parts_commission CHECK (commission >= 0),
    hold_id        uuid   REFERENCES wallet.holds,
    from_hold      bigint NOT NULL CONSTRAINT dispute_parts_from_hold CHECK (from_hold >= 0 AND (from_hold = 0 OR hold_id IS NOT NULL)),
    from_available bigint NOT NULL,                -- negative by a cent at times: a rounding that comes back
    as_debt        bigint NOT NULL,
    PRIMARY KEY (dispute_id, item_id),
    CONSTRAINT dispute_parts_whole CHECK (amount = tax + commission + from_hold + from_available + as_debt)
);
CREATE INDEX dispute_parts_owner ON wallet.dispute_parts (owner_id, dispute_id);

-- What people say about it: a text or a file each.
CREATE TABLE wallet.dispute_evidence (
    id           uuid        PRIMARY KEY,
    dispute_id   uuid        NOT NULL REFERENCES wallet.payment_disputes,
    author_id    uuid        NOT NULL,
    by_staff     boolean     NOT NULL,
    text         text        CONSTRAINT dispute_evidence_text CHECK (length(text) BETWEEN 1 AND 5000),
    blob_key     text,
    file_name    text        CONSTRAINT dispute_evidence_file_name CHECK (length(file_name) BETWEEN 1 AND 200),
    content_type text,
    size         bigint,
    sha256       bytea       CONSTRAINT dispute_evidence_sha256 CHECK (octet_length(sha256) = 32),
    erased       boolean     NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT dispute_evidence_one  CHECK (erased OR (text IS NULL) <> (blob_key IS NULL)),
    CONSTRAINT dispute_evidence_gone CHECK (NOT erased OR text IS NULL AND blob_key IS NULL AND file_name IS NULL),
    CONSTRAINT dispute_evidence_file CHECK ((blob_key IS NULL) = (file_name IS NULL) AND (blob_key IS NULL OR content_type IS NOT NULL AND size > 0 AND sha256 IS NOT NULL))
);
CREATE INDEX dispute_evidence_dispute ON wallet.dispute_evidence (dispute_id, created_at, id);
CREATE INDEX dispute_evidence_author  ON wallet.dispute_evidence (author_id);

-- What the sandbox knows of disputes.
CREATE TABLE wallet.sandbox_disputes (
    reference    text        PRIMARY KEY,
    payment_id   uuid        NOT NULL,
    amount       bigint      NOT NULL,
    currency     text        NOT NULL,
    fee          bigint      NOT NULL,
    reason       text        NOT NULL,
    state        text        NOT NULL CONSTRAINT sandbox_disputes_state CHECK (state IN ('needs_response', 'under_review', 'won', 'lost')),
    evidence     text,
    evidence_due timestamptz NOT NULL,
    opened_at    timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX sandbox_disputes_payment ON wallet.sandbox_disputes (payment_id);

INSERT INTO wallet.transaction_kinds VALUES
    ('dispute_taken', 'dispute'), ('dispute_won', 'dispute'), ('dispute_returned', 'dispute'), ('dispute_fee', 'fee'), ('dispute_fault', 'dispute');

GRANT SELECT, INSERT ON wallet.payment_disputes, wallet.dispute_parts, wallet.dispute_evidence, wallet.sandbox_disputes TO marketplace_app;
GRANT UPDATE (fee, state, evidence_due, ended_at, taken_at, returned_at, borne, answer, answered_by, answer_at, answered_at, fault_seller, fault_reason, fault_by, fault_at, next_check_at)
    ON wallet.payment_disputes TO marketplace_app;
GRANT UPDATE (text, blob_key, file_name, content_type, size, sha256, erased) ON wallet.dispute_evidence TO marketplace_app;
GRANT UPDATE (state, evidence, ended_at) ON wallet.sandbox_disputes TO marketplace_app;
