-- The address book: where parcels go and to whom bills are made out. Read by its owner alone; orders keep a copy of what they used.
CREATE TABLE users.addresses (
  id                   uuid PRIMARY KEY,
  account              uuid NOT NULL REFERENCES users.accounts,
  name                 text NOT NULL CONSTRAINT addresses_name_length CHECK (length(name) BETWEEN 1 AND 80),
  line1                text NOT NULL CONSTRAINT addresses_line1_length CHECK (length(line1) BETWEEN 1 AND 120),
  line2                text CONSTRAINT addresses_line2_length CHECK (length(line2) BETWEEN 1 AND 120),
  postcode             text CONSTRAINT addresses_postcode_form CHECK (postcode ~ '^[A-Z0-9][A-Z0-9 -]{0,11}$'),
  city                 text NOT NULL CONSTRAINT addresses_city_length CHECK (length(city) BETWEEN 1 AND 80),
  region               text CONSTRAINT addresses_region_length CHECK (length(region) BETWEEN 1 AND 80),
  country              text NOT NULL CONSTRAINT addresses_country_form CHECK (country ~ '^[A-Z]{2}$'),
  phone                text CONSTRAINT addresses_phone_form CHECK (phone ~ '^\+?[0-9][0-9 ().-]{4,24}$'),
  default_for_delivery boolean NOT NULL,
  default_for_billing  boolean NOT NULL,
  created_at           timestamptz NOT NULL,
  changed_at           timestamptz NOT NULL
);
CREATE INDEX addresses_account ON users.addresses (account, id);
CREATE UNIQUE INDEX addresses_one_for_delivery ON users.addresses (account) WHERE default_for_delivery;
CREATE UNIQUE INDEX addresses_one_for_billing ON users.addresses (account) WHERE default_for_billing;

GRANT SELECT, INSERT, UPDATE, DELETE ON users.addresses TO marketplace_app;
