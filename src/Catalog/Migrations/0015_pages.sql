-- Pages that the market's team writes. A version is never changed: what is public is one of them.
CREATE TABLE catalog.pages (
  id           uuid PRIMARY KEY,
  slug         text NOT NULL CONSTRAINT pages_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 60),
  in_footer    boolean NOT NULL,
  position     int NOT NULL,
  version      int NOT NULL CHECK (version > 0),          -- the newest
  live_version int CONSTRAINT pages_live CHECK (live_version <= version),
  created_at   timestamptz NOT NULL,
  published_at timestamptz,
  CONSTRAINT pages_slug UNIQUE (slug),
  CONSTRAINT pages_published CHECK (live_version IS NULL OR published_at IS NOT NULL)
);
CREATE TABLE catalog.page_versions (
  page_id  uuid NOT NULL REFERENCES catalog.pages (id),
  version  int NOT NULL,
  language text NOT NULL CONSTRAINT page_versions_language CHECK (language IN ('en', 'fr')),
  title    text NOT NULL CONSTRAINT page_versions_title CHECK (length(title) BETWEEN 1 AND 80),
  summary  text NOT NULL CONSTRAINT page_versions_summary CHECK (length(summary) <= 200),
  body     text NOT NULL CONSTRAINT page_versions_body CHECK (length(body) <= 50000),
  made_by  uuid NOT NULL,
  made_at  timestamptz NOT NULL,
  CONSTRAINT page_versions_once PRIMARY KEY (page_id, version, language)
);
GRANT SELECT, INSERT, UPDATE ON catalog.pages TO marketplace_app;
GRANT SELECT, INSERT ON catalog.page_versions TO marketplace_app;
