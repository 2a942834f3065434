-- Samples, kits and anything digital beside beats; licences of each kind, and prices that the buyer names.
ALTER TABLE catalog.products DROP CONSTRAINT products_kind_check;
ALTER TABLE catalog.products ADD CONSTRAINT products_kind CHECK (kind IN ('beat', 'sample', 'kit', 'digital'));
ALTER TABLE catalog.products DROP CONSTRAINT products_price_from_check;
ALTER TABLE catalog.products ADD CONSTRAINT products_price_from CHECK (price_from > 0 OR (price_from = 0 AND kind = 'digital'));

-- One shot or loop, which instrument, for which program: words that people look for, too.
CREATE FUNCTION catalog.fact_words(details jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT replace(coalesce(details ->> 'genre', '') || ' ' || coalesce(details ->> 'type', '') || ' ' || coalesce(details ->> 'instrument', '') || ' '
      || coalesce(details ->> 'format', '') || ' ' || coalesce(details ->> 'software', ''), '_', ' ')
$$;
ALTER TABLE catalog.products DROP COLUMN search;
ALTER TABLE catalog.products ADD COLUMN search tsvector GENERATED ALWAYS AS (catalog.search_words(title, tags, catalog.fact_words(details), description)) STORED;
CREATE INDEX products_search ON catalog.products USING gin (search) WHERE state = 'active';
CREATE INDEX products_of_kind ON catalog.products (kind, published_at DESC, id DESC) WHERE state = 'active';

ALTER TABLE catalog.offers DROP CONSTRAINT offers_licence_check;
ALTER TABLE catalog.offers ADD CONSTRAINT offers_licence_known CHECK (licence IN ('personal', 'commercial', 'custom', 'standard'));
ALTER TABLE catalog.offers ADD COLUMN names_price boolean NOT NULL DEFAULT false;
ALTER TABLE catalog.offers ALTER COLUMN names_price DROP DEFAULT;
ALTER TABLE catalog.offers DROP CONSTRAINT offers_price_amount_check;
-- A licence with tiers has a price; what has none may be free, or cost what its buyer names.
ALTER TABLE catalog.offers ADD CONSTRAINT offers_price CHECK (price_amount > 0 OR (price_amount = 0 AND licence = 'standard'));
ALTER TABLE catalog.offers ADD CONSTRAINT offers_price_named CHECK (NOT names_price OR licence = 'standard');

-- The licences on sale, beside the cheapest price: for filters and their counts.
ALTER TABLE catalog.products ADD COLUMN licences text[] NOT NULL DEFAULT '{}'
  CONSTRAINT products_licences CHECK (licences <@ ARRAY['personal', 'commercial', 'custom', 'standard']);
UPDATE catalog.products p SET licences = ARRAY (SELECT o.licence FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL ORDER BY o.position);
ALTER TABLE catalog.products ALTER COLUMN licences DROP DEFAULT;

-- What is inside an archive: buyers read it before they pay.
ALTER TABLE catalog.product_files ADD COLUMN contents text[] CONSTRAINT product_files_contents CHECK (cardinality(contents) <= 2000);
