-- What goes back to buyers, line by line. The books are the wallet's; this says who decided it, when and why.
CREATE TABLE orders.refunds (
  id           uuid PRIMARY KEY,
  order_id     uuid NOT NULL REFERENCES orders.orders,
  item_id      uuid NOT NULL REFERENCES orders.order_items,
  amount       bigint NOT NULL CONSTRAINT refunds_amount CHECK (amount > 0),
  tax          bigint,                                -- who gave it, once it is processed
  commission   bigint,
  seller_gives bigint,
  reason       text NOT NULL CONSTRAINT refunds_reason CHECK (length(reason) BETWEEN 1 AND 500),
  state        text NOT NULL CONSTRAINT refunds_state CHECK (state IN ('requested', 'approved', 'rejected', 'processed')),
  requested_by uuid NOT NULL,
  requested_at timestamptz NOT NULL,
  decided_by   uuid,
  decided_at   timestamptz,
  processed_at timestamptz,
  CONSTRAINT refunds_decided CHECK ((state = 'requested') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
  CONSTRAINT refunds_processed CHECK ((state = 'processed') = (processed_at IS NOT NULL)
                                      AND (state = 'processed') = (seller_gives IS NOT NULL)),
  CONSTRAINT refunds_shares CHECK (seller_gives IS NULL OR amount = tax + commission + seller_gives)
);
CREATE INDEX refunds_of_order ON orders.refunds (order_id, id);
CREATE INDEX refunds_of_item ON orders.refunds (item_id);

ALTER TABLE orders.order_items ADD COLUMN refunded bigint NOT NULL DEFAULT 0;
ALTER TABLE orders.order_items ALTER COLUMN refunded DROP DEFAULT;
ALTER TABLE orders.order_items
  DROP CONSTRAINT order_items_state_check,
  DROP CONSTRAINT order_items_available,
  DROP CONSTRAINT order_items_completed,
  ADD CONSTRAINT order_items_state_check CHECK (state IN ('pending', 'paid', 'available', 'completed', 'refunded')),
  ADD CONSTRAINT order_items_available CHECK (available_at IS NOT NULL OR state IN ('pending', 'paid', 'refunded')),
  ADD CONSTRAINT order_items_completed CHECK (state = 'refunded' OR (state = 'completed') = (completed_at IS NOT NULL)),
  ADD CONSTRAINT order_items_refunded CHECK (refunded BETWEEN 0 AND gross AND (refunded = 0 OR state <> 'pending')),
  ADD CONSTRAINT order_items_refunded_whole CHECK ((state = 'refunded') = (gross > 0 AND refunded = gross));

ALTER TABLE orders.order_events
  DROP CONSTRAINT order_events_what_check,
  ADD CONSTRAINT order_events_what_check CHECK (what IN
    ('placed', 'payment_started', 'payment_failed', 'paid', 'expired', 'available', 'downloaded', 'completed', 'refunded', 'refunded_in_part'));

GRANT SELECT, INSERT ON orders.refunds TO marketplace_app;
GRANT UPDATE (tax, commission, seller_gives, state, decided_by, decided_at, processed_at) ON orders.refunds TO marketplace_app;
