-- Posting, made cheaper; what it promises is the same. An order was dearer in executors than in rows: each statement of a function is set up
-- anew at each call, and a statement with joins, sorts and aggregates takes longer to set up than to run on six legs. So the request is
-- joined with its accounts once, in the order in which balances are locked; the rest is loops over arrays and statements of one row.

-- A foreign key locks what it points to: each order's account locked the one row of its kind and the one of EUR, together with everybody
-- else's (a multixact each); each hold did so with its rule. Instead, what is pointed to is for ever, and what points is made by lookup.
ALTER TABLE wallet.accounts DROP CONSTRAINT accounts_kind_fkey, DROP CONSTRAINT accounts_currency_fkey;
ALTER TABLE wallet.account_balances DROP CONSTRAINT account_balances_account_id_fkey;
ALTER TABLE wallet.holds DROP CONSTRAINT holds_currency_fkey, DROP CONSTRAINT holds_by_rule;

CREATE TRIGGER for_ever BEFORE DELETE OR TRUNCATE OR UPDATE OF code ON wallet.account_kinds
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER for_ever BEFORE DELETE OR TRUNCATE OR UPDATE OF code ON wallet.currencies
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER for_ever BEFORE DELETE OR TRUNCATE OR UPDATE OF id, kind, currency, stored ON wallet.accounts
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER for_ever BEFORE DELETE OR TRUNCATE OR UPDATE OF account_id ON wallet.account_balances
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
CREATE TRIGGER for_ever BEFORE DELETE OR TRUNCATE OR UPDATE OF code, version ON wallet.hold_rules
    FOR EACH STATEMENT EXECUTE FUNCTION wallet.refuse_change();
ALTER TABLE wallet.hold_rules       ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE wallet.account_kinds    ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE wallet.currencies       ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE wallet.accounts         ENABLE ALWAYS TRIGGER for_ever;
ALTER TABLE wallet.account_balances ENABLE ALWAYS TRIGGER for_ever;

-- Opens what is missing of these accounts, answers their ids in the order asked and null for names that cannot be. One after the other in the
-- order of the names, so that two who miss the same ones wait for each other and never deadlock.
CREATE FUNCTION wallet.open_missing(p_kinds text[], p_owners uuid[], p_references text[], p_currencies text[]) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    many integer := cardinality(p_kinds); ids bigint[] := array_fill(NULL::bigint, ARRAY[many]); by_name integer[]; before integer; i integer; account bigint;
BEGIN
    IF many > 1 THEN
        SELECT array_agg(n.ord ORDER BY n.kind, n.currency, n.owner, coalesce(n.reference, '')) INTO by_name
        FROM unnest(p_kinds, p_owners, p_references, p_currencies) WITH ORDINALITY n (kind, owner, reference, currency, ord);
    END IF;
    FOR o IN 1..many LOOP
        before := i;
        i := coalesce(by_name[o], o);
        IF p_kinds[i] = p_kinds[before] AND p_currencies[i] = p_currencies[before] AND p_owners[i] IS NOT DISTINCT FROM p_owners[before]
           AND coalesce(p_references[i], '') = coalesce(p_references[before], '') THEN
            ids[i] := ids[before];
            CONTINUE;
        END IF;
        WITH opened AS (
            INSERT INTO accounts (kind, owner_id, reference, currency, stored)
            SELECT k.code, p_owners[i], nullif(p_references[i], ''), c.code, k.stored FROM account_kinds k, currencies c
            WHERE k.code = p_kinds[i] AND k.owned = (p_owners[i] IS NOT NULL) AND c.code = p_currencies[i]
            ON CONFLICT DO NOTHING
            RETURNING id, stored),
        balanced AS (
            INSERT INTO account_balances (account_id, floor, ceiling)
            SELECT o.id, k.floor, k.ceiling FROM opened o JOIN account_kinds k ON k.code = p_kinds[i] WHERE o.stored)
        SELECT o.id INTO account FROM opened o;
        IF account IS NULL THEN   -- somebody was faster, or it cannot be
            SELECT a.id INTO account FROM accounts a
            WHERE a.kind = p_kinds[i] AND a.currency = p_currencies[i]
              AND coalesce(a.owner_id, '00000000-0000-0000-0000-000000000000')
                = coalesce(p_owners[i], '00000000-0000-0000-0000-000000000000')
              AND coalesce(a.reference, '') = coalesce(p_references[i], '');
        END IF;
        ids[i] := account;
    END LOOP;
    RETURN ids;
