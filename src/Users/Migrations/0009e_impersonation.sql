-- A session in which a member of staff looks through the account's eyes. It lives half an hour, and only while that person is staff.
ALTER TABLE users.sessions ADD COLUMN impersonator uuid REFERENCES users.accounts CONSTRAINT sessions_impersonator_is_another CHECK (impersonator <> account);
CREATE INDEX sessions_impersonator ON users.sessions (impersonator) WHERE impersonator IS NOT NULL;
