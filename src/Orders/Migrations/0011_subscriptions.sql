-- Plans that renew: what was agreed with a member, and what was charged for each period.

-- An order that belongs to a subscription is waited for as long as the subscription says.
ALTER TABLE orders.orders ADD COLUMN subscription uuid;
CREATE INDEX orders_of_subscription ON orders.orders (subscription) WHERE subscription IS NOT NULL;

CREATE TABLE orders.subscriptions (
  id               uuid PRIMARY KEY,
  account          uuid NOT NULL,
  seller           uuid NOT NULL,
  shop             uuid NOT NULL,
  shop_name        text NOT NULL,
  product          uuid NOT NULL,
  title            text NOT NULL,
  slug             text NOT NULL,
  cover_url        text,
  product_details  jsonb NOT NULL,
  first_item       uuid NOT NULL REFERENCES orders.order_items,
  seller_tier      text NOT NULL,
  commission_rate  int NOT NULL CONSTRAINT subscriptions_commission_rate CHECK (commission_rate BETWEEN 0 AND 10000),   -- agreed at the beginning, for all its periods
  language         text NOT NULL,
  plan             jsonb NOT NULL,               -- price, interval, terms: as they were agreed
  next_plan        jsonb,                        -- from the next period on
  state            text NOT NULL CONSTRAINT subscriptions_state CHECK (state IN ('trialing', 'active', 'past_due', 'unpaid', 'expired', 'cancelled')),
  period           int NOT NULL CONSTRAINT subscriptions_period CHECK (period >= 0),                                    -- 0: the trial
  period_start     timestamptz NOT NULL,
  period_end       timestamptz NOT NULL,
  anchor           timestamptz NOT NULL,         -- all dates are counted from here: 31 January, 28 February, 31 March
  anchor_period    int NOT NULL,
  paid_periods     int NOT NULL CONSTRAINT subscriptions_paid_periods CHECK (paid_periods >= 0),
  method           text NOT NULL,
  saved_method     uuid,
  card_brand       text,
  card_last4       text,
  cancelled_at     timestamptz,                  -- it ends with its period
  access_until     timestamptz,                  -- unpaid: benefits end then
  access_closed_at timestamptz,
  gives_up_at      timestamptz,                  -- unpaid: it expires then
  reminded_at      timestamptz,
  ended_at         timestamptz,
  end_reason       text CONSTRAINT subscriptions_end_reason CHECK (end_reason IN ('cancelled', 'completed', 'unpaid', 'refunded', 'withdrawn', 'staff', 'erased')),
  created_at       timestamptz NOT NULL,
  CONSTRAINT subscriptions_first_item_once UNIQUE (first_item),
  CONSTRAINT subscriptions_period_has_days CHECK (period_end > period_start),
  CONSTRAINT subscriptions_ended CHECK ((state IN ('expired', 'cancelled')) = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (end_reason IS NULL)),
  CONSTRAINT subscriptions_grace CHECK ((state IN ('past_due', 'unpaid')) <= (access_until IS NOT NULL)),
  CONSTRAINT subscriptions_card CHECK (method <> 'wallet' OR saved_method IS NULL)
);
-- Of one membership one is enough.
CREATE UNIQUE INDEX subscriptions_one_live ON orders.subscriptions (account, product) WHERE ended_at IS NULL;
CREATE INDEX subscriptions_of_account ON orders.subscriptions (account, id);
CREATE INDEX subscriptions_of_seller ON orders.subscriptions (seller, id);
CREATE INDEX subscriptions_due ON orders.subscriptions (period_end) WHERE state IN ('trialing', 'active');
CREATE INDEX subscriptions_unpaid ON orders.subscriptions (access_until) WHERE state IN ('past_due', 'unpaid');

-- One a period, whatever runs twice; and one a change of plan that costs something.
CREATE TABLE orders.subscription_charges (
  id              uuid PRIMARY KEY,
  subscription_id uuid NOT NULL REFERENCES orders.subscriptions,
  kind            text NOT NULL CONSTRAINT subscription_charges_kind CHECK (kind IN ('first', 'renewal', 'change')),
  period          int NOT NULL,
  order_id        uuid NOT NULL REFERENCES orders.orders,
  item_id         uuid NOT NULL REFERENCES orders.order_items,
  plan            jsonb NOT NULL,
  starts_at       timestamptz NOT NULL,
  ends_at         timestamptz NOT NULL,
  amount          bigint NOT NULL CONSTRAINT subscription_charges_amount CHECK (amount >= 0),
  currency        text NOT NULL,
  state           text NOT NULL CONSTRAINT subscription_charges_state CHECK (state IN ('open', 'paid', 'failed')),
  tries           int NOT NULL,
  next_try_at     timestamptz,
  payment         uuid,                          -- the one that is on its way
  failure         text CONSTRAINT subscription_charges_failure CHECK (length(failure) <= 100),
  created_at      timestamptz NOT NULL,
  paid_at         timestamptz,
  CONSTRAINT subscription_charges_once_an_order UNIQUE (order_id),
  CONSTRAINT subscription_charges_once_an_item UNIQUE (item_id),
  CONSTRAINT subscription_charges_paid CHECK ((state = 'paid') = (paid_at IS NOT NULL)),
  CONSTRAINT subscription_charges_tried_while_open CHECK (next_try_at IS NULL OR state = 'open')
);
CREATE UNIQUE INDEX subscription_charges_once_a_period ON orders.subscription_charges (subscription_id, period) WHERE kind <> 'change';
CREATE INDEX subscription_charges_of_subscription ON orders.subscription_charges (subscription_id, created_at);
CREATE INDEX subscription_charges_due ON orders.subscription_charges (next_try_at) WHERE next_try_at IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON orders.subscriptions, orders.subscription_charges TO marketplace_app;
