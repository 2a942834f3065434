-- The bar for checkout and posting, FROZEN on 2026-11-21: what a careful person would write by hand in SQL for one purchase from a
-- wallet. It depends on nothing of the product, so that later changes of the product do not move the bar. Do not edit it: a new
-- bar is a new file.
--
-- Tables, constraints, indexes and the ledger's functions are those that the product had on that day, so that both sides write
-- the same rows and keep the same promises. Left out on both sides of the comparison is only what no checkout touches. Simpler
-- than the product: what a checkout reads of catalog and accounts lies in one wide row (offers), which a product that is made of
-- modules cannot have. That favours the bar.
DROP SCHEMA IF EXISTS bench_reference CASCADE;
CREATE SCHEMA bench_reference;

-- Ids that grow with time, as UUIDv7 do.
CREATE FUNCTION bench_reference.new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 'hex')::uuid
$$;

-- Idempotent writes and events ------------------------------------------------------------------------------------

CREATE TABLE bench_reference.idempotency_keys (
  scope        text NOT NULL,                 -- whose key it is: the account, or the guest's cart
  key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash bytea NOT NULL,
  reply        jsonb,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_age ON bench_reference.idempotency_keys (created_at);

CREATE TABLE bench_reference.outbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event         text NOT NULL,
  key           text NOT NULL,                -- events of one key are heard in order
  payload       jsonb NOT NULL,
  occurred_at   timestamptz NOT NULL,
  dispatched_at timestamptz
);
CREATE INDEX outbox_fresh ON bench_reference.outbox (id) WHERE dispatched_at IS NULL;

-- What is on sale, and of whom: all that a line of an order copies ------------------------------------------------------

CREATE TABLE bench_reference.offers (
  id           uuid PRIMARY KEY,
  on_sale      boolean NOT NULL,
  product      uuid NOT NULL,
  kind         text NOT NULL,
  title        text NOT NULL,
  slug         text NOT NULL,
  licence      text NOT NULL,
  terms        text NOT NULL,
  price        bigint NOT NULL,
  currency     text NOT NULL,
  shop         uuid NOT NULL,
  shop_name    text NOT NULL,
  seller       uuid NOT NULL,
  seller_tier  text NOT NULL,
  rate         int NOT NULL,
  cover_url    text,
  file         uuid NOT NULL,
  blob_key     text NOT NULL,
  file_name    text NOT NULL,
  content_type text NOT NULL,
  size         bigint NOT NULL,
  sha256       bytea NOT NULL
);

-- Carts and orders ------------------------------------------------------------------------------------------------

CREATE TABLE bench_reference.carts (
  id         uuid PRIMARY KEY,
  owner      uuid,
  token_hash bytea,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  CONSTRAINT carts_belong_to_one CHECK ((owner IS NULL) <> (token_hash IS NULL)),
  CONSTRAINT carts_token_hash CHECK (octet_length(token_hash) = 32),
  CONSTRAINT carts_one_an_owner UNIQUE (owner),
  CONSTRAINT carts_one_a_token UNIQUE (token_hash)
);
CREATE INDEX carts_of_guests_by_age ON bench_reference.carts (changed_at) WHERE owner IS NULL;

CREATE TABLE bench_reference.cart_items (
  id         uuid PRIMARY KEY,
  cart_id    uuid NOT NULL REFERENCES bench_reference.carts ON DELETE CASCADE,
  offer_id   uuid NOT NULL,
  price      bigint NOT NULL CHECK (price >= 0),      -- as it was seen: what is dearer now needs consent
  currency   text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  added_at   timestamptz NOT NULL,
  CONSTRAINT cart_items_once UNIQUE (cart_id, offer_id)
);

CREATE TABLE bench_reference.orders (
  id           uuid PRIMARY KEY,
  number       bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001),
  buyer        uuid NOT NULL,
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  total        bigint NOT NULL CHECK (total >= 0),
  state        text NOT NULL CHECK (state IN ('pending', 'paid', 'completed', 'expired')),
  method       text NOT NULL CHECK (length(method) BETWEEN 1 AND 40),
  placed_at    timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  paid_at      timestamptz,
  completed_at timestamptz,
  CONSTRAINT orders_number UNIQUE (number),
  CONSTRAINT orders_paid CHECK ((state IN ('paid', 'completed')) = (paid_at IS NOT NULL)),
  CONSTRAINT orders_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
  CONSTRAINT orders_expire_later CHECK (expires_at >= placed_at)
);
CREATE INDEX orders_of_buyer ON bench_reference.orders (buyer, number);
CREATE INDEX orders_by_state ON bench_reference.orders (state, number);
CREATE INDEX orders_unpaid ON bench_reference.orders (expires_at) WHERE state = 'pending';

