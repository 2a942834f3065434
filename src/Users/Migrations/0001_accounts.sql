-- People: their accounts, what they may do, and where they are signed in.
CREATE SCHEMA IF NOT EXISTS users;

CREATE TABLE users.accounts (
  id                uuid PRIMARY KEY,
  email             text NOT NULL CONSTRAINT accounts_email_length CHECK (length(email) BETWEEN 3 AND 254),
  normalized_email  text NOT NULL CONSTRAINT accounts_email_unique UNIQUE,
  email_verified_at timestamptz,
  username          text NOT NULL
                    CONSTRAINT accounts_username_unique UNIQUE
                    CONSTRAINT accounts_username_form CHECK (username ~ '^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$'),
  display_name      text NOT NULL CONSTRAINT accounts_display_name_length CHECK (length(btrim(display_name)) BETWEEN 1 AND 60),
  password_hash     text,                     -- null: signs in some other way
  security_stamp    text NOT NULL,
  status            text NOT NULL CONSTRAINT accounts_status CHECK (status IN ('active', 'suspended', 'banned', 'deleted')),
  tier              text NOT NULL CONSTRAINT accounts_tier CHECK (tier IN ('basic', 'standard', 'premium', 'ultimate')),
  created_at        timestamptz NOT NULL
);
CREATE INDEX accounts_username_prefix ON users.accounts (username text_pattern_ops);
CREATE INDEX accounts_email_prefix ON users.accounts (normalized_email text_pattern_ops);

-- What the account may do in the market.
CREATE TABLE users.account_capabilities (
  account    uuid NOT NULL REFERENCES users.accounts,
  name       text NOT NULL CONSTRAINT account_capabilities_name CHECK (name IN ('can_buy', 'can_sell', 'can_withdraw', 'can_boost')),
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (account, name)
);

-- What staff may do.
CREATE TABLE users.account_rights (
  account    uuid NOT NULL REFERENCES users.accounts,
  name       text NOT NULL CONSTRAINT account_rights_name CHECK (name IN ('finance', 'people', 'moderation', 'support', 'system', 'owner')),
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (account, name)
);

-- Where somebody is signed in. Ended rows stay a while: they say from which addresses the owner has come before.
CREATE TABLE users.sessions (
  id           uuid PRIMARY KEY,
  account      uuid NOT NULL REFERENCES users.accounts,
  token_hash   bytea NOT NULL CONSTRAINT sessions_token_unique UNIQUE CONSTRAINT sessions_token_hash_size CHECK (octet_length(token_hash) = 32),
  platform     text NOT NULL CONSTRAINT sessions_platform CHECK (platform IN ('market', 'weokto', 'stam')),
  user_agent   text NOT NULL CONSTRAINT sessions_user_agent_length CHECK (length(user_agent) <= 400),
  address      inet,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL CONSTRAINT sessions_seen_after_start CHECK (last_seen_at >= created_at),
  ended_at     timestamptz CONSTRAINT sessions_end_after_start CHECK (ended_at >= created_at)
);
CREATE INDEX sessions_account ON users.sessions (account, created_at);
CREATE INDEX sessions_age ON users.sessions (created_at);

-- Guesses, counted for all hosts: of an account, of an account from an address it knows, of a range of addresses.
CREATE TABLE users.sign_in_attempts (
  bucket   text PRIMARY KEY,
  failures int NOT NULL CONSTRAINT sign_in_attempts_count CHECK (failures > 0),
  next_at  timestamptz NOT NULL,
  last_at  timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_age ON users.sign_in_attempts (last_at);

GRANT USAGE ON SCHEMA users TO marketplace_app;
GRANT SELECT, INSERT, UPDATE ON users.accounts TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON users.account_capabilities, users.account_rights TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON users.sessions, users.sign_in_attempts TO marketplace_app;
