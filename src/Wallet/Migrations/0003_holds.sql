-- Holds: what of a person's pending balance waits for what, and until when. The ledger moves the money, this says why it waits.
CREATE TABLE wallet.holds (
    id         uuid        PRIMARY KEY,
    kind       text        NOT NULL CONSTRAINT holds_kind CHECK (kind IN ('sale')),
    subject_id uuid        NOT NULL,       -- the line of the order that was sold
    order_id   uuid        NOT NULL,
    owner_id   uuid        NOT NULL,
    currency   text        NOT NULL REFERENCES wallet.currencies,
    amount     bigint      NOT NULL CONSTRAINT holds_amount CHECK (amount > 0),
    remaining  bigint      NOT NULL,       -- still pending
    released   bigint      NOT NULL,       -- became available (or repaid debt); the rest went back to buyers
    rule       text        NOT NULL CONSTRAINT holds_rule CHECK (rule ~ '^[a-z][a-z0-9_]{0,39}$'),
    release_at timestamptz,                -- null: an event that is still to come decides
    state      text        NOT NULL CONSTRAINT holds_state CHECK (state IN ('held', 'released', 'cancelled')),
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT holds_one_a_subject UNIQUE (kind, subject_id),
    CONSTRAINT holds_parts    CHECK (remaining >= 0 AND released >= 0 AND remaining + released <= amount),
    CONSTRAINT holds_by_state CHECK (CASE state WHEN 'held'     THEN remaining > 0 AND released = 0 AND ended_at IS NULL
                                                WHEN 'released' THEN remaining = 0 AND released > 0 AND ended_at IS NOT NULL
                                                ELSE                 remaining = 0 AND released = 0 AND ended_at IS NOT NULL END)
);

CREATE INDEX holds_due   ON wallet.holds (release_at, owner_id, currency) WHERE state = 'held';
CREATE INDEX holds_owner ON wallet.holds (owner_id, currency, release_at, id) WHERE state = 'held';

-- Sales from before there were holds: pending since then, and nothing was released yet. They end seven days after the sale.
INSERT INTO wallet.holds (id, kind, subject_id, order_id, owner_id, currency, amount, remaining, released, rule, release_at, state, created_at)
SELECT gen_random_uuid(), 'sale', substr(t.key, 6)::uuid, t.ref_id, a.owner_id, a.currency, p.amount, p.amount, 0,
       'after_sale', p.effective_at + interval '7 days', 'held', p.effective_at
FROM wallet.ledger_transactions t
JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at AND p.amount > 0
JOIN wallet.accounts a ON a.id = p.account_id AND a.kind = 'user_pending'
WHERE t.kind = 'sale' AND t.key LIKE 'sale:%'
ON CONFLICT (kind, subject_id) DO NOTHING;

GRANT SELECT, INSERT ON wallet.holds TO marketplace_app;
GRANT UPDATE (remaining, released, release_at, state, ended_at) ON wallet.holds TO marketplace_app;
-- A decision that sees balances first locks them all at once, whether they exist yet or not.
GRANT EXECUTE ON FUNCTION wallet.open_accounts TO marketplace_app;
