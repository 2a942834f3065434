-- Units that run out, money that came for what was gone, and parcels.

-- Its units are counted: kept while the order is paid, and gone with it.
ALTER TABLE orders.order_items ADD COLUMN counted boolean NOT NULL DEFAULT false;

-- A payment came when its things were sold to others, and was sent back.
ALTER TABLE orders.orders ADD COLUMN money_returned_at timestamptz;
ALTER TABLE orders.orders ADD COLUMN money_returned_by uuid;                -- the wallet's refund
ALTER TABLE orders.orders ADD CONSTRAINT orders_money_returned CHECK ((money_returned_at IS NULL) = (money_returned_by IS NULL) AND (money_returned_at IS NULL OR state = 'expired'));

-- Where its parcels go, as it was written then.
ALTER TABLE orders.orders ADD COLUMN shipping_address jsonb CONSTRAINT orders_shipping_address CHECK (jsonb_typeof(shipping_address) = 'object');

-- A line that is sent: paid, preparing, shipped, delivered, completed.
ALTER TABLE orders.order_items
  DROP CONSTRAINT order_items_state_check,
  DROP CONSTRAINT order_items_available,
  ADD CONSTRAINT order_items_state_check CHECK (state IN ('pending', 'paid', 'available', 'preparing', 'shipped', 'delivered', 'completed', 'refunded')),
  ADD CONSTRAINT order_items_available CHECK (available_at IS NOT NULL OR state <> 'available');

CREATE TABLE orders.shipments (
  id           uuid PRIMARY KEY,
  order_id     uuid NOT NULL REFERENCES orders.orders,
  item_id      uuid NOT NULL REFERENCES orders.order_items,
  seller       uuid NOT NULL,
  carrier      text NOT NULL CONSTRAINT shipments_carrier CHECK (length(carrier) <= 60),      -- empty: none to name
  tracking     text NOT NULL CONSTRAINT shipments_tracking CHECK (length(tracking) <= 80),
  state        text NOT NULL CONSTRAINT shipments_state CHECK (state IN ('preparing', 'shipped', 'delivered')),
  created_at   timestamptz NOT NULL,
  shipped_at   timestamptz,
  delivered_at timestamptz,
  CONSTRAINT shipments_one_a_line UNIQUE (item_id),
  CONSTRAINT shipments_times CHECK ((state = 'preparing') = (shipped_at IS NULL) AND (state = 'delivered') = (delivered_at IS NOT NULL) AND delivered_at >= shipped_at)
);
CREATE INDEX shipments_of_order ON orders.shipments (order_id);
CREATE INDEX shipments_on_the_way ON orders.shipments (shipped_at) WHERE state = 'shipped';
CREATE INDEX order_items_to_ship ON orders.order_items (seller, id) WHERE state IN ('paid', 'preparing', 'shipped');

ALTER TABLE orders.order_events
  DROP CONSTRAINT order_events_what_check,
  ADD CONSTRAINT order_events_what_check CHECK (what IN
    ('placed', 'payment_started', 'payment_failed', 'paid', 'expired', 'available', 'downloaded', 'completed', 'refunded', 'refunded_in_part',
     'disputed', 'dispute_won', 'dispute_lost', 'money_returned', 'preparing', 'shipped', 'delivered'));

GRANT SELECT, INSERT, UPDATE ON orders.shipments TO marketplace_app;
