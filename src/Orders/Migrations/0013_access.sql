-- What buying a product opens, counted by its sources; buttons that sell one offer; carts that were left.

-- What a product opens beside itself, from when its seller said so. What was sold by an ended rule stays open.
CREATE TABLE orders.access_rules (
  id          uuid PRIMARY KEY,
  product     uuid NOT NULL,
  shop        uuid NOT NULL,
  target_kind text NOT NULL CONSTRAINT access_rules_target_kind CHECK (target_kind IN ('community', 'course', 'channel', 'module', 'seller_tier', 'download', 'webinar_seat')),
  target      text NOT NULL CONSTRAINT access_rules_target CHECK (length(target) BETWEEN 1 AND 80),   -- an id, or a tier's name
  seat_offer  uuid,                           -- of a webinar: what its seats are counted by
  made_by     uuid NOT NULL,
  created_at  timestamptz NOT NULL,
  ended_at    timestamptz CONSTRAINT access_rules_end_later CHECK (ended_at >= created_at),
  -- Who bought before gets it, too: the last line that was looked at, until all were.
  earlier     boolean NOT NULL,
  seen_line   uuid,
  earlier_done_at timestamptz,
  CONSTRAINT access_rules_seats CHECK ((target_kind = 'webinar_seat') = (seat_offer IS NOT NULL)),
  CONSTRAINT access_rules_seats_are_counted CHECK (seat_offer IS NULL OR NOT earlier),
  CONSTRAINT access_rules_earlier CHECK (earlier OR (seen_line IS NULL AND earlier_done_at IS NULL))
);
CREATE UNIQUE INDEX access_rules_once ON orders.access_rules (product, target_kind, target) WHERE ended_at IS NULL;
CREATE INDEX access_rules_to_do ON orders.access_rules (id) WHERE earlier AND earlier_done_at IS NULL AND ended_at IS NULL;

-- One a line and what it opens: made with the order, granted when it is paid, closed when it goes back whole.
ALTER TABLE orders.access_grants
  DROP CONSTRAINT access_grants_pkey,
  ADD COLUMN target_kind text,
  ADD COLUMN target text,
  ALTER COLUMN granted_at DROP NOT NULL,
  ADD CONSTRAINT access_grants_target_kind CHECK (target_kind IN ('membership', 'community', 'course', 'channel', 'module', 'seller_tier', 'download', 'webinar_seat')),
  ADD CONSTRAINT access_grants_revoked_after_granted CHECK (revoked_at IS NULL OR granted_at IS NOT NULL);
UPDATE orders.access_grants SET target = product::text, target_kind = CASE kind WHEN 'webinar' THEN 'webinar_seat' ELSE kind END;
ALTER TABLE orders.access_grants ALTER COLUMN target_kind SET NOT NULL, ALTER COLUMN target SET NOT NULL, DROP COLUMN kind, ADD PRIMARY KEY (item_id, target_kind, target);
DROP INDEX orders.access_grants_of_account;
CREATE INDEX access_grants_of_account ON orders.access_grants (account, target_kind, target) WHERE granted_at IS NOT NULL AND revoked_at IS NULL;

-- By how many purchases somebody has access to something. Its row is the lock of who opens and who closes.
CREATE TABLE orders.access_held (
  account     uuid NOT NULL,
  target_kind text NOT NULL,
  target      text NOT NULL,
  sources     int NOT NULL CONSTRAINT access_held_sources CHECK (sources >= 0),
  since       timestamptz NOT NULL,           -- of the first of its sources
  PRIMARY KEY (account, target_kind, target)
);
INSERT INTO orders.access_held (account, target_kind, target, sources, since)
SELECT account, target_kind, target, count(*), min(granted_at) FROM orders.access_grants WHERE granted_at IS NOT NULL AND revoked_at IS NULL GROUP BY 1, 2, 3;

