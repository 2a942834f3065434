-- What a line costs beside its price: how many of it, what a coupon took off, and what sending it costs. Amounts are minor units.

-- A code that takes something off. The market's are paid for by the market, a shop's by the shop.
CREATE TABLE orders.coupons (
  id            uuid PRIMARY KEY,
  code          text NOT NULL CONSTRAINT coupons_code_form CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{2,23}$'),
  shop          uuid,                                   -- null: the market's
  percent       int CONSTRAINT coupons_percent CHECK (percent BETWEEN 1 AND 10000),     -- basis points
  amount        bigint CONSTRAINT coupons_amount CHECK (amount > 0),
  minimum       bigint NOT NULL CONSTRAINT coupons_minimum CHECK (minimum >= 0),          -- of what it is for
  currency      text CONSTRAINT coupons_currency CHECK (currency ~ '^[A-Z]{3}$'),
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz,
  max_uses      int CONSTRAINT coupons_max_uses CHECK (max_uses >= 1),
  max_uses_each int CONSTRAINT coupons_max_uses_each CHECK (max_uses_each >= 1),
  uses          int NOT NULL,                           -- counted only where they are limited: nobody waits for a row that limits nothing
  created_by    uuid NOT NULL,
  created_at    timestamptz NOT NULL,
  stopped_at    timestamptz,
  CONSTRAINT coupons_code UNIQUE (code),
  CONSTRAINT coupons_one_way CHECK ((percent IS NULL) <> (amount IS NULL)),
  CONSTRAINT coupons_currency_of_amounts CHECK ((currency IS NOT NULL) = (amount IS NOT NULL OR minimum > 0)),
  CONSTRAINT coupons_window CHECK (ends_at > starts_at),
  CONSTRAINT coupons_never_over CHECK (uses >= 0 AND uses <= coalesce(max_uses, 0))
);
CREATE INDEX coupons_of_shop ON orders.coupons (shop, id);

-- One an order. Given back once, when nothing of the order stays bought.
CREATE TABLE orders.coupon_uses (
  order_id      uuid PRIMARY KEY REFERENCES orders.orders,
  coupon_id     uuid NOT NULL REFERENCES orders.coupons,
  account       uuid NOT NULL,
  discount      bigint NOT NULL CONSTRAINT coupon_uses_discount CHECK (discount > 0),
  taken_at      timestamptz NOT NULL,
  given_back_at timestamptz
);
CREATE INDEX coupon_uses_of_coupon ON orders.coupon_uses (coupon_id, account);

ALTER TABLE orders.carts ADD COLUMN coupon_code text CONSTRAINT carts_coupon_code CHECK (length(coupon_code) <= 24);
ALTER TABLE orders.cart_items ADD COLUMN units int NOT NULL DEFAULT 1 CONSTRAINT cart_items_units CHECK (units BETWEEN 1 AND 99);
ALTER TABLE orders.cart_items ALTER COLUMN units DROP DEFAULT;

ALTER TABLE orders.order_items
  ADD COLUMN units int NOT NULL DEFAULT 1,
  ADD COLUMN discount bigint NOT NULL DEFAULT 0,        -- taken off the price: gross + discount is the price
  ADD COLUMN coupon bigint NOT NULL DEFAULT 0,          -- what of the discount the market pays
  ADD COLUMN gone_coupon bigint NOT NULL DEFAULT 0;
ALTER TABLE orders.order_items
  ADD CONSTRAINT order_items_units CHECK (units BETWEEN 1 AND 99),
  ADD CONSTRAINT order_items_discount CHECK (discount >= 0 AND coupon BETWEEN 0 AND discount),
  DROP CONSTRAINT order_items_split,
  ADD CONSTRAINT order_items_split CHECK (gross + coupon = tax + commission + fee + affiliate + seller_share),
  DROP CONSTRAINT order_items_gone,
  ADD CONSTRAINT order_items_gone CHECK (gone_tax BETWEEN 0 AND tax AND gone_commission BETWEEN 0 AND commission AND gone_coupon BETWEEN 0 AND coupon);

ALTER TABLE orders.refunds ADD COLUMN coupon bigint;
UPDATE orders.refunds SET coupon = 0 WHERE state = 'processed';
ALTER TABLE orders.refunds
  DROP CONSTRAINT refunds_shares,
  ADD CONSTRAINT refunds_shares CHECK (seller_gives IS NULL OR amount + coalesce(coupon, 0) = tax + commission + seller_gives);
ALTER TABLE orders.line_disputes ADD COLUMN coupon bigint NOT NULL DEFAULT 0;
ALTER TABLE orders.line_disputes
  DROP CONSTRAINT line_disputes_shares,
  ADD CONSTRAINT line_disputes_shares CHECK (amount + coupon = tax + commission + seller_gives);

-- What a shop asks for sending a parcel. A shop without rows sends for nothing, to everywhere.
CREATE TABLE orders.shipping_rates (
  id        uuid PRIMARY KEY,
  shop      uuid NOT NULL,
  country   text NOT NULL CONSTRAINT shipping_rates_country CHECK (country ~ '^([A-Z]{2})?$'),      -- empty: everywhere else
  max_grams int CONSTRAINT shipping_rates_max_grams CHECK (max_grams >= 1),                       -- null: whatever it weighs
  price     bigint NOT NULL CONSTRAINT shipping_rates_price CHECK (price >= 0),
  free_from bigint CONSTRAINT shipping_rates_free_from CHECK (free_from >= 1),
  currency  text NOT NULL CONSTRAINT shipping_rates_currency CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT shipping_rates_once UNIQUE NULLS NOT DISTINCT (shop, country, max_grams)
);

GRANT SELECT, INSERT ON orders.coupons, orders.coupon_uses TO marketplace_app;
GRANT UPDATE (uses, stopped_at) ON orders.coupons TO marketplace_app;
GRANT UPDATE (given_back_at) ON orders.coupon_uses TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON orders.shipping_rates TO marketplace_app;
GRANT UPDATE (coupon) ON orders.refunds TO marketplace_app;
