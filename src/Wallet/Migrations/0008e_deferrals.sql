-- Income that is paid before it is earned: a boost, a subscription. It waits in a liability and is recognised as time goes by.
CREATE TABLE wallet.deferrals (
    id         uuid        PRIMARY KEY,
    subject_id uuid        NOT NULL,
    payer_id   uuid        NOT NULL,       -- whom the rest belongs to when it is stopped
    account    text        NOT NULL CONSTRAINT deferrals_account CHECK (account IN ('deferred_boost', 'deferred_subscription')),
    currency   text        NOT NULL REFERENCES wallet.currencies,
    total      bigint      NOT NULL CONSTRAINT deferrals_total CHECK (total > 0),
    from_at    timestamptz NOT NULL,
    until_at   timestamptz NOT NULL,
    recognised bigint      NOT NULL DEFAULT 0,
    given_back bigint      NOT NULL DEFAULT 0,
    state      text        NOT NULL DEFAULT 'open' CONSTRAINT deferrals_state CHECK (state IN ('open', 'earned', 'stopped')),
    ended_at   timestamptz,
    CONSTRAINT deferrals_time  CHECK (until_at > from_at),
    CONSTRAINT deferrals_parts CHECK (recognised >= 0 AND given_back >= 0 AND recognised + given_back <= total),
    CONSTRAINT deferrals_ended CHECK (CASE state WHEN 'open'   THEN ended_at IS NULL AND given_back = 0 AND recognised < total
                                                 WHEN 'earned' THEN ended_at IS NOT NULL AND given_back = 0 AND recognised = total
                                                 ELSE               ended_at IS NOT NULL AND recognised + given_back = total END)
);
CREATE INDEX deferrals_open ON wallet.deferrals (id) WHERE state = 'open';
CREATE INDEX deferrals_payer ON wallet.deferrals (payer_id);

CREATE FUNCTION wallet.refuse_deferral_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = wallet, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'deferral % is % and recognised %', OLD.id, OLD.state, OLD.recognised;
END $$;
CREATE TRIGGER deferrals_transition BEFORE UPDATE ON wallet.deferrals FOR EACH ROW
    WHEN (OLD.state <> 'open' OR NEW.recognised < OLD.recognised)
    EXECUTE FUNCTION wallet.refuse_deferral_change();

INSERT INTO wallet.transaction_kinds VALUES ('boost_stopped', 'boost'), ('subscription_stopped', 'subscription'), ('recognise', 'recognise') ON CONFLICT DO NOTHING;

GRANT SELECT, INSERT ON wallet.deferrals TO marketplace_app;
GRANT UPDATE (recognised, given_back, state, ended_at) ON wallet.deferrals TO marketplace_app;
