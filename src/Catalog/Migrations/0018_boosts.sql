-- Places that are paid for: what they cost, how many there are, who has one, and what it brings.
CREATE TABLE catalog.boost_places (
  place        text PRIMARY KEY CHECK (place IN ('search', 'home', 'people')),
  subject_kind text NOT NULL CHECK (subject_kind IN ('product', 'profile')),
  capacity     int NOT NULL CHECK (capacity > 0)      -- so many at the same time
);
INSERT INTO catalog.boost_places VALUES ('search', 'product', 200), ('home', 'product', 20), ('people', 'profile', 50);

-- Minor units a day, finer than a cent; the longer, the cheaper a day. The price of a category goes before that of all ('').
CREATE TABLE catalog.boost_prices (
  place     text NOT NULL REFERENCES catalog.boost_places (place),
  category  text NOT NULL,
  currency  text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  from_days int NOT NULL CHECK (from_days BETWEEN 1 AND 30),
  per_day   numeric(18,6) NOT NULL CHECK (per_day > 0),
  PRIMARY KEY (place, category, currency, from_days)
);
INSERT INTO catalog.boost_prices (place, category, currency, from_days, per_day)
SELECT p.place, '', c.currency, d.from_days, round(p.factor * c.unit * d.per_day, 6)
FROM (VALUES ('search', 1.0), ('home', 2.0), ('people', 0.5)) p (place, factor)
CROSS JOIN (VALUES ('EUR', 1.0), ('USD', 1.0), ('GBP', 1.0), ('JPY', 1.5), ('KWD', 3.0)) c (currency, unit)
CROSS JOIN (VALUES (1, 100.0), (3, 80.0), (7, 500.0 / 7), (14, 900.0 / 14), (30, 1800.0 / 30)) d (from_days, per_day);

CREATE TABLE catalog.boosts (
  id           uuid PRIMARY KEY,
  owner_id     uuid NOT NULL,
  subject_kind text NOT NULL CHECK (subject_kind IN ('product', 'profile')),
  subject_id   uuid NOT NULL,
  place        text NOT NULL REFERENCES catalog.boost_places (place),
  days         int NOT NULL CHECK (days BETWEEN 1 AND 30),
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  total        bigint NOT NULL CHECK (total > 0),
  deferral_id  uuid NOT NULL,                 -- the wallet's: another one from its start on
  state        text NOT NULL CHECK (state IN ('scheduled', 'active', 'expired', 'cancelled', 'stopped')),
  asked_at     timestamptz NOT NULL,
  starts_at    timestamptz NOT NULL,          -- wished, then as it was
  ends_at      timestamptz NOT NULL,
  ended_at     timestamptz,
  end_reason   text CHECK (length(end_reason) <= 500),
  stopped_by   uuid,                          -- staff; null: the market itself
  refunded     bigint NOT NULL CHECK (refunded >= 0 AND refunded <= total),
  CONSTRAINT boosts_window CHECK (ends_at > starts_at),
  CONSTRAINT boosts_ended CHECK ((state IN ('scheduled', 'active')) = (ended_at IS NULL)),
  CONSTRAINT boosts_refunded CHECK (refunded = 0 OR state IN ('cancelled', 'stopped'))
);
CREATE INDEX boosts_of_owner ON catalog.boosts (owner_id, asked_at DESC, id DESC);
CREATE INDEX boosts_newest ON catalog.boosts (asked_at DESC, id DESC);
CREATE INDEX boosts_running ON catalog.boosts (place, subject_id) WHERE state = 'active';
CREATE INDEX boosts_open ON catalog.boosts (state, starts_at) WHERE state IN ('scheduled', 'active');
CREATE UNIQUE INDEX boosts_once ON catalog.boosts (subject_id, place) WHERE state IN ('scheduled', 'active');

-- Whether anybody could buy it just now: the one place that says so for boosts. Where stock is kept, what is sold out cannot be bought.
DO $$
DECLARE
  in_stock text := CASE WHEN EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'catalog' AND table_name = 'products' AND column_name = 'sold_out') THEN ' AND NOT p.sold_out' ELSE '' END;
BEGIN
  EXECUTE 'CREATE FUNCTION catalog.is_on_sale(p catalog.products) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS '
    || quote_literal('SELECT p.state = ''active'' AND p.price_from IS NOT NULL' || in_stock);
END $$;

-- What a boost brought, a row a day. People, not programs; each person once a day.
CREATE TABLE catalog.boost_days (
  boost_id    uuid NOT NULL REFERENCES catalog.boosts (id),
  day         date NOT NULL,
  impressions int NOT NULL CHECK (impressions >= 0),
  clicks      int NOT NULL CHECK (clicks >= 0),
  sales       int NOT NULL CHECK (sales >= 0),
  revenue     bigint NOT NULL CHECK (revenue >= 0),
  PRIMARY KEY (boost_id, day)
);

-- Who has seen and opened it, for two days: an account, or of a guest a number that is another each day.
CREATE TABLE catalog.boost_visits (
  boost_id   uuid NOT NULL REFERENCES catalog.boosts (id),
  day        date NOT NULL,
  visitor    bytea NOT NULL CHECK (octet_length(visitor) = 16),
  account_id uuid,
  seen_at    timestamptz NOT NULL,
  clicked_at timestamptz,       -- first
  last_click timestamptz,       -- a sale within a day after it belongs to the boost
  PRIMARY KEY (boost_id, day, visitor)
);
CREATE INDEX boost_visits_by_day ON catalog.boost_visits (day);
CREATE INDEX boost_visits_of_account ON catalog.boost_visits (account_id, last_click) WHERE account_id IS NOT NULL;
CREATE TABLE catalog.boost_salts (
  day  date PRIMARY KEY,
  salt bytea NOT NULL
);

CREATE TABLE catalog.boost_sales (
  line_id  uuid PRIMARY KEY,
  boost_id uuid NOT NULL REFERENCES catalog.boosts (id),
  sold_at  timestamptz NOT NULL,
  amount   bigint NOT NULL CHECK (amount >= 0),
  currency text NOT NULL
);
CREATE INDEX boost_sales_of_boost ON catalog.boost_sales (boost_id);

GRANT SELECT, INSERT, UPDATE ON catalog.boost_places, catalog.boosts, catalog.boost_days TO marketplace_app;
GRANT SELECT ON catalog.boost_prices TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.boost_visits TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON catalog.boost_salts TO marketplace_app;
GRANT SELECT, INSERT ON catalog.boost_sales TO marketplace_app;
