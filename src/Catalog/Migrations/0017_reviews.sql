-- What buyers say of what they have received, and what people say of each other.
ALTER TABLE catalog.shops ADD COLUMN rating_average numeric(3,2);
ALTER TABLE catalog.shops ADD COLUMN rating_count int NOT NULL DEFAULT 0;

-- A line that its buyer has received: it may be reviewed, once by each side. A line that went back to its last cent may not.
CREATE TABLE catalog.review_rights (
  line_id      uuid PRIMARY KEY,
  product_id   uuid NOT NULL REFERENCES catalog.products (id),
  shop_id      uuid NOT NULL REFERENCES catalog.shops (id),
  buyer_id     uuid NOT NULL,
  seller_id    uuid NOT NULL,
  subject_kind text NOT NULL CHECK (subject_kind IN ('product', 'service', 'webinar')),
  allowed_at   timestamptz NOT NULL,
  refunded_at  timestamptz
);
CREATE INDEX review_rights_of_buyer ON catalog.review_rights (buyer_id, allowed_at DESC, line_id DESC);
CREATE INDEX review_rights_of_seller ON catalog.review_rights (seller_id, allowed_at DESC, line_id DESC);

CREATE TABLE catalog.reviews (
  id              uuid PRIMARY KEY,
  line_id         uuid NOT NULL REFERENCES catalog.review_rights (line_id),
  subject_kind    text NOT NULL CHECK (subject_kind IN ('product', 'service', 'webinar', 'profile')),
  subject_id      uuid NOT NULL,        -- a product; of a profile the account
  shop_id         uuid REFERENCES catalog.shops (id),
  author_id       uuid NOT NULL,
  owner_id        uuid NOT NULL,        -- who may answer
  stars           int NOT NULL CHECK (stars BETWEEN 1 AND 5),
  text            text NOT NULL CHECK (length(text) <= 4000),
  state           text NOT NULL CHECK (state IN ('visible', 'hidden', 'flagged')),
  state_reason    text CHECK (length(state_reason) <= 500),
  refunded_at     timestamptz,
  created_at      timestamptz NOT NULL,
  edited_at       timestamptz,
  blind_until     timestamptz,          -- who reviews a service and who is reviewed see nothing of each other until both wrote, or then
  revealed_at     timestamptz,
  reply           text CHECK (length(reply) BETWEEN 1 AND 4000),
  replied_at      timestamptz,
  reply_edited_at timestamptz,
  helpful_count   int NOT NULL CHECK (helpful_count >= 0),
  CONSTRAINT reviews_once UNIQUE (line_id, author_id, subject_kind),
  CONSTRAINT reviews_of_others CHECK (author_id <> owner_id),
  CONSTRAINT reviews_shop CHECK ((subject_kind = 'profile') = (shop_id IS NULL)),
  CONSTRAINT reviews_revealed CHECK (revealed_at IS NOT NULL OR blind_until IS NOT NULL),
  CONSTRAINT reviews_reply CHECK ((reply IS NULL) = (replied_at IS NULL))
);
-- What everybody sees, in each of its orders.
CREATE INDEX reviews_newest ON catalog.reviews (subject_id, created_at DESC, id DESC) WHERE state <> 'hidden' AND refunded_at IS NULL AND revealed_at IS NOT NULL;
CREATE INDEX reviews_helpful ON catalog.reviews (subject_id, helpful_count DESC, id DESC) WHERE state <> 'hidden' AND refunded_at IS NULL AND revealed_at IS NOT NULL;
CREATE INDEX reviews_stars ON catalog.reviews (subject_id, stars DESC, id DESC) WHERE state <> 'hidden' AND refunded_at IS NULL AND revealed_at IS NOT NULL;
CREATE INDEX reviews_of_author ON catalog.reviews (author_id, created_at DESC);
CREATE INDEX reviews_of_owner ON catalog.reviews (owner_id, created_at DESC, id DESC) WHERE revealed_at IS NOT NULL;
CREATE INDEX reviews_for_staff ON catalog.reviews (created_at DESC, id DESC);
CREATE INDEX reviews_flagged ON catalog.reviews (created_at, id) WHERE state = 'flagged';
CREATE INDEX reviews_blind ON catalog.reviews (blind_until) WHERE revealed_at IS NULL;

