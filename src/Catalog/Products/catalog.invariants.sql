-- What must always hold in the catalogue.
SELECT 'the price shown is the cheapest offer on sale', count(*), min(p.id::text)
FROM catalog.products p
WHERE p.price_from IS DISTINCT FROM (SELECT min(o.price_amount) FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)
UNION ALL
SELECT 'the licences shown are those on sale', count(*), min(p.id::text)
FROM catalog.products p
WHERE ARRAY (SELECT unnest(p.licences) ORDER BY 1) IS DISTINCT FROM ARRAY (SELECT DISTINCT o.licence FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL ORDER BY 1)
UNION ALL
SELECT 'offers are in the currency of their shop', count(*), min(o.id::text)
FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id JOIN catalog.shops s ON s.id = p.shop_id
WHERE o.currency <> s.currency OR p.currency <> s.currency
UNION ALL
SELECT 'only music has licences to choose from', count(*), min(o.id::text)
FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id
WHERE (p.kind NOT IN ('beat', 'sample', 'kit')) <> (o.licence = 'standard')
UNION ALL
SELECT 'what is on sale has a file and a cover, and a preview where its kind is heard', count(*), min(p.id::text)
FROM catalog.products p
WHERE p.state = 'active' AND ((p.cover_key IS NULL AND p.kind <> 'reseller') OR (p.preview_key IS NULL AND p.kind IN ('beat', 'sample', 'kit'))
  OR (p.kind IN ('beat', 'sample', 'kit', 'digital') AND NOT EXISTS (SELECT 1 FROM catalog.product_files f WHERE f.product_id = p.id AND f.withdrawn_at IS NULL)))
UNION ALL
SELECT 'a reseller service on sale is known to programs as its facts say', count(*), min(p.id::text)
FROM catalog.products p LEFT JOIN catalog.reseller_services r ON r.product_id = p.id
WHERE p.kind = 'reseller' AND p.state = 'active' AND (r.product_id IS NULL OR r.rate <> (p.details ->> 'rate_per_1000')::numeric OR r.least <> (p.details ->> 'min')::int OR r.most <> (p.details ->> 'max')::int
  OR p.price_from <> ceil(r.rate * r.least / 1000 * CASE p.currency WHEN 'JPY' THEN 1 WHEN 'XPL' THEN 1 WHEN 'KWD' THEN 1000 ELSE 100 END))
UNION ALL
SELECT 'a preview is never one of the files that buyers pay for', count(*), min(p.id::text)
FROM catalog.products p JOIN catalog.product_files f ON f.product_id = p.id AND f.blob_key IN (p.preview_key, p.cover_key)
UNION ALL
SELECT 'there are as many units as the journal says', count(*), min(s.offer_id::text)
FROM catalog.stock s LEFT JOIN (SELECT offer_id, sum(delta) AS units FROM catalog.stock_movements GROUP BY 1) m ON m.offer_id = s.offer_id
WHERE s.on_hand <> coalesce(m.units, 0)
UNION ALL
SELECT 'what is reserved is what orders wait for', count(*), min(s.offer_id::text)
FROM catalog.stock s LEFT JOIN (SELECT offer_id, sum(units) AS units FROM catalog.reservations GROUP BY 1) r ON r.offer_id = s.offer_id
WHERE s.reserved <> coalesce(r.units, 0)
UNION ALL
SELECT 'a product is sold out when nothing of any offer is left', count(*), min(p.id::text)
FROM catalog.products p
JOIN (SELECT o.product_id, bool_and(s.offer_id IS NOT NULL AND s.on_hand = s.reserved) AS gone
      FROM catalog.offers o LEFT JOIN catalog.stock s ON s.offer_id = o.id WHERE o.withdrawn_at IS NULL GROUP BY 1) c ON c.product_id = p.id
