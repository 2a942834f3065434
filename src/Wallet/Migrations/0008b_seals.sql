-- What makes the ledger evidence: behind it its transactions are chained one by one, with their postings and their key, in the order in
-- which they were found finished. Nothing waits for it, and whoever can switch triggers off cannot change a sealed byte unnoticed.
CREATE TABLE wallet.seal_entries (
    position       bigint      PRIMARY KEY CONSTRAINT seal_entries_position CHECK (position > 0),
    transaction_id bigint      NOT NULL CONSTRAINT seal_entries_once UNIQUE,   -- no foreign key: what vanished must be told, not hidden
    recorded_at    timestamptz NOT NULL,                                       -- in which partition it is
    hash           bytea       NOT NULL CONSTRAINT seal_entries_hash_size CHECK (octet_length(hash) = 32)
);

-- The heads of the chain, each marked with the market's key. Everything that was finished below the watermark of the last one is in the
-- chain; after a dump and restore watermarks begin anew, and the chain goes on.
CREATE TABLE wallet.seals (
    number    bigint      PRIMARY KEY CONSTRAINT seals_number CHECK (number >= 0),
    position  bigint      NOT NULL CONSTRAINT seals_position CHECK (position >= 0),
    hash      bytea       NOT NULL CONSTRAINT seals_hash_size CHECK (octet_length(hash) = 32),
    at        timestamptz NOT NULL,
    mark      bytea       NOT NULL CONSTRAINT seals_mark_size CHECK (octet_length(mark) = 32),
    upto      xid8        NOT NULL,
    system_id bigint      NOT NULL DEFAULT (pg_control_system()).system_identifier,
    CONSTRAINT seals_first CHECK ((number = 0) = (position = 0))   -- 0 is the chain's random beginning
);

SELECT wallet.guard('wallet.seal_entries', false), wallet.guard('wallet.seals', false);
GRANT SELECT, INSERT ON wallet.seal_entries, wallet.seals TO marketplace_app;
