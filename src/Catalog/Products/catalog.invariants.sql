-- What must always hold in the catalogue.
SELECT 'the price shown is the cheapest offer on sale', count(*), min(p.id::text)
FROM catalog.products p
WHERE p.price_from IS DISTINCT FROM (SELECT min(o.price_amount) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)
UNION ALL
SELECT 'offers are in the currency of their shop', count(*), min(o.id::text)
FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id JOIN catalog.shops s ON s.id = p.shop_id
WHERE o.currency <> s.currency OR p.currency <> s.currency
UNION ALL
SELECT 'what is on sale has a file, a preview and a cover', count(*), min(p.id::text)
FROM catalog.products p
WHERE p.state = 'active' AND (p.cover_key IS NULL OR p.preview_key IS NULL
  OR NOT EXISTS (SELECT 1 FROM catalog.product_files f WHERE f.product_id = p.id AND f.withdrawn_at IS NULL))
UNION ALL
SELECT 'a preview is never one of the files that buyers pay for', count(*), min(p.id::text)
FROM catalog.products p JOIN catalog.product_files f ON f.product_id = p.id AND f.blob_key IN (p.preview_key, p.cover_key)
