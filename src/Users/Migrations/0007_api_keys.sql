-- Programs of people: what they may do, from where, until when. The key itself is told once and not here.
CREATE TABLE users.api_keys (
  id           uuid PRIMARY KEY,
  account      uuid NOT NULL REFERENCES users.accounts,
  name         text NOT NULL CONSTRAINT api_keys_name_length CHECK (length(btrim(name)) BETWEEN 1 AND 60),
  mode         text NOT NULL CONSTRAINT api_keys_mode CHECK (mode IN ('live', 'test')),
  key_hash     bytea NOT NULL CONSTRAINT api_keys_hash_unique UNIQUE CONSTRAINT api_keys_hash_size CHECK (octet_length(key_hash) = 32),
  prefix       text NOT NULL CONSTRAINT api_keys_prefix CHECK (prefix ~ '^mk_(live|test)_[0-9A-Za-z]{4}$'),
  last_four    text NOT NULL CONSTRAINT api_keys_last_four CHECK (last_four ~ '^[0-9A-Za-z]{4}$'),
  scopes       text[] NOT NULL CONSTRAINT api_keys_scopes CHECK (cardinality(scopes) >= 1),
  ip_ranges    text[] NOT NULL CONSTRAINT api_keys_ip_ranges CHECK (cardinality(ip_ranges) <= 20),     -- CIDR; none: from anywhere
  tier         text NOT NULL CONSTRAINT api_keys_tier CHECK (tier IN ('basic', 'pro', 'enterprise')),
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL CONSTRAINT api_keys_lifetime CHECK (expires_at > created_at AND expires_at <= created_at + interval '365 days'),
  last_used_at timestamptz,
  revoked_at   timestamptz CONSTRAINT api_keys_revoked_after_start CHECK (revoked_at >= created_at),
  replaced_by  uuid REFERENCES users.api_keys DEFERRABLE INITIALLY DEFERRED,       -- by a rotation: both work for a day
  CONSTRAINT api_keys_test_reads CHECK (mode = 'live' OR NOT array_to_string(scopes, ',') ~ ':write')
);
CREATE INDEX api_keys_account ON users.api_keys (account, id);
CREATE INDEX api_keys_replaced ON users.api_keys (replaced_by) WHERE replaced_by IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON users.api_keys TO marketplace_app;