-- The tier that somebody had before a purchase gave them one: with the last of them it comes back.
CREATE TABLE orders.bought_tiers (
  account uuid PRIMARY KEY,
  before  text NOT NULL CONSTRAINT bought_tiers_before CHECK (before IN ('basic', 'standard', 'premium', 'ultimate')),
  bought  text NOT NULL CONSTRAINT bought_tiers_bought CHECK (bought IN ('basic', 'standard', 'premium', 'ultimate'))
);

-- Offers of webinars of which the line takes a seat by a rule, beside what it is itself.
ALTER TABLE orders.order_items ADD COLUMN seats uuid[] NOT NULL DEFAULT '{}';

-- Where a shop's buyers may be sent after they paid: exact origins, https://host or https://host:port.
CREATE TABLE orders.return_origins (
  shop     uuid NOT NULL,
  origin   text NOT NULL CONSTRAINT return_origins_origin CHECK (origin ~ '^https://[a-z0-9.-]{3,253}(:[0-9]{1,5})?$'),
  added_by uuid NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (shop, origin)
);

-- A link that sells one offer, for a seller's own site.
CREATE TABLE orders.payment_buttons (
  id          uuid PRIMARY KEY,
  key         text NOT NULL CONSTRAINT payment_buttons_key UNIQUE CHECK (length(key) = 32),
  shop        uuid NOT NULL,
  product     uuid NOT NULL,
  offer       uuid NOT NULL,
  mode        text NOT NULL CONSTRAINT payment_buttons_mode CHECK (mode IN ('one_time', 'subscription')),
  text        text NOT NULL CONSTRAINT payment_buttons_text CHECK (length(text) BETWEEN 1 AND 40),
  success_url text CONSTRAINT payment_buttons_success CHECK (success_url ~ '^https://' AND length(success_url) <= 500),
  cancel_url  text CONSTRAINT payment_buttons_cancel CHECK (cancel_url ~ '^https://' AND length(cancel_url) <= 500),
  active      boolean NOT NULL,
  views       bigint NOT NULL CONSTRAINT payment_buttons_views CHECK (views >= 0),
  made_by     uuid NOT NULL,
  created_at  timestamptz NOT NULL,
  changed_at  timestamptz NOT NULL
);
CREATE INDEX payment_buttons_of_shop ON orders.payment_buttons (shop, id);

-- The order that a button brought.
CREATE TABLE orders.button_orders (
  order_id  uuid PRIMARY KEY REFERENCES orders.orders,
  button_id uuid NOT NULL REFERENCES orders.payment_buttons
);
CREATE INDEX button_orders_of_button ON orders.button_orders (button_id);

-- When somebody was reminded of their cart, and when it was last looked at for that.
ALTER TABLE orders.carts
  ADD COLUMN reminded_at timestamptz,
  ADD COLUMN looked_at timestamptz,
  ADD CONSTRAINT carts_reminded CHECK (reminded_at IS NULL OR owner IS NOT NULL);
CREATE INDEX carts_left ON orders.carts (changed_at) WHERE owner IS NOT NULL AND reminded_at IS NULL;

-- One mail about one cart: what lay in it, and the hash of the link that puts it back.
CREATE TABLE orders.cart_reminders (
  id          uuid PRIMARY KEY,
  account     uuid NOT NULL,
  token_hash  bytea NOT NULL CONSTRAINT cart_reminders_token UNIQUE CHECK (octet_length(token_hash) = 32),
  offers      uuid[] NOT NULL CONSTRAINT cart_reminders_offers CHECK (cardinality(offers) BETWEEN 1 AND 50),
  sent_at     timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  mailed_at   timestamptz,                    -- null: they want no such mail, or it waits
  restored_at timestamptz,
  CONSTRAINT cart_reminders_expire_later CHECK (expires_at > sent_at)
);
CREATE INDEX cart_reminders_of_account ON orders.cart_reminders (account, sent_at);
CREATE INDEX cart_reminders_by_age ON orders.cart_reminders (sent_at);

GRANT SELECT, INSERT, UPDATE ON orders.access_rules, orders.access_held, orders.payment_buttons TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders.bought_tiers, orders.cart_reminders TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON orders.return_origins TO marketplace_app;
GRANT SELECT, INSERT ON orders.button_orders TO marketplace_app;
