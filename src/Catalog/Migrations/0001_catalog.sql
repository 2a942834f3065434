-- Shops, what they sell, under which licences, and the files that a buyer receives.
CREATE SCHEMA IF NOT EXISTS catalog;

-- Both are trusted extensions: the owner of the database may create them.
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

-- Lower case, no accents: "Été" and "ete" meet here. Immutable, because the dictionary is named.
CREATE FUNCTION catalog.plain(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, words)) $$;

-- What full-text search reads: as written, and by English and French stems. Title A, tags and genre B, description C.
CREATE FUNCTION catalog.search_words(title text, tags text[], genre text, description text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT setweight(to_tsvector('simple', t) || to_tsvector('english', t) || to_tsvector('french', t), 'A')
      || setweight(to_tsvector('simple', b) || to_tsvector('english', b) || to_tsvector('french', b), 'B')
      || setweight(to_tsvector('simple', d) || to_tsvector('english', d) || to_tsvector('french', d), 'C')
  FROM (SELECT catalog.plain(title) t, catalog.plain(array_to_string(tags, ' ') || ' ' || coalesce(genre, '')) b, catalog.plain(description) d) words
$$;

-- What a person typed: any of the three readings, and the last word may be unfinished.
CREATE FUNCTION catalog.search_query(typed text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT websearch_to_tsquery('simple', p) || websearch_to_tsquery('english', p) || websearch_to_tsquery('french', p)
      || CASE WHEN p ~ '[[:alnum:]]{2,}$' AND p !~ '"|(^| )-|(^| )or( |$)'
              THEN to_tsquery('simple', replace(btrim(regexp_replace(p, '[^[:alnum:]]+', ' ', 'g')), ' ', ' & ') || ':*')
              ELSE ''::tsquery END
  FROM (SELECT btrim(catalog.plain(typed)) p) words
$$;

CREATE TABLE catalog.shops (
  id          uuid PRIMARY KEY,
  owner_id    uuid NOT NULL,
  slug        text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 60),
  name        text NOT NULL CHECK (length(name) BETWEEN 2 AND 60),
  description text NOT NULL CHECK (length(description) <= 2000),
  currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  created_at  timestamptz NOT NULL,
  version     int NOT NULL CHECK (version > 0),
  CONSTRAINT shops_one_a_person UNIQUE (owner_id),
  CONSTRAINT shops_slug UNIQUE (slug)
);
CREATE INDEX shops_newest ON catalog.shops (created_at DESC, id DESC);

CREATE TABLE catalog.products (
  id              uuid PRIMARY KEY,
  shop_id         uuid NOT NULL REFERENCES catalog.shops (id),
  kind            text NOT NULL CHECK (kind IN ('beat')),
  slug            text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 100),
  title           text NOT NULL CHECK (length(title) BETWEEN 1 AND 80),
  description     text NOT NULL CHECK (length(description) <= 5000),
  state           text NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'archived')),
  details         jsonb NOT NULL CHECK (jsonb_typeof(details) = 'object'),
  tags            text[] NOT NULL CHECK (cardinality(tags) <= 10),
  currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  price_from      bigint CHECK (price_from > 0),          -- the cheapest offer on sale: for sorting and filters
  cover_key       text,
  cover_type      text,
  cover_version   text,
  preview_key     text,
  preview_type    text,
  preview_version text,
  preview_made    boolean NOT NULL,                       -- by us, of the original; an uploaded one replaces it
  peaks           real[],
  sold_count      bigint NOT NULL CHECK (sold_count >= 0),
  created_at      timestamptz NOT NULL,
  published_at    timestamptz,
  version         int NOT NULL CHECK (version > 0),

  -- Facts that search filters by, and the words that it reads.
  genre           text GENERATED ALWAYS AS (details ->> 'genre') STORED,
  tempo           int GENERATED ALWAYS AS ((details ->> 'tempo')::int) STORED,
  musical_key     text GENERATED ALWAYS AS (details ->> 'key') STORED,
  title_plain     text GENERATED ALWAYS AS (catalog.plain(title)) STORED,
  search          tsvector GENERATED ALWAYS AS (catalog.search_words(title, tags, details ->> 'genre', description)) STORED,

  CONSTRAINT products_slug UNIQUE (slug),
  CONSTRAINT products_on_sale CHECK (state <> 'active' OR (published_at IS NOT NULL AND price_from IS NOT NULL)),
  CONSTRAINT products_cover_whole CHECK (num_nulls(cover_key, cover_type, cover_version) IN (0, 3)),
  CONSTRAINT products_preview_whole CHECK (num_nulls(preview_key, preview_type, preview_version) IN (0, 3))
);
-- Each sort of the public list has its index; the filters narrow on the way.
CREATE INDEX products_newest ON catalog.products (published_at DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_cheapest ON catalog.products (price_from, id) WHERE state = 'active';
CREATE INDEX products_bestselling ON catalog.products (sold_count DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_of_genre ON catalog.products (genre, published_at DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_of_key ON catalog.products (musical_key, published_at DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_of_tempo ON catalog.products (tempo) WHERE state = 'active';
CREATE INDEX products_of_shop ON catalog.products (shop_id, published_at DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_mine ON catalog.products (shop_id, created_at DESC, id DESC);
CREATE INDEX products_search ON catalog.products USING gin (search) WHERE state = 'active';
CREATE INDEX products_typos ON catalog.products USING gin (title_plain public.gin_trgm_ops) WHERE state = 'active';

-- Titles that resemble what was typed, best first: for words that no title, tag or description has.
SELECT public.similarity('loads', 'the library');   -- so that the setting below is known
CREATE FUNCTION catalog.titles_like(typed text) RETURNS TABLE (product_id uuid, likeness bigint)
LANGUAGE sql STABLE STRICT ROWS 50 SET pg_trgm.word_similarity_threshold = 0.36
AS $$
  SELECT p.id, (public.word_similarity(catalog.plain(typed), p.title_plain) * 1000000)::bigint
  FROM catalog.products p
  WHERE p.state = 'active' AND p.title_plain OPERATOR(public.%>) catalog.plain(typed)
  ORDER BY 2 DESC, 1 DESC
  LIMIT 200
$$;

-- One licence at one price. Carts and orders name it, so a row stays when it is withdrawn.
CREATE TABLE catalog.offers (
  id           uuid PRIMARY KEY,
  product_id   uuid NOT NULL REFERENCES catalog.products (id),
  licence      text NOT NULL CHECK (licence IN ('personal', 'commercial', 'custom')),
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  terms        text NOT NULL CHECK (length(terms) BETWEEN 1 AND 10000),
  price_amount bigint NOT NULL CHECK (price_amount > 0),
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  position     int NOT NULL,
  withdrawn_at timestamptz,
  CONSTRAINT offers_licence UNIQUE (product_id, licence)
);

-- What the buyer receives. A file of a product that was ever on sale keeps its bytes: orders point at them.
CREATE TABLE catalog.product_files (
  id           uuid PRIMARY KEY,
  product_id   uuid NOT NULL REFERENCES catalog.products (id),
  blob_key     text NOT NULL,
  file_name    text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 120),
  content_type text NOT NULL,
  size         bigint NOT NULL CHECK (size > 0),
  sha256       bytea NOT NULL CHECK (length(sha256) = 32),
  position     int NOT NULL,
  withdrawn_at timestamptz
);
CREATE UNIQUE INDEX product_files_once ON catalog.product_files (product_id, sha256) WHERE withdrawn_at IS NULL;

GRANT USAGE ON SCHEMA catalog TO marketplace_app;
GRANT SELECT, INSERT, UPDATE ON catalog.shops, catalog.products, catalog.offers, catalog.product_files TO marketplace_app;
GRANT DELETE ON catalog.product_files TO marketplace_app;
