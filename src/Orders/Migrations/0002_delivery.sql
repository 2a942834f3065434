-- Named prices, downloads by session, and the contract of each licence.

-- The buyer named the price, where the offer lets them; else it is the offer's.
ALTER TABLE orders.cart_items ADD COLUMN named boolean NOT NULL DEFAULT false;
ALTER TABLE orders.cart_items ALTER COLUMN named DROP DEFAULT;

-- The buyer's language when they ordered: that of the contract.
ALTER TABLE orders.orders ADD COLUMN language text NOT NULL DEFAULT 'en' CONSTRAINT orders_language CHECK (language ~ '^[a-z]{2}$');
ALTER TABLE orders.orders ALTER COLUMN language DROP DEFAULT;

-- One client fetching one file: counted when it begins, free to resume until it ends.
CREATE TABLE orders.download_sessions (
  id         uuid PRIMARY KEY,
  link_id    uuid NOT NULL REFERENCES orders.download_links,
  client     bytea NOT NULL CONSTRAINT download_sessions_client CHECK (octet_length(client) = 32),   -- hash of link, address and user agent
  started_at timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  CONSTRAINT download_sessions_end_later CHECK (ends_at > started_at)
);
CREATE INDEX download_sessions_of_link ON orders.download_sessions (link_id, client, ends_at);
CREATE INDEX download_sessions_by_age ON orders.download_sessions (ends_at);
CREATE INDEX download_links_of_item ON orders.download_links (item_id) WHERE revoked_at IS NULL;

-- The contract of a line's licence: rendered once, a sealed blob, proved by its hash. Never rendered again, so never updated.
CREATE TABLE orders.contracts (
  item_id  uuid PRIMARY KEY REFERENCES orders.order_items,
  template text NOT NULL CONSTRAINT contracts_template CHECK (length(template) BETWEEN 1 AND 40),
  language text NOT NULL CONSTRAINT contracts_language CHECK (language ~ '^[a-z]{2}$'),
  sha256   bytea NOT NULL CONSTRAINT contracts_sha256 CHECK (octet_length(sha256) = 32),
  blob_key text NOT NULL CONSTRAINT contracts_blob UNIQUE,
  made_at  timestamptz NOT NULL
);

GRANT SELECT, INSERT, DELETE ON orders.download_sessions TO marketplace_app;
GRANT SELECT, INSERT ON orders.contracts TO marketplace_app;
