-- Skills and genres that people miss. Enough different people, and the market believes them; else staff decide. The eight fields of
-- talent are fixed: nobody can ask for a ninth.
CREATE TABLE users.field_requests (
  id        uuid PRIMARY KEY,
  kind      text NOT NULL CONSTRAINT field_requests_kind CHECK (kind IN ('skill', 'genre')),
  category  text REFERENCES users.talent_categories,
  value     text NOT NULL CONSTRAINT field_requests_value CHECK (length(value) BETWEEN 2 AND 60),     -- as the first one wrote it
  normal    text NOT NULL,
  state     text NOT NULL CONSTRAINT field_requests_state CHECK (state IN ('pending', 'auto_approved', 'approved', 'rejected')),
  talent    text,                           -- what it became: a slug of skills or genres
  reason    text CONSTRAINT field_requests_reason_length CHECK (length(reason) BETWEEN 1 AND 500),
  judge     uuid REFERENCES users.accounts,
  judged_at timestamptz,
  asked_at  timestamptz NOT NULL,
  CONSTRAINT field_requests_once UNIQUE NULLS NOT DISTINCT (kind, category, normal),
  CONSTRAINT field_requests_category CHECK ((kind = 'skill') = (category IS NOT NULL)),
  CONSTRAINT field_requests_judged CHECK ((state = 'pending') = (judged_at IS NULL) AND (state IN ('approved', 'rejected')) = (judge IS NOT NULL)),
  CONSTRAINT field_requests_talent CHECK ((state IN ('auto_approved', 'approved')) = (talent IS NOT NULL)),
  CONSTRAINT field_requests_reason CHECK ((state = 'rejected') = (reason IS NOT NULL))
);
CREATE INDEX field_requests_by_state ON users.field_requests (state, id);

CREATE TABLE users.field_request_votes (
  request uuid NOT NULL REFERENCES users.field_requests,
  account uuid NOT NULL REFERENCES users.accounts,
  at      timestamptz NOT NULL,
  PRIMARY KEY (request, account)
);
CREATE INDEX field_request_votes_of ON users.field_request_votes (account, request);

GRANT SELECT, INSERT, UPDATE ON users.field_requests TO marketplace_app;
GRANT SELECT, INSERT, DELETE ON users.field_request_votes TO marketplace_app;
