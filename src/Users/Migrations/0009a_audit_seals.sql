-- What makes the audit log evidence: behind it its rows are chained one by one, in the order in which they were found committed, so
-- that a row whose transaction ended late has a later position and never a hole.
CREATE TABLE users.audit_seals (
  position  bigint PRIMARY KEY CONSTRAINT audit_seals_position CHECK (position >= 0),
  entry     bigint CONSTRAINT audit_seals_once UNIQUE,     -- of users.audit_log; no foreign key: what vanished must be told, not hidden
  hash      bytea NOT NULL CONSTRAINT audit_seals_hash_size CHECK (octet_length(hash) = 32),
  sealed_at timestamptz NOT NULL,
  CONSTRAINT audit_seals_first CHECK ((position = 0) = (entry IS NULL))   -- 0 is the chain's random beginning
);

-- Marked with the market's own key: who rewrites the whole chain, power over the database alone does not make these.
CREATE TABLE users.audit_heads (
  number   bigint PRIMARY KEY CONSTRAINT audit_heads_number CHECK (number > 0),
  position bigint NOT NULL CONSTRAINT audit_heads_position CHECK (position > 0),
  hash     bytea NOT NULL CONSTRAINT audit_heads_hash_size CHECK (octet_length(hash) = 32),
  at       timestamptz NOT NULL,
  mark     bytea NOT NULL CONSTRAINT audit_heads_mark_size CHECK (octet_length(mark) = 32)
);

-- Committed with the row, so that the sealer cannot miss one, however long its transaction took.
CREATE TABLE users.audit_unsealed (entry bigint PRIMARY KEY);
INSERT INTO users.audit_unsealed SELECT id FROM users.audit_log;

CREATE FUNCTION users.audit_log_waits_for_its_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO users.audit_unsealed SELECT id FROM fresh;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_log_to_seal AFTER INSERT ON users.audit_log REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION users.audit_log_waits_for_its_seal();
ALTER TABLE users.audit_log ENABLE ALWAYS TRIGGER audit_log_to_seal;

CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON users.audit_seals EXECUTE FUNCTION users.audit_log_is_append_only();
ALTER TABLE users.audit_seals ENABLE ALWAYS TRIGGER audit_seals_append_only;
CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON users.audit_heads EXECUTE FUNCTION users.audit_log_is_append_only();
ALTER TABLE users.audit_heads ENABLE ALWAYS TRIGGER audit_heads_append_only;

CREATE INDEX audit_log_act ON users.audit_log (act, id);
CREATE INDEX audit_log_at ON users.audit_log (at);

GRANT SELECT, INSERT ON users.audit_seals, users.audit_heads TO marketplace_app;
GRANT SELECT, DELETE ON users.audit_unsealed TO marketplace_app;
