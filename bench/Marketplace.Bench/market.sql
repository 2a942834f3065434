-- A market to measure: 50 shops, 10,000 products with one to three licences each, 400 people with money, who are signed in.
-- Ids are made of numbers, so that the program and pgbench can name them without asking.
INSERT INTO users.accounts (id, email, normalized_email, username, display_name, security_stamp, status, tier, language, created_at)
SELECT ('00000000-0000-7000-b000-' || lpad(to_hex(s), 12, '0'))::uuid, 'seller' || s || '@example.com', 'SELLER' || s || '@EXAMPLE.COM', 'seller' || s, 'Seller ' || s, 'x', 'active', 'basic', 'en', now()
FROM generate_series(0, 49) s
UNION ALL
SELECT ('00000000-0000-7000-c000-' || lpad(to_hex(b), 12, '0'))::uuid, 'buyer' || b || '@example.com', 'BUYER' || b || '@EXAMPLE.COM', 'buyer' || b, 'Buyer ' || b, 'x', 'active', 'basic', 'en', now()
FROM generate_series(0, 399) b;
INSERT INTO users.account_capabilities (account, name, granted_at)
SELECT id, 'can_buy', now() FROM users.accounts UNION ALL SELECT id, 'can_sell', now() FROM users.accounts WHERE username LIKE 'seller%';

-- The token of buyer 7 is 'bench' and its number, as 43 characters.
INSERT INTO users.sessions (id, account, token_hash, platform, user_agent, created_at, last_seen_at, proved_at)
SELECT ('00000000-0000-7000-c100-' || lpad(to_hex(b), 12, '0'))::uuid, ('00000000-0000-7000-c000-' || lpad(to_hex(b), 12, '0'))::uuid,
       sha256(('bench' || lpad(b::text, 38, '0'))::bytea), 'market', 'bench', now(), now(), now()
FROM generate_series(0, 399) b;

INSERT INTO catalog.shops (id, owner_id, slug, name, description, currency, trusted, completed_sales, created_at, version, withheld)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(s), 12, '0'))::uuid, ('00000000-0000-7000-b000-' || lpad(to_hex(s), 12, '0'))::uuid,
       'shop-' || s, 'Shop ' || s, 'Beats from a small room.', 'EUR', true, 20, date_trunc('second', now()), 1, false
FROM generate_series(0, 49) s;

INSERT INTO catalog.products (id, shop_id, kind, category, licences, slug, title, description, state, details, tags, currency, price_from, cover_key, cover_type, cover_version,
  preview_key, preview_type, preview_version, preview_made, peaks, sold_count, created_at, published_at, version)
SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(p), 12, '0'))::uuid, ('00000000-0000-7000-8000-' || lpad(to_hex(p % 50), 12, '0'))::uuid,
       'beat', 'beats', (ARRAY['personal', 'commercial', 'custom'])[1:1 + p % 3], 'beat-number-' || p, 'Beat number ' || p,
       repeat('A slow beat with warm keys, a round bass and drums that leave room for a voice. ', 5), 'active',
       jsonb_build_object('tempo', 80 + p % 80, 'key', (ARRAY['C major', 'A minor', 'F# minor', 'Eb major'])[1 + p % 4],
                          'genre', (ARRAY['Trap', 'Drill', 'House', 'Ambient', 'Soul', 'Jazz', 'Phonk', 'Grime', 'Rock', 'Funk'])[1 + p % 10]),
       ARRAY['warm', 'slow', 'tag-' || p % 100], 'EUR', 1000 + p % 50 * 100, 'cover-' || p, 'image/png', 'c1', 'preview-' || p, 'audio/wav', 'v1', true,
       ARRAY(SELECT ((p * 31 + i * i * 7) % 101 / 100.0)::real FROM generate_series(1, 200) i), p % 17,
       date_trunc('second', now()) - make_interval(mins => p), date_trunc('second', now()) - make_interval(mins => p), 1
FROM generate_series(1, 10000) p;

INSERT INTO catalog.offers (id, product_id, licence, name, terms, price_amount, names_price, currency, position)
SELECT ('00000000-0000-7000-a000-' || lpad(to_hex(p * 4 + o), 12, '0'))::uuid, ('00000000-0000-7000-9000-' || lpad(to_hex(p), 12, '0'))::uuid,
       (ARRAY['personal', 'commercial', 'custom'])[o + 1], (ARRAY['Personal licence', 'Commercial licence', 'Custom licence'])[o + 1],
       repeat('You may record over the beat, play the result to friends and perform it where no entry is paid. ', 5),
       (1000 + p % 50 * 100) * (o * 2 + 1), false, 'EUR', o
FROM generate_series(1, 10000) p, LATERAL generate_series(0, p % 3) o;

INSERT INTO catalog.product_files (id, product_id, blob_key, file_name, content_type, size, sha256, position)
SELECT ('00000000-0000-7000-a100-' || lpad(to_hex(p), 12, '0'))::uuid, ('00000000-0000-7000-9000-' || lpad(to_hex(p), 12, '0'))::uuid,
       'blob-' || p, 'beat.wav', 'audio/wav', 5000000 + p, sha256(p::text::bytea), 0
FROM generate_series(1, 10000) p;

SELECT count(*) FROM wallet.post_many((
  SELECT jsonb_agg(jsonb_build_object('key', 'bench:' || b, 'kind', 'topup', 'effective_at', now(), 'legs', jsonb_build_array(
    jsonb_build_object('kind', 'psp_clearing', 'reference', 'bench', 'currency', 'EUR', 'amount', -10000000000),
    jsonb_build_object('kind', 'user_available', 'owner', '00000000-0000-7000-c000-' || lpad(to_hex(b), 12, '0'), 'currency', 'EUR', 'amount', 10000000000))))
  FROM generate_series(0, 399) b));
