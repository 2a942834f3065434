-- Products $FROM to $TO of a market to search: what is chosen often, seldom and hardly ever. Indexes and triggers are off meanwhile: see Catalogs.
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO catalog.products (id, shop_id, kind, category, licences, slug, title, description, state, details, tags, currency, price_from, cover_key, cover_type, cover_version,
  preview_key, preview_type, preview_version, preview_made, peaks, sold_count, created_at, published_at, version, tokens, trend_score)
SELECT ('00000000-0000-7000-9100-' || lpad(to_hex(p), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(p % 50), 12, '0'))::uuid,
       kind, category, licences, 'item-' || p, title, description, 'active',
       jsonb_strip_nulls(jsonb_build_object('tempo', tempo, 'key', key, 'genre', genre)), tags, 'EUR', price, 'cover-' || p, 'image/png', 'c1', 'preview-' || p, 'audio/wav', 'v1', true,
       '{0.1,0.5,0.9,0.4,0.7,0.2,0.6,0.3}', r % 977, published, published, 1,
       ARRAY['kind:' || kind] || (SELECT array_agg('category:' || step) FROM catalog.categories c, unnest(c.path) step WHERE c.slug = category) || ARRAY['genre:' || genre]
         || CASE WHEN key IS NOT NULL THEN ARRAY['key:' || key] END || ARRAY['tempo:' || width_bucket(tempo, ARRAY[80, 100, 120, 140, 160]), 'price:EUR:' || catalog.price_band(price, 'EUR')]
         || ARRAY(SELECT 'licence:' || l FROM unnest(licences) l) || ARRAY(SELECT 'tag:' || t FROM unnest(tags) t),
       (r % 40) * 1000000
FROM (
  SELECT p, r, kind, category, genre, price, tempo, key, licences,
         words[1 + r % 40] || ' ' || things[1 + (r / 40) % 40] || ' ' || p AS title,
         'A ' || words[1 + (r / 7) % 40] || ' piece with warm keys and drums, made at night for a voice that is ' || words[1 + (r / 11) % 40] || '.' AS description,
         ARRAY['warm', 'tag' || (r / 3) % 30, 'mood' || floor(3000 * power((r % 10007) / 10007.0, 4)), 'rare' || 10000 + p / 20] AS tags,
         date_trunc('second', now()) - make_interval(secs => p * 7) AS published
  FROM (
    SELECT p, r, CASE WHEN r % 10 < 6 THEN 'beat' WHEN r % 10 < 8 THEN 'sample' WHEN r % 10 < 9 THEN 'kit' ELSE 'digital' END AS kind,
           (ARRAY['beats', 'beats', 'beats', 'loops', 'one-shots', 'drum-kits', 'sample-packs', 'templates', 'books', 'presets'])[1 + (r / 10) % 10] AS category,
           (ARRAY['Trap', 'Trap', 'Drill', 'House', 'Ambient', 'Soul', 'Jazz', 'Phonk', 'Grime', 'Rock', 'Funk', 'Techno'])[1 + (r / 100) % 12] AS genre,
           500 + (r / 13) % 200 * 100 AS price, 60 + (r / 17) % 120 AS tempo,
           CASE WHEN r % 10 < 8 THEN (ARRAY['C major', 'A minor', 'F# minor', 'Eb major', 'D minor', 'G major'])[1 + (r / 19) % 6] END AS key,
           CASE WHEN r % 10 = 9 THEN ARRAY['standard'] ELSE (ARRAY['personal', 'commercial', 'custom'])[1:1 + (r / 23) % 3] END AS licences,
           '{midnight,velvet,golden,broken,silent,neon,paper,crystal,hollow,gentle,frozen,burning,distant,electric,wild,lonely,sacred,plastic,liquid,shadow,amber,cobalt,crimson,ivory,jade,misty,rusty,silver,stormy,sunny,tidal,urban,vivid,woven,young,zero,bitter,cosmic,dusty,early}'::text[] AS words,
           '{ferry,lantern,harbor,garden,mirror,engine,forest,river,tower,window,signal,canyon,desert,island,meadow,orchard,palace,quarry,railway,station,temple,tunnel,valley,village,whisper,anthem,ballad,chorus,echo,groove,hymn,jingle,melody,pulse,refrain,serenade,tempo,verse,waltz,drums}'::text[] AS things
    FROM (SELECT p, (hashint4(p)::bigint & 2147483647)::int AS r FROM generate_series($FROM, $TO) p) numbered) drawn) named;

INSERT INTO catalog.offers (id, product_id, licence, name, terms, price_amount, names_price, currency, position)
SELECT ('00000000-0000-7000-a200-' || lpad(to_hex(p * 4 + o), 12, '0'))::uuid, ('00000000-0000-7000-9100-' || lpad(to_hex(p), 12, '0'))::uuid,
       l, initcap(l) || ' licence', 'You may record over it and play the result to friends.', 500 + ((hashint4(p)::bigint & 2147483647) / 13) % 200 * 100 * o, false, 'EUR', o::int
FROM generate_series($FROM, $TO) p JOIN catalog.products q ON q.id = ('00000000-0000-7000-9100-' || lpad(to_hex(p), 12, '0'))::uuid, unnest(q.licences) WITH ORDINALITY u(l, o);
