-- Things with variants, units that run out, pictures in order, and licences that are sold once.

-- An exclusive licence is sold once, and then nobody can buy the product under any licence.
ALTER TABLE catalog.offers DROP CONSTRAINT offers_licence_known;
ALTER TABLE catalog.offers ADD CONSTRAINT offers_licence_known CHECK (licence IN ('personal', 'commercial', 'custom', 'standard', 'exclusive'));
ALTER TABLE catalog.products DROP CONSTRAINT products_licences;
ALTER TABLE catalog.products ADD CONSTRAINT products_licences CHECK (licences <@ ARRAY['personal', 'commercial', 'custom', 'standard', 'exclusive']);
ALTER TABLE catalog.products ADD COLUMN sold_exclusively_at timestamptz;
ALTER TABLE catalog.products ADD CONSTRAINT products_sold_exclusively CHECK (sold_exclusively_at IS NULL OR state = 'archived');
-- Every offer on sale is counted, and nothing is left of any. Written by whatever changes stock or offers, under the product's lock.
ALTER TABLE catalog.products ADD COLUMN sold_out boolean NOT NULL DEFAULT false;

-- Units of an offer. What has no row here does not run out.
CREATE TABLE catalog.stock (
  offer_id   uuid PRIMARY KEY REFERENCES catalog.offers (id),
  product_id uuid NOT NULL REFERENCES catalog.products (id),
  on_hand    int NOT NULL,
  reserved   int NOT NULL,            -- of them, for orders that are being paid
  CONSTRAINT stock_never_oversold CHECK (reserved >= 0 AND reserved <= on_hand AND on_hand <= 1000000)
);
CREATE INDEX stock_of_product ON catalog.stock (product_id);

-- Why there are as many as there are.
CREATE TABLE catalog.stock_movements (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  offer_id  uuid NOT NULL REFERENCES catalog.stock (offer_id),
  delta     int NOT NULL CHECK (delta <> 0),
  reason    text NOT NULL CHECK (reason IN ('received', 'sold', 'returned', 'corrected')),
  reference uuid,                     -- the order, where there is one
  actor     uuid,                     -- null: the market itself
  at        timestamptz NOT NULL
);
CREATE INDEX stock_movements_of_offer ON catalog.stock_movements (offer_id, id);

CREATE FUNCTION catalog.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.stock_movements FOR EACH STATEMENT EXECUTE FUNCTION catalog.refuse_change();
ALTER TABLE catalog.stock_movements ENABLE ALWAYS TRIGGER append_only;

-- Units that wait for an order's money.
CREATE TABLE catalog.reservations (
  order_id   uuid NOT NULL,
  offer_id   uuid NOT NULL REFERENCES catalog.stock (offer_id),
  units      int NOT NULL CHECK (units > 0),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (order_id, offer_id)
);
CREATE INDEX reservations_due ON catalog.reservations (expires_at);
CREATE INDEX reservations_of_offer ON catalog.reservations (offer_id);

-- By what variants differ. Staff adds to both; a key is part of options of offers and never changes.
CREATE TABLE catalog.attributes (
  key      text PRIMARY KEY CHECK (key ~ '^[a-z][a-z0-9]{0,11}$'),
  name     text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
  position int NOT NULL
);
CREATE TABLE catalog.attribute_values (
  attribute text NOT NULL REFERENCES catalog.attributes (key),
  key       text NOT NULL CHECK (key ~ '^[a-z0-9]{1,13}$'),
  name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
  position  int NOT NULL,
  PRIMARY KEY (attribute, key)
);
INSERT INTO catalog.attributes (key, name, position) VALUES ('size', 'Size', 1), ('colour', 'Colour', 2), ('material', 'Material', 3), ('format', 'Format', 4);
INSERT INTO catalog.attribute_values (attribute, key, name, position) VALUES
  ('size', 'xs', 'XS', 1), ('size', 's', 'S', 2), ('size', 'm', 'M', 3), ('size', 'l', 'L', 4), ('size', 'xl', 'XL', 5), ('size', 'xxl', 'XXL', 6), ('size', '3xl', '3XL', 7),
  ('colour', 'black', 'Black', 1), ('colour', 'white', 'White', 2), ('colour', 'grey', 'Grey', 3), ('colour', 'red', 'Red', 4), ('colour', 'blue', 'Blue', 5),
  ('colour', 'lightblue', 'Light blue', 6), ('colour', 'green', 'Green', 7), ('colour', 'yellow', 'Yellow', 8), ('colour', 'orange', 'Orange', 9), ('colour', 'purple', 'Purple', 10),
  ('colour', 'pink', 'Pink', 11), ('colour', 'brown', 'Brown', 12), ('colour', 'gold', 'Gold', 13), ('colour', 'silver', 'Silver', 14), ('colour', 'clear', 'Transparent', 15),
  ('material', 'cotton', 'Cotton', 1), ('material', 'wool', 'Wool', 2), ('material', 'leather', 'Leather', 3), ('material', 'wood', 'Wood', 4), ('material', 'metal', 'Metal', 5),
  ('material', 'plastic', 'Plastic', 6), ('material', 'paper', 'Paper', 7),
  ('format', 'cd', 'CD', 1), ('format', 'tape', 'Cassette', 2), ('format', '7inch', '7″ vinyl', 3), ('format', '10inch', '10″ vinyl', 4), ('format', '12inch', '12″ vinyl', 5), ('format', 'lp', 'LP', 6), ('format', 'doublelp', 'Double LP', 7);

