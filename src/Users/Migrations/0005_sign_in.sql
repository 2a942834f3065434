-- Ways in besides the password: mailed links, passkeys, codes of an authenticator app.

-- What is mailed to be followed once: into the market, to prove oneself, to an address that is to be believed or had back.
CREATE TABLE users.mailed_links (
  id         uuid PRIMARY KEY,
  account    uuid REFERENCES users.accounts,   -- null: nobody has the address that was given; the row keeps the work alike
  purpose    text NOT NULL CONSTRAINT mailed_links_purpose CHECK (purpose IN ('sign_in', 'proof', 'verify_email', 'change_email', 'revert_email')),
  token_hash bytea NOT NULL CONSTRAINT mailed_links_token_unique UNIQUE CONSTRAINT mailed_links_token_hash_size CHECK (octet_length(token_hash) = 32),
  nonce_hash bytea CONSTRAINT mailed_links_nonce_hash_size CHECK (octet_length(nonce_hash) = 32),   -- of the browser that asked
  platform   text CONSTRAINT mailed_links_platform CHECK (platform IN ('market', 'weokto', 'stam')),
  session    uuid,                             -- which is to be proved
  email      text CONSTRAINT mailed_links_email_length CHECK (length(email) BETWEEN 3 AND 254),     -- the address that it is about
  return_url text CONSTRAINT mailed_links_return_url CHECK (return_url ~ '^/([^/\\]|$)' AND length(return_url) <= 500),
  asked_at   timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CONSTRAINT mailed_links_expire_later CHECK (expires_at > asked_at),
  used_at    timestamptz CONSTRAINT mailed_links_used_after CHECK (used_at >= asked_at),            -- or made worthless
  CONSTRAINT mailed_links_sign_in CHECK ((purpose = 'sign_in') = (nonce_hash IS NOT NULL) AND (purpose = 'sign_in') = (platform IS NOT NULL)),
  CONSTRAINT mailed_links_proof CHECK ((purpose = 'proof') = (session IS NOT NULL)),
  CONSTRAINT mailed_links_email CHECK ((purpose LIKE '%\_email') = (email IS NOT NULL))
);
CREATE INDEX mailed_links_open ON users.mailed_links (account) WHERE used_at IS NULL;
CREATE INDEX mailed_links_age ON users.mailed_links (expires_at);

CREATE TABLE users.passkeys (
  id                 uuid PRIMARY KEY,
  account            uuid NOT NULL REFERENCES users.accounts,
  credential_id      bytea NOT NULL CONSTRAINT passkeys_credential_unique UNIQUE CONSTRAINT passkeys_credential_size CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
  public_key         bytea NOT NULL,
  name               text NOT NULL CONSTRAINT passkeys_name_length CHECK (length(btrim(name)) BETWEEN 1 AND 60),
  transports         text[],
  sign_count         bigint NOT NULL CONSTRAINT passkeys_sign_count CHECK (sign_count >= 0),
  is_user_verified   boolean NOT NULL,
  is_backup_eligible boolean NOT NULL,
  is_backed_up       boolean NOT NULL,
  attestation_object bytea NOT NULL,
  client_data_json   bytea NOT NULL,
  created_at         timestamptz NOT NULL,
  last_used_at       timestamptz CONSTRAINT passkeys_used_after CHECK (last_used_at >= created_at)
);
CREATE INDEX passkeys_account ON users.passkeys (account, id);

-- A challenge travels sealed with the page; once answered it stands here, so that the same answer is worth nothing a second time.
CREATE TABLE users.spent_challenges (
  id       uuid PRIMARY KEY,
  spent_at timestamptz NOT NULL
);
CREATE INDEX spent_challenges_age ON users.spent_challenges (spent_at);

CREATE TABLE users.authenticators (
  account      uuid PRIMARY KEY REFERENCES users.accounts,
  seed         bytea NOT NULL,               -- sealed
  last_step    bigint,                       -- of the last code that was taken: none of it or before is taken again
  created_at   timestamptz NOT NULL,
  confirmed_at timestamptz CONSTRAINT authenticators_confirmed_after CHECK (confirmed_at >= created_at)     -- null: being set up, asked for by nobody
);

CREATE TABLE users.recovery_codes (
  code_hash bytea PRIMARY KEY CONSTRAINT recovery_codes_hash_size CHECK (octet_length(code_hash) = 32),
  account   uuid NOT NULL REFERENCES users.accounts,
  made_at   timestamptz NOT NULL,
  used_at   timestamptz CONSTRAINT recovery_codes_used_after CHECK (used_at >= made_at)
);
CREATE INDEX recovery_codes_account ON users.recovery_codes (account);

-- Who gave a password or followed a link and owes a code.
CREATE TABLE users.pending_sign_ins (
  id         uuid PRIMARY KEY,
  account    uuid NOT NULL REFERENCES users.accounts,
  token_hash bytea NOT NULL CONSTRAINT pending_sign_ins_token_unique UNIQUE CONSTRAINT pending_sign_ins_token_hash_size CHECK (octet_length(token_hash) = 32),
  platform   text NOT NULL CONSTRAINT pending_sign_ins_platform CHECK (platform IN ('market', 'weokto', 'stam')),
  asked_at   timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CONSTRAINT pending_sign_ins_expire_later CHECK (expires_at > asked_at),
  used_at    timestamptz CONSTRAINT pending_sign_ins_used_after CHECK (used_at >= asked_at)
);
CREATE INDEX pending_sign_ins_account ON users.pending_sign_ins (account);
CREATE INDEX pending_sign_ins_age ON users.pending_sign_ins (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON
  users.mailed_links, users.passkeys, users.spent_challenges, users.authenticators, users.recovery_codes, users.pending_sign_ins TO marketplace_app;
