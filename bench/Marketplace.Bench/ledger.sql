-- A ledger with a past: $ORDERS orders paid from wallets and sold (five postings, two transactions, two keys, an account for the order's money
-- and a hold each), and two people with long statements: one of $ENTRIES entries, one of 1,000. All of it lies in the partition of this month,
-- where new postings go, and every invariant holds; the holds end later than this run. The orders are of $BUYERS buyers in turn. Written by the owner behind the back of the only way to post, because ten million postings
-- through it would take hours: tables are filled first and indexed afterwards.
SET session_replication_role = replica;     -- foreign keys are true by construction; the guards of the ledger stay armed
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
SET work_mem = '128MB';
SET jit = off;
SET timezone = 'UTC';

-- Ids that grow with time, as the product's do.
CREATE FUNCTION pg_temp.id(at timestamptz, what text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (substr(ms, 1, 8) || '-' || substr(ms, 9, 4) || '-7' || what || '00-a000-' || lpad(to_hex(n), 12, '0'))::uuid
  FROM (SELECT lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS ms) t
$$;

CREATE TEMP TABLE past AS
SELECT greatest(date_trunc('month', now()), now() - interval '20 days') AS since,
       (now() - greatest(date_trunc('month', now()), now() - interval '20 days')) / greatest($ORDERS, $ENTRIES, 1000) / 1.01 AS step,
       nextval('wallet.transaction_ids') + 1000 AS first_transaction,
       wallet.open_account('revenue_commission', NULL, NULL, 'EUR') AS commission,
       wallet.open_account('psp_clearing', NULL, 'bench-past', 'EUR') AS clearing;

-- Buyers of the past, who are nobody of today, and the sellers of today.
CREATE TEMP TABLE people AS
WITH named AS (
  SELECT 'buyer' AS what, n, 'user_available' AS kind, ('00000000-0000-7000-c200-' || lpad(to_hex(n + 2), 12, '0'))::uuid AS owner FROM generate_series(0, $BUYERS - 1) n
  UNION ALL SELECT 'seller', n, 'user_pending', ('00000000-0000-7000-b000-' || lpad(to_hex(n), 12, '0'))::uuid FROM generate_series(0, 49) n
  UNION ALL SELECT 'reader', n, 'user_available', ('00000000-0000-7000-c200-' || lpad(to_hex(n), 12, '0'))::uuid FROM generate_series(0, 1) n),
asked AS (SELECT array_agg(what) AS whats, array_agg(n) AS numbers, wallet.open_accounts(array_agg(kind), array_agg(owner), array_agg(NULL::text), array_agg('EUR'::text)) AS accounts FROM named GROUP BY what, n / 256)
SELECT p.what, p.n, p.account FROM asked a, unnest(a.whats, a.numbers, a.accounts) p (what, n, account);
CREATE INDEX ON people (what, n);
ANALYZE people;

-- The two with statements are signed in: their tokens are 'bench' and 900000 or 900001, as 43 characters.
INSERT INTO users.accounts (id, email, normalized_email, username, display_name, security_stamp, status, tier, language, created_at)
SELECT ('00000000-0000-7000-c200-' || lpad(to_hex(n), 12, '0'))::uuid, 'reader' || n || '@example.com', 'READER' || n || '@EXAMPLE.COM', 'reader' || n, 'Reader ' || n, 'x', 'active', 'basic', 'en', now()
FROM generate_series(0, 1) n;
INSERT INTO users.sessions (id, account, token_hash, platform, user_agent, created_at, last_seen_at, proved_at)
SELECT ('00000000-0000-7000-c300-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-7000-c200-' || lpad(to_hex(n), 12, '0'))::uuid,
       sha256(('bench' || lpad((900000 + n)::text, 38, '0'))::bytea), 'market', 'bench', now(), now(), now()
FROM generate_series(0, 1) n;

-- The accounts of the orders' money.
CREATE TEMP TABLE funding AS SELECT coalesce(max(id), 0) AS before FROM wallet.accounts;
DROP INDEX wallet.accounts_name;
INSERT INTO wallet.accounts (id, kind, reference, currency, stored) OVERRIDING SYSTEM VALUE
SELECT f.before + n, 'order_funding', pg_temp.id(p.since + n * p.step, '0', n)::text, 'EUR', true FROM past p, funding f, generate_series(1, $ORDERS) n;
CREATE UNIQUE INDEX accounts_name ON wallet.accounts
    (kind, currency, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'), coalesce(reference, ''));
SELECT setval(pg_get_serial_sequence('wallet.accounts', 'id'), (SELECT max(id) FROM wallet.accounts));
INSERT INTO wallet.account_balances (account_id, balance, version, last_at, last_effective_at, floor)
SELECT f.before + n, 0, 2, p.since + n * p.step, p.since + n * p.step, 0 FROM past p, funding f, generate_series(1, $ORDERS) n;

-- What happened, a row a transaction: its legs in the order in which they were asked.
CREATE TEMP TABLE happened AS
SELECT x.first_transaction + row_number() OVER (ORDER BY t.at, t.ord) AS id, t.*
FROM past x, LATERAL (
    SELECT p.since AS at, 0 AS ord, 'topup' AS kind, 'topup:' || pg_temp.id(p.since, '1', b.n) AS key, NULL::uuid AS ref,
           ARRAY[p.clearing, b.account] AS accounts, ARRAY[-100000000000, 100000000000] AS amounts, ARRAY[NULL, 100000000000] AS balances, ARRAY[NULL, 1]::bigint[] AS versions
    FROM past p, people b WHERE b.what = 'buyer'
    UNION ALL
    SELECT p.since + i * p.step, 1, 'fund', 'fund:' || pg_temp.id(p.since + i * p.step, '0', i), pg_temp.id(p.since + i * p.step, '0', i),
           ARRAY[b.account, f.before + i], ARRAY[-1000, 1000]::bigint[], ARRAY[100000000000 - 1000 * (1 + (i - 1) / $BUYERS), 1000], ARRAY[2 + (i - 1) / $BUYERS, 1]
    FROM past p, funding f, generate_series(1::bigint, $ORDERS) i JOIN people b ON b.what = 'buyer' AND b.n = (i - 1) % $BUYERS
    UNION ALL
    SELECT p.since + i * p.step, 2, 'sale', 'sale:' || pg_temp.id(p.since + i * p.step, '2', i), pg_temp.id(p.since + i * p.step, '0', i),
           ARRAY[f.before + i, s.account, p.commission], ARRAY[-1000, 600, 400]::bigint[], ARRAY[0, 600 * (1 + (i - 1) / 50), NULL], ARRAY[2, 1 + (i - 1) / 50, NULL]
    FROM past p, funding f, generate_series(1::bigint, $ORDERS) i JOIN people s ON s.what = 'seller' AND s.n = (i - 1) % 50
    UNION ALL
    SELECT p.since + i * p.step, 3, 'adjustment', 'adjustment:' || pg_temp.id(p.since + i * p.step, '3', i * 2 + r.n), NULL,
           ARRAY[p.clearing, r.account], ARRAY[CASE i % 2 WHEN 1 THEN -1000 ELSE 999 END, CASE i % 2 WHEN 1 THEN 1000 ELSE -999 END]::bigint[],
           ARRAY[NULL, CASE i % 2 WHEN 1 THEN 1000 ELSE 1 END + (i - 1) / 2], ARRAY[NULL, i]
    FROM past p, people r, LATERAL generate_series(1::bigint, CASE r.n WHEN 0 THEN $ENTRIES ELSE 1000 END) i WHERE r.what = 'reader') t;

-- A partition is filled while it stands apart, without indexes; attaching it builds them.
DO $$
DECLARE month text := to_char(now(), '_YYYY_MM'); part text; thing text;
BEGIN
    FOREACH part IN ARRAY ARRAY['ledger_transactions', 'postings'] LOOP
        EXECUTE format('ALTER TABLE wallet.%I DETACH PARTITION wallet.%I', part, part || month);
        FOR thing IN SELECT conname FROM pg_constraint WHERE conrelid = format('wallet.%I', part || month)::regclass AND contype = 'p' LOOP
            EXECUTE format('ALTER TABLE wallet.%I DROP CONSTRAINT %I', part || month, thing);
        END LOOP;
        FOR thing IN SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = format('wallet.%I', part || month)::regclass LOOP
            EXECUTE 'DROP INDEX ' || thing;
        END LOOP;
    END LOOP;

    EXECUTE format('INSERT INTO wallet.%I (id, recorded_at, effective_at, kind, key, ref_id) SELECT id, at, at, kind, key, ref FROM happened', 'ledger_transactions' || month);
    -- Its check of all legs at once would need them all in memory; the sums are looked at below instead.
    EXECUTE format('ALTER TABLE wallet.%I DISABLE TRIGGER balanced', 'postings' || month);
    EXECUTE format('
        INSERT INTO wallet.%I (transaction_id, leg, account_id, amount, balance_after, account_version, recorded_at, effective_at)
        SELECT h.id, leg, h.accounts[leg], h.amounts[leg], h.balances[leg], h.versions[leg], h.at, h.at FROM happened h, generate_series(1, 3) leg WHERE leg <= cardinality(h.accounts)', 'postings' || month);
    EXECUTE format('ALTER TABLE wallet.%I ENABLE ALWAYS TRIGGER balanced', 'postings' || month);
    FOREACH part IN ARRAY ARRAY['ledger_transactions', 'postings'] LOOP
        EXECUTE format('ALTER TABLE wallet.%I ATTACH PARTITION wallet.%I FOR VALUES FROM (%L) TO (%L)', part, part || month, date_trunc('month', now()), date_trunc('month', now()) + interval '1 month');
    END LOOP;
    IF EXISTS (SELECT FROM happened WHERE (SELECT sum(a) FROM unnest(amounts) a) <> 0) THEN RAISE 'the past does not balance'; END IF;
END $$;

ALTER TABLE wallet.posting_keys DROP CONSTRAINT posting_keys_pkey;
INSERT INTO wallet.posting_keys (key, request_hash, transaction_id, recorded_at)
SELECT key, sha256(convert_to(format('%s|%s|%s', ref, (SELECT string_agg(account || ':' || amount, ',' ORDER BY account) FROM unnest(accounts, amounts) l (account, amount)), kind), 'UTF8')), id, at FROM happened;
ALTER TABLE wallet.posting_keys ADD PRIMARY KEY (key);
SELECT setval('wallet.transaction_ids', (SELECT max(id) + 1000 FROM happened));

UPDATE wallet.account_balances b SET balance = l.balance, version = l.version, last_at = l.at, last_effective_at = l.at
FROM (SELECT DISTINCT ON (u.account) u.account, u.balance, u.version, h.at
      FROM happened h, unnest(h.accounts, h.balances, h.versions) u (account, balance, version)
      WHERE u.account IN (SELECT account FROM people) ORDER BY u.account, u.version DESC) l
WHERE b.account_id = l.account;

INSERT INTO wallet.holds (id, kind, subject_id, order_id, owner_id, currency, amount, remaining, released, rule, release_at, state, created_at)
SELECT pg_temp.id(p.since + n * p.step, '4', n), 'sale', pg_temp.id(p.since + n * p.step, '2', n), pg_temp.id(p.since + n * p.step, '0', n),
       ('00000000-0000-7000-b000-' || lpad(to_hex((n - 1) % 50), 12, '0'))::uuid, 'EUR', 600, 600, 0, 'after_sale', p.since + n * p.step + interval '30 days', 'held', p.since + n * p.step
FROM past p, generate_series(1::bigint, $ORDERS) n;

DROP TABLE happened, people, funding, past;
RESET ALL;
SET session_replication_role = origin;