WHERE p.sold_out <> c.gone
UNION ALL
SELECT 'an exclusive licence is sold once', count(*), min(o.id::text)
FROM catalog.offers o JOIN catalog.stock s ON s.offer_id = o.id
WHERE o.licence = 'exclusive' AND (s.on_hand > 1 OR (SELECT count(*) FROM catalog.stock_movements m WHERE m.offer_id = o.id AND m.reason = 'sold') > 1)
UNION ALL
SELECT 'what was sold exclusively is not on sale', count(*), min(p.id::text)
FROM catalog.products p
WHERE (p.sold_exclusively_at IS NOT NULL) <> EXISTS (SELECT FROM catalog.offers o JOIN catalog.stock_movements m ON m.offer_id = o.id AND m.reason = 'sold' WHERE o.product_id = p.id AND o.licence = 'exclusive')
   OR (p.sold_exclusively_at IS NOT NULL AND (p.state <> 'archived' OR EXISTS (SELECT FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)))
UNION ALL
SELECT 'each offer of a thing is a variant with stock, on sale as its offer is', count(*), min(o.id::text)
FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id
LEFT JOIN catalog.product_variants v ON v.offer_id = o.id LEFT JOIN catalog.stock s ON s.offer_id = o.id
WHERE p.kind = 'physical' AND (v.offer_id IS NULL OR s.offer_id IS NULL OR v.product_id <> p.id OR v.shop_id <> p.shop_id OR s.product_id <> p.id OR v.on_sale <> (o.withdrawn_at IS NULL))
UNION ALL
SELECT 'a variant on sale has one value on each axis of its product', count(*), min(v.offer_id::text)
FROM catalog.product_variants v
WHERE v.on_sale AND (
  (SELECT count(DISTINCT a.attribute) FROM catalog.product_attribute_values a WHERE a.product_id = v.product_id) <> (SELECT count(*) FROM jsonb_object_keys(v."values"))
  OR EXISTS (SELECT FROM jsonb_each_text(v."values") e WHERE NOT EXISTS (SELECT FROM catalog.product_attribute_values a WHERE a.product_id = v.product_id AND a.attribute = e.key AND a.value = e.value)))
UNION ALL
SELECT 'what is rated is what everybody can read', count(*), min(coalesce(r.subject_id, c.subject_id)::text)
FROM catalog.ratings r
FULL JOIN (
  SELECT s.kind AS subject_kind, s.id AS subject_id, count(*) FILTER (WHERE v.stars = 1) AS one, count(*) FILTER (WHERE v.stars = 2) AS two, count(*) FILTER (WHERE v.stars = 3) AS three,
         count(*) FILTER (WHERE v.stars = 4) AS four, count(*) FILTER (WHERE v.stars = 5) AS five
  FROM catalog.reviews v
  CROSS JOIN LATERAL (VALUES (CASE WHEN v.subject_kind = 'profile' THEN 'profile' ELSE 'product' END, v.subject_id), ('shop', v.shop_id)) s (kind, id)
  WHERE v.state <> 'hidden' AND v.refunded_at IS NULL AND v.revealed_at IS NOT NULL AND s.id IS NOT NULL
  GROUP BY s.kind, s.id) c ON c.subject_kind = r.subject_kind AND c.subject_id = r.subject_id
WHERE (coalesce(r.one, 0), coalesce(r.two, 0), coalesce(r.three, 0), coalesce(r.four, 0), coalesce(r.five, 0))
  <> (coalesce(c.one, 0), coalesce(c.two, 0), coalesce(c.three, 0), coalesce(c.four, 0), coalesce(c.five, 0))
