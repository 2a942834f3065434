-- One row a unit sold that no product's sold_count holds yet. sold_count is a key of the bestsellers' index: written at each sale it would
-- move the product in every index and make all buyers of one product wait for each other. A foreign key would lock the product just so.
CREATE TABLE catalog.sales_to_count (
  product_id uuid NOT NULL
);
GRANT SELECT, INSERT, DELETE ON catalog.sales_to_count TO marketplace_app;
