-- What buyer and seller do not agree on waits, whatever its rule says.
ALTER TABLE wallet.holds ADD COLUMN frozen boolean NOT NULL DEFAULT false;
GRANT UPDATE (frozen) ON wallet.holds TO marketplace_app;