CREATE TABLE bench_reference.order_items (
  id              uuid PRIMARY KEY,
  order_id        uuid NOT NULL REFERENCES bench_reference.orders,
  line            int NOT NULL CHECK (line >= 1),
  buyer           uuid NOT NULL,
  seller          uuid NOT NULL,
  shop            uuid NOT NULL,
  shop_name       text NOT NULL,
  product         uuid NOT NULL,
  offer           uuid NOT NULL,
  kind            text NOT NULL,
  title           text NOT NULL,
  slug            text NOT NULL,
  cover_url       text,
  licence         text NOT NULL,
  terms           text NOT NULL,
  state           text NOT NULL CHECK (state IN ('pending', 'paid', 'available', 'completed')),
  gross           bigint NOT NULL CHECK (gross >= 0),
  tax             bigint NOT NULL CHECK (tax >= 0),
  tax_place       text,
  seller_tier     text NOT NULL CHECK (seller_tier IN ('basic', 'standard', 'premium', 'ultimate')),
  commission_rate int NOT NULL CHECK (commission_rate BETWEEN 0 AND 10000),     -- basis points, by the seller's tier then
  commission      bigint NOT NULL CHECK (commission >= 0),
  fee             bigint NOT NULL CHECK (fee >= 0),
  affiliate       bigint NOT NULL CHECK (affiliate >= 0),
  seller_share    bigint NOT NULL CHECK (seller_share >= 0),
  available_at    timestamptz,
  completed_at    timestamptz,
  CONSTRAINT order_items_split CHECK (gross = tax + commission + fee + affiliate + seller_share),
  CONSTRAINT order_items_tax_place CHECK (tax = 0 OR tax_place IS NOT NULL),
  CONSTRAINT order_items_not_from_oneself CHECK (buyer <> seller),
  CONSTRAINT order_items_available CHECK (available_at IS NOT NULL OR state IN ('pending', 'paid')),
  CONSTRAINT order_items_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
  CONSTRAINT order_items_line UNIQUE (order_id, line),
  CONSTRAINT order_items_offer_once UNIQUE (order_id, offer)
);
CREATE INDEX order_items_of_buyer ON bench_reference.order_items (buyer, id) WHERE state <> 'pending';
CREATE INDEX order_items_of_seller ON bench_reference.order_items (seller, id) WHERE state <> 'pending';
CREATE INDEX order_items_available_since ON bench_reference.order_items (available_at) WHERE state = 'available';

CREATE TABLE bench_reference.order_files (
  id           uuid PRIMARY KEY,
  item_id      uuid NOT NULL REFERENCES bench_reference.order_items,
  file         uuid NOT NULL,                         -- the catalog's
  blob_key     text NOT NULL,
  name         text NOT NULL,
  content_type text NOT NULL,
  size         bigint NOT NULL CHECK (size > 0),
  sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
  CONSTRAINT order_files_once UNIQUE (item_id, file)
);

CREATE TABLE bench_reference.order_events (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES bench_reference.orders,
  item_id  uuid REFERENCES bench_reference.order_items,
  at       timestamptz NOT NULL,
  what     text NOT NULL CHECK (what IN ('placed', 'payment_started', 'payment_failed', 'paid', 'expired', 'available', 'downloaded', 'completed')),
  by       uuid,                                      -- null: the market itself
  detail   text CHECK (length(detail) <= 200)
);
CREATE INDEX order_events_of_order ON bench_reference.order_events (order_id, id);

-- The ledger: chart of accounts ---------------------------------------------------------------------------------------------

CREATE TABLE bench_reference.currencies (
    code     text     PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),
    exponent smallint NOT NULL CHECK (exponent BETWEEN 0 AND 4)
);

INSERT INTO bench_reference.currencies VALUES ('EUR', 2), ('USD', 2), ('GBP', 2), ('JPY', 0), ('KWD', 3), ('XPL', 0);

