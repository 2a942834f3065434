-- "Give me what you have of me": made behind the request, fetched for seven days.
CREATE TABLE users.data_exports (
  id         uuid PRIMARY KEY,
  account    uuid NOT NULL REFERENCES users.accounts,
  asked_at   timestamptz NOT NULL,
  blob_key   text,
  size       bigint CONSTRAINT data_exports_size CHECK (size > 0),
  ready_at   timestamptz CONSTRAINT data_exports_ready_after CHECK (ready_at >= asked_at),
  expires_at timestamptz CONSTRAINT data_exports_expire_later CHECK (expires_at > ready_at),
  CONSTRAINT data_exports_whole CHECK (num_nulls(blob_key, size, ready_at, expires_at) IN (0, 4))
);
CREATE UNIQUE INDEX data_exports_one_in_the_making ON users.data_exports (account) WHERE ready_at IS NULL;
CREATE INDEX data_exports_of_account ON users.data_exports (account, id);
CREATE INDEX data_exports_age ON users.data_exports (expires_at);

-- "Forget me": after two weeks, unless the person signs in again before.
CREATE TABLE users.erasures (
  id              uuid PRIMARY KEY,
  account         uuid NOT NULL REFERENCES users.accounts,
  asked_at        timestamptz NOT NULL,
  due_at          timestamptz NOT NULL CONSTRAINT erasures_due_later CHECK (due_at > asked_at),
  give_up_balance boolean NOT NULL,
  cancelled_at    timestamptz,
  done_at         timestamptz,
  CONSTRAINT erasures_one_end CHECK (num_nonnulls(cancelled_at, done_at) <= 1)
);
CREATE UNIQUE INDEX erasures_one_open ON users.erasures (account) WHERE cancelled_at IS NULL AND done_at IS NULL;
CREATE INDEX erasures_due ON users.erasures (due_at) WHERE cancelled_at IS NULL AND done_at IS NULL;

-- Names of the erased. Nobody takes one over: links and memories would lead to somebody else.
CREATE TABLE users.retired_usernames (hash bytea PRIMARY KEY CONSTRAINT retired_usernames_hash_size CHECK (octet_length(hash) = 32));

CREATE FUNCTION users.username_is_not_retired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM users.retired_usernames WHERE hash = sha256(convert_to(NEW.username, 'UTF8'))) THEN
    RAISE EXCEPTION 'This username is retired.' USING ERRCODE = 'unique_violation', CONSTRAINT = 'accounts_username_unique', SCHEMA = 'users', TABLE = 'accounts';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER accounts_username_not_retired BEFORE INSERT OR UPDATE OF username ON users.accounts FOR EACH ROW EXECUTE FUNCTION users.username_is_not_retired();

GRANT SELECT, INSERT, UPDATE, DELETE ON users.data_exports TO marketplace_app;
GRANT SELECT, INSERT, UPDATE ON users.erasures TO marketplace_app;
GRANT SELECT, INSERT ON users.retired_usernames TO marketplace_app;
