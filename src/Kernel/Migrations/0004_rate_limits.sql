-- Token buckets of the API. A bucket is the time at which it is full again; one that is not here is full. Not logged: after a crash
-- of the server all are full, which harms nobody.
CREATE UNLOGGED TABLE kernel.rate_buckets (
  bucket  text PRIMARY KEY,
  full_at timestamptz NOT NULL
);
CREATE INDEX rate_buckets_age ON kernel.rate_buckets (full_at);

-- Takes up to most_wanted tokens when there are least_wanted, else none; says when the bucket is full again.
CREATE FUNCTION kernel.lease_tokens(of_bucket text, at timestamptz, step interval, burst int, least_wanted int, most_wanted int, OUT leased int, OUT full_from timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  level int;
BEGIN
  SELECT b.full_at INTO full_from FROM kernel.rate_buckets b WHERE b.bucket = of_bucket FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO kernel.rate_buckets AS b (bucket, full_at) VALUES (of_bucket, at) ON CONFLICT (bucket) DO UPDATE SET full_at = b.full_at RETURNING b.full_at INTO full_from;
  END IF;
  full_from := greatest(full_from, at);
  level := floor(burst - extract(epoch FROM full_from - at) / extract(epoch FROM step));
  leased := CASE WHEN level >= least_wanted THEN least(level, most_wanted) ELSE 0 END;
  IF leased > 0 THEN
    full_from := full_from + leased * step;
    UPDATE kernel.rate_buckets b SET full_at = full_from WHERE b.bucket = of_bucket;
  END IF;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON kernel.rate_buckets TO marketplace_app;
