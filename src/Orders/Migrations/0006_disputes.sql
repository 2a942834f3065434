-- What banks took back of lines, and whether it stays there. The books are the wallet's; this says which line gave how much.
CREATE TABLE orders.line_disputes (
  dispute_id   uuid NOT NULL,                           -- the wallet's
  item_id      uuid NOT NULL REFERENCES orders.order_items,
  order_id     uuid NOT NULL REFERENCES orders.orders,
  amount       bigint NOT NULL CONSTRAINT line_disputes_amount CHECK (amount > 0),
  tax          bigint NOT NULL,
  commission   bigint NOT NULL,
  seller_gives bigint NOT NULL,
  outcome      text CONSTRAINT line_disputes_outcome CHECK (outcome IN ('won', 'lost')),
  opened_at    timestamptz NOT NULL,
  ended_at     timestamptz,
  PRIMARY KEY (dispute_id, item_id),
  CONSTRAINT line_disputes_shares CHECK (amount = tax + commission + seller_gives),
  CONSTRAINT line_disputes_ended CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
CREATE INDEX line_disputes_of_order ON orders.line_disputes (order_id);
CREATE INDEX line_disputes_of_item ON orders.line_disputes (item_id);

-- What of a line a bank has at this moment, or for good.
ALTER TABLE orders.order_items ADD COLUMN disputed bigint NOT NULL DEFAULT 0;
ALTER TABLE orders.order_items ALTER COLUMN disputed DROP DEFAULT;
ALTER TABLE orders.order_items
  ADD CONSTRAINT order_items_disputed CHECK (disputed >= 0 AND refunded + disputed <= gross AND (disputed = 0 OR state <> 'pending'));

ALTER TABLE orders.order_events
  DROP CONSTRAINT order_events_what_check,
  ADD CONSTRAINT order_events_what_check CHECK (what IN
    ('placed', 'payment_started', 'payment_failed', 'paid', 'expired', 'available', 'downloaded', 'completed', 'refunded', 'refunded_in_part',
     'disputed', 'dispute_won', 'dispute_lost'));

GRANT SELECT, INSERT ON orders.line_disputes TO marketplace_app;
GRANT UPDATE (outcome, ended_at) ON orders.line_disputes TO marketplace_app;
