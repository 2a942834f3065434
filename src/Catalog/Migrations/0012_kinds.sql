-- Services, memberships, courses, webinars and reseller services: what the tables must know beyond what their classes say.

-- Until when a product may be on sale: a webinar has begun then. Null: for ever.
ALTER TABLE catalog.products ADD COLUMN ends_at timestamptz;
CREATE INDEX products_ending ON catalog.products (ends_at) WHERE state IN ('active', 'pending') AND ends_at IS NOT NULL;

-- For programs that order by number: the facts of a reseller service as columns, in the database's own exact numbers.
CREATE TABLE catalog.reseller_services (
  product_id      uuid PRIMARY KEY REFERENCES catalog.products (id),
  rate            numeric(18, 6) NOT NULL CONSTRAINT reseller_services_rate CHECK (rate > 0),          -- major units of the shop's currency, per 1,000
  least           int NOT NULL CONSTRAINT reseller_services_least CHECK (least >= 1),
  most            int NOT NULL,
  refill          boolean NOT NULL,
  cancel          boolean NOT NULL,
  average_minutes int CONSTRAINT reseller_services_average CHECK (average_minutes >= 1),
  CONSTRAINT reseller_services_range CHECK (most >= least)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.reseller_services TO marketplace_app;

INSERT INTO catalog.categories (slug, parent, name, position, path) VALUES
  ('services', 'producers', 'Services', 21, '{music,producers,services}'),
  ('courses', 'educators', 'Courses', 21, '{music,educators,courses}'),
  ('webinars', 'educators', 'Webinars', 22, '{music,educators,webinars}'),
  ('lessons', 'educators', 'Lessons and mentoring', 23, '{music,educators,lessons}'),
  ('memberships', 'content-creators', 'Memberships', 21, '{music,content-creators,memberships}'),
  ('promotion', 'industry', 'Promotion', 21, '{music,industry,promotion}');

-- Words that people look for: who looks for a mentor finds one. Products that exist have none of these facts yet.
CREATE OR REPLACE FUNCTION catalog.fact_words(details jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT replace(coalesce(details ->> 'genre', '') || ' ' || coalesce(details ->> 'type', '') || ' ' || coalesce(details ->> 'instrument', '') || ' '
      || coalesce(details ->> 'format', '') || ' ' || coalesce(details ->> 'software', '') || ' ' || coalesce(details ->> 'level', '') || ' '
      || coalesce(details ->> 'host', '') || ' ' || coalesce(details ->> 'platform', '') || ' '
      || CASE WHEN (details ->> 'mentoring') = 'true' THEN 'mentor mentoring mentorat' ELSE '' END, '_', ' ')
$$;
