-- What comes after the sale: money that is asked back, what is given up because it is late, and what buyer and seller do not agree on.

-- Which happenings there are, the program knows: a new one needs no migration any more.
ALTER TABLE orders.order_events
  DROP CONSTRAINT order_events_what_check,
  ADD CONSTRAINT order_events_what_check CHECK (what ~ '^[a-z][a-z_]{1,39}$');
ALTER TABLE orders.service_events
  DROP CONSTRAINT service_events_what,
  ADD CONSTRAINT service_events_what CHECK (what ~ '^[a-z][a-z_]{1,39}$');

-- Given up by its buyer before it was paid. Money that comes all the same is sent back.
ALTER TABLE orders.orders ADD COLUMN cancelled_at timestamptz;
ALTER TABLE orders.orders
  DROP CONSTRAINT orders_state_check,
  DROP CONSTRAINT orders_money_returned,
  ADD CONSTRAINT orders_state_check CHECK (state IN ('pending', 'paid', 'completed', 'expired', 'cancelled')),
  ADD CONSTRAINT orders_cancelled CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
  ADD CONSTRAINT orders_money_returned CHECK ((money_returned_at IS NULL) = (money_returned_by IS NULL) AND (money_returned_at IS NULL OR state IN ('expired', 'cancelled')));

-- Until when a parcel should have left, and when both were told that it has not.
ALTER TABLE orders.order_items
  ADD COLUMN ship_by timestamptz,
  ADD COLUMN late_at timestamptz;
UPDATE orders.order_items i SET ship_by = o.paid_at + interval '7 days'
FROM orders.orders o WHERE o.id = i.order_id AND i.kind = 'physical' AND i.state IN ('paid', 'preparing');
CREATE INDEX order_items_unsent ON orders.order_items (ship_by) WHERE state IN ('paid', 'preparing') AND ship_by IS NOT NULL;

-- Work that ended before it was accepted is cancelled. Who is waited for is reminded.
ALTER TABLE orders.service_orders ADD COLUMN reminders int NOT NULL DEFAULT 0 CONSTRAINT service_orders_reminders CHECK (reminders >= 0);
ALTER TABLE orders.service_orders
  ALTER COLUMN reminders DROP DEFAULT,
  DROP CONSTRAINT service_orders_state,
  DROP CONSTRAINT service_orders_started,
  DROP CONSTRAINT service_orders_ended,
  ADD CONSTRAINT service_orders_state CHECK (state IN ('pending', 'in_progress', 'delivered', 'revision_requested', 'completed', 'cancelled', 'refunded')),
  ADD CONSTRAINT service_orders_started CHECK ((started_at IS NULL) = (due_at IS NULL) AND (state IN ('pending', 'cancelled', 'refunded') OR started_at IS NOT NULL)),
  ADD CONSTRAINT service_orders_ended CHECK ((state IN ('completed', 'cancelled', 'refunded')) = (ended_at IS NOT NULL));
CREATE INDEX service_orders_waiting ON orders.service_orders (state, item_id) WHERE ended_at IS NULL;

-- A refund may be asked for, and be given by the market itself.
ALTER TABLE orders.refunds
  ALTER COLUMN requested_by DROP NOT NULL,            -- null: the market itself
  ADD COLUMN asked bigint CONSTRAINT refunds_asked CHECK (asked > 0),      -- by the buyer; null: given without asking
  ADD COLUMN decision text NOT NULL DEFAULT '' CONSTRAINT refunds_decision CHECK (length(decision) <= 500),
  ADD COLUMN escalated_at timestamptz,                -- the seller said nothing: staff decides
  DROP CONSTRAINT refunds_decided,
  ADD CONSTRAINT refunds_decided CHECK ((state = 'requested') = (decided_at IS NULL) AND (decided_by IS NULL OR decided_at IS NOT NULL)),
  ADD CONSTRAINT refunds_given CHECK (asked IS NOT NULL OR state IN ('approved', 'processed')),
  ADD CONSTRAINT refunds_within CHECK (amount <= asked);
