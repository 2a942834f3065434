-- A preview's loudness as a card draws it: 48 bars, each a digit to base 32, so that a list need not read two hundred numbers a product.
CREATE FUNCTION catalog.bars(peaks real[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(substr('0123456789abcdefghijklmnopqrstuv', 1 + round(31 * least(loudest, 1))::int, 1), '' ORDER BY bar)
  FROM (SELECT (place - 1) * 48 / greatest(cardinality(peaks), 48) AS bar, max(peak) AS loudest FROM unnest(peaks) WITH ORDINALITY p (peak, place) GROUP BY 1) bars
$$;

ALTER TABLE catalog.products ADD COLUMN bars text GENERATED ALWAYS AS (catalog.bars(peaks)) STORED;
