-- What somebody sells while they are suspended or banned: as it was, but neither found nor bought.
ALTER TABLE catalog.shops ADD COLUMN withheld boolean NOT NULL DEFAULT false;
ALTER TABLE catalog.shops ALTER COLUMN withheld DROP DEFAULT;
ALTER TABLE catalog.products DROP CONSTRAINT products_state;
ALTER TABLE catalog.products ADD CONSTRAINT products_state CHECK (state IN ('draft', 'pending', 'active', 'rejected', 'paused', 'archived', 'withheld'));
