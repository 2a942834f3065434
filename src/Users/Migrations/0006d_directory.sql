-- Finding people: newest first, by name, by country and by the square that they are in.
CREATE INDEX profiles_newest ON users.profiles (account DESC) WHERE introduced_at IS NOT NULL AND visibility <> 'private';
CREATE INDEX profiles_by_country ON users.profiles (shown_country, account DESC) WHERE introduced_at IS NOT NULL AND visibility <> 'private';
CREATE INDEX profiles_near ON users.profiles (shown_latitude, shown_longitude) WHERE introduced_at IS NOT NULL AND visibility <> 'private';
CREATE INDEX profiles_mentors ON users.profiles (account DESC) WHERE mentoring AND introduced_at IS NOT NULL AND visibility <> 'private';
CREATE INDEX accounts_names ON users.accounts USING gin (users.plain(display_name || ' @' || username) public.gin_trgm_ops);

-- In kilometres, as the crow flies.
CREATE FUNCTION users.distance(latitude1 double precision, longitude1 double precision, latitude2 double precision, longitude2 double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT 2 * 6371 * asin(least(1, sqrt(power(sind((latitude2 - latitude1) / 2), 2) + cosd(latitude1) * cosd(latitude2) * power(sind((longitude2 - longitude1) / 2), 2)))) $$;
