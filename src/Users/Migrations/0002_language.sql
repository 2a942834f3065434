-- In which language the market writes to somebody. Accounts made before it was asked are written to in English.
ALTER TABLE users.accounts ADD COLUMN language text NOT NULL DEFAULT 'en' CONSTRAINT accounts_language CHECK (language IN ('en', 'fr'));
