-- A mailed way to choose a password: for an account that was made without one, or whose owner forgot it.
CREATE TABLE users.password_links (
  id         uuid PRIMARY KEY,
  account    uuid NOT NULL REFERENCES users.accounts,
  token_hash bytea NOT NULL CONSTRAINT password_links_token_unique UNIQUE CONSTRAINT password_links_token_hash_size CHECK (octet_length(token_hash) = 32),
  reason     text NOT NULL CONSTRAINT password_links_reason CHECK (reason IN ('welcome', 'forgotten')),
  asked_at   timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CONSTRAINT password_links_expire_later CHECK (expires_at > asked_at),
  used_at    timestamptz CONSTRAINT password_links_used_after CHECK (used_at >= asked_at)     -- or made worthless by another that was used
);
CREATE INDEX password_links_open ON users.password_links (account) WHERE used_at IS NULL;
CREATE INDEX password_links_age ON users.password_links (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON users.password_links TO marketplace_app;
