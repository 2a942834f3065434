-- Taxes of lines by rates that staff keep, and the invoices and credit notes that say so.

-- A rate counts from its first day until its last, or until a later one begins; after a passing one the earlier counts again. Days are UTC.
CREATE TABLE orders.tax_rates (
  country    text NOT NULL CONSTRAINT tax_rates_country CHECK (country ~ '^[A-Z]{2}$'),
  kind       text NOT NULL CONSTRAINT tax_rates_kind CHECK (kind ~ '^[a-z_]{1,40}$'),     -- goods (all that is sent), electronic (all else), or a kind of product, which goes before both
  from_day   date NOT NULL,
  until_day  date CONSTRAINT tax_rates_until CHECK (until_day >= from_day),
  rate       int NOT NULL CONSTRAINT tax_rates_rate CHECK (rate BETWEEN 0 AND 10000),     -- basis points; 0 is exempt
  note       text CONSTRAINT tax_rates_note CHECK (length(note) BETWEEN 1 AND 500),
  changed_at timestamptz NOT NULL,
  changed_by uuid,                                                                        -- null: the market itself
  PRIMARY KEY (country, kind, from_day)
);
INSERT INTO orders.tax_rates (country, kind, from_day, rate, changed_at)
SELECT country, kind, since, rate, '2021-07-01'
FROM (VALUES ('AT', date '2021-07-01', 2000), ('BE', '2021-07-01', 2100), ('BG', '2021-07-01', 2000), ('CY', '2021-07-01', 1900), ('CZ', '2021-07-01', 2100),
             ('DE', '2021-07-01', 1900), ('DK', '2021-07-01', 2500), ('EE', '2021-07-01', 2000), ('EE', '2024-01-01', 2200), ('EE', '2025-07-01', 2400),
             ('ES', '2021-07-01', 2100), ('FI', '2021-07-01', 2400), ('FI', '2024-09-01', 2550), ('FR', '2021-07-01', 2000), ('GR', '2021-07-01', 2400),
             ('HR', '2021-07-01', 2500), ('HU', '2021-07-01', 2700), ('IE', '2021-07-01', 2300), ('IT', '2021-07-01', 2200), ('LT', '2021-07-01', 2100),
             ('LU', '2021-07-01', 1700), ('LU', '2023-01-01', 1600), ('LU', '2024-01-01', 1700), ('LV', '2021-07-01', 2100), ('MT', '2021-07-01', 1800),
             ('NL', '2021-07-01', 2100), ('PL', '2021-07-01', 2300), ('PT', '2021-07-01', 2300), ('RO', '2021-07-01', 1900), ('RO', '2025-08-01', 2100),
             ('SE', '2021-07-01', 2500), ('SI', '2021-07-01', 2200), ('SK', '2021-07-01', 2000), ('SK', '2025-01-01', 2300)) standard (country, since, rate),
     (VALUES ('goods'), ('electronic')) sorts (kind);

-- Where the buyer is for the tax, and what stands on their invoice. The second is a person's, and is erased with them.
ALTER TABLE orders.orders ADD COLUMN country text CONSTRAINT orders_country CHECK (country ~ '^[A-Z]{2}$');
ALTER TABLE orders.orders ADD COLUMN billing jsonb;

-- The tax in a line's price, as it was decided at the order; tax is its amount. A line of which nothing is said is not taxed.
ALTER TABLE orders.order_items ADD COLUMN tax_rate int NOT NULL DEFAULT 0;
ALTER TABLE orders.order_items ADD COLUMN tax_base bigint NOT NULL GENERATED ALWAYS AS (gross - tax) STORED;
ALTER TABLE orders.order_items ADD COLUMN tax_reason text NOT NULL DEFAULT 'not_collecting';
ALTER TABLE orders.order_items ADD COLUMN tax_by text NOT NULL DEFAULT 'market';
ALTER TABLE orders.order_items
  ADD CONSTRAINT order_items_tax_rate CHECK (tax_rate BETWEEN 0 AND 10000),
  ADD CONSTRAINT order_items_tax_reason CHECK (tax_reason IN ('standard', 'exempt', 'export', 'reverse_charge', 'not_collecting')),
  ADD CONSTRAINT order_items_taxed_for_a_reason CHECK (tax_reason = 'standard' OR tax = 0 AND tax_rate = 0),
  ADD CONSTRAINT order_items_tax_by CHECK (tax_by IN ('market', 'shop'));

-- The last number of each sequence. Locked last of all, and only by who issues: no checkout waits for it.
CREATE TABLE orders.invoice_numbers (
  issuer  uuid NOT NULL,                                  -- a shop; zeros are the market
  series  text NOT NULL,
  year    int NOT NULL,
  last    int NOT NULL CONSTRAINT invoice_numbers_last CHECK (last >= 1),
  last_at timestamptz NOT NULL,                           -- dates of a sequence never go back
  PRIMARY KEY (issuer, series, year)
);