CREATE TABLE bench_reference.account_kinds (
    code    text    PRIMARY KEY,
    class   text    NOT NULL CHECK (class IN ('asset', 'liability', 'income', 'expense')),
    owned   boolean NOT NULL,   -- belongs to a person: needs an owner_id, and is part of that person's wallet
    stored  boolean NOT NULL,
    floor   bigint,
    ceiling bigint,
    CHECK (stored = (floor IS NOT NULL OR ceiling IS NOT NULL))
);

INSERT INTO bench_reference.account_kinds (code, class, owned, stored, floor, ceiling) VALUES
    ('user_available',         'liability', true,  true,  0,    NULL),
    ('user_pending',           'liability', true,  true,  0,    NULL),
    ('user_escrow',            'liability', true,  true,  0,    NULL),
    ('user_payout',            'liability', true,  true,  0,    NULL),
    ('affiliate_locked',       'liability', true,  true,  0,    NULL),
    ('affiliate_extended',     'liability', true,  true,  0,    NULL),
    ('user_debt',              'asset',     true,  true,  NULL, 0),
    ('order_funding',          'liability', false, true,  0,    NULL);

INSERT INTO bench_reference.account_kinds (code, class, owned, stored)
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

-- Accounts and balances -----------------------------------------------------------------------------------------

CREATE TABLE bench_reference.accounts (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind      text        NOT NULL REFERENCES bench_reference.account_kinds,
    owner_id  uuid        CHECK (owner_id <> '00000000-0000-0000-0000-000000000000'),
    reference text        CHECK (reference <> ''),
    currency  text        NOT NULL REFERENCES bench_reference.currencies,
    stored    boolean     NOT NULL,
    status    text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'debit_frozen', 'closed')),
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Unique with nulls not distinct. Written with coalesce, because a whole list of names is looked up by this index
-- and IS NOT DISTINCT FROM cannot use one.
CREATE UNIQUE INDEX accounts_name ON bench_reference.accounts
    (kind, currency, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), coalesce(reference, ''));
CREATE INDEX accounts_owner ON bench_reference.accounts (owner_id) WHERE owner_id IS NOT NULL;

