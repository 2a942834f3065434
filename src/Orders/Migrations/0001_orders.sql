-- Carts, orders with their frozen split, and the delivery of what was bought.
CREATE SCHEMA IF NOT EXISTS orders;

-- An account's cart, or a guest's: then only the hash of the cookie is known.
CREATE TABLE orders.carts (
  id         uuid PRIMARY KEY,
  owner      uuid,
  token_hash bytea,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  CONSTRAINT carts_belong_to_one CHECK ((owner IS NULL) <> (token_hash IS NULL)),
  CONSTRAINT carts_token_hash CHECK (octet_length(token_hash) = 32),
  CONSTRAINT carts_one_an_owner UNIQUE (owner),
  CONSTRAINT carts_one_a_token UNIQUE (token_hash)
);
CREATE INDEX carts_of_guests_by_age ON orders.carts (changed_at) WHERE owner IS NULL;

CREATE TABLE orders.cart_items (
  id         uuid PRIMARY KEY,
  cart_id    uuid NOT NULL REFERENCES orders.carts ON DELETE CASCADE,
  offer_id   uuid NOT NULL,
  price      bigint NOT NULL CHECK (price >= 0),      -- as it was seen: what is dearer now needs consent
  currency   text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  added_at   timestamptz NOT NULL,
  CONSTRAINT cart_items_once UNIQUE (cart_id, offer_id)
);

-- One a checkout; a line a thing bought, of any number of shops.
CREATE TABLE orders.orders (
  id           uuid PRIMARY KEY,
  number       bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001),
  buyer        uuid NOT NULL,
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  total        bigint NOT NULL CHECK (total >= 0),
  state        text NOT NULL CHECK (state IN ('pending', 'paid', 'completed', 'expired')),
  method       text NOT NULL CHECK (length(method) BETWEEN 1 AND 40),
  placed_at    timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  paid_at      timestamptz,
  completed_at timestamptz,
  CONSTRAINT orders_number UNIQUE (number),
  CONSTRAINT orders_paid CHECK ((state IN ('paid', 'completed')) = (paid_at IS NOT NULL)),
  CONSTRAINT orders_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
  CONSTRAINT orders_expire_later CHECK (expires_at >= placed_at)
);
CREATE INDEX orders_of_buyer ON orders.orders (buyer, number);
CREATE INDEX orders_by_state ON orders.orders (state, number);
CREATE INDEX orders_unpaid ON orders.orders (expires_at) WHERE state = 'pending';

-- What was bought, as it was then: the catalog may change or forget it. Amounts are minor units of the order's currency.
CREATE TABLE orders.order_items (
  id              uuid PRIMARY KEY,
  order_id        uuid NOT NULL REFERENCES orders.orders,
  line            int NOT NULL CHECK (line >= 1),
  buyer           uuid NOT NULL,
  seller          uuid NOT NULL,
  shop            uuid NOT NULL,
  shop_name       text NOT NULL,
  product         uuid NOT NULL,
  offer           uuid NOT NULL,
  kind            text NOT NULL,
  title           text NOT NULL,
  slug            text NOT NULL,
  cover_url       text,
  licence         text NOT NULL,
  terms           text NOT NULL,
  state           text NOT NULL CHECK (state IN ('pending', 'paid', 'available', 'completed')),
  gross           bigint NOT NULL CHECK (gross >= 0),
  tax             bigint NOT NULL CHECK (tax >= 0),
  tax_place       text,
  seller_tier     text NOT NULL CHECK (seller_tier IN ('basic', 'standard', 'premium', 'ultimate')),
  commission_rate int NOT NULL CHECK (commission_rate BETWEEN 0 AND 10000),     -- basis points, by the seller's tier then
  commission      bigint NOT NULL CHECK (commission >= 0),
  fee             bigint NOT NULL CHECK (fee >= 0),
  affiliate       bigint NOT NULL CHECK (affiliate >= 0),
  seller_share    bigint NOT NULL CHECK (seller_share >= 0),
  available_at    timestamptz,
  completed_at    timestamptz,
  CONSTRAINT order_items_split CHECK (gross = tax + commission + fee + affiliate + seller_share),
  CONSTRAINT order_items_tax_place CHECK (tax = 0 OR tax_place IS NOT NULL),
  CONSTRAINT order_items_not_from_oneself CHECK (buyer <> seller),
  CONSTRAINT order_items_available CHECK (available_at IS NOT NULL OR state IN ('pending', 'paid')),
  CONSTRAINT order_items_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
  CONSTRAINT order_items_line UNIQUE (order_id, line),
  CONSTRAINT order_items_offer_once UNIQUE (order_id, offer)
);
CREATE INDEX order_items_of_buyer ON orders.order_items (buyer, id) WHERE state <> 'pending';
CREATE INDEX order_items_of_seller ON orders.order_items (seller, id) WHERE state <> 'pending';
CREATE INDEX order_items_available_since ON orders.order_items (available_at) WHERE state = 'available';

CREATE TABLE orders.order_files (
  id           uuid PRIMARY KEY,
  item_id      uuid NOT NULL REFERENCES orders.order_items,
  file         uuid NOT NULL,                         -- the catalog's
  blob_key     text NOT NULL,
  name         text NOT NULL,
  content_type text NOT NULL,
  size         bigint NOT NULL CHECK (size > 0),
  sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
  CONSTRAINT order_files_once UNIQUE (item_id, file)
);

-- What happened, oldest first. Append-only: ids, never names.
CREATE TABLE orders.order_events (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders.orders,
  item_id  uuid REFERENCES orders.order_items,
  at       timestamptz NOT NULL,
  what     text NOT NULL CHECK (what IN ('placed', 'payment_started', 'payment_failed', 'paid', 'expired', 'available', 'downloaded', 'completed')),
  by       uuid,                                      -- null: the market itself
  detail   text CHECK (length(detail) <= 200)
);
CREATE INDEX order_events_of_order ON orders.order_events (order_id, id);

CREATE TABLE orders.download_links (
  id            uuid PRIMARY KEY,
  token_hash    bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  buyer         uuid NOT NULL,
  item_id       uuid NOT NULL REFERENCES orders.order_items,
  file_id       uuid NOT NULL REFERENCES orders.order_files,
  downloads     int NOT NULL CHECK (downloads >= 0),
  max_downloads int NOT NULL CHECK (max_downloads >= 1),
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz,
  CONSTRAINT download_links_token UNIQUE (token_hash),
  CONSTRAINT download_links_limit CHECK (downloads <= max_downloads)
);
CREATE INDEX download_links_of_file ON orders.download_links (file_id, created_at);

-- Who fetched what from where; kept 90 days.
CREATE TABLE orders.download_log (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  link_id    uuid NOT NULL REFERENCES orders.download_links,
  at         timestamptz NOT NULL,
  counted    boolean NOT NULL,
  range      text CHECK (length(range) <= 100),
  ip         inet,
  user_agent text CHECK (length(user_agent) <= 300)
);
CREATE INDEX download_log_by_age ON orders.download_log (at);
CREATE INDEX download_log_of_link ON orders.download_log (link_id);

GRANT USAGE ON SCHEMA orders TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders.carts, orders.cart_items TO marketplace_app;
GRANT SELECT, INSERT, UPDATE ON orders.orders, orders.order_items, orders.download_links TO marketplace_app;
GRANT SELECT, INSERT ON orders.order_files, orders.order_events TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON orders.download_log TO marketplace_app;