CREATE TABLE orders.invoices (
  id             uuid PRIMARY KEY,
  issuer         uuid NOT NULL,
  series         text NOT NULL CONSTRAINT invoices_series CHECK (series IN ('invoice', 'credit_note', 'commission', 'commission_credit')),
  year           int NOT NULL,
  number         int NOT NULL CONSTRAINT invoices_number CHECK (number >= 1),
  issuer_account uuid,                                    -- who sells as that shop; null for the market
  recipient      uuid NOT NULL,                           -- the buyer; of a commission invoice the seller
  order_id       uuid REFERENCES orders.orders,
  refund_id      uuid REFERENCES orders.refunds,
  corrects       uuid REFERENCES orders.invoices,
  month          date,                                    -- of a commission invoice: its first day
  currency       text NOT NULL CONSTRAINT invoices_currency CHECK (currency ~ '^[A-Z]{3}$'),
  net            bigint NOT NULL,
  tax            bigint NOT NULL,
  total          bigint NOT NULL CONSTRAINT invoices_total CHECK (total > 0 AND total = net + tax),
  language       text NOT NULL CONSTRAINT invoices_language CHECK (language ~ '^[a-z]{2}$'),
  issued_at      timestamptz NOT NULL,
  CONSTRAINT invoices_numbered_once UNIQUE (issuer, series, year, number),
  CONSTRAINT invoices_credit CHECK ((series = 'credit_note') = (refund_id IS NOT NULL) AND (series = 'credit_note') = (corrects IS NOT NULL)),
  CONSTRAINT invoices_of_an_order CHECK ((series IN ('invoice', 'credit_note')) = (order_id IS NOT NULL)),
  CONSTRAINT invoices_of_a_month CHECK ((series IN ('commission', 'commission_credit')) = (month IS NOT NULL)),
  CONSTRAINT invoices_refund_once UNIQUE (refund_id)
);
CREATE UNIQUE INDEX invoices_order_once ON orders.invoices (order_id, issuer) WHERE series = 'invoice';
CREATE UNIQUE INDEX invoices_month_once ON orders.invoices (recipient, currency, month) WHERE month IS NOT NULL;
CREATE INDEX invoices_of_order ON orders.invoices (order_id);
CREATE INDEX invoices_of_recipient ON orders.invoices (recipient, id);
CREATE INDEX invoices_of_issuer ON orders.invoices (issuer_account, id) WHERE issuer_account IS NOT NULL;

-- What is charged, and its tax. Titles of products, no names of people.
CREATE TABLE orders.invoice_lines (
  invoice_id uuid NOT NULL REFERENCES orders.invoices,
  line       int NOT NULL CONSTRAINT invoice_lines_line CHECK (line >= 1),
  item_id    uuid REFERENCES orders.order_items,
  what       text NOT NULL CONSTRAINT invoice_lines_what CHECK (length(what) BETWEEN 1 AND 300),
  count      int NOT NULL CONSTRAINT invoice_lines_count CHECK (count >= 1),
  net        bigint NOT NULL,
  tax        bigint NOT NULL,
  total      bigint NOT NULL CONSTRAINT invoice_lines_total CHECK (total = net + tax),
  rate       int NOT NULL CONSTRAINT invoice_lines_rate CHECK (rate BETWEEN 0 AND 10000),
  country    text CONSTRAINT invoice_lines_country CHECK (country ~ '^[A-Z]{2}$'),
  reason     text NOT NULL CONSTRAINT invoice_lines_reason CHECK (reason IN ('standard', 'exempt', 'export', 'reverse_charge', 'not_collecting')),
  PRIMARY KEY (invoice_id, line)
);
CREATE INDEX invoice_lines_of_item ON orders.invoice_lines (item_id);

-- The paper itself, with names and addresses: rendered once, a sealed blob, proved by its hash. The law has it kept.
CREATE TABLE orders.invoice_papers (
  invoice_id uuid PRIMARY KEY REFERENCES orders.invoices,
  template   text NOT NULL CONSTRAINT invoice_papers_template CHECK (length(template) BETWEEN 1 AND 40),
  sha256     bytea NOT NULL CONSTRAINT invoice_papers_sha256 CHECK (octet_length(sha256) = 32),
  blob_key   text NOT NULL CONSTRAINT invoice_papers_blob UNIQUE,
  made_at    timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON orders.tax_rates TO marketplace_app;
GRANT SELECT, INSERT ON orders.invoice_numbers, orders.invoices, orders.invoice_lines, orders.invoice_papers TO marketplace_app;
GRANT UPDATE (last, last_at) ON orders.invoice_numbers TO marketplace_app;