-- Called by the CHECKs below only when they are about to fail. So the CHECK decides, on the row that the update saw and
-- again on the newest one if somebody was faster, with an SQLSTATE of the ledger and without a subtransaction around
-- each update, which would take an xid of its own (beyond 64 of them every snapshot of the server pays).
CREATE FUNCTION bench_reference.refuse_balance(p_account bigint, p_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp AS $$
BEGIN
    -- An old snapshot may not say that money is missing: if the row is newer, locking it is a serialization failure.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM FROM account_balances WHERE account_id = p_account FOR NO KEY UPDATE;
    END IF;
    RAISE EXCEPTION '%', CASE p_code WHEN 'LG001' THEN 'insufficient funds' ELSE 'balance above its ceiling' END
        USING ERRCODE = p_code, DETAIL = format('account %s', p_account), SCHEMA = 'bench_reference', TABLE = 'account_balances',
              CONSTRAINT = CASE p_code WHEN 'LG001' THEN 'balance_floor' ELSE 'balance_ceiling' END;
END $$;

-- Apart from accounts, so that the hot rows are narrow and nothing points to them; half-empty pages keep updates in place.
CREATE TABLE bench_reference.account_balances (
    account_id        bigint      PRIMARY KEY REFERENCES bench_reference.accounts,
    balance           bigint      NOT NULL DEFAULT 0,
    version           bigint      NOT NULL DEFAULT 0,
    last_at           timestamptz NOT NULL DEFAULT '-infinity',
    last_effective_at timestamptz NOT NULL DEFAULT '-infinity',
    floor             bigint,
    ceiling           bigint,
    status            text        NOT NULL DEFAULT 'open',   -- as in accounts
    CONSTRAINT balance_floor
        CHECK (floor IS NULL OR balance >= floor OR bench_reference.refuse_balance(account_id, 'LG001')),
    CONSTRAINT balance_ceiling
        CHECK (ceiling IS NULL OR balance <= ceiling OR bench_reference.refuse_balance(account_id, 'LG006'))
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Keys, transactions, postings ----------------------------------------------------------------------------------

-- Kept for ever. recorded_at says in which partition the transaction is.
CREATE TABLE bench_reference.posting_keys (
    key            text COLLATE "C" PRIMARY KEY,
    request_hash   bytea       NOT NULL,
    transaction_id bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL
);

CREATE SEQUENCE bench_reference.transaction_ids AS bigint CACHE 32;

-- recorded_at is the clock of the database and chooses the partition; effective_at is the clock of the business.
-- xact tells a checkpoint or a seal which rows were finished when it looked.
CREATE TABLE bench_reference.ledger_transactions (
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

CREATE INDEX ledger_transactions_ref  ON bench_reference.ledger_transactions (ref_id) WHERE ref_id IS NOT NULL;
CREATE INDEX ledger_transactions_xact ON bench_reference.ledger_transactions USING brin ((xact::text::bigint));

CREATE TABLE bench_reference.postings (
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
CREATE INDEX postings_statement  ON bench_reference.postings (account_id, effective_at, account_version);
CREATE INDEX postings_aggregated ON bench_reference.postings (account_id, xact) INCLUDE (amount) WHERE balance_after IS NULL;
CREATE INDEX postings_xact       ON bench_reference.postings USING brin ((xact::text::bigint));   -- xid8 has no BRIN class

-- Append-only, and balanced whoever inserts ---------------------------------------------------------------------

CREATE FUNCTION bench_reference.refuse_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: the ledger is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'LG003';
END $$;

CREATE FUNCTION bench_reference.refuse_unbalanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
CREATE FUNCTION bench_reference.guard(p_table regclass, p_balanced boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp AS $$
BEGIN
    EXECUTE format('
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %1$s
            FOR EACH STATEMENT EXECUTE FUNCTION bench_reference.refuse_change();
        ALTER TABLE %1$s ENABLE ALWAYS TRIGGER append_only', p_table);
    IF p_balanced THEN
        EXECUTE format('
            CREATE TRIGGER balanced AFTER INSERT ON %1$s REFERENCING NEW TABLE AS inserted
                FOR EACH STATEMENT EXECUTE FUNCTION bench_reference.refuse_unbalanced();
            ALTER TABLE %1$s ENABLE ALWAYS TRIGGER balanced', p_table);
    END IF;
END $$;

-- Last month up to p_ahead months from now; months are those of UTC. There is no default partition: a posting that
-- found none would be an alarm, not a row in the wrong place. ATTACH, unlike PARTITION OF, does not stop the writers.
CREATE FUNCTION bench_reference.make_partitions(p_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp SET timezone = 'UTC' AS $$
DECLARE parent text; month timestamptz; part text; made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('bench_reference.make_partitions'));
    FOR parent, month IN
        SELECT p, date_trunc('month', clock_timestamp()) + make_interval(months => m)
        FROM unnest(ARRAY['ledger_transactions', 'postings']) p, generate_series(-1, least(p_ahead, 60)) m
    LOOP
        part := parent || to_char(month, '_YYYY_MM');
        CONTINUE WHEN to_regclass('bench_reference.' || part) IS NOT NULL;
        EXECUTE format('CREATE TABLE bench_reference.%I (LIKE bench_reference.%I INCLUDING ALL)', part, parent);
        PERFORM guard(('bench_reference.' || part)::regclass, parent = 'postings');
        EXECUTE format('ALTER TABLE bench_reference.%I ATTACH PARTITION bench_reference.%I FOR VALUES FROM (%L) TO (%L)',
                       parent, part, month, month + interval '1 month');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

SELECT bench_reference.guard('bench_reference.posting_keys', false),
       bench_reference.guard('bench_reference.ledger_transactions', false),
       bench_reference.guard('bench_reference.postings', true),
       bench_reference.make_partitions(3);

-- Opening, freezing, closing ------------------------------------------------------------------------------------

-- Finds or opens accounts by name, answers their ids in the order asked. Opened in the order of the names, so that
-- two who miss the same ones wait for each other and never deadlock.
CREATE FUNCTION bench_reference.open_accounts(p_kinds text[], p_owners uuid[], p_references text[], p_currencies text[])
RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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

-- The write path ------------------------------------------------------------------------------------------------

-- All transactions of one request as arrays: p_keys … p_metas one entry a transaction, p_txns … p_amounts one a leg,
-- p_txns being the position of its transaction. The hash covers kind, ref and legs (in any order); time, actor and
-- meta may differ when the same request is sent again. Generic plans: with arrays as parameters the planner would plan
-- anew on each call, which takes longer than the posting.
CREATE FUNCTION bench_reference.apply(
    p_keys text[], p_kinds text[], p_refs uuid[], p_effective timestamptz[], p_actors uuid[], p_metas jsonb[],
    p_txns integer[], p_accounts bigint[], p_amounts bigint[], OUT ids bigint[], OUT replayed boolean[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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

-- Several transactions, applied in the order of the array, all or none:
--   [{"key", "kind", "ref", "effective_at", "actor", "meta", "legs": [{"account": 7, "amount": -500} or
--     {"kind": "user_available", "owner": "…", "reference": null, "currency": "EUR", "amount": 500}]}]
CREATE FUNCTION bench_reference.post_many(p_request jsonb) RETURNS TABLE (key text, transaction_id bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_reference, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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

-- Why a seller's share waits, and until when.
CREATE TABLE bench_reference.holds (
    id         uuid        PRIMARY KEY,
    kind       text        NOT NULL CONSTRAINT holds_kind CHECK (kind IN ('sale')),
    subject_id uuid        NOT NULL,
    order_id   uuid        NOT NULL,
    owner_id   uuid        NOT NULL,
    currency   text        NOT NULL REFERENCES bench_reference.currencies,
    amount     bigint      NOT NULL CONSTRAINT holds_amount CHECK (amount > 0),
    remaining  bigint      NOT NULL,
    released   bigint      NOT NULL,
    rule       text        NOT NULL CONSTRAINT holds_rule CHECK (rule ~ '^[a-z][a-z0-9_]{0,39}$'),
    release_at timestamptz,
    state      text        NOT NULL CONSTRAINT holds_state CHECK (state IN ('held', 'released', 'cancelled')),
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT holds_one_a_subject UNIQUE (kind, subject_id),
    CONSTRAINT holds_parts    CHECK (remaining >= 0 AND released >= 0 AND remaining + released <= amount),
    CONSTRAINT holds_by_state CHECK (CASE state WHEN 'held'     THEN remaining > 0 AND released = 0 AND ended_at IS NULL
                                                WHEN 'released' THEN remaining = 0 AND released > 0 AND ended_at IS NOT NULL
                                                ELSE                 remaining = 0 AND released = 0 AND ended_at IS NOT NULL END)
);
CREATE INDEX holds_due   ON bench_reference.holds (release_at, owner_id, currency) WHERE state = 'held';
CREATE INDEX holds_owner ON bench_reference.holds (owner_id, currency, release_at, id) WHERE state = 'held';

-- The same 10,000 products and 400 buyers as the product has ---------------------------------------------------------

INSERT INTO bench_reference.offers
SELECT ('00000000-0000-7000-a000-' || lpad(to_hex(p * 4), 12, '0'))::uuid, true, ('00000000-0000-7000-9000-' || lpad(to_hex(p), 12, '0'))::uuid,
       'beat', 'Beat number ' || p, 'beat-number-' || p, 'Personal licence',
       repeat('You may record over the beat, play the result to friends and perform it where no entry is paid. ', 5),
       1000 + p % 50 * 100, 'EUR', ('00000000-0000-7000-8000-' || lpad(to_hex(p % 50), 12, '0'))::uuid, 'Shop ' || p % 50,
       ('00000000-0000-7000-b000-' || lpad(to_hex(p % 50), 12, '0'))::uuid, 'basic', 4000,
       '/media/covers/00000000-0000-7000-9000-' || lpad(to_hex(p), 12, '0') || '/c1',
       ('00000000-0000-7000-a100-' || lpad(to_hex(p), 12, '0'))::uuid, 'blob-' || p, 'beat.wav', 'audio/wav', 5000000 + p, sha256(p::text::bytea)
FROM generate_series(1, 10000) p;

INSERT INTO bench_reference.carts (id, owner, created_at, changed_at)
SELECT ('00000000-0000-7000-d000-' || lpad(to_hex(b), 12, '0'))::uuid, ('00000000-0000-7000-c000-' || lpad(to_hex(b), 12, '0'))::uuid, now(), now()
FROM generate_series(0, 399) b;

-- Everybody has plenty.
SELECT count(*) FROM bench_reference.post_many((
  SELECT jsonb_agg(jsonb_build_object('key', 'capture:' || b, 'kind', 'topup', 'effective_at', now(), 'legs', jsonb_build_array(
    jsonb_build_object('kind', 'psp_clearing', 'reference', 'sandbox', 'currency', 'EUR', 'amount', -10000000000),
    jsonb_build_object('kind', 'user_available', 'owner', '00000000-0000-7000-c000-' || lpad(to_hex(b), 12, '0'), 'currency', 'EUR', 'amount', 10000000000))))
  FROM generate_series(0, 399) b));
ANALYZE;