-- The axes of a product, at most three, and what it comes in on each.
CREATE TABLE catalog.product_attribute_values (
  product_id uuid NOT NULL REFERENCES catalog.products (id),
  attribute  text NOT NULL,
  value      text NOT NULL,
  axis       int NOT NULL CHECK (axis BETWEEN 0 AND 2),
  position   int NOT NULL,
  PRIMARY KEY (product_id, attribute, value),
  FOREIGN KEY (attribute, value) REFERENCES catalog.attribute_values (attribute, key)
);

-- Pictures in order. The first is the cover of what has none of its own.
CREATE TABLE catalog.product_images (
  id           uuid PRIMARY KEY,
  product_id   uuid NOT NULL REFERENCES catalog.products (id),
  blob_key     text NOT NULL,
  content_type text NOT NULL,
  version      text NOT NULL,         -- of its content: a part of its address
  width        int NOT NULL CHECK (width > 0),
  height       int NOT NULL CHECK (height > 0),
  alt          text NOT NULL CHECK (length(alt) <= 200),
  position     int NOT NULL,
  CONSTRAINT product_images_once UNIQUE (product_id, version)
);

-- What an offer of a thing is, beside its price: one row a variant. A product without axes has one.
CREATE TABLE catalog.product_variants (
  offer_id   uuid PRIMARY KEY REFERENCES catalog.offers (id),
  product_id uuid NOT NULL REFERENCES catalog.products (id),
  shop_id    uuid NOT NULL REFERENCES catalog.shops (id),
  sku        text CHECK (length(sku) BETWEEN 1 AND 40),
  "values"   jsonb NOT NULL CHECK (jsonb_typeof("values") = 'object'),
  weight     int CHECK (weight BETWEEN 1 AND 1000000),                 -- grams
  image_id   uuid REFERENCES catalog.product_images (id) ON DELETE SET NULL,
  on_sale    boolean NOT NULL         -- as its offer: not withdrawn
);
CREATE UNIQUE INDEX product_variants_sku ON catalog.product_variants (shop_id, sku) WHERE on_sale;
CREATE INDEX product_variants_of_product ON catalog.product_variants (product_id);
CREATE INDEX product_variants_by_values ON catalog.product_variants USING gin ("values" jsonb_path_ops) WHERE on_sale;

INSERT INTO catalog.categories (slug, parent, name, position, path) VALUES
  ('goods', NULL, 'Merchandise and instruments', 2, '{goods}'),
  ('records', 'goods', 'Records and tapes', 1, '{goods,records}'),
  ('merchandise', 'goods', 'Merchandise', 2, '{goods,merchandise}'),
  ('instruments', 'goods', 'Instruments and gear', 3, '{goods,instruments}');

GRANT SELECT, INSERT, UPDATE ON catalog.stock, catalog.product_variants TO marketplace_app;
GRANT SELECT, INSERT ON catalog.stock_movements TO marketplace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.reservations, catalog.product_images TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON catalog.product_attribute_values TO marketplace_app;
GRANT SELECT, INSERT ON catalog.attributes, catalog.attribute_values TO marketplace_app;