END $$;

CREATE OR REPLACE FUNCTION wallet.open_accounts(p_kinds text[], p_owners uuid[], p_references text[], p_currencies text[])
RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE ids bigint[];
BEGIN
    SELECT array_agg(a.id ORDER BY n.ord) INTO ids
    FROM unnest(p_kinds, p_owners, p_references, p_currencies) WITH ORDINALITY n (kind, owner, reference, currency, ord)
    LEFT JOIN accounts a ON a.kind = n.kind AND a.currency = n.currency
        AND coalesce(a.owner_id, '00000000-0000-0000-0000-000000000000')
          = coalesce(n.owner, '00000000-0000-0000-0000-000000000000')
        AND coalesce(a.reference, '') = coalesce(n.reference, '');
    IF array_position(ids, NULL) IS NOT NULL THEN
        ids := open_missing(p_kinds, p_owners, p_references, p_currencies);
        IF array_position(ids, NULL) IS NOT NULL THEN
            RAISE EXCEPTION 'unknown kind or currency, or an owner missing or too many' USING ERRCODE = 'LG004';
        END IF;
    END IF;
    RETURN ids;
END $$;

-- A function of SQL with a setting of its own is planned anew in each statement that calls it; without one it becomes part of the statement
-- (and must not claim more than what it is made of: what adds intervals to times is stable). These two name nothing that a path could change.
CREATE OR REPLACE FUNCTION wallet.risk_level(p_risk wallet.seller_risks, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_risk.override_level IS NOT NULL AND (p_risk.override_until IS NULL OR p_risk.override_until > p_at)
                THEN p_risk.override_level ELSE coalesce(p_risk.level, 'normal') END
$$;

CREATE OR REPLACE FUNCTION wallet.hold_release(p_event text, p_days integer, p_latest integer, p_factor numeric, p_sold timestamptz, p_event_at timestamptz)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT least(
        CASE WHEN p_event = 'sold' THEN p_sold ELSE p_event_at END + make_interval(secs => (p_days * p_factor * 86400)::double precision),
        p_sold + make_interval(secs => (p_latest * p_factor * 86400)::double precision))
$$;

-- The write path ------------------------------------------------------------------------------------------------

-- Several transactions, applied in the order of the array, all or none:
--   [{"key", "kind", "ref", "effective_at", "actor", "meta", "legs": [{"account": 7, "amount": -500} or
--     {"kind": "user_available", "owner": "…", "reference": null, "currency": "EUR", "amount": 500}]}]
-- The hash of a request covers kind, ref and legs (in any order); time, actor and meta may differ when it is sent again. Generic plans: with
-- parameters like these the planner would plan anew on each call, which takes longer than the posting.
CREATE OR REPLACE FUNCTION wallet.post_many(p_request jsonb) RETURNS TABLE (key text, transaction_id bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = wallet, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    recorded timestamptz := clock_timestamp();
    malformed boolean := false; unbalanced boolean := false; late boolean := false; any_new boolean := false;
    -- One entry a transaction.
    n integer := 0; item jsonb; keys text[]; kinds text[]; refs uuid[]; times timestamptz[]; actors uuid[]; metas jsonb[];
    counts integer[]; sums numeric[]; contents text[]; ids bigint[]; known boolean[]; by_key integer[]; i integer;
    -- One entry a leg, by currency, account and transaction.
    many integer; txns integer[]; ords integer[]; accounts bigint[]; amounts bigint[]; currencies text[]; stored boolean[]; refusing boolean[];
    balances bigint[]; versions bigint[]; by_account integer[]; names text[]; owners uuid[]; labels text[]; monies text[]; missing integer[]; opened bigint[]; known_legs integer; j integer;
    new_hash bytea; old_hash bytea; old_id bigint; new_balance bigint; new_version bigint; new_effective timestamptz;
BEGIN
    -- 1. Read the transactions, and their legs together with their accounts: these are opened at the first use of their name.
    IF jsonb_typeof(p_request) = 'array' THEN n := jsonb_array_length(p_request); END IF;
    FOR i IN 1..n LOOP
        item := p_request -> (i - 1);
        keys[i] := item ->> 'key';
        kinds[i] := item ->> 'kind';
        refs[i] := (item ->> 'ref')::uuid;
        times[i] := (item ->> 'effective_at')::timestamptz;
        actors[i] := (item ->> 'actor')::uuid;
        metas[i] := nullif(item -> 'meta', 'null');
        IF jsonb_typeof(item -> 'legs') IS DISTINCT FROM 'array' THEN n := 0; EXIT; END IF;
    END LOOP;
    IF n = 0 THEN
        RAISE EXCEPTION 'an array of transactions is needed, each with an array of legs' USING ERRCODE = 'LG004';
    END IF;

    SELECT array_agg(l.n), array_agg(l.ord), array_agg(l.id), array_agg(l.amount), array_agg(l.currency), array_agg(l.stored),
           array_agg(l.status = 'closed' OR l.status = 'debit_frozen' AND l.amount < 0)
    INTO txns, ords, accounts, amounts, currencies, stored, refusing
    FROM (
        SELECT r.n, g.ord, a.id, g.amount, a.currency, a.stored, a.status
        FROM jsonb_array_elements(p_request) WITH ORDINALITY r (t, n),
             ROWS FROM (jsonb_to_recordset(r.t -> 'legs')
                 AS (account bigint, kind text, owner uuid, reference text, currency text, amount bigint))
                 WITH ORDINALITY g (account, kind, owner, reference, currency, amount, ord)
        LEFT JOIN LATERAL (
            SELECT a.id, a.currency, a.stored, a.status FROM accounts a
            WHERE g.account IS NULL AND a.kind = g.kind AND a.currency = g.currency
              AND coalesce(a.owner_id, '00000000-0000-0000-0000-000000000000')
                = coalesce(g.owner, '00000000-0000-0000-0000-000000000000')
              AND coalesce(a.reference, '') = coalesce(g.reference, '')
            UNION ALL
            SELECT a.id, a.currency, a.stored, a.status FROM accounts a WHERE a.id = g.account
            LIMIT 1) a ON true
        ORDER BY a.currency, a.id, r.n) l;
    many := coalesce(cardinality(accounts), 0);
    IF many > 0 AND accounts[many] IS NULL THEN   -- what is missing is last
        FOR j IN REVERSE many..1 LOOP
            EXIT WHEN accounts[j] IS NOT NULL;
            item := p_request -> (txns[j] - 1) -> 'legs' -> (ords[j] - 1);
            CONTINUE WHEN item ->> 'account' IS NOT NULL;   -- no such account: malformed
            missing := missing || j;
            names := names || (item ->> 'kind');
            owners := owners || (item ->> 'owner')::uuid;
            labels := labels || (item ->> 'reference');
            monies := monies || (item ->> 'currency');
        END LOOP;
        IF names IS NOT NULL THEN opened := open_missing(names, owners, labels, monies); END IF;
        FOR o IN 1..coalesce(cardinality(missing), 0) LOOP
            IF opened[o] IS NULL THEN
                RAISE EXCEPTION 'unknown kind or currency, or an owner missing or too many' USING ERRCODE = 'LG004';
            END IF;
            accounts[missing[o]] := opened[o];
        END LOOP;
        -- Mostly it is one account that is new, an order's, and its id the highest: then everything is in its place already.
        known_legs := many - coalesce(cardinality(missing), 0);
        IF opened[1] = ALL (opened) AND accounts[known_legs + 1] IS NOT NULL
           AND (known_legs = 0 OR accounts[known_legs] < opened[1] AND currencies[known_legs] = monies[1] AND currencies[1] = monies[1]) THEN
            FOR j IN known_legs + 1..many LOOP
                currencies[j] := monies[1];
                stored[j] := (SELECT k.stored FROM account_kinds k WHERE k.code = names[1]);
            END LOOP;
        ELSE
            SELECT array_agg(l.txn), array_agg(l.ord), array_agg(l.account), array_agg(l.amount), array_agg(l.currency), array_agg(l.stored), array_agg(l.refusing)
            INTO txns, ords, accounts, amounts, currencies, stored, refusing
            FROM (
                SELECT l.txn, l.ord, l.account, l.amount, a.currency, a.stored, coalesce(l.refusing, false) AS refusing
                FROM unnest(txns, ords, accounts, amounts, refusing) l (txn, ord, account, amount, refusing) LEFT JOIN accounts a ON a.id = l.account
                ORDER BY a.currency, l.account, l.txn) l;
        END IF;
    END IF;

    -- 2. Is it a request at all?
    counts := array_fill(0, ARRAY[n]);
    sums := array_fill(0::numeric, ARRAY[n]);
    contents := array_fill(NULL::text, ARRAY[n]);
    FOR j IN 1..many LOOP
        i := txns[j];
        malformed := malformed OR accounts[j] IS NULL OR amounts[j] IS NULL OR amounts[j] = 0 OR j > 1 AND accounts[j] = accounts[j - 1] AND i = txns[j - 1];
        counts[i] := counts[i] + 1;
        sums[i] := sums[i] + amounts[j];
        contents[i] := concat(contents[i] || ',', accounts[j], ':', amounts[j]);
    END LOOP;
    FOR i IN 1..n LOOP
        malformed := malformed OR counts[i] NOT BETWEEN 2 AND 64
            OR (length(keys[i]) BETWEEN 1 AND 200 AND kinds[i] <> '' AND isfinite(times[i])) IS NOT TRUE;
        unbalanced := unbalanced OR sums[i] <> 0;
    END LOOP;
    IF malformed THEN
        RAISE EXCEPTION 'a transaction needs a key, a kind, a time, and 2 to 64 legs that differ in account and are not 0'
            USING ERRCODE = 'LG004';
    END IF;
    -- Of several currencies: each is summed for itself, and the legs are taken by account alone, which is the order of all locks.
    IF currencies[1] <> currencies[many] THEN
        unbalanced := EXISTS (SELECT FROM unnest(txns, currencies, amounts) l (txn, currency, amount) GROUP BY l.txn, l.currency HAVING sum(l.amount) <> 0);
        SELECT array_agg(l.ord ORDER BY l.account, l.txn) INTO by_account FROM unnest(accounts, txns) WITH ORDINALITY l (account, txn, ord);
    END IF;
    IF unbalanced THEN
        RAISE EXCEPTION 'unbalanced transaction' USING ERRCODE = 'LG002';
    END IF;

    -- 3. Claim the keys, sorted: whoever sends one of them at the same time waits here until we are done.
    known := array_fill(false, ARRAY[n]);
    ids := array_fill(NULL::bigint, ARRAY[n]);
    IF n > 1 THEN
        SELECT array_agg(k.ord ORDER BY k.key COLLATE "C", k.ord) INTO by_key FROM unnest(keys) WITH ORDINALITY k (key, ord);
    END IF;
    FOR o IN 1..n LOOP
        i := coalesce(by_key[o], o);
        new_hash := sha256(convert_to(concat(refs[i], '|', contents[i], '|', kinds[i]), 'UTF8'));
        ids[i] := nextval('transaction_ids');
        INSERT INTO posting_keys (key, request_hash, transaction_id, recorded_at)
        VALUES (keys[i], new_hash, ids[i], recorded) ON CONFLICT DO NOTHING;
        IF FOUND THEN
            any_new := true;
        ELSE
            SELECT k.request_hash, k.transaction_id INTO old_hash, old_id FROM posting_keys k WHERE k.key = keys[i];
            IF old_hash <> new_hash THEN
                RAISE EXCEPTION 'key reused with other content' USING ERRCODE = 'LG409';
            END IF;
            ids[i] := old_id;
            known[i] := true;
        END IF;
    END LOOP;

    IF any_new THEN
        -- 4. Stored balances by ascending account; on one account in the order of the request, one update a posting, so that
        --    the CHECK holds at every version.
        balances := array_fill(NULL::bigint, ARRAY[many]);
        versions := balances;
        FOR o IN 1..many LOOP
            j := coalesce(by_account[o], o);
            i := txns[j];
            CONTINUE WHEN known[i];
            IF stored[j] THEN
                UPDATE account_balances
                SET balance = balance + amounts[j], version = version + 1, last_at = recorded,
                    last_effective_at = greatest(last_effective_at, times[i])
                WHERE account_id = accounts[j] AND (status = 'open' OR status = 'debit_frozen' AND amounts[j] > 0)
                RETURNING balance, version, last_effective_at INTO new_balance, new_version, new_effective;
                balances[j] := new_balance;
                versions[j] := new_version;
                IF new_effective > times[i] THEN
                    times[i] := new_effective;
                    late := true;
                END IF;
            END IF;
            IF stored[j] AND new_version IS NULL OR NOT stored[j] AND refusing[j] THEN
                RAISE EXCEPTION 'account frozen or closed' USING ERRCODE = 'LG005', DETAIL = format('account %s', accounts[j]);
            END IF;
        END LOOP;

        -- An account was ahead of the caller's clock: lift the whole request, so that no account ever goes back in time.
        IF late THEN
            SELECT array_agg(e.lifted ORDER BY e.ord) INTO times
            FROM (SELECT ord, max(at) OVER (ORDER BY ord) AS lifted FROM unnest(times) WITH ORDINALITY u (at, ord)) e;
            UPDATE account_balances b SET last_effective_at = l.at
            FROM (SELECT account, max(times[txn]) AS at FROM unnest(txns, accounts) u (txn, account)
                  WHERE NOT known[txn] GROUP BY account) l
            WHERE b.account_id = l.account AND b.last_effective_at < l.at;
        END IF;

        -- 5. Write it down.
        WITH written AS (
            INSERT INTO ledger_transactions (id, recorded_at, effective_at, kind, key, ref_id, actor_id, meta)
            SELECT ids[i], recorded, times[i], kinds[i], keys[i], refs[i], actors[i], metas[i] FROM generate_series(1, n) i WHERE NOT known[i])
        INSERT INTO postings (transaction_id, leg, account_id, amount, balance_after, account_version, recorded_at, effective_at)
        SELECT ids[txns[j]], ords[j], accounts[j], amounts[j], balances[j], versions[j], recorded, times[txns[j]]
        FROM generate_series(1, many) j WHERE NOT known[txns[j]];
    END IF;

    FOR i IN 1..n LOOP
        key := keys[i];
        transaction_id := ids[i];
        replayed := known[i];
        RETURN NEXT;
    END LOOP;
END $$;

-- One transaction. Replayed means: posted before under this key, with this content; nothing was posted again.
CREATE OR REPLACE FUNCTION wallet.post(
    p_key text, p_kind text, p_accounts bigint[], p_amounts bigint[], p_ref uuid, p_effective_at timestamptz,
    p_actor uuid DEFAULT NULL, p_meta jsonb DEFAULT NULL, OUT transaction_id bigint, OUT replayed boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = wallet, pg_temp AS $$
    SELECT m.transaction_id, m.replayed FROM post_many(jsonb_build_array(jsonb_build_object(
        'key', p_key, 'kind', p_kind, 'ref', p_ref, 'effective_at', p_effective_at, 'actor', p_actor, 'meta', p_meta, 'legs',
        (SELECT coalesce(jsonb_agg(jsonb_build_object('account', coalesce(l.account, 0), 'amount', l.amount)), '[]')
         FROM unnest(p_accounts, p_amounts) l (account, amount))))) m
$$;

DROP FUNCTION wallet.apply;
REVOKE ALL ON FUNCTION wallet.open_missing FROM PUBLIC;
