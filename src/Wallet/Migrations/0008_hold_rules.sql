-- Holds that explain themselves: rules as data, the seller's risk, and both frozen into each hold.

-- A rule is never changed: a new version concerns what is sold from then on, and each hold knows the version that it was made by.
CREATE TABLE wallet.hold_rules (
    code        text        NOT NULL CONSTRAINT hold_rules_code CHECK (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    version     integer     NOT NULL CONSTRAINT hold_rules_version CHECK (version >= 1),
    event       text        NOT NULL CONSTRAINT hold_rules_event CHECK (event IN ('sold', 'downloaded', 'delivered', 'accepted', 'attended', 'completed')),
    days        integer     NOT NULL CONSTRAINT hold_rules_days CHECK (days BETWEEN 0 AND 365),          -- after that event
    latest_days integer     CONSTRAINT hold_rules_latest CHECK (latest_days BETWEEN 0 AND 365),          -- after the sale, whether it happened or not; null: never
    reason      text        NOT NULL CONSTRAINT hold_rules_reason CHECK (length(btrim(reason)) BETWEEN 1 AND 300),
    note        text        CONSTRAINT hold_rules_note CHECK (length(note) <= 500),                      -- why staff changed it
    changed_at  timestamptz NOT NULL,
    changed_by  uuid,
    PRIMARY KEY (code, version),
    CONSTRAINT hold_rules_sold CHECK (event <> 'sold' OR latest_days IS NULL),   -- a sale has happened: nothing is waited for
    CONSTRAINT hold_rules_who  CHECK ((changed_by IS NULL) = (version = 1) AND (changed_by IS NULL) = (note IS NULL))
);

INSERT INTO wallet.hold_rules (code, version, event, days, latest_days, reason, changed_at) VALUES
    ('after_sale',       1, 'sold',       7,  NULL, 'The money of a sale is held for some days, so that a refund can be paid from it. Then it becomes available by itself.', 'epoch'),
    ('after_download',   1, 'downloaded', 3,  7,    'Held until the buyer has had the files for some days, so that a refund can be paid from it.', 'epoch'),
    ('after_delivery',   1, 'delivered',  14, 60,   'Held until the parcel has arrived and could be looked at.', 'epoch'),
    ('after_acceptance', 1, 'accepted',   3,  NULL, 'Held until the buyer accepts the work.', 'epoch'),
    ('after_attendance', 1, 'attended',   2,  90,   'Held until the event has taken place.', 'epoch'),
    ('after_completion', 1, 'completed',  3,  30,   'Held until the order is completed.', 'epoch');

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet.hold_rules FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
ALTER TABLE wallet.hold_rules ENABLE ALWAYS TRIGGER append_only;

-- How likely it is that money of a seller has to go back: rated from facts, unless staff says otherwise for a time.
CREATE TABLE wallet.seller_risks (
    account_id      uuid        PRIMARY KEY,
    level           text        NOT NULL CONSTRAINT seller_risks_level CHECK (level IN ('low', 'normal', 'high')),
    sold            bigint      NOT NULL DEFAULT 0,    -- the facts of the last half year that made the level
    completed       bigint      NOT NULL DEFAULT 0,
    refunded        bigint      NOT NULL DEFAULT 0,
    disputed        bigint      NOT NULL DEFAULT 0,
    since           timestamptz,                       -- when the account was opened
    rated_at        timestamptz,
    override_level  text        CONSTRAINT seller_risks_override CHECK (override_level IN ('low', 'normal', 'high')),
    override_reason text        CONSTRAINT seller_risks_reason CHECK (length(btrim(override_reason)) BETWEEN 1 AND 500),
    override_until  timestamptz,                       -- null: until staff ends it
    override_by     uuid,
    override_at     timestamptz,
    CONSTRAINT seller_risks_counts CHECK (sold >= 0 AND completed >= 0 AND refunded >= 0 AND disputed >= 0),
    CONSTRAINT seller_risks_override_whole CHECK (num_nulls(override_level, override_reason, override_by, override_at) IN (0, 4)
                                                  AND (override_until IS NULL OR override_until > override_at))
);

-- What counts now.
CREATE FUNCTION wallet.risk_level(p_risk wallet.seller_risks, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = wallet, pg_temp AS $$
    SELECT CASE WHEN p_risk.override_level IS NOT NULL AND (p_risk.override_until IS NULL OR p_risk.override_until > p_at)
                THEN p_risk.override_level ELSE coalesce(p_risk.level, 'normal') END
$$;

-- The one arithmetic of release times: the rule's days after its event, or its longest after the sale, whichever is first. All days are
-- multiplied by the risk; a day is 24 hours. Null: nothing but the event ends the hold.
CREATE FUNCTION wallet.hold_release(p_event text, p_days integer, p_latest integer, p_factor numeric, p_sold timestamptz, p_event_at timestamptz)
RETURNS timestamptz LANGUAGE sql IMMUTABLE SET search_path = wallet, pg_temp AS $$
    SELECT least(
        CASE WHEN p_event = 'sold' THEN p_sold ELSE p_event_at END + make_interval(secs => (p_days * p_factor * 86400)::double precision),
        p_sold + make_interval(secs => (p_latest * p_factor * 86400)::double precision))
$$;

ALTER TABLE wallet.holds
    ADD COLUMN rule_version integer      NOT NULL DEFAULT 1,
    ADD COLUMN risk         text         NOT NULL DEFAULT 'normal' CONSTRAINT holds_risk CHECK (risk IN ('low', 'normal', 'high')),
    ADD COLUMN risk_factor  numeric(4,2) NOT NULL DEFAULT 1 CONSTRAINT holds_risk_factor CHECK (risk_factor >= 0 AND risk_factor <= 10),
    ADD COLUMN event_at     timestamptz,               -- when the event of its rule happened, if it is not the sale
    ADD CONSTRAINT holds_by_rule FOREIGN KEY (rule, rule_version) REFERENCES wallet.hold_rules (code, version);
CREATE INDEX holds_of_seller ON wallet.holds (owner_id, created_at);

GRANT SELECT, INSERT ON wallet.hold_rules TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON wallet.seller_risks TO marketplace_app;
GRANT UPDATE (event_at) ON wallet.holds TO marketplace_app;
REVOKE ALL ON FUNCTION wallet.risk_level, wallet.hold_release FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wallet.risk_level, wallet.hold_release TO marketplace_app;
