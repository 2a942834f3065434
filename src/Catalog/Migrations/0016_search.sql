-- Search that a million products do not slow down: words in one more language, filters as tokens in one index, counts that are kept, sorts
-- each with its index; hearts, views, saved searches.

-- Trusted, like the extensions before: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch SCHEMA public;
SELECT public.similarity('loads', 'the library');   -- so that a setting below is known

-- The Russian configuration stems Cyrillic words and, beside them, Latin ones as English: it takes the place of the English one.
CREATE OR REPLACE FUNCTION catalog.search_words(title text, tags text[], genre text, description text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT setweight(to_tsvector('simple', t) || to_tsvector('russian', t) || to_tsvector('french', t), 'A')
      || setweight(to_tsvector('simple', b) || to_tsvector('russian', b) || to_tsvector('french', b), 'B')
      || setweight(to_tsvector('simple', d) || to_tsvector('russian', d) || to_tsvector('french', d), 'C')
  FROM (SELECT catalog.plain(title) t, catalog.plain(array_to_string(tags, ' ') || ' ' || coalesce(genre, '')) b, catalog.plain(description) d) words
$$;

CREATE OR REPLACE FUNCTION catalog.search_query(typed text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT websearch_to_tsquery('simple', p) || websearch_to_tsquery('russian', p) || websearch_to_tsquery('french', p)
      || CASE WHEN p ~ '[[:alnum:]]{2,}$' AND p !~ '"|(^| )-|(^| )or( |$)'
              THEN to_tsquery('simple', replace(btrim(regexp_replace(p, '[^[:alnum:]]+', ' ', 'g')), ' ', ' & ') || ':*')
              ELSE ''::tsquery END
  FROM (SELECT btrim(catalog.plain(typed)) p) words
$$;

-- The same of a title alone: where a word is common in descriptions, those that have it in their title must be found at once.
CREATE FUNCTION catalog.title_words(title text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT to_tsvector('simple', t) || to_tsvector('russian', t) || to_tsvector('french', t) FROM (SELECT catalog.plain(title) t) words $$;

-- Bands in which prices (of one currency, by major units) are counted; -1 is free. The page's own bands are these.
CREATE FUNCTION catalog.price_band(amount bigint, currency text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN amount = 0 THEN -1
    ELSE width_bucket(amount::numeric / CASE WHEN currency IN ('JPY', 'XPL') THEN 1 WHEN currency = 'KWD' THEN 1000 ELSE 100 END, ARRAY[10, 25, 50, 100]::numeric[]) END
$$;

ALTER TABLE catalog.products
  DROP COLUMN search,
  ADD COLUMN rating_average numeric(3, 2) CONSTRAINT products_rating_average CHECK (rating_average BETWEEN 1 AND 5),
  ADD COLUMN rating_count int NOT NULL DEFAULT 0 CONSTRAINT products_rating_count CHECK (rating_count >= 0),
  ADD COLUMN view_count bigint NOT NULL DEFAULT 0 CONSTRAINT products_view_count CHECK (view_count >= 0),
  ADD COLUMN like_count bigint NOT NULL DEFAULT 0 CONSTRAINT products_like_count CHECK (like_count >= 0),
  -- What people did with it lately, as the logarithm (base 2) of points that halve every week, times a million: see AddUpInterest.
  ADD COLUMN trend_score bigint NOT NULL DEFAULT 0,
  -- What filters and facets ask for: kind:beat, category:music, genre:Trap, price:EUR:2, tag:dark … kept by a trigger.
  ADD COLUMN tokens text[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT products_rated CHECK ((rating_count = 0) = (rating_average IS NULL));
ALTER TABLE catalog.products
  ADD COLUMN search tsvector GENERATED ALWAYS AS (catalog.search_words(title, tags, catalog.fact_words(details), description)) STORED,
  ADD COLUMN titled tsvector GENERATED ALWAYS AS (catalog.title_words(title)) STORED,
  -- One five does not outrank two hundred times 4.9: five ratings of 3.5 are thought beside the real ones.
  ADD COLUMN rating_rank int GENERATED ALWAYS AS (
    CASE WHEN rating_count = 0 THEN 0 ELSE round((rating_average * rating_count + 17.5) / (rating_count + 5) * 1000)::int END) STORED;

-- A score to which points are added at a moment; u counts weeks, in each of which all earlier points halve. Scores of different moments compare.
CREATE FUNCTION catalog.trend(score bigint, points double precision, at timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN points <= 0 THEN score ELSE round(1000000 * (u + log(2, (CASE WHEN score > 0 THEN power(2, greatest(score / 1000000.0 - u, -60)) ELSE 0 END + points)::numeric)))::bigint END
  FROM (SELECT extract(epoch FROM at - '2026-01-01Z'::timestamptz) / 604800 AS u) weeks
$$;

CREATE FUNCTION catalog.product_tokens(p catalog.products) RETURNS text[]
LANGUAGE sql STABLE
AS $$
  SELECT ARRAY['kind:' || p.kind]
    || (SELECT array_agg('category:' || step) FROM catalog.categories c, unnest(c.path) step WHERE c.slug = p.category)
    || CASE WHEN p.details ? 'genre' THEN ARRAY['genre:' || (p.details ->> 'genre')] END
    || CASE WHEN p.details ? 'key' THEN ARRAY['key:' || (p.details ->> 'key')] END
    || CASE WHEN p.details ? 'tempo' THEN ARRAY['tempo:' || width_bucket((p.details ->> 'tempo')::int, ARRAY[80, 100, 120, 140, 160])] END
    || CASE WHEN p.price_from = 0 THEN ARRAY['price:free'] WHEN p.price_from > 0 THEN ARRAY['price:' || p.currency || ':' || catalog.price_band(p.price_from, p.currency)] END
    || CASE WHEN p.rating_average >= 4 THEN ARRAY['rating:4', 'rating:3'] WHEN p.rating_average >= 3 THEN ARRAY['rating:3'] END
    || ARRAY(SELECT 'licence:' || l FROM unnest(p.licences) l)
    || ARRAY(SELECT 'tag:' || t FROM unnest(p.tags) t)
$$;

CREATE FUNCTION catalog.keep_tokens() RETURNS trigger
LANGUAGE plpgsql
AS $$ BEGIN NEW.tokens := catalog.product_tokens(NEW); RETURN NEW; END $$;
CREATE TRIGGER products_tokens BEFORE INSERT OR UPDATE OF kind, category, details, licences, tags, currency, price_from, rating_average, tokens
  ON catalog.products FOR EACH ROW EXECUTE FUNCTION catalog.keep_tokens();

-- How many products on sale have a token ('*': any) under one chosen filter, or under none (''); tags ('#') under none alone. Numbers are
-- exact at every moment: what has changed since they were added up stands in search_changes and is read with them.
CREATE TABLE catalog.facet_counts (
  chosen   text NOT NULL,
  token    text NOT NULL,
  products bigint NOT NULL,
  PRIMARY KEY (chosen, token)
);
CREATE INDEX facet_counts_top ON catalog.facet_counts (products DESC, token) WHERE chosen = '#';

CREATE INDEX facet_counts_tags ON catalog.facet_counts (token text_pattern_ops) WHERE chosen = '#';

CREATE TABLE catalog.search_changes (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sign   int NOT NULL CHECK (sign IN (-1, 1)),
  tokens text[] NOT NULL,
  words  text[] NOT NULL
);

-- Words of titles and tags, against which a mistyped one is held.
CREATE TABLE catalog.vocabulary (
  word text PRIMARY KEY CHECK (length(word) BETWEEN 3 AND 40)
);
CREATE INDEX vocabulary_beginnings ON catalog.vocabulary (word text_pattern_ops);
CREATE INDEX vocabulary_typos ON catalog.vocabulary USING gin (word public.gin_trgm_ops);

CREATE FUNCTION catalog.note_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.state = 'active' THEN
    INSERT INTO catalog.search_changes (sign, tokens, words) VALUES (-1, OLD.tokens, '{}');
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.state = 'active' THEN
    INSERT INTO catalog.search_changes (sign, tokens, words) VALUES (1, NEW.tokens,
      CASE WHEN TG_OP = 'UPDATE' AND OLD.state = 'active' AND OLD.title = NEW.title AND OLD.tags = NEW.tags THEN '{}'
           ELSE ARRAY(SELECT DISTINCT w FROM regexp_split_to_table(catalog.plain(NEW.title || ' ' || array_to_string(NEW.tags, ' ')), '[^[:alnum:]]+') w WHERE length(w) BETWEEN 3 AND 40 AND w !~ '^[0-9]') END);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER products_appear AFTER INSERT OR DELETE ON catalog.products FOR EACH ROW EXECUTE FUNCTION catalog.note_change();
CREATE TRIGGER products_change AFTER UPDATE ON catalog.products FOR EACH ROW
  WHEN (OLD.state <> NEW.state OR OLD.tokens <> NEW.tokens OR OLD.title <> NEW.title) EXECUTE FUNCTION catalog.note_change();

-- All of it from the products themselves: after a bulk load with the triggers off, and to repair.
CREATE FUNCTION catalog.count_facets() RETURNS void
LANGUAGE sql
AS $$
  DELETE FROM catalog.search_changes;
  DELETE FROM catalog.facet_counts;
  -- Products alike in everything but tags are counted together first: far fewer than there are products.
  WITH alike AS MATERIALIZED (
    SELECT (SELECT array_agg(t ORDER BY t) FROM unnest(p.tokens) t WHERE t NOT LIKE 'tag:%') AS tokens, count(*) AS products
    FROM catalog.products p WHERE p.state = 'active' GROUP BY 1)
  INSERT INTO catalog.facet_counts (chosen, token, products)
  SELECT c, t, sum(products) FROM alike, unnest(tokens || ''::text) c, unnest(tokens || '*'::text) t GROUP BY c, t
  UNION ALL
  SELECT '#', 'tag:' || t, count(*) FROM catalog.products p, unnest(p.tags) t WHERE p.state = 'active' GROUP BY t;
  INSERT INTO catalog.vocabulary (word)
  SELECT DISTINCT w FROM catalog.products p, regexp_split_to_table(p.title_plain || ' ' || catalog.plain(array_to_string(p.tags, ' ')), '[^[:alnum:]]+') w
  WHERE p.state = 'active' AND length(w) BETWEEN 3 AND 40 AND w !~ '^[0-9]' ON CONFLICT DO NOTHING;
$$;
UPDATE catalog.products SET tokens = '{}';      -- the trigger writes them
SELECT catalog.count_facets();

-- Each sort has its index; words and filters meet in one.
CREATE INDEX products_found ON catalog.products USING gin (search, titled, tokens) WHERE state = 'active';
CREATE INDEX products_dearest ON catalog.products (price_from DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_best_rated ON catalog.products (rating_rank DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_trending ON catalog.products (trend_score DESC, id DESC) WHERE state = 'active';
CREATE INDEX products_by_title ON catalog.products (title_plain text_pattern_ops) WHERE state = 'active';
DROP FUNCTION catalog.titles_like(text);
DROP INDEX catalog.products_typos;

ALTER TABLE catalog.shops ADD COLUMN name_plain text GENERATED ALWAYS AS (catalog.plain(name)) STORED;
CREATE INDEX shops_by_name ON catalog.shops (name_plain text_pattern_ops) WHERE NOT withheld;
CREATE INDEX shops_typos ON catalog.shops USING gin (name_plain public.gin_trgm_ops) WHERE NOT withheld;

-- What somebody may have meant: each word or one of the three known ones that are fewest letters away; how to say that; and the shop whose
-- name looks like all of it. Trigrams find what comes into question, for a word of five letters with two in the wrong order few agree.
CREATE FUNCTION catalog.forgive(typed text) RETURNS TABLE (query text, said text, shop uuid, shop_name text)
LANGUAGE sql STABLE STRICT ROWS 1 SET pg_trgm.similarity_threshold = 0.17
AS $$
  WITH asked AS (
    SELECT w, n, CASE WHEN length(w) < 5 THEN 1 WHEN length(w) < 7 THEN 2 ELSE 3 END AS errors
    FROM regexp_split_to_table(catalog.plain(typed), '[^[:alnum:]]+') WITH ORDINALITY split(w, n) WHERE length(w) BETWEEN 1 AND 40 LIMIT 8),
  near AS (
    SELECT asked.n, asked.w, v.word, rank() OVER best AS fewest, row_number() OVER (PARTITION BY asked.n ORDER BY d.letters, public.similarity(v.word, asked.w) DESC, v.word) AS place
    FROM asked, LATERAL (
      SELECT k.word FROM catalog.vocabulary k WHERE k.word OPERATOR(public.%) asked.w
      UNION SELECT fresh FROM catalog.search_changes c, unnest(c.words) fresh WHERE fresh OPERATOR(public.%) asked.w) v,
      LATERAL (SELECT public.levenshtein_less_equal(v.word, asked.w, asked.errors) AS letters) d
    WHERE length(asked.w) >= 3 AND d.letters <= asked.errors
    WINDOW best AS (PARTITION BY asked.n ORDER BY d.letters)),
  each AS (
    SELECT a.n, coalesce((SELECT word FROM near WHERE near.n = a.n AND place = 1), a.w) AS said,
           (SELECT string_agg('(' || q::text || ')', ' | ') FROM (
              SELECT catalog.search_query(a.w) AS q UNION SELECT catalog.search_query(word) FROM near WHERE near.n = a.n AND fewest = 1 AND place <= 3) one WHERE numnode(q) > 0) AS query
    FROM asked a)
  SELECT (SELECT string_agg('(' || e.query || ')', ' & ') FROM each e WHERE e.query IS NOT NULL),
         (SELECT string_agg(e.said, ' ' ORDER BY e.n) FROM each e), called.id, called.name
  FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT s.id, s.name FROM catalog.shops s WHERE NOT s.withheld AND s.name_plain OPERATOR(public.%) catalog.plain(typed)
      AND public.similarity(s.name_plain, catalog.plain(typed)) > 0.4 ORDER BY public.similarity(s.name_plain, catalog.plain(typed)) DESC, s.id LIMIT 1) called ON true
$$;

-- Hearts.
CREATE TABLE catalog.likes (
  account    uuid NOT NULL,
  product_id uuid NOT NULL REFERENCES catalog.products (id),
  liked_at   timestamptz NOT NULL,
  PRIMARY KEY (account, product_id)
);
CREATE INDEX likes_newest ON catalog.likes (account, liked_at DESC, product_id DESC);
CREATE INDEX likes_of_product ON catalog.likes (product_id);

-- What people did with a product and no column holds yet: views that were counted, points for the trend. Added up by AddUpInterest.
CREATE TABLE catalog.interest (
  product_id uuid NOT NULL,
  views      int NOT NULL CHECK (views >= 0),
  points     real NOT NULL CHECK (points >= 0)
);

-- A search that somebody wants to see again.
CREATE TABLE catalog.saved_searches (
  id          uuid PRIMARY KEY,
  account     uuid NOT NULL,
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  query       text NOT NULL CHECK (length(query) <= 1000),     -- as in the address of the search page
  notify      boolean NOT NULL,
  seen_at     timestamptz NOT NULL,                            -- what was published later is new
  told_at     timestamptz NOT NULL,
  created_at  timestamptz NOT NULL,
  CONSTRAINT saved_searches_once UNIQUE (account, query)
);
CREATE INDEX saved_searches_of ON catalog.saved_searches (account, created_at DESC, id DESC);
CREATE INDEX saved_searches_to_tell ON catalog.saved_searches (told_at) WHERE notify;

GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.facet_counts, catalog.search_changes, catalog.vocabulary, catalog.likes, catalog.interest, catalog.saved_searches TO marketplace_app;
