-- The ledger: double entry, append-only, one write path.
--
-- A positive amount credits an account, a negative one debits it; every transaction sums to 0 in each currency.
-- What people own is a stored balance with a floor, locked while it changes. What the platform owns is aggregated:
-- a posting to it is only an insert, so that no sale waits for another.
--
-- Refusals have SQLSTATEs of their own. They are final; a serialization failure (40001) or a deadlock (40P01) is not,
-- it is to be retried with the same key.
--   LG001 insufficient funds          LG004 malformed request            LG409 key reused with other content
--   LG002 unbalanced transaction      LG005 account frozen or closed
--   LG003 the ledger is append-only   LG006 above the ceiling of an account
-- Order of locks: missing accounts by name, then keys, then balances by ascending account id. One call of post or
-- post_many is therefore free of deadlock; several calls in one database transaction are not.

CREATE SCHEMA IF NOT EXISTS wallet;

-- Chart of accounts ---------------------------------------------------------------------------------------------

CREATE TABLE wallet.currencies (
    code     text     PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
    exponent smallint NOT NULL CHECK (exponent BETWEEN 0 AND 4)
);

INSERT INTO wallet.currencies VALUES ('EUR', 2), ('USD', 2), ('GBP', 2), ('JPY', 0), ('KWD', 3), ('XPL', 0);

CREATE TABLE wallet.account_kinds (
    code    text    PRIMARY KEY,
    class   text    NOT NULL CHECK (class IN ('asset', 'liability', 'income', 'expense')),
    owned   boolean NOT NULL,   -- belongs to a person: needs an owner_id, and is part of that person's wallet
    stored  boolean NOT NULL,
    floor   bigint,
    ceiling bigint,
    CHECK (stored = (floor IS NOT NULL OR ceiling IS NOT NULL))
);

INSERT INTO wallet.account_kinds (code, class, owned, stored, floor, ceiling) VALUES
    ('user_available',         'liability', true,  true,  0,    NULL),
    ('user_pending',           'liability', true,  true,  0,    NULL),
    ('user_escrow',            'liability', true,  true,  0,    NULL),
    ('user_payout',            'liability', true,  true,  0,    NULL),
    ('affiliate_locked',       'liability', true,  true,  0,    NULL),
    ('affiliate_extended',     'liability', true,  true,  0,    NULL),
    ('user_debt',              'asset',     true,  true,  NULL, 0),
    ('order_funding',          'liability', false, true,  0,    NULL);

INSERT INTO wallet.account_kinds (code, class, owned, stored)
SELECT code, class, false, false
FROM (VALUES
    ('asset',     '{psp_clearing, bank, provider_prepaid}'::text[]),
    ('liability', '{payout_transit, refund_transit, dispute_transit, tax_payable, deferred_boost, deferred_subscription}'),
    ('income',    '{revenue_commission, revenue_fee_recovered, revenue_withdrawal_fee, revenue_boost,
                    revenue_subscription, revenue_reseller}'),
    ('expense',   '{expense_processing, expense_affiliate, expense_provider, expense_coupon, expense_goodwill,
                    expense_dispute, expense_bad_debt, expense_rounding}'),
    ('expense',   '{points_issued}')   -- the other side of every XPL balance
) k (class, codes), unnest(codes) code;

-- What a transaction is called in a person's statement. A kind that is not listed is shown under its own name.
CREATE TABLE wallet.transaction_kinds (code text PRIMARY KEY, type text NOT NULL);

INSERT INTO wallet.transaction_kinds VALUES
    ('topup', 'deposit'), ('capture', 'deposit'),
    ('payout_request', 'withdraw'), ('payout_sent', 'withdraw'), ('payout_paid', 'withdraw'),
    ('payout_rejected', 'withdraw'), ('payout_cancelled', 'withdraw'), ('payout_failed', 'withdraw'),
    ('fund', 'hold'), ('escrow', 'hold'), ('hold', 'hold'),
    ('release', 'release'), ('sale', 'sale'), ('accept', 'sale'),
    ('commission', 'commission'), ('mature', 'commission'), ('clawback', 'commission'),
    ('psp_fee', 'fee'), ('refund', 'refund'), ('refund_settled', 'refund'),
    ('dispute', 'dispute'), ('chargeback', 'dispute'), ('boost', 'boost'), ('subscription', 'subscription'),
    ('reseller', 'reseller'), ('adjustment', 'adjustment'), ('write_off', 'adjustment'), ('points', 'points');

