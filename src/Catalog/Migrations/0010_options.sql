-- More than licences to choose from: a product may be offered in several ways (packages, plans, variants), each with a price and
-- facts of its own. What kinds there are, all at once: what each needs is its own class's business.
ALTER TABLE catalog.offers ADD COLUMN option text NOT NULL DEFAULT '' CONSTRAINT offers_option_key CHECK (option ~ '^([a-z0-9]+([_-][a-z0-9]+)*)?$' AND length(option) <= 80);
ALTER TABLE catalog.offers ADD COLUMN details jsonb NOT NULL DEFAULT '{}' CONSTRAINT offers_details CHECK (jsonb_typeof(details) = 'object');
ALTER TABLE catalog.offers DROP CONSTRAINT offers_licence;
ALTER TABLE catalog.offers ADD CONSTRAINT offers_one_a_way UNIQUE (product_id, licence, option);

ALTER TABLE catalog.products DROP CONSTRAINT products_kind;
ALTER TABLE catalog.products ADD CONSTRAINT products_kind
  CHECK (kind IN ('beat', 'sample', 'kit', 'digital', 'physical', 'service', 'membership', 'course', 'webinar', 'reseller'));
-- What may be free, its kind knows.
ALTER TABLE catalog.products DROP CONSTRAINT products_price_from;
ALTER TABLE catalog.products ADD CONSTRAINT products_price_from
  CHECK (price_from > 0 OR (price_from = 0 AND kind IN ('digital', 'membership', 'course', 'webinar')));
