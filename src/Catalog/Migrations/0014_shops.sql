-- Addresses that moved: each leads to what has another one now. Until the day nobody else may take it.
CREATE TABLE catalog.old_addresses (
  kind   text NOT NULL CONSTRAINT old_addresses_kind CHECK (kind IN ('shop', 'product', 'page')),
  slug   text NOT NULL CONSTRAINT old_addresses_slug CHECK (length(slug) <= 100),
  id     uuid NOT NULL,
  until  timestamptz NOT NULL,
  CONSTRAINT old_addresses_one PRIMARY KEY (kind, slug)
);
CREATE INDEX old_addresses_of ON catalog.old_addresses (id);

-- What a shop may hold. Archived products do not count; NULL is no limit.
CREATE TABLE catalog.shop_plans (
  plan     text PRIMARY KEY CONSTRAINT shop_plans_known CHECK (plan IN ('starter', 'pro', 'scale')),
  products int CONSTRAINT shop_plans_products CHECK (products > 0),
  position int NOT NULL
);
INSERT INTO catalog.shop_plans (plan, products, position) VALUES ('starter', 25, 1), ('pro', 250, 2), ('scale', NULL, 3);

ALTER TABLE catalog.shops
  ADD COLUMN plan text NOT NULL DEFAULT 'starter' CONSTRAINT shops_plan REFERENCES catalog.shop_plans (plan),
  ADD COLUMN announcement text NOT NULL DEFAULT '' CONSTRAINT shops_announcement CHECK (length(announcement) <= 300),
  ADD COLUMN shipping text NOT NULL DEFAULT '' CONSTRAINT shops_shipping CHECK (length(shipping) <= 5000),
  ADD COLUMN returns text NOT NULL DEFAULT '' CONSTRAINT shops_returns CHECK (length(returns) <= 5000),
  ADD COLUMN refunds text NOT NULL DEFAULT '' CONSTRAINT shops_refunds CHECK (length(refunds) <= 5000),
  ADD COLUMN terms text NOT NULL DEFAULT '' CONSTRAINT shops_terms CHECK (length(terms) <= 5000),
  ADD COLUMN links text[] NOT NULL DEFAULT '{}' CONSTRAINT shops_links CHECK (cardinality(links) <= 6),
  ADD COLUMN away_from timestamptz,
  ADD COLUMN away_until timestamptz,
  ADD COLUMN away_message text NOT NULL DEFAULT '' CONSTRAINT shops_away_message CHECK (length(away_message) <= 300),
  ADD COLUMN logo_key text,
  ADD COLUMN logo_type text,
  ADD COLUMN logo_version text,
  ADD COLUMN banner_key text,
  ADD COLUMN banner_type text,
  ADD COLUMN banner_version text,
  ADD CONSTRAINT shops_logo_whole CHECK (num_nulls(logo_key, logo_type, logo_version) IN (0, 3)),
  ADD CONSTRAINT shops_banner_whole CHECK (num_nulls(banner_key, banner_type, banner_version) IN (0, 3)),
  ADD CONSTRAINT shops_away CHECK (away_until IS NULL OR away_until > away_from);
CREATE INDEX shops_back ON catalog.shops (away_until) WHERE away_until IS NOT NULL;

-- Who works in a shop beside its owner.
CREATE TABLE catalog.shop_members (
  shop_id   uuid NOT NULL REFERENCES catalog.shops (id),
  account   uuid NOT NULL,
  role      text NOT NULL CONSTRAINT shop_members_role CHECK (role IN ('manager', 'editor', 'support')),
  joined_at timestamptz NOT NULL,
  CONSTRAINT shop_members_once PRIMARY KEY (shop_id, account)
);
CREATE INDEX shop_members_of ON catalog.shop_members (account);

-- Asked to join; of the token only its hash is kept.
CREATE TABLE catalog.shop_invitations (
  id          uuid PRIMARY KEY,
  shop_id     uuid NOT NULL REFERENCES catalog.shops (id),
  email       text NOT NULL CONSTRAINT shop_invitations_email CHECK (length(email) BETWEEN 3 AND 254),
  role        text NOT NULL CONSTRAINT shop_invitations_role CHECK (role IN ('manager', 'editor', 'support')),
  token_hash  bytea NOT NULL CONSTRAINT shop_invitations_token UNIQUE,
  invited_by  uuid NOT NULL,
  invited_at  timestamptz NOT NULL,
  sent_at     timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL CONSTRAINT shop_invitations_life CHECK (expires_at > sent_at),
  ended_at    timestamptz,
  accepted_by uuid,
  CONSTRAINT shop_invitations_accepted CHECK (accepted_by IS NULL OR ended_at IS NOT NULL)
);
CREATE UNIQUE INDEX shop_invitations_open ON catalog.shop_invitations (shop_id, lower(email)) WHERE ended_at IS NULL;

-- What a shop shows first, in its order.
CREATE TABLE catalog.featured_products (
  product_id  uuid PRIMARY KEY REFERENCES catalog.products (id),
  shop_id     uuid NOT NULL REFERENCES catalog.shops (id),
  position    int NOT NULL,
  featured_at timestamptz NOT NULL
);
CREATE INDEX featured_products_of ON catalog.featured_products (shop_id, position);

GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.old_addresses, catalog.shop_members, catalog.featured_products TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.shop_invitations TO marketplace_app;
GRANT SELECT ON catalog.shop_plans TO marketplace_app;
