-- Who did what to which, from where: written in the transaction of the act, never changed. Ids and codes only, so that erasing a
-- person leaves nothing to erase here.
CREATE TABLE users.audit_log (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at           timestamptz NOT NULL,
  actor        uuid,                       -- null: the market itself
  impersonator uuid,                       -- the member of staff behind the actor's eyes
  session      uuid,
  key          uuid,                       -- the API key
  act          text NOT NULL CONSTRAINT audit_log_act CHECK (act ~ '^[a-z_]+\.[a-z_]+$'),
  subject_kind text NOT NULL CONSTRAINT audit_log_subject_kind CHECK (subject_kind ~ '^[a-z_]+$'),
  subject      uuid NOT NULL,
  detail       jsonb,
  request      text                        -- X-Request-Id, to find the log's lines
);
CREATE INDEX audit_log_subject ON users.audit_log (subject, id);
CREATE INDEX audit_log_actor ON users.audit_log (actor, id);

CREATE FUNCTION users.audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'users.audit_log is append-only';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON users.audit_log EXECUTE FUNCTION users.audit_log_is_append_only();
ALTER TABLE users.audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;

GRANT SELECT, INSERT ON users.audit_log TO marketplace_app;

-- Step-up: a session whose person has just proved to be themselves may do more.
ALTER TABLE users.sessions ADD COLUMN proved_at timestamptz;
UPDATE users.sessions SET proved_at = created_at;
ALTER TABLE users.sessions ALTER COLUMN proved_at SET NOT NULL;