-- Accounts and balances -----------------------------------------------------------------------------------------

CREATE TABLE wallet.accounts (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind      text        NOT NULL REFERENCES wallet.account_kinds,
    owner_id  uuid        CHECK (owner_id <> '00000000-0000-0000-0000-000000000000'),
    reference text        CHECK (reference <> ''),
    currency  text        NOT NULL REFERENCES wallet.currencies,
    stored    boolean     NOT NULL,
    status    text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'debit_frozen', 'closed')),
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Unique with nulls not distinct. Written with coalesce, because a whole list of names is looked up by this index
-- and IS NOT DISTINCT FROM cannot use one.
CREATE UNIQUE INDEX accounts_name ON wallet.accounts
    (kind, currency, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), coalesce(reference, ''));
CREATE INDEX accounts_owner ON wallet.accounts (owner_id) WHERE owner_id IS NOT NULL;

-- Called by the CHECKs below only when they are about to fail. So the CHECK decides, on the row that the update saw and
-- again on the newest one if somebody was faster, with an SQLSTATE of the ledger and without a subtransaction around
-- each update, which would take an xid of its own (beyond 64 of them every snapshot of the server pays).
CREATE FUNCTION wallet.refuse_balance(p_account bigint, p_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
BEGIN
    -- An old snapshot may not say that money is missing: if the row is newer, locking it is a serialization failure.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM FROM account_balances WHERE account_id = p_account FOR NO KEY UPDATE;
    END IF;
    RAISE EXCEPTION '%', CASE p_code WHEN 'LG001' THEN 'insufficient funds' ELSE 'balance above its ceiling' END
        USING ERRCODE = p_code, DETAIL = format('account %s', p_account), SCHEMA = 'wallet', TABLE = 'account_balances',
              CONSTRAINT = CASE p_code WHEN 'LG001' THEN 'balance_floor' ELSE 'balance_ceiling' END;
END $$;

-- Apart from accounts, so that the hot rows are narrow and nothing points to them; half-empty pages keep updates in place.
CREATE TABLE wallet.account_balances (
    account_id        bigint      PRIMARY KEY REFERENCES wallet.accounts,
    balance           bigint      NOT NULL DEFAULT 0,
    version           bigint      NOT NULL DEFAULT 0,
    last_at           timestamptz NOT NULL DEFAULT '-infinity',
    last_effective_at timestamptz NOT NULL DEFAULT '-infinity',
    floor             bigint,
    ceiling           bigint,
    status            text        NOT NULL DEFAULT 'open',   -- as in accounts
    CONSTRAINT balance_floor
        CHECK (floor IS NULL OR balance >= floor OR wallet.refuse_balance(account_id, 'LG001')),
    CONSTRAINT balance_ceiling
        CHECK (ceiling IS NULL OR balance <= ceiling OR wallet.refuse_balance(account_id, 'LG006'))
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Keys, transactions, postings ----------------------------------------------------------------------------------

-- Kept for ever. recorded_at says in which partition the transaction is.
CREATE TABLE wallet.posting_keys (
    key            text COLLATE "C" PRIMARY KEY,
    request_hash   bytea       NOT NULL,
    transaction_id bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL
);

CREATE SEQUENCE wallet.transaction_ids AS bigint CACHE 32;

-- recorded_at is the clock of the database and chooses the partition; effective_at is the clock of the business.
-- xact tells a checkpoint or a seal which rows were finished when it looked.
CREATE TABLE wallet.ledger_transactions (
    id           bigint      NOT NULL,
    recorded_at  timestamptz NOT NULL,
    effective_at timestamptz NOT NULL,
    xact         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    kind         text        NOT NULL,
    key          text COLLATE "C" NOT NULL,
    ref_id       uuid,
    actor_id     uuid,
    meta         jsonb,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX ledger_transactions_ref  ON wallet.ledger_transactions (ref_id) WHERE ref_id IS NOT NULL;
CREATE INDEX ledger_transactions_xact ON wallet.ledger_transactions USING brin ((xact::text::bigint));

CREATE TABLE wallet.postings (
    transaction_id  bigint      NOT NULL,
    leg             smallint    NOT NULL,
    account_id      bigint      NOT NULL,
    amount          bigint      NOT NULL CHECK (amount <> 0),
    balance_after   bigint,     -- null on an aggregated account
    account_version bigint,     -- 1, 2, 3 … on a stored account
    recorded_at     timestamptz NOT NULL,
    effective_at    timestamptz NOT NULL,
    xact            xid8        NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (transaction_id, leg, recorded_at),
    CHECK ((balance_after IS NULL) = (account_version IS NULL))
) PARTITION BY RANGE (recorded_at);

-- Statements, newest first, and balances at a time: the version settles the order within one instant.
CREATE INDEX postings_statement  ON wallet.postings (account_id, effective_at, account_version);
CREATE INDEX postings_aggregated ON wallet.postings (account_id, xact) INCLUDE (amount) WHERE balance_after IS NULL;
CREATE INDEX postings_xact       ON wallet.postings USING brin ((xact::text::bigint));   -- xid8 has no BRIN class

-- Append-only, and balanced whoever inserts ---------------------------------------------------------------------

CREATE FUNCTION wallet.refuse_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: the ledger is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'LG003';
END $$;

CREATE FUNCTION wallet.refuse_unbalanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF EXISTS (
        SELECT FROM inserted i LEFT JOIN accounts a ON a.id = i.account_id
        GROUP BY i.transaction_id, a.currency
        HAVING sum(i.amount) <> 0 OR a.currency IS NULL OR bool_or(a.stored <> (i.balance_after IS NOT NULL)))
    THEN
        RAISE EXCEPTION 'unbalanced transaction, unknown account or missing balance' USING ERRCODE = 'LG002';
    END IF;
    RETURN NULL;
END $$;

-- Statement triggers on the parent and on each partition by itself: one on the parent does not see a statement that
-- names the partition, and a cloned row trigger disappears when the partition is detached. ALWAYS holds in replica
-- mode too, for the superuser.
CREATE FUNCTION wallet.guard(p_table regclass, p_balanced boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
BEGIN
    EXECUTE format('
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %1$s
            FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
        ALTER TABLE %1$s ENABLE ALWAYS TRIGGER append_only', p_table);
    IF p_balanced THEN
        EXECUTE format('
            CREATE TRIGGER balanced AFTER INSERT ON %1$s REFERENCING NEW TABLE AS inserted
                FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_unbalanced();
            ALTER TABLE %1$s ENABLE ALWAYS TRIGGER balanced', p_table);
    END IF;
END $$;

-- Last month up to p_ahead months from now; months are those of UTC. There is no default partition: a posting that
-- found none would be an alarm, not a row in the wrong place. ATTACH, unlike PARTITION OF, does not stop the writers.
CREATE FUNCTION wallet.make_partitions(p_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET timezone = 'UTC' AS $$
DECLARE parent text; month timestamptz; part text; made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('wallet.make_partitions'));
    FOR parent, month IN
        SELECT p, date_trunc('month', clock_timestamp()) + make_interval(months => m)
        FROM unnest(ARRAY['ledger_transactions', 'postings']) p, generate_series(-1, least(p_ahead, 60)) m
    LOOP
        part := parent || to_char(month, '_YYYY_MM');
        CONTINUE WHEN to_regclass('wallet.' || part) IS NOT NULL;
        EXECUTE format('CREATE TABLE wallet.%I (LIKE wallet.%I INCLUDING ALL)', part, parent);
        PERFORM guard(('wallet.' || part)::regclass, parent = 'postings');
        EXECUTE format('ALTER TABLE wallet.%I ATTACH PARTITION wallet.%I FOR VALUES FROM (%L) TO (%L)',
                       parent, part, month, month + interval '1 month');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

SELECT wallet.guard('wallet.posting_keys', false),
       wallet.guard('wallet.ledger_transactions', false),
       wallet.guard('wallet.postings', true),
       wallet.make_partitions(3);

-- Opening, freezing, closing ------------------------------------------------------------------------------------

-- Finds or opens accounts by name, answers their ids in the order asked. Opened in the order of the names, so that
-- two who miss the same ones wait for each other and never deadlock.
CREATE FUNCTION wallet.open_accounts(p_kinds text[], p_owners uuid[], p_references text[], p_currencies text[])
RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE ids bigint[];
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT array_agg(a.id ORDER BY n.ord) INTO ids
        FROM unnest(p_kinds, p_owners, p_references, p_currencies) WITH ORDINALITY n (kind, owner, reference, currency, ord)
        LEFT JOIN accounts a ON a.kind = n.kind AND a.currency = n.currency
            AND coalesce(a.owner_id, '00000000-0000-0000-0000-000000000000')
              = coalesce(n.owner, '00000000-0000-0000-0000-000000000000')
            AND coalesce(a.reference, '') = coalesce(n.reference, '');
        IF array_position(ids, NULL) IS NULL THEN RETURN ids; END IF;
        EXIT WHEN attempt = 2;
        WITH opened AS (
            INSERT INTO accounts (kind, owner_id, reference, currency, stored)
            SELECT DISTINCT k.code, n.owner, nullif(n.reference, ''), c.code, k.stored
            FROM unnest(p_kinds, p_owners, p_references, p_currencies) n (kind, owner, reference, currency)
            JOIN account_kinds k ON k.code = n.kind AND k.owned = (n.owner IS NOT NULL)
            JOIN currencies c ON c.code = n.currency
            ORDER BY k.code, c.code, n.owner, nullif(n.reference, '')
            ON CONFLICT DO NOTHING
            RETURNING id, kind, stored)
        INSERT INTO account_balances (account_id, floor, ceiling)
        SELECT o.id, k.floor, k.ceiling FROM opened o JOIN account_kinds k ON k.code = o.kind WHERE o.stored;
    END LOOP;
    RAISE EXCEPTION 'unknown kind or currency, or an owner missing or too many' USING ERRCODE = 'LG004';
END $$;

CREATE FUNCTION wallet.open_account(p_kind text, p_owner uuid, p_reference text, p_currency text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
BEGIN
    RETURN (open_accounts(ARRAY[p_kind], ARRAY[p_owner], ARRAY[p_reference], ARRAY[p_currency]))[1];
END $$;

-- debit_frozen still takes credits; closed takes nothing, and only an account with balance 0 can be closed.
CREATE FUNCTION wallet.set_account_status(p_account bigint, p_status text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
BEGIN
    UPDATE account_balances SET status = p_status
    WHERE account_id = p_account AND (p_status <> 'closed' OR balance = 0);
    UPDATE accounts SET status = p_status WHERE id = p_account AND stored = FOUND;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such account, or not empty' USING ERRCODE = 'LG004', DETAIL = format('account %s', p_account);
    END IF;
END $$;

-- Locks the balances that a decision depends on. Aggregated accounts have none and are not answered.
CREATE FUNCTION wallet.lock_accounts(p_ids bigint[]) RETURNS TABLE (account_id bigint, balance bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT b.account_id, b.balance FROM account_balances b
    WHERE b.account_id = ANY (p_ids) ORDER BY b.account_id FOR NO KEY UPDATE;
END $$;

-- The write path ------------------------------------------------------------------------------------------------

-- All transactions of one request as arrays: p_keys … p_metas one entry a transaction, p_txns … p_amounts one a leg,
-- p_txns being the position of its transaction. The hash covers kind, ref and legs (in any order); time, actor and
-- meta may differ when the same request is sent again. Generic plans: with arrays as parameters the planner would plan
-- anew on each call, which takes longer than the posting.
CREATE FUNCTION wallet.apply(
    p_keys text[], p_kinds text[], p_refs uuid[], p_effective timestamptz[], p_actors uuid[], p_metas jsonb[],
    p_txns integer[], p_accounts bigint[], p_amounts bigint[], OUT ids bigint[], OUT replayed boolean[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    recorded timestamptz := clock_timestamp();
    n integer := cardinality(p_keys);
    hashes bytea[]; malformed boolean; unbalanced boolean; claimed integer; late boolean := false;
    balances bigint[] := array_fill(NULL::bigint, ARRAY[coalesce(cardinality(p_accounts), 0)]); versions bigint[] := balances;
    leg record; new_balance bigint; new_version bigint; new_effective timestamptz;
BEGIN
    -- 1. Is it a request at all?
    SELECT array_agg(sha256(convert_to(format('%s|%s|%s', p_refs[t.txn], t.legs, p_kinds[t.txn]), 'UTF8')) ORDER BY t.txn),
           array_agg(nextval('transaction_ids')),
           count(*) <> n OR bool_or(t.malformed OR (length(p_keys[t.txn]) BETWEEN 1 AND 200 AND p_kinds[t.txn] <> ''
                                    AND isfinite(p_effective[t.txn])) IS NOT TRUE),
           bool_or(t.unbalanced)
    INTO hashes, ids, malformed, unbalanced
    FROM (
        SELECT c.txn, string_agg(c.legs, ',' ORDER BY c.currency) AS legs,
               sum(c.count) NOT BETWEEN 2 AND 64 OR bool_or(c.malformed) AS malformed, bool_or(c.sum <> 0) AS unbalanced
        FROM (
            SELECT l.txn, a.currency, count(*), sum(l.amount),
                   string_agg(l.account || ':' || l.amount, ',' ORDER BY l.account) AS legs,
                   count(DISTINCT l.account) < count(*) OR a.currency IS NULL
                       OR bool_or(l.amount IS NULL OR l.amount = 0) AS malformed
            FROM unnest(p_txns, p_accounts, p_amounts) l (txn, account, amount)
            LEFT JOIN accounts a ON a.id = l.account
            GROUP BY l.txn, a.currency) c
        GROUP BY c.txn) t;
    IF malformed IS DISTINCT FROM false THEN
        RAISE EXCEPTION 'a transaction needs a key, a kind, a time, and 2 to 64 legs that differ in account and are not 0'
            USING ERRCODE = 'LG004';
    ELSIF unbalanced THEN
        RAISE EXCEPTION 'unbalanced transaction' USING ERRCODE = 'LG002';
    END IF;

    -- 2. Claim the keys, sorted: whoever sends one of them at the same time waits here until we are done.
    INSERT INTO posting_keys (key, request_hash, transaction_id, recorded_at)
    SELECT k.key, k.hash, k.id, recorded FROM unnest(p_keys, hashes, ids) WITH ORDINALITY k (key, hash, id, ord)
    ORDER BY k.key COLLATE "C", k.ord
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS claimed = ROW_COUNT;
    replayed := array_fill(false, ARRAY[n]);
    IF claimed < n THEN
        SELECT array_agg(k.transaction_id <> r.id ORDER BY r.ord), array_agg(k.transaction_id ORDER BY r.ord),
               bool_or(k.request_hash <> r.hash)
        INTO replayed, ids, malformed
        FROM unnest(p_keys, hashes, ids) WITH ORDINALITY r (key, hash, id, ord) JOIN posting_keys k ON k.key = r.key;
        IF malformed THEN
            RAISE EXCEPTION 'key reused with other content' USING ERRCODE = 'LG409';
        ELSIF claimed = 0 THEN
            RETURN;
        END IF;
    END IF;

    -- 3. Stored balances by ascending account; on one account in the order of the request, one update a posting, so
    --    that the CHECK holds at every version. An aggregated account is here only if its status forbids the posting.
    FOR leg IN
        SELECT l.ord, l.txn, l.account, l.amount
        FROM unnest(p_txns, p_accounts, p_amounts) WITH ORDINALITY l (txn, account, amount, ord)
        JOIN accounts a ON a.id = l.account
        WHERE NOT replayed[l.txn] AND (a.stored OR a.status = 'closed' OR a.status = 'debit_frozen' AND l.amount < 0)
        ORDER BY l.account, l.txn
    LOOP
        UPDATE account_balances
        SET balance = balance + leg.amount, version = version + 1, last_at = recorded,
            last_effective_at = greatest(last_effective_at, p_effective[leg.txn])
        WHERE account_id = leg.account AND (status = 'open' OR status = 'debit_frozen' AND leg.amount > 0)
        RETURNING balance, version, last_effective_at INTO new_balance, new_version, new_effective;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'account frozen or closed' USING ERRCODE = 'LG005', DETAIL = format('account %s', leg.account);
        END IF;
        balances[leg.ord] := new_balance;
        versions[leg.ord] := new_version;
        IF new_effective > p_effective[leg.txn] THEN
            p_effective[leg.txn] := new_effective;
            late := true;
        END IF;
    END LOOP;

    -- An account was ahead of the caller's clock: lift the whole request, so that no account ever goes back in time.
    IF late THEN
        SELECT array_agg(e.lifted ORDER BY e.ord) INTO p_effective
        FROM (SELECT ord, max(at) OVER (ORDER BY ord) AS lifted FROM unnest(p_effective) WITH ORDINALITY u (at, ord)) e;
        UPDATE account_balances b SET last_effective_at = l.at
        FROM (SELECT account, max(p_effective[txn]) AS at FROM unnest(p_txns, p_accounts) u (txn, account)
              WHERE NOT replayed[txn] GROUP BY account) l
        WHERE b.account_id = l.account AND b.last_effective_at < l.at;
    END IF;

    -- 4. Write it down.
    WITH written AS (
        INSERT INTO ledger_transactions (id, recorded_at, effective_at, kind, key, ref_id, actor_id, meta)
        SELECT t.id, recorded, t.effective, t.kind, t.key, t.ref, t.actor, t.meta
        FROM unnest(ids, p_effective, p_kinds, p_keys, p_refs, p_actors, p_metas, replayed)
             t (id, effective, kind, key, ref, actor, meta, replayed)
        WHERE NOT t.replayed)
    INSERT INTO postings (transaction_id, leg, account_id, amount, balance_after, account_version, recorded_at, effective_at)
    SELECT ids[l.txn], l.ord - array_position(p_txns, l.txn) + 1, l.account, l.amount, l.balance, l.version,
           recorded, p_effective[l.txn]
    FROM unnest(p_txns, p_accounts, p_amounts, balances, versions) WITH ORDINALITY
         l (txn, account, amount, balance, version, ord)
    WHERE NOT replayed[l.txn];
END $$;

-- One transaction. Replayed means: posted before under this key, with this content; nothing was posted again.
CREATE FUNCTION wallet.post(
    p_key text, p_kind text, p_accounts bigint[], p_amounts bigint[], p_ref uuid, p_effective_at timestamptz,
    p_actor uuid DEFAULT NULL, p_meta jsonb DEFAULT NULL, OUT transaction_id bigint, OUT replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
DECLARE posted record;
BEGIN
    posted := apply(ARRAY[p_key], ARRAY[p_kind], ARRAY[p_ref], ARRAY[p_effective_at], ARRAY[p_actor], ARRAY[p_meta],
        array_fill(1, ARRAY[greatest(cardinality(p_accounts), cardinality(p_amounts), 0)]), p_accounts, p_amounts);
    transaction_id := posted.ids[1];
    replayed := posted.replayed[1];
END $$;

-- Several transactions, applied in the order of the array, all or none:
--   [{"key", "kind", "ref", "effective_at", "actor", "meta", "legs": [{"account": 7, "amount": -500} or
--     {"kind": "user_available", "owner": "…", "reference": null, "currency": "EUR", "amount": 500}]}]
CREATE FUNCTION wallet.post_many(p_request jsonb) RETURNS TABLE (key text, transaction_id bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    keys text[]; kinds text[]; refs uuid[]; times timestamptz[]; actors uuid[]; metas jsonb[]; well_formed boolean;
    txns integer[]; accounts bigint[]; amounts bigint[];
    names text[]; owners uuid[]; labels text[]; currencies text[]; opened bigint[]; used integer := 0;
BEGIN
    IF jsonb_typeof(p_request) IS DISTINCT FROM 'array' THEN p_request := '[]'; END IF;
    SELECT array_agg(t ->> 'key'), array_agg(t ->> 'kind'), array_agg((t ->> 'ref')::uuid),
           array_agg((t ->> 'effective_at')::timestamptz), array_agg((t ->> 'actor')::uuid),
           array_agg(nullif(t -> 'meta', 'null')), bool_and(coalesce(jsonb_typeof(t -> 'legs'), '') = 'array')
    INTO keys, kinds, refs, times, actors, metas, well_formed
    FROM (SELECT t FROM jsonb_array_elements(p_request) WITH ORDINALITY r (t, n) ORDER BY n) r;
    IF well_formed IS DISTINCT FROM true THEN
        RAISE EXCEPTION 'an array of transactions is needed, each with an array of legs' USING ERRCODE = 'LG004';
    END IF;

    SELECT array_agg(n), array_agg(account), array_agg(amount),
           array_agg(kind) FILTER (WHERE account IS NULL), array_agg(owner) FILTER (WHERE account IS NULL),
           array_agg(reference) FILTER (WHERE account IS NULL), array_agg(currency) FILTER (WHERE account IS NULL)
    INTO txns, accounts, amounts, names, owners, labels, currencies
    FROM (
        SELECT r.n, g.*
        FROM jsonb_array_elements(p_request) WITH ORDINALITY r (t, n),
             ROWS FROM (jsonb_to_recordset(r.t -> 'legs')
                 AS (account bigint, kind text, owner uuid, reference text, currency text, amount bigint))
                 WITH ORDINALITY g (account, kind, owner, reference, currency, amount, leg)
        ORDER BY r.n, g.leg) l;
    IF names IS NOT NULL THEN
        opened := open_accounts(names, owners, labels, currencies);
        FOR i IN 1..cardinality(accounts) LOOP
            IF accounts[i] IS NULL THEN
                used := used + 1;
                accounts[i] := opened[used];
            END IF;
        END LOOP;
    END IF;

    RETURN QUERY
    SELECT keys[i], a.ids[i], a.replayed[i]
    FROM apply(keys, kinds, refs, times, actors, metas, txns, accounts, amounts) a, generate_subscripts(keys, 1) i;
END $$;

-- Balances ------------------------------------------------------------------------------------------------------

-- The sum of an aggregated account over all rows with xact < upto, which were all finished when it was taken. xact
-- starts again after a dump and restore: a checkpoint of another cluster is ignored.
CREATE TABLE wallet.checkpoints (
    account_id bigint      NOT NULL REFERENCES wallet.accounts,
    upto       xid8        NOT NULL,
    system_id  bigint      NOT NULL DEFAULT (pg_control_system()).system_identifier,
    balance    bigint      NOT NULL,
    taken_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_id, system_id, upto)
);

CREATE FUNCTION wallet.aggregated_balance(p_account bigint, p_before xid8 DEFAULT NULL) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
    SELECT (coalesce(c.balance, 0) + coalesce(tail.sum, 0))::bigint
    FROM (SELECT) one
    LEFT JOIN LATERAL (
        SELECT upto, balance FROM checkpoints
        WHERE account_id = p_account AND system_id = (SELECT system_identifier FROM pg_control_system())
          AND (p_before IS NULL OR upto <= p_before)   -- another session may just have taken a later one
        ORDER BY upto DESC LIMIT 1) c ON true
    CROSS JOIN LATERAL (
        SELECT sum(amount) FROM postings
        WHERE account_id = p_account AND balance_after IS NULL
          AND xact >= coalesce(c.upto, '0'::xid8) AND (p_before IS NULL OR xact < p_before)) tail
$$;

CREATE FUNCTION wallet.take_checkpoint(p_account bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
DECLARE oldest_running xid8; total bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM accounts WHERE id = p_account AND NOT stored) THEN
        RAISE EXCEPTION 'not an aggregated account' USING ERRCODE = 'LG004', DETAIL = format('account %s', p_account);
    END IF;
    -- The watermark first: the sum is then read with a snapshot at least as new, which sees all that is below it.
    oldest_running := pg_snapshot_xmin(pg_current_snapshot());
    SELECT aggregated_balance(p_account, oldest_running) INTO total;
    INSERT INTO checkpoints (account_id, upto, balance) VALUES (p_account, oldest_running, total) ON CONFLICT DO NOTHING;
    RETURN total;
END $$;

CREATE FUNCTION wallet.balance_of(p_account bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
    SELECT CASE WHEN a.stored THEN b.balance ELSE aggregated_balance(a.id) END
    FROM accounts a LEFT JOIN account_balances b ON b.account_id = a.id WHERE a.id = p_account
$$;

CREATE FUNCTION wallet.balance_at(p_account bigint, p_at timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
    SELECT CASE WHEN a.stored
        THEN coalesce((SELECT balance_after FROM postings WHERE account_id = a.id AND effective_at <= p_at
                       ORDER BY effective_at DESC, account_version DESC LIMIT 1), 0)
        ELSE coalesce((SELECT sum(amount) FROM postings WHERE account_id = a.id AND effective_at <= p_at), 0)::bigint END
    FROM accounts a WHERE a.id = p_account
$$;

-- Views ---------------------------------------------------------------------------------------------------------

-- earned: all that sales and commissions ever credited, before refunds. withdrawn: payouts sent and not failed, with
-- their fee. Both read the postings of the person, and cost nothing when they are not selected.
CREATE VIEW wallet.wallets AS
SELECT a.owner_id, a.currency,
    coalesce(sum(b.balance) FILTER (WHERE a.kind = 'user_available'), 0)::bigint AS available,
    coalesce(sum(b.balance) FILTER (WHERE a.kind = 'user_pending'), 0)::bigint AS pending,
    coalesce(sum(b.balance) FILTER (WHERE a.kind = 'user_escrow'), 0)::bigint AS escrow,
    coalesce(sum(b.balance) FILTER (WHERE a.kind = 'user_payout'), 0)::bigint AS in_payout,
    coalesce(sum(b.balance) FILTER (WHERE a.kind IN ('affiliate_locked', 'affiliate_extended')), 0)::bigint AS locked,
    coalesce(-sum(b.balance) FILTER (WHERE a.kind = 'user_debt'), 0)::bigint AS debt,
    (SELECT coalesce(sum(p.amount), 0)::bigint
     FROM wallet.accounts e JOIN wallet.postings p ON p.account_id = e.id AND p.amount > 0
     WHERE e.owner_id = a.owner_id AND e.currency = a.currency
       AND e.kind IN ('user_pending', 'affiliate_locked', 'affiliate_extended')) AS earned,
    (SELECT coalesce(-sum(p.amount), 0)::bigint
     FROM wallet.accounts w JOIN wallet.postings p ON p.account_id = w.id
     CROSS JOIN LATERAL (SELECT kind FROM wallet.ledger_transactions
                         WHERE id = p.transaction_id AND recorded_at = p.recorded_at LIMIT 1) t
     WHERE w.owner_id = a.owner_id AND w.currency = a.currency
       AND (w.kind, t.kind) IN (('user_payout', 'payout_sent'), ('user_available', 'payout_failed'))) AS withdrawn
FROM wallet.accounts a JOIN wallet.account_balances b ON b.account_id = a.id
WHERE a.owner_id IS NOT NULL
GROUP BY a.owner_id, a.currency;

-- A person's statement: filter by account_id, order by at and version descending, continue by (at, version) < (…, …).
-- LATERAL with LIMIT keeps the transaction a lookup for each row shown, instead of a join of all.
CREATE VIEW wallet.ledger AS
SELECT p.account_id, a.kind AS account_kind, a.owner_id, a.currency, coalesce(k.type, t.kind) AS type,
       p.amount, p.balance_after - p.amount AS balance_before, p.balance_after, t.ref_id AS reference,
       p.effective_at AS at, p.account_version AS version, p.transaction_id, t.kind, t.key
FROM wallet.accounts a
JOIN wallet.postings p ON p.account_id = a.id
CROSS JOIN LATERAL (SELECT kind, key, ref_id FROM wallet.ledger_transactions
                    WHERE id = p.transaction_id AND recorded_at = p.recorded_at LIMIT 1) t
LEFT JOIN wallet.transaction_kinds k ON k.code = t.kind
WHERE a.owner_id IS NOT NULL;

-- Privileges: the application reads, and calls these functions ---------------------------------------------------

REVOKE ALL ON SCHEMA wallet FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA wallet FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wallet FROM PUBLIC;
GRANT USAGE ON SCHEMA wallet TO marketplace_app;
GRANT SELECT ON ALL TABLES IN SCHEMA wallet TO marketplace_app;
GRANT EXECUTE ON FUNCTION
    wallet.open_account, wallet.set_account_status, wallet.lock_accounts, wallet.post, wallet.post_many,
    wallet.make_partitions, wallet.take_checkpoint, wallet.aggregated_balance, wallet.balance_of, wallet.balance_at
TO marketplace_app;