UNION ALL
SELECT 'products and shops carry their rating', count(*), min(t.id::text)
FROM (SELECT 'product' AS kind, id, rating_average, rating_count FROM catalog.products UNION ALL SELECT 'shop', id, rating_average, rating_count FROM catalog.shops) t
LEFT JOIN catalog.ratings r ON r.subject_kind = t.kind AND r.subject_id = t.id
WHERE t.rating_count <> coalesce(r.count, 0) OR t.rating_average IS DISTINCT FROM r.average
UNION ALL
SELECT 'each vote for a review is counted', count(*), min(v.id::text)
FROM catalog.reviews v WHERE v.helpful_count <> (SELECT count(*) FROM catalog.review_votes x WHERE x.review_id = v.id)
UNION ALL
SELECT 'the use of a tag is what is on sale with it', count(*), min(coalesce(t.tag, p.tag))
FROM (SELECT tag, sum(uses) AS uses FROM (SELECT tag, usage AS uses FROM catalog.tags UNION ALL SELECT tag, uses FROM catalog.tag_changes) all_uses GROUP BY tag) t
FULL JOIN (SELECT u.tag, count(*) AS uses FROM catalog.products p CROSS JOIN unnest(p.tags) u (tag) WHERE p.state = 'active' GROUP BY u.tag) p USING (tag)
WHERE coalesce(t.uses, 0) <> coalesce(p.uses, 0)
UNION ALL
SELECT 'what boosts sold adds up', count(*), min(b.id::text)
FROM catalog.boosts b
LEFT JOIN (SELECT boost_id, sum(sales) AS sales, sum(revenue) AS revenue FROM catalog.boost_days GROUP BY boost_id) d ON d.boost_id = b.id
LEFT JOIN (SELECT boost_id, count(*) AS sales, sum(amount) AS revenue FROM catalog.boost_sales GROUP BY boost_id) s ON s.boost_id = b.id
WHERE (coalesce(d.sales, 0), coalesce(d.revenue, 0)) <> (coalesce(s.sales, 0), coalesce(s.revenue, 0))
UNION ALL
SELECT 'what facets count is what is on sale', count(*), min(token)
FROM (SELECT token, sum(products) AS products FROM (
        SELECT token, products FROM catalog.facet_counts WHERE chosen IN ('', '#')
        UNION ALL SELECT t, x.sign FROM catalog.search_changes x, unnest(x.tokens || '*'::text) t
        UNION ALL SELECT t, -1 FROM catalog.products p, unnest(p.tokens || '*'::text) t WHERE p.state = 'active') both_sides
      GROUP BY token HAVING sum(products) <> 0) differing
UNION ALL
SELECT 'tokens say what the product is', count(*), min(p.id::text)
FROM catalog.products p WHERE p.tokens IS DISTINCT FROM catalog.product_tokens(p)
UNION ALL
SELECT 'hearts are counted', count(*), min(p.id::text)
FROM catalog.products p LEFT JOIN (SELECT product_id, count(*) AS likes FROM catalog.likes GROUP BY product_id) l ON l.product_id = p.id
WHERE p.like_count <> coalesce(l.likes, 0)
UNION ALL
SELECT 'an old address is nowhere an address of today', count(*), min(o.kind || '/' || o.slug)
FROM catalog.old_addresses o
WHERE (o.kind = 'shop' AND EXISTS (SELECT FROM catalog.shops s WHERE s.slug = o.slug)) OR (o.kind = 'product' AND EXISTS (SELECT FROM catalog.products p WHERE p.slug = o.slug))
  OR (o.kind = 'page' AND EXISTS (SELECT FROM catalog.pages p WHERE p.slug = o.slug))
UNION ALL
SELECT 'a shop features products of its own', count(*), min(f.product_id::text)
FROM catalog.featured_products f JOIN catalog.products p ON p.id = f.product_id
WHERE p.shop_id <> f.shop_id
UNION ALL
SELECT 'the owner of a shop is not of its team', count(*), min(m.shop_id::text)
FROM catalog.shop_members m JOIN catalog.shops s ON s.id = m.shop_id
WHERE s.owner_id = m.account
UNION ALL
SELECT 'a published page has its public version in English', count(*), min(p.id::text)
FROM catalog.pages p
WHERE p.live_version IS NOT NULL AND NOT EXISTS (SELECT FROM catalog.page_versions v WHERE v.page_id = p.id AND v.version = p.live_version AND v.language = 'en')
