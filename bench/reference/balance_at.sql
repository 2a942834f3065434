-- The balance of an account at a random time of its past; :account is given by the bench.
\set minutes random(0, 20000)
SELECT wallet.balance_at(:account, now() - make_interval(mins => :minutes::int));