CREATE TABLE catalog.review_votes (
  review_id  uuid NOT NULL REFERENCES catalog.reviews (id),
  account_id uuid NOT NULL,
  voted_at   timestamptz NOT NULL,
  PRIMARY KEY (review_id, account_id)
);
CREATE INDEX review_votes_of_account ON catalog.review_votes (account_id);

-- How many gave how many stars. Only what everybody sees counts; products and shops carry the result.
CREATE TABLE catalog.ratings (
  subject_kind text NOT NULL CHECK (subject_kind IN ('product', 'shop', 'profile')),
  subject_id   uuid NOT NULL,
  one          int NOT NULL CHECK (one >= 0),
  two          int NOT NULL CHECK (two >= 0),
  three        int NOT NULL CHECK (three >= 0),
  four         int NOT NULL CHECK (four >= 0),
  five         int NOT NULL CHECK (five >= 0),
  count        int NOT NULL GENERATED ALWAYS AS (one + two + three + four + five) STORED,
  average      numeric(3,2) GENERATED ALWAYS AS (round((one + 2 * two + 3 * three + 4 * four + 5 * five)::numeric / nullif(one + two + three + four + five, 0), 2)) STORED,
  PRIMARY KEY (subject_kind, subject_id)
);

GRANT SELECT, INSERT, UPDATE ON catalog.review_rights, catalog.reviews, catalog.ratings TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON catalog.review_votes TO marketplace_app;

-- Words by which people look: how many products on sale have one, and how much is going on around it.
CREATE TABLE catalog.tags (
  tag   text PRIMARY KEY CHECK (length(tag) BETWEEN 1 AND 30),
  usage int NOT NULL CHECK (usage >= 0),
  -- log2 of what is left of its points, as they would be at the epoch: so that scores of different days compare without being written anew.
  score double precision NOT NULL
);
CREATE INDEX tags_trending ON catalog.tags (score DESC, tag) WHERE usage > 0;
CREATE INDEX tags_by_beginning ON catalog.tags (tag text_pattern_ops) WHERE usage > 0;

-- One row a change that no tag holds yet: who publishes waits for no other who uses the same word.
CREATE TABLE catalog.tag_changes (
  tag   text NOT NULL,
  uses  int NOT NULL,
  heat  int NOT NULL
);
CREATE FUNCTION catalog.note_tags() RETURNS trigger
LANGUAGE plpgsql SET search_path = catalog, pg_temp AS $$
DECLARE
  was text[] := CASE WHEN TG_OP = 'UPDATE' AND OLD.state = 'active' THEN OLD.tags ELSE '{}' END;
  is_now text[] := CASE WHEN NEW.state = 'active' THEN NEW.tags ELSE '{}' END;
BEGIN
  INSERT INTO catalog.tag_changes (tag, uses, heat)
  -- Only what was never on sale before is news: else one could make a word trend by pausing and publishing.
  SELECT t, 1, CASE WHEN TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL THEN 0 ELSE 3 END FROM unnest(is_now) t WHERE t <> ALL (was)
  UNION ALL SELECT t, -1, 0 FROM unnest(was) t WHERE t <> ALL (is_now);
  RETURN NULL;
END $$;
CREATE TRIGGER products_tags_added AFTER INSERT ON catalog.products FOR EACH ROW WHEN (NEW.state = 'active') EXECUTE FUNCTION catalog.note_tags();
CREATE TRIGGER products_tags_changed AFTER UPDATE OF state, tags ON catalog.products FOR EACH ROW
  WHEN ((OLD.state = 'active' OR NEW.state = 'active') AND (OLD.state <> NEW.state OR OLD.tags <> NEW.tags)) EXECUTE FUNCTION catalog.note_tags();
INSERT INTO catalog.tag_changes (tag, uses, heat) SELECT t, 1, 3 FROM catalog.products p CROSS JOIN unnest(p.tags) t WHERE p.state = 'active';

GRANT SELECT, INSERT, UPDATE ON catalog.tags TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON catalog.tag_changes TO marketplace_app;
