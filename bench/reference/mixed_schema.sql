-- The bar for mixed checkouts, FROZEN on 2026-11-22: what the product's tables have beyond those of schema.sql, which the bench copies as bench_mixed
-- before it runs this. Do not edit it: a new bar is a new file. As there, what a checkout reads of catalog and accounts lies in one wide row (offers).

-- Events are written with their deliveries ---------------------------------------------------------------------------------

ALTER TABLE bench_mixed.outbox DROP COLUMN dispatched_at;
CREATE INDEX outbox_age ON bench_mixed.outbox (occurred_at);
CREATE TABLE bench_mixed.deliveries (
  id         bigint NOT NULL,
  listener   text NOT NULL,
  key        text NOT NULL,
  state      text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'poisoned')),
  attempts   int NOT NULL DEFAULT 0,
  next_at    timestamptz NOT NULL,
  last_error text,
  done_at    timestamptz,
  PRIMARY KEY (id, listener)
);
CREATE INDEX deliveries_line ON bench_mixed.deliveries (listener, key, id) WHERE state <> 'done';
CREATE INDEX deliveries_due ON bench_mixed.deliveries (next_at, id) WHERE state = 'pending';

-- Carts, orders, coupons, shipping, taxes ----------------------------------------------------------------------------------

ALTER TABLE bench_mixed.carts
  ADD COLUMN coupon_code text CONSTRAINT carts_coupon_code CHECK (length(coupon_code) <= 24),
  ADD COLUMN reminded_at timestamptz,
  ADD COLUMN looked_at timestamptz,
  ADD CONSTRAINT carts_reminded CHECK (reminded_at IS NULL OR owner IS NOT NULL);
CREATE INDEX carts_left ON bench_mixed.carts (changed_at) WHERE owner IS NOT NULL AND reminded_at IS NULL;
ALTER TABLE bench_mixed.cart_items
  ADD COLUMN named boolean NOT NULL,
  ADD COLUMN units int NOT NULL CONSTRAINT cart_items_units CHECK (units BETWEEN 1 AND 99),
  ADD COLUMN line int NOT NULL CONSTRAINT cart_items_line CHECK (line > 0),
  DROP COLUMN added_at;

ALTER TABLE bench_mixed.orders
  ADD COLUMN language text NOT NULL CONSTRAINT orders_language CHECK (language ~ '^[a-z]{2}$'),
  ADD COLUMN money_returned_at timestamptz,
  ADD COLUMN money_returned_by uuid,
  ADD COLUMN shipping_address jsonb CONSTRAINT orders_shipping_address CHECK (jsonb_typeof(shipping_address) = 'object'),
  ADD COLUMN country text CONSTRAINT orders_country CHECK (country ~ '^[A-Z]{2}$'),
  ADD COLUMN billing jsonb,
  ADD COLUMN subscription uuid,
  ADD COLUMN cancelled_at timestamptz,
  DROP CONSTRAINT orders_state_check,
  ADD CONSTRAINT orders_state_check CHECK (state IN ('pending', 'paid', 'completed', 'expired', 'cancelled')),
  ADD CONSTRAINT orders_cancelled CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
  ADD CONSTRAINT orders_money_returned CHECK ((money_returned_at IS NULL) = (money_returned_by IS NULL) AND (money_returned_at IS NULL OR state IN ('expired', 'cancelled')));
CREATE INDEX orders_of_subscription ON bench_mixed.orders (subscription) WHERE subscription IS NOT NULL;

