-- The shelves of the market: a tree. The first level of the music branch are the eight talents that people have, too.
CREATE TABLE catalog.categories (
  slug     text PRIMARY KEY CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 60),
  parent   text REFERENCES catalog.categories (slug),
  name     text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  position int NOT NULL,
  path     text[] NOT NULL,         -- from the root to itself
  CONSTRAINT categories_path CHECK (path[cardinality(path)] = slug AND (cardinality(path) = 1) = (parent IS NULL) AND cardinality(path) <= 6),
  CONSTRAINT categories_position UNIQUE (parent, position)
);
CREATE INDEX categories_below ON catalog.categories USING gin (path);

INSERT INTO catalog.categories (slug, parent, name, position, path) VALUES
  ('music', NULL, 'Music', 1, '{music}'),
  ('musicians', 'music', 'Musicians', 1, '{music,musicians}'),
  ('producers', 'music', 'Producers and engineers', 2, '{music,producers}'),
  ('vocalists', 'music', 'Vocalists', 3, '{music,vocalists}'),
  ('visual-artists', 'music', 'Visual artists', 4, '{music,visual-artists}'),
  ('educators', 'music', 'Educators', 5, '{music,educators}'),
  ('content-creators', 'music', 'Content creators', 6, '{music,content-creators}'),
  ('industry', 'music', 'Industry professionals', 7, '{music,industry}'),
  ('tool-makers', 'music', 'Music tool makers', 8, '{music,tool-makers}'),
  ('loops', 'musicians', 'Loops', 1, '{music,musicians,loops}'),
  ('one-shots', 'musicians', 'One-shots', 2, '{music,musicians,one-shots}'),
  ('sheet-music', 'musicians', 'Sheet music', 3, '{music,musicians,sheet-music}'),
  ('beats', 'producers', 'Beats', 1, '{music,producers,beats}'),
  ('drum-kits', 'producers', 'Drum kits', 2, '{music,producers,drum-kits}'),
  ('sample-packs', 'producers', 'Sample packs', 3, '{music,producers,sample-packs}'),
  ('templates', 'producers', 'Templates', 4, '{music,producers,templates}'),
  ('acapellas', 'vocalists', 'Acapellas', 1, '{music,vocalists,acapellas}'),
  ('vocal-packs', 'vocalists', 'Vocal packs', 2, '{music,vocalists,vocal-packs}'),
  ('artwork', 'visual-artists', 'Artwork', 1, '{music,visual-artists,artwork}'),
  ('video-art', 'visual-artists', 'Video art', 2, '{music,visual-artists,video-art}'),
  ('books', 'educators', 'Books', 1, '{music,educators,books}'),
  ('sound-effects', 'content-creators', 'Sound effects', 1, '{music,content-creators,sound-effects}'),
  ('documents', 'industry', 'Contracts and documents', 1, '{music,industry,documents}'),
  ('presets', 'tool-makers', 'Presets', 1, '{music,tool-makers,presets}'),
  ('midi-packs', 'tool-makers', 'MIDI packs', 2, '{music,tool-makers,midi-packs}');

ALTER TABLE catalog.products ADD COLUMN category text CONSTRAINT products_category REFERENCES catalog.categories (slug);
UPDATE catalog.products SET category = CASE kind WHEN 'beat' THEN 'beats' WHEN 'sample' THEN 'loops' WHEN 'kit' THEN 'sample-packs' ELSE 'templates' END;
ALTER TABLE catalog.products ALTER COLUMN category SET NOT NULL;
CREATE INDEX products_of_category ON catalog.products (category, published_at DESC, id DESC) WHERE state = 'active';

GRANT SELECT ON catalog.categories TO marketplace_app;
