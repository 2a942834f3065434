-- What must always hold in the ledger. One statement, so one snapshot: it can run beside live traffic.
-- Every row must have 0 violations; detail names the first of them. Run by marketplace_app, after each test run.
WITH posted AS (
    SELECT p.transaction_id, p.leg, p.account_id, p.amount, p.balance_after, p.account_version, p.effective_at, p.recorded_at,
           a.currency, a.stored, b.floor, b.ceiling,
           lag(p.balance_after, 1, 0::bigint) OVER by_version AS balance_before,
           lag(p.account_version, 1, 0::bigint) OVER by_version AS version_before,
           lag(p.effective_at) OVER by_version AS effective_before
    FROM wallet.postings p
    LEFT JOIN wallet.accounts a ON a.id = p.account_id
    LEFT JOIN wallet.account_balances b ON b.account_id = p.account_id
    WINDOW by_version AS (PARTITION BY p.account_id ORDER BY p.account_version, p.transaction_id)
),
transactions AS (
    SELECT t.id, t.recorded_at, t.effective_at, t.key, t.kind, t.ref_id, k.request_hash,
           l.legs, l.effective_from, l.effective_to, l.content
    FROM wallet.ledger_transactions t
    LEFT JOIN wallet.posting_keys k ON k.key = t.key AND k.transaction_id = t.id AND k.recorded_at = t.recorded_at
    LEFT JOIN (
        SELECT transaction_id, recorded_at, count(*) AS legs, min(effective_at) AS effective_from, max(effective_at) AS effective_to,
               string_agg(account_id || ':' || amount, ',' ORDER BY currency, account_id) AS content
        FROM posted GROUP BY transaction_id, recorded_at) l
        ON l.transaction_id = t.id AND l.recorded_at = t.recorded_at
),
sums AS (
    SELECT account_id, sum(amount) AS total, count(*) AS postings, max(effective_at) AS last_effective_at
    FROM posted GROUP BY account_id
),
violations (invariant, detail) AS (
    SELECT 'trial balance is 0 in each currency', format('%s %s', currency, sum(amount))
    FROM posted GROUP BY currency HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'each transaction sums to 0 in each currency', format('transaction %s: %s %s', transaction_id, sum(amount), currency)
    FROM posted GROUP BY transaction_id, currency HAVING sum(amount) <> 0
    UNION ALL
    SELECT 'each transaction has 2 to 64 legs, at its own time', format('transaction %s', id)
    FROM transactions
    WHERE coalesce(legs, 0) NOT BETWEEN 2 AND 64 OR effective_from <> effective_at OR effective_to <> effective_at
    UNION ALL
    SELECT 'each posting has its transaction and its account', format('transaction %s leg %s', p.transaction_id, p.leg)
    FROM posted p LEFT JOIN wallet.ledger_transactions t ON t.id = p.transaction_id AND t.recorded_at = p.recorded_at
    WHERE t.id IS NULL OR p.currency IS NULL
    UNION ALL
    SELECT 'each key has its transaction', k.key
    FROM wallet.posting_keys k
    LEFT JOIN wallet.ledger_transactions t ON t.id = k.transaction_id AND t.recorded_at = k.recorded_at AND t.key = k.key
    WHERE t.id IS NULL
    UNION ALL
    SELECT 'each transaction has its key, and is what was asked under it', format('transaction %s %s', id, key)
    FROM transactions
    WHERE request_hash IS DISTINCT FROM sha256(convert_to(format('%s|%s|%s', ref_id, content, kind), 'UTF8'))
    UNION ALL
    SELECT 'a stored balance is the sum of its postings', format('account %s: %s, postings %s', b.account_id, b.balance, coalesce(s.total, 0))
    FROM wallet.account_balances b LEFT JOIN sums s USING (account_id) WHERE b.balance <> coalesce(s.total, 0)
    UNION ALL
    SELECT 'a stored balance counts its postings', format('account %s: version %s, postings %s', b.account_id, b.version, coalesce(s.postings, 0))
    FROM wallet.account_balances b LEFT JOIN sums s USING (account_id) WHERE b.version <> coalesce(s.postings, 0)
    UNION ALL
    SELECT 'stored accounts have a balance row and the bounds of their kind, others have none', format('account %s', a.id)
    FROM wallet.accounts a
    LEFT JOIN wallet.account_kinds k ON k.code = a.kind
    LEFT JOIN wallet.account_balances b ON b.account_id = a.id
    WHERE a.stored IS DISTINCT FROM k.stored OR a.stored <> (b.account_id IS NOT NULL)
       OR a.stored AND (b.floor IS DISTINCT FROM k.floor OR b.ceiling IS DISTINCT FROM k.ceiling OR b.status <> a.status)
    UNION ALL
    SELECT 'accounts have their currency, balances their account, holds their rule', what
    FROM (SELECT format('account %s', a.id) AS what FROM wallet.accounts a WHERE a.currency NOT IN (SELECT code FROM wallet.currencies)
          UNION ALL SELECT format('balance of %s', b.account_id) FROM wallet.account_balances b LEFT JOIN wallet.accounts a ON a.id = b.account_id WHERE a.id IS NULL
          UNION ALL SELECT format('hold %s', h.id) FROM wallet.holds h LEFT JOIN wallet.hold_rules r ON r.code = h.rule AND r.version = h.rule_version
                    WHERE r.code IS NULL OR h.currency NOT IN (SELECT code FROM wallet.currencies)) x
    UNION ALL
    SELECT 'stored accounts have running balances, others none', format('transaction %s leg %s', transaction_id, leg)
    FROM posted WHERE stored <> (balance_after IS NOT NULL)
    UNION ALL
    SELECT 'versions have no gap', format('account %s version %s', account_id, account_version)
    FROM posted WHERE account_version <> version_before + 1
    UNION ALL
    SELECT 'running balances follow from each other', format('account %s version %s', account_id, account_version)
    FROM posted WHERE balance_after::numeric <> balance_before::numeric + amount
    UNION ALL
    SELECT 'no stored balance was ever outside its bounds', format('account %s version %s: %s', account_id, account_version, balance_after)
    FROM posted WHERE balance_after < floor OR balance_after > ceiling
    UNION ALL
    SELECT 'the balance row itself is inside its bounds', format('account %s: %s', account_id, balance)
    FROM wallet.account_balances WHERE balance < floor OR balance > ceiling
    UNION ALL
    SELECT 'effective times of a stored account never go back', format('account %s version %s', account_id, account_version)
    FROM posted WHERE account_version IS NOT NULL AND effective_at < effective_before
    UNION ALL
    SELECT 'a stored account remembers its latest effective time', format('account %s', b.account_id)
    FROM wallet.account_balances b LEFT JOIN sums s USING (account_id)
    WHERE b.last_effective_at <> coalesce(s.last_effective_at, '-infinity')
    UNION ALL
    SELECT 'a checkpoint is the sum of what was finished before it', format('account %s upto %s', c.account_id, c.upto)
    FROM wallet.checkpoints c
    WHERE c.system_id = (SELECT system_identifier FROM pg_control_system())
      AND c.balance <> (SELECT coalesce(sum(p.amount), 0) FROM wallet.postings p WHERE p.account_id = c.account_id AND p.xact < c.upto)
    UNION ALL
    SELECT 'checkpoint and tail make the full sum', format('account %s', a.id)
    FROM wallet.accounts a LEFT JOIN sums s ON s.account_id = a.id
    WHERE NOT a.stored AND wallet.aggregated_balance(a.id) <> coalesce(s.total, 0)
    UNION ALL
    SELECT 'the guards of the ledger are armed', format('%s', g.oid::regclass)
    FROM (
        SELECT c.oid, c.relname FROM pg_class c
        WHERE c.oid IN ('wallet.posting_keys'::regclass, 'wallet.ledger_transactions'::regclass, 'wallet.postings'::regclass)
           OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('wallet.ledger_transactions'::regclass, 'wallet.postings'::regclass))) g
    WHERE (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = g.oid AND t.tgenabled = 'A'
             AND (t.tgname = 'append_only' OR t.tgname = 'balanced' AND g.relname LIKE 'postings%'))
          <> CASE WHEN g.relname LIKE 'postings%' THEN 2 ELSE 1 END
)
SELECT i.invariant, count(v.invariant) AS violations, coalesce(min(v.detail), '') AS detail
FROM unnest(ARRAY[
    'trial balance is 0 in each currency',
    'each transaction sums to 0 in each currency',
    'each transaction has 2 to 64 legs, at its own time',
    'each posting has its transaction and its account',
    'each key has its transaction',
    'each transaction has its key, and is what was asked under it',
    'a stored balance is the sum of its postings',
    'a stored balance counts its postings',
    'stored accounts have a balance row and the bounds of their kind, others have none',
    'accounts have their currency, balances their account, holds their rule',
    'stored accounts have running balances, others none',
    'versions have no gap',
    'running balances follow from each other',
    'no stored balance was ever outside its bounds',
    'the balance row itself is inside its bounds',
    'effective times of a stored account never go back',
    'a stored account remembers its latest effective time',
    'a checkpoint is the sum of what was finished before it',
    'checkpoint and tail make the full sum',
    'the guards of the ledger are armed']) WITH ORDINALITY i (invariant, ord)
LEFT JOIN violations v ON v.invariant = i.invariant
GROUP BY i.invariant, i.ord
ORDER BY i.ord;
