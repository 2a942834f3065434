-- Balances at any past moment, in time that does not grow with the books: sums of days and of minutes, made behind the ledger from what
-- is finished below a watermark. What is above it, and the begun minute itself, is read from the postings.
CREATE TABLE wallet.account_sums (      -- of aggregated accounts; stored ones know their balance after each posting
    account_id bigint      NOT NULL REFERENCES wallet.accounts,
    grain      text        NOT NULL CONSTRAINT account_sums_grain CHECK (grain IN ('day', 'minute')),
    starts     timestamptz NOT NULL,    -- by effective time, UTC
    amount     numeric     NOT NULL,
    PRIMARY KEY (account_id, grain, starts) INCLUDE (amount)
);
CREATE TABLE wallet.kind_sums (         -- of all accounts of a kind and currency
    kind     text        NOT NULL REFERENCES wallet.account_kinds,
    currency text        NOT NULL REFERENCES wallet.currencies,
    grain    text        NOT NULL CONSTRAINT kind_sums_grain CHECK (grain IN ('day', 'minute')),
    starts   timestamptz NOT NULL,
    amount   numeric     NOT NULL,
    PRIMARY KEY (kind, currency, grain, starts) INCLUDE (amount)
);
CREATE TABLE wallet.summed (            -- one row: how far the sums reach
    one       boolean     PRIMARY KEY DEFAULT true CHECK (one),
    upto      xid8        NOT NULL,
    system_id bigint      NOT NULL,
    at        timestamptz NOT NULL
);
INSERT INTO wallet.summed (upto, system_id, at) SELECT '0', system_identifier, clock_timestamp() FROM pg_control_system();

-- The postings of one minute, whoever's they are. Effective time follows the order of writing closely enough for blocks to be told apart.
CREATE INDEX postings_effective ON wallet.postings USING brin (effective_at) WITH (pages_per_range = 16);

-- Adds what was finished since the last time. Transaction numbers start again after a dump and restore: then everything is summed anew.
CREATE FUNCTION wallet.sum_up() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET timezone = 'UTC' AS $$
DECLARE mine bigint := (SELECT system_identifier FROM pg_control_system()); done record; oldest_running xid8; added bigint;
BEGIN
    SELECT * INTO done FROM summed FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN RETURN 0; END IF;   -- another host is at it
    IF done.system_id <> mine THEN
        DELETE FROM account_sums;
        DELETE FROM kind_sums;
        done.upto := '0';
    END IF;
    -- The watermark first: the statement below then sees all that is finished below it.
    oldest_running := pg_snapshot_xmin(pg_current_snapshot());
    WITH summing AS MATERIALIZED (
        SELECT p.account_id, a.kind, a.currency, a.stored, date_trunc('minute', p.effective_at) AS minute, sum(p.amount) AS amount, count(*) AS postings
        FROM postings p JOIN accounts a ON a.id = p.account_id
        WHERE p.xact::text::bigint >= done.upto::text::bigint AND p.xact::text::bigint < oldest_running::text::bigint
        GROUP BY 1, 2, 3, 4, 5),
    by_account AS (
        INSERT INTO account_sums AS s (account_id, grain, starts, amount)
        SELECT account_id, 'minute', minute, sum(amount) FROM summing WHERE NOT stored GROUP BY 1, 3
        UNION ALL
        SELECT account_id, 'day', date_trunc('day', minute), sum(amount) FROM summing WHERE NOT stored GROUP BY 1, 3
        ON CONFLICT (account_id, grain, starts) DO UPDATE SET amount = s.amount + excluded.amount),
    by_kind AS (
        INSERT INTO kind_sums AS s (kind, currency, grain, starts, amount)
        SELECT kind, currency, 'minute', minute, sum(amount) FROM summing GROUP BY 1, 2, 4
        UNION ALL
        SELECT kind, currency, 'day', date_trunc('day', minute), sum(amount) FROM summing GROUP BY 1, 2, 4
        ON CONFLICT (kind, currency, grain, starts) DO UPDATE SET amount = s.amount + excluded.amount)
    SELECT coalesce(sum(postings), 0) INTO added FROM summing;
    UPDATE summed SET upto = oldest_running, system_id = mine, at = clock_timestamp();
    RETURN added;
END $$;

-- Where the sums end for a moment: none of them count on another cluster.
CREATE FUNCTION wallet.summed_upto() RETURNS xid8
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
    SELECT CASE WHEN s.system_id = c.system_identifier THEN s.upto ELSE '0'::xid8 END FROM summed s, pg_control_system() c
$$;

CREATE OR REPLACE FUNCTION wallet.balance_at(p_account bigint, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = wallet, pg_temp SET timezone = 'UTC' AS $$
DECLARE is_stored boolean := (SELECT stored FROM accounts WHERE id = p_account);
        w xid8; day timestamptz := date_trunc('day', p_at); minute timestamptz := date_trunc('minute', p_at);
BEGIN
    IF is_stored IS NULL THEN RETURN NULL; END IF;
    IF is_stored THEN
        RETURN coalesce((SELECT balance_after FROM postings WHERE account_id = p_account AND effective_at <= p_at
                         ORDER BY effective_at DESC, account_version DESC LIMIT 1), 0);
    END IF;
    w := summed_upto();
    RETURN coalesce((SELECT sum(amount) FROM account_sums WHERE w > '0' AND account_id = p_account AND grain = 'day' AND starts < day), 0)
         + coalesce((SELECT sum(amount) FROM account_sums WHERE w > '0' AND account_id = p_account AND grain = 'minute' AND starts >= day AND starts < minute), 0)
         + coalesce((SELECT sum(amount) FROM postings WHERE account_id = p_account AND effective_at >= minute AND effective_at <= p_at AND xact < w), 0)
         + coalesce((SELECT sum(amount) FROM postings WHERE account_id = p_account AND balance_after IS NULL AND xact >= w AND effective_at <= p_at), 0);
END $$;

-- The trial balance of a moment.
CREATE FUNCTION wallet.totals_at(p_at timestamptz) RETURNS TABLE (kind text, class text, currency text, balance bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = wallet, pg_temp SET timezone = 'UTC' AS $$
#variable_conflict use_column
DECLARE w xid8 := summed_upto(); day timestamptz := date_trunc('day', p_at); minute timestamptz := date_trunc('minute', p_at);
BEGIN
    RETURN QUERY
    SELECT k.code, k.class, t.currency, sum(t.amount)::bigint
    FROM (
        SELECT s.kind, s.currency, s.amount FROM kind_sums s
        WHERE w > '0' AND (s.grain = 'day' AND s.starts < day OR s.grain = 'minute' AND s.starts >= day AND s.starts < minute)
        UNION ALL
        SELECT a.kind, a.currency, p.amount FROM postings p JOIN accounts a ON a.id = p.account_id
        WHERE p.effective_at >= minute AND p.effective_at <= p_at AND p.xact < w
        UNION ALL
        SELECT a.kind, a.currency, p.amount FROM postings p JOIN accounts a ON a.id = p.account_id
        WHERE p.xact::text::bigint >= w::text::bigint AND p.effective_at <= p_at) t
    JOIN account_kinds k ON k.code = t.kind
    GROUP BY k.code, k.class, t.currency;
END $$;

REVOKE ALL ON FUNCTION wallet.sum_up, wallet.summed_upto, wallet.totals_at FROM PUBLIC;
GRANT SELECT ON wallet.account_sums, wallet.kind_sums, wallet.summed TO marketplace_app;
GRANT EXECUTE ON FUNCTION wallet.sum_up, wallet.summed_upto, wallet.totals_at TO marketplace_app;
