-- What must always hold in the catalogue.
SELECT 'the price shown is the cheapest offer on sale', count(*), min(p.id::text)
FROM catalog.products p
WHERE p.price_from IS DISTINCT FROM (SELECT min(o.price_amount) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)
UNION ALL
SELECT 'the licences shown are those on sale', count(*), min(p.id::text)
FROM catalog.products p
WHERE p.licences IS DISTINCT FROM ARRAY (SELECT o.licence FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL ORDER BY o.position)
UNION ALL
SELECT 'offers are in the currency of their shop', count(*), min(o.id::text)
FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id JOIN catalog.shops s ON s.id = p.shop_id
WHERE o.currency <> s.currency OR p.currency <> s.currency
UNION ALL
SELECT 'only what is digital has its one standard licence', count(*), min(o.id::text)
FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id
WHERE (p.kind = 'digital') <> (o.licence = 'standard')
UNION ALL
SELECT 'what is on sale has a file and a cover, and a preview where its kind is heard', count(*), min(p.id::text)
FROM catalog.products p
WHERE p.state = 'active' AND (p.cover_key IS NULL OR (p.preview_key IS NULL AND p.kind <> 'digital')
  OR NOT EXISTS (SELECT 1 FROM catalog.product_files f WHERE f.product_id = p.id AND f.withdrawn_at IS NULL))
UNION ALL
SELECT 'a preview is never one of the files that buyers pay for', count(*), min(p.id::text)
FROM catalog.products p JOIN catalog.product_files f ON f.product_id = p.id AND f.blob_key IN (p.preview_key, p.cover_key)