ALTER TABLE bench_mixed.order_items
  ADD COLUMN refunded bigint NOT NULL DEFAULT 0,
  ADD COLUMN disputed bigint NOT NULL DEFAULT 0,
  ADD COLUMN gone_tax bigint NOT NULL DEFAULT 0,
  ADD COLUMN gone_commission bigint NOT NULL DEFAULT 0,
  ADD COLUMN gone_coupon bigint NOT NULL DEFAULT 0,
  ADD COLUMN counted boolean NOT NULL DEFAULT false,
  ADD COLUMN option text NOT NULL DEFAULT '' CONSTRAINT order_items_option CHECK (length(option) <= 80),
  ADD COLUMN details jsonb NOT NULL DEFAULT '{}' CONSTRAINT order_items_details CHECK (jsonb_typeof(details) = 'object'),
  ADD COLUMN product_details jsonb NOT NULL DEFAULT '{}' CONSTRAINT order_items_product_details CHECK (jsonb_typeof(product_details) = 'object'),
  ADD COLUMN completes_at timestamptz,
  ADD COLUMN units int NOT NULL DEFAULT 1 CONSTRAINT order_items_units CHECK (units BETWEEN 1 AND 99),
  ADD COLUMN discount bigint NOT NULL DEFAULT 0,
  ADD COLUMN coupon bigint NOT NULL DEFAULT 0,
  ADD COLUMN tax_rate int NOT NULL DEFAULT 0 CONSTRAINT order_items_tax_rate CHECK (tax_rate BETWEEN 0 AND 10000),
  ADD COLUMN tax_base bigint NOT NULL GENERATED ALWAYS AS (gross - tax) STORED,
  ADD COLUMN tax_reason text NOT NULL DEFAULT 'not_collecting' CONSTRAINT order_items_tax_reason CHECK (tax_reason IN ('standard', 'exempt', 'export', 'reverse_charge', 'not_collecting')),
  ADD COLUMN tax_by text NOT NULL DEFAULT 'market' CONSTRAINT order_items_tax_by CHECK (tax_by IN ('market', 'shop')),
  ADD COLUMN ship_by timestamptz,
  ADD COLUMN late_at timestamptz,
  ADD COLUMN seats uuid[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT order_items_refunded CHECK (refunded BETWEEN 0 AND gross AND (refunded = 0 OR state <> 'pending')),
  ADD CONSTRAINT order_items_refunded_whole CHECK ((state = 'refunded') = (gross > 0 AND refunded = gross)),
  ADD CONSTRAINT order_items_gone CHECK (gone_tax BETWEEN 0 AND tax AND gone_commission BETWEEN 0 AND commission AND gone_coupon BETWEEN 0 AND coupon),
  ADD CONSTRAINT order_items_disputed CHECK (disputed >= 0 AND refunded + disputed <= gross AND (disputed = 0 OR state <> 'pending')),
  ADD CONSTRAINT order_items_discount CHECK (discount >= 0 AND coupon BETWEEN 0 AND discount),
  ADD CONSTRAINT order_items_taxed_for_a_reason CHECK (tax_reason = 'standard' OR tax = 0 AND tax_rate = 0),
  DROP CONSTRAINT order_items_state_check,
  ADD CONSTRAINT order_items_state_check CHECK (state IN ('pending', 'paid', 'available', 'preparing', 'shipped', 'delivered', 'completed', 'refunded')),
  DROP CONSTRAINT order_items_split,
  ADD CONSTRAINT order_items_split CHECK (gross + coupon = tax + commission + fee + affiliate + seller_share),
  DROP CONSTRAINT order_items_available,
  ADD CONSTRAINT order_items_available CHECK (available_at IS NOT NULL OR state <> 'available'),
  DROP CONSTRAINT order_items_completed,
  ADD CONSTRAINT order_items_completed CHECK (state = 'refunded' OR (state = 'completed') = (completed_at IS NOT NULL));
DROP INDEX bench_mixed.order_items_available_since;
CREATE INDEX order_items_completing ON bench_mixed.order_items (completes_at) WHERE state = 'available';
CREATE INDEX order_items_to_ship ON bench_mixed.order_items (seller, id) WHERE state IN ('paid', 'preparing', 'shipped');
CREATE INDEX order_items_unsent ON bench_mixed.order_items (ship_by) WHERE state IN ('paid', 'preparing') AND ship_by IS NOT NULL;

ALTER TABLE bench_mixed.order_events DROP CONSTRAINT order_events_what_check, ADD CONSTRAINT order_events_what_check CHECK (what ~ '^[a-z][a-z_]{1,39}$');

CREATE TABLE bench_mixed.coupons (
  id            uuid PRIMARY KEY,
  code          text NOT NULL CONSTRAINT coupons_code UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{2,23}$'),
  shop          uuid,
  percent       int CHECK (percent BETWEEN 1 AND 10000),
  minimum       bigint NOT NULL CHECK (minimum >= 0),
  currency      text CHECK (currency ~ '^[A-Z]{3}$'),
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz,
  max_uses_each int CHECK (max_uses_each >= 1),
  stopped_at    timestamptz
);
CREATE TABLE bench_mixed.coupon_uses (
  order_id      uuid PRIMARY KEY REFERENCES bench_mixed.orders,
  coupon_id     uuid NOT NULL REFERENCES bench_mixed.coupons,
  account       uuid NOT NULL,
  discount      bigint NOT NULL CHECK (discount > 0),
  taken_at      timestamptz NOT NULL,
  given_back_at timestamptz
);
CREATE INDEX coupon_uses_of_coupon ON bench_mixed.coupon_uses (coupon_id, account);

CREATE TABLE bench_mixed.shipping_rates (
  id        uuid PRIMARY KEY,
  shop      uuid NOT NULL,
  country   text NOT NULL CHECK (country ~ '^([A-Z]{2})?$'),      -- empty: everywhere else
  max_grams int CHECK (max_grams >= 1),
  price     bigint NOT NULL CHECK (price >= 0),
  currency  text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  UNIQUE NULLS NOT DISTINCT (shop, country, max_grams)
);
CREATE TABLE bench_mixed.tax_rates (
  country    text NOT NULL,
  kind       text NOT NULL,
  from_day   date NOT NULL,
  until_day  date CHECK (until_day >= from_day),
  rate       int NOT NULL CHECK (rate BETWEEN 0 AND 10000),
  PRIMARY KEY (country, kind, from_day)
);
INSERT INTO bench_mixed.tax_rates VALUES ('FR', 'goods', '2021-07-01', NULL, 2000), ('FR', 'electronic', '2021-07-01', NULL, 2000), ('DE', 'goods', '2021-07-01', NULL, 1900), ('DE', 'electronic', '2021-07-01', NULL, 1900);

-- Units that run out -------------------------------------------------------------------------------------------------------

ALTER TABLE bench_mixed.offers
  ADD COLUMN grams int NOT NULL DEFAULT 0, ADD COLUMN option text NOT NULL DEFAULT '', ADD COLUMN details jsonb NOT NULL DEFAULT '{}', ADD COLUMN product_details jsonb NOT NULL DEFAULT '{}',
  ALTER COLUMN file DROP NOT NULL, ALTER COLUMN blob_key DROP NOT NULL, ALTER COLUMN file_name DROP NOT NULL, ALTER COLUMN content_type DROP NOT NULL, ALTER COLUMN size DROP NOT NULL, ALTER COLUMN sha256 DROP NOT NULL;
CREATE TABLE bench_mixed.stock (
  offer_id   uuid PRIMARY KEY REFERENCES bench_mixed.offers,
  product_id uuid NOT NULL,
  on_hand    int NOT NULL,
  reserved   int NOT NULL,
  CONSTRAINT stock_never_oversold CHECK (reserved >= 0 AND reserved <= on_hand AND on_hand <= 1000000)
);
CREATE INDEX stock_of_product ON bench_mixed.stock (product_id);
CREATE TABLE bench_mixed.stock_movements (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  offer_id  uuid NOT NULL REFERENCES bench_mixed.stock,
  delta     int NOT NULL CHECK (delta <> 0),
  reason    text NOT NULL CHECK (reason IN ('received', 'sold', 'returned', 'corrected')),
  reference uuid,
  actor     uuid,
  at        timestamptz NOT NULL
);
CREATE INDEX stock_movements_of_offer ON bench_mixed.stock_movements (offer_id, id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bench_mixed.stock_movements FOR EACH STATEMENT EXECUTE FUNCTION bench_mixed.refuse_change();

-- The ledger as it posts by now --------------------------------------------------------------------------------------------

ALTER TABLE bench_mixed.accounts DROP CONSTRAINT accounts_kind_fkey, DROP CONSTRAINT accounts_currency_fkey;
ALTER TABLE bench_mixed.account_balances DROP CONSTRAINT account_balances_account_id_fkey;
CREATE INDEX ledger_transactions_recorded ON bench_mixed.ledger_transactions (recorded_at, id);
CREATE INDEX postings_effective ON bench_mixed.postings USING brin (effective_at) WITH (pages_per_range = 16);
ALTER TABLE bench_mixed.holds
  DROP CONSTRAINT holds_currency_fkey,
  ADD COLUMN rule_version integer NOT NULL DEFAULT 1,
  ADD COLUMN risk text NOT NULL DEFAULT 'normal' CONSTRAINT holds_risk CHECK (risk IN ('low', 'normal', 'high')),
  ADD COLUMN risk_factor numeric(4,2) NOT NULL DEFAULT 1 CONSTRAINT holds_risk_factor CHECK (risk_factor >= 0 AND risk_factor <= 10),
  ADD COLUMN event_at timestamptz,
  ADD COLUMN nearer_at timestamptz,
  ADD COLUMN frozen boolean NOT NULL DEFAULT false;
CREATE INDEX holds_of_seller ON bench_mixed.holds (owner_id, created_at);
CREATE INDEX holds_nearer ON bench_mixed.holds (owner_id, currency) WHERE nearer_at IS NOT NULL;

CREATE FUNCTION bench_mixed.open_missing(p_kinds text[], p_owners uuid[], p_references text[], p_currencies text[]) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_mixed, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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

CREATE OR REPLACE FUNCTION bench_mixed.post_many(p_request jsonb) RETURNS TABLE (key text, transaction_id bigint, replayed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = bench_mixed, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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

-- What is for sale, and who buys: the same as the product has ------------------------------------------------------------------

INSERT INTO bench_mixed.offers (id, on_sale, product, kind, title, slug, licence, terms, price, currency, shop, shop_name, seller, seller_tier, rate, cover_url, file, blob_key, file_name, content_type, size, sha256, grams, product_details)
SELECT ('00000000-0000-7000-a300-' || lpad(to_hex(n), 12, '0'))::uuid, true, ('00000000-0000-7000-9200-' || lpad(to_hex(n), 12, '0'))::uuid, 'physical', 'Shirt ' || n, 'shirt-' || n, 'One', '', 1500 + n / 50 * 100, 'EUR',
       ('00000000-0000-7000-8000-' || lpad(to_hex(n % 50), 12, '0'))::uuid, 'Shop ' || n % 50, ('00000000-0000-7000-b000-' || lpad(to_hex(n % 50), 12, '0'))::uuid, 'basic', 4000,
       '/media/covers/00000000-0000-7000-9200-' || lpad(to_hex(n), 12, '0') || '/c1', NULL, NULL, NULL, NULL, NULL::bigint, NULL, 250, '{"condition": "new", "weight": 250}'::jsonb
FROM generate_series(0, 499) n
UNION ALL
SELECT ('00000000-0000-7000-a400-' || lpad(to_hex(n), 12, '0'))::uuid, true, ('00000000-0000-7000-9300-' || lpad(to_hex(n), 12, '0'))::uuid, 'sample', 'Loop ' || n, 'loop-' || n, 'Personal licence',
       repeat('You may record over it, play the result to friends and perform it where no entry is paid. ', 5), 500 + n % 2000 / 50 * 100 + n / 2000 * 200, 'EUR',
       ('00000000-0000-7000-8000-' || lpad(to_hex(n % 50), 12, '0'))::uuid, 'Shop ' || n % 50, ('00000000-0000-7000-b000-' || lpad(to_hex(n % 50), 12, '0'))::uuid, 'basic', 4000,
       '/media/covers/00000000-0000-7000-9300-' || lpad(to_hex(n), 12, '0') || '/c1', ('00000000-0000-7000-a500-' || lpad(to_hex(n), 12, '0'))::uuid, 'blob-loop-' || n, 'loop.wav', 'audio/wav', 5000000, sha256(n::text::bytea), 0, '{"tempo": 90}'
FROM generate_series(0, 3999) n;
INSERT INTO bench_mixed.stock SELECT id, product, 1000000, 0 FROM bench_mixed.offers WHERE kind = 'physical';
INSERT INTO bench_mixed.stock_movements (offer_id, delta, reason, at) SELECT offer_id, on_hand, 'received', now() FROM bench_mixed.stock;
INSERT INTO bench_mixed.shipping_rates
SELECT gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad(to_hex(s), 12, '0'))::uuid, r.country, r.grams, r.price, 'EUR' FROM generate_series(0, 49) s, (VALUES ('FR', 1000, 450), ('FR', NULL, 900), ('', NULL, 1500)) r (country, grams, price);
INSERT INTO bench_mixed.coupons VALUES ('00000000-0000-7000-e100-000000000000', 'MIXED', NULL, 1000, 1000, 'EUR', now() - interval '1 day', NULL, 1000, NULL);
INSERT INTO bench_mixed.carts (id, owner, created_at, changed_at)
SELECT ('00000000-0000-7000-d200-' || lpad(to_hex(b), 12, '0'))::uuid, ('00000000-0000-7000-c200-' || lpad(to_hex(b + 2), 12, '0'))::uuid, now(), now() FROM generate_series(0, $BUYERS - 1) b;
SELECT count(*) FROM bench_mixed.post_many((
  SELECT jsonb_agg(jsonb_build_object('key', 'mixed:' || b, 'kind', 'topup', 'effective_at', now(), 'legs', jsonb_build_array(
    jsonb_build_object('kind', 'psp_clearing', 'reference', 'sandbox', 'currency', 'EUR', 'amount', -10000000000),
    jsonb_build_object('kind', 'user_available', 'owner', '00000000-0000-7000-c200-' || lpad(to_hex(b + 2), 12, '0'), 'currency', 'EUR', 'amount', 10000000000))))
  FROM generate_series(0, $BUYERS - 1) b));
ANALYZE;
