-- Work for one buyer, and access that a purchase opens; and what of an offer's and a product's facts counts for a line.

-- Frozen at the sale: package or plan, and the facts of both.
ALTER TABLE orders.order_items
  ADD COLUMN option text NOT NULL DEFAULT '' CONSTRAINT order_items_option CHECK (length(option) <= 80),
  ADD COLUMN details jsonb NOT NULL DEFAULT '{}' CONSTRAINT order_items_details CHECK (jsonb_typeof(details) = 'object'),
  ADD COLUMN product_details jsonb NOT NULL DEFAULT '{}' CONSTRAINT order_items_product_details CHECK (jsonb_typeof(product_details) = 'object'),
  ADD COLUMN completes_at timestamptz;      -- received without another act, from then on; null: its own rule decides
UPDATE orders.order_items SET completes_at = available_at + interval '7 days' WHERE available_at IS NOT NULL;
DROP INDEX orders.order_items_available_since;
CREATE INDEX order_items_completing ON orders.order_items (completes_at) WHERE state = 'available';

CREATE TABLE orders.service_orders (
  item_id        uuid PRIMARY KEY REFERENCES orders.order_items,
  order_id       uuid NOT NULL REFERENCES orders.orders,
  buyer          uuid NOT NULL,
  seller         uuid NOT NULL,
  state          text NOT NULL CONSTRAINT service_orders_state CHECK (state IN ('pending', 'in_progress', 'delivered', 'revision_requested', 'completed', 'refunded')),
  questions      text[] NOT NULL,
  answers        text[],
  days           int NOT NULL CONSTRAINT service_orders_days CHECK (days >= 1),
  revisions      int NOT NULL CONSTRAINT service_orders_revisions CHECK (revisions >= 0),
  revisions_used int NOT NULL,
  created_at     timestamptz NOT NULL,
  started_at     timestamptz,
  due_at         timestamptz,
  delivered_at   timestamptz,
  ended_at       timestamptz,
  CONSTRAINT service_orders_revisions_used CHECK (revisions_used BETWEEN 0 AND revisions),
  CONSTRAINT service_orders_answers CHECK (answers IS NULL OR cardinality(answers) = cardinality(questions)),
  CONSTRAINT service_orders_started CHECK ((started_at IS NULL) = (due_at IS NULL) AND (state IN ('pending', 'refunded') OR started_at IS NOT NULL)),
  CONSTRAINT service_orders_delivered CHECK (state NOT IN ('delivered', 'revision_requested', 'completed') OR delivered_at IS NOT NULL),
  CONSTRAINT service_orders_ended CHECK ((state IN ('completed', 'refunded')) = (ended_at IS NOT NULL))
);
CREATE INDEX service_orders_of_seller ON orders.service_orders (seller, item_id);
CREATE INDEX service_orders_of_buyer ON orders.service_orders (buyer, item_id);
CREATE INDEX service_orders_silent ON orders.service_orders (delivered_at) WHERE state = 'delivered';

-- What was said and done, oldest first. Words may be erased with the person who wrote them; the rest stays.
CREATE TABLE orders.service_events (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item_id uuid NOT NULL REFERENCES orders.service_orders,
  at      timestamptz NOT NULL,
  what    text NOT NULL CONSTRAINT service_events_what CHECK (what IN ('ordered', 'answered', 'started', 'delivered', 'revision_requested', 'accepted', 'accepted_silently', 'refunded')),
  by      uuid,                 -- null: the market itself
  note    text NOT NULL CONSTRAINT service_events_note CHECK (length(note) <= 4000)
);
CREATE INDEX service_events_of_item ON orders.service_events (item_id, id);

-- What a purchase opens. Counted by their sources: of two, one may be lost.
CREATE TABLE orders.access_grants (
  item_id    uuid PRIMARY KEY REFERENCES orders.order_items,
  account    uuid NOT NULL,
  product    uuid NOT NULL,
  kind       text NOT NULL,
  granted_at timestamptz NOT NULL,
  revoked_at timestamptz CONSTRAINT access_grants_revoked_later CHECK (revoked_at >= granted_at)
);
CREATE INDEX access_grants_of_account ON orders.access_grants (account, product) WHERE revoked_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON orders.service_orders, orders.access_grants TO marketplace_app;
GRANT SELECT, INSERT ON orders.service_events TO marketplace_app;
GRANT UPDATE (note) ON orders.service_events TO marketplace_app;
