-- Products by the hundred: what a shop calls a product in its own books, and files of rows that are put in by a job.
ALTER TABLE catalog.products ADD COLUMN external_id text CONSTRAINT products_external_id_length CHECK (length(external_id) BETWEEN 1 AND 120);
CREATE UNIQUE INDEX products_external_id ON catalog.products (shop_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE catalog.imports (
  id          uuid PRIMARY KEY,
  shop_id     uuid NOT NULL REFERENCES catalog.shops (id),
  account_id  uuid NOT NULL,                              -- who sent it: the rows are put in as theirs
  file_name   text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 120),
  columns     text[] NOT NULL CHECK (cardinality(columns) BETWEEN 1 AND 300),
  fields      text[] NOT NULL,                            -- what each column holds; '' is left out
  kind        text,                                       -- of rows that do not say theirs
  row_count   int NOT NULL CHECK (row_count BETWEEN 1 AND 100000),
  media_key   text,
  media_name  text,
  state       text NOT NULL CHECK (state IN ('uploaded', 'checking', 'checked', 'running', 'finished', 'cancelled')),
  cursor      int NOT NULL,                               -- the last row of this pass that is done
  created     int NOT NULL CHECK (created >= 0),
  updated     int NOT NULL CHECK (updated >= 0),
  unchanged   int NOT NULL CHECK (unchanged >= 0),
  refused     int NOT NULL CHECK (refused >= 0),
  created_at  timestamptz NOT NULL,
  worked_at   timestamptz NOT NULL,
  finished_at timestamptz,
  CONSTRAINT imports_mapped CHECK (cardinality(fields) = cardinality(columns)),
  CONSTRAINT imports_media_whole CHECK (num_nulls(media_key, media_name) IN (0, 2)),
  CONSTRAINT imports_counted CHECK (created + updated + unchanged + refused <= row_count),
  CONSTRAINT imports_over CHECK ((state IN ('finished', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX imports_one_at_work ON catalog.imports (shop_id) WHERE state IN ('checking', 'running');
CREATE INDEX imports_due ON catalog.imports (worked_at) WHERE state IN ('checking', 'running');
CREATE INDEX imports_of_shop ON catalog.imports (shop_id, created_at DESC, id DESC);
CREATE INDEX imports_old ON catalog.imports (worked_at);

-- The file as it was read; never changed.
CREATE TABLE catalog.import_rows (
  import_id uuid NOT NULL REFERENCES catalog.imports (id) ON DELETE CASCADE,
  number    int NOT NULL,                                 -- as a spreadsheet counts: the header is 1
  cells     text[] NOT NULL,
  PRIMARY KEY (import_id, number)
);

-- What became of each row in this pass; what has none yet is still to do.
CREATE TABLE catalog.import_results (
  import_id  uuid NOT NULL,
  number     int NOT NULL,
  outcome    text NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused')),
  key        text,                                        -- by which its product is known: once a file
  product_id uuid,
  errors     jsonb NOT NULL,
  changes    jsonb NOT NULL,
  PRIMARY KEY (import_id, number),
  FOREIGN KEY (import_id, number) REFERENCES catalog.import_rows (import_id, number) ON DELETE CASCADE
);
CREATE INDEX import_results_key ON catalog.import_results (import_id, key) WHERE key IS NOT NULL;
CREATE INDEX import_results_refused ON catalog.import_results (import_id, number) WHERE outcome = 'refused';

-- What the columns of a shop's files mean, under a name, for next time.
CREATE TABLE catalog.import_mappings (
  shop_id  uuid NOT NULL REFERENCES catalog.shops (id),
  name     text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  fields   jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
  kind     text,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (shop_id, name)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON catalog.imports, catalog.import_mappings TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON catalog.import_rows, catalog.import_results TO marketplace_app;
