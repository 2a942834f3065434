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
ALTER TABLE orders.order_items
  ADD COLUMN disputed bigint NOT NULL DEFAULT 0,
  ADD COLUMN gone_tax bigint NOT NULL DEFAULT 0,            -- of what was refunded and what is disputed
  ADD COLUMN gone_commission bigint NOT NULL DEFAULT 0;
UPDATE orders.order_items i SET gone_tax = r.tax, gone_commission = r.commission
FROM (SELECT item_id, sum(tax) AS tax, sum(commission) AS commission FROM orders.refunds WHERE state = 'processed' GROUP BY item_id) r WHERE r.item_id = i.id;
ALTER TABLE orders.order_items
  ALTER COLUMN disputed DROP DEFAULT,
  ALTER COLUMN gone_tax DROP DEFAULT,
  ALTER COLUMN gone_commission DROP DEFAULT,
  ADD CONSTRAINT order_items_gone CHECK (gone_tax BETWEEN 0 AND tax AND gone_commission BETWEEN 0 AND commission),
  ADD CONSTRAINT order_items_disputed CHECK (disputed >= 0 AND refunded + disputed <= gross AND (disputed = 0 OR state <> 'pending'));

ALTER TABLE orders.order_events
  DROP CONSTRAINT order_events_what_check,
  ADD CONSTRAINT order_events_what_check CHECK (what IN
    ('placed', 'payment_started', 'payment_failed', 'paid', 'expired', 'available', 'downloaded', 'completed', 'refunded', 'refunded_in_part',
     'disputed', 'dispute_won', 'dispute_lost'));

GRANT SELECT, INSERT ON orders.line_disputes TO marketplace_app;
GRANT UPDATE (outcome, ended_at) ON orders.line_disputes TO marketplace_app;