ALTER TABLE orders.refunds ALTER COLUMN decision DROP DEFAULT;
CREATE UNIQUE INDEX refunds_one_open ON orders.refunds (item_id) WHERE state IN ('requested', 'approved');
CREATE INDEX refunds_unanswered ON orders.refunds (requested_at) WHERE state = 'requested';
GRANT UPDATE (amount, reason, decision, escalated_at) ON orders.refunds TO marketplace_app;

-- What buyer and seller of a line do not agree on. The disputes of banks are the wallet's; of these staff decides.
CREATE TABLE orders.disputes (
  id          uuid PRIMARY KEY,
  order_id    uuid NOT NULL REFERENCES orders.orders,
  item_id     uuid NOT NULL REFERENCES orders.order_items,
  buyer       uuid NOT NULL,
  seller      uuid NOT NULL,
  shop        uuid NOT NULL,
  reason      text NOT NULL CONSTRAINT disputes_reason CHECK (reason IN ('not_received', 'not_as_described', 'damaged', 'late', 'other')),
  state       text NOT NULL CONSTRAINT disputes_state CHECK (state IN ('open', 'resolved', 'rejected')),
  opened_at   timestamptz NOT NULL,
  answered_at timestamptz,                            -- by the seller, the first time
  decided_at  timestamptz,
  decided_by  uuid,                                   -- null: time or the bank
  decision    text NOT NULL CONSTRAINT disputes_decision CHECK (length(decision) <= 2000),
  refund_id   uuid REFERENCES orders.refunds,
  CONSTRAINT disputes_decided CHECK ((state = 'open') = (decided_at IS NULL) AND (decided_by IS NULL OR decided_at IS NOT NULL)),
  CONSTRAINT disputes_resolved CHECK ((state = 'resolved') = (refund_id IS NOT NULL))
);
CREATE UNIQUE INDEX disputes_one_open ON orders.disputes (item_id) WHERE state = 'open';
CREATE INDEX disputes_of_item ON orders.disputes (item_id);
CREATE INDEX disputes_of_order ON orders.disputes (order_id);
CREATE INDEX disputes_of_buyer ON orders.disputes (buyer, id);
CREATE INDEX disputes_of_seller ON orders.disputes (seller, id);
CREATE INDEX disputes_open ON orders.disputes (opened_at) WHERE state = 'open';

-- What was said and shown. Words and files may be erased with the person; that something was said stays.
CREATE TABLE orders.dispute_messages (
  id           uuid PRIMARY KEY,
  dispute_id   uuid NOT NULL REFERENCES orders.disputes,
  at           timestamptz NOT NULL,
  by           uuid NOT NULL,
  side         text NOT NULL CONSTRAINT dispute_messages_side CHECK (side IN ('buyer', 'seller', 'staff')),
  text         text CONSTRAINT dispute_messages_text CHECK (length(text) BETWEEN 1 AND 4000),
  blob_key     text,
  file_name    text CONSTRAINT dispute_messages_file_name CHECK (length(file_name) <= 200),
  content_type text,
  size         bigint,
  sha256       bytea CONSTRAINT dispute_messages_sha256 CHECK (octet_length(sha256) = 32),
  CONSTRAINT dispute_messages_file CHECK (num_nulls(blob_key, file_name, content_type, size, sha256) IN (0, 5) AND (text IS NULL OR blob_key IS NULL))
);
CREATE INDEX dispute_messages_of_dispute ON orders.dispute_messages (dispute_id, id);

GRANT SELECT, INSERT ON orders.disputes, orders.dispute_messages TO marketplace_app;
GRANT UPDATE (state, answered_at, decided_at, decided_by, decision, refund_id) ON orders.disputes TO marketplace_app;
GRANT UPDATE (text, blob_key, file_name, content_type, size, sha256) ON orders.dispute_messages TO marketplace_app;
