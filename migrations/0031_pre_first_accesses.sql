-- Who read in each space already, so that a first access is told (docs/decisions/0067).

-- Sealed: the numbers of those who read, and the first accesses she has still to say something of.
CREATE TABLE notices.seen (
    space_id uuid PRIMARY KEY,
    version integer NOT NULL CHECK (version > 0),
    sealed bytea NOT NULL
);
ALTER TABLE notices.seen ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices.seen FORCE ROW LEVEL SECURITY;
CREATE POLICY one_space ON notices.seen FOR SELECT TO es_app
    USING (space_id = nullif(current_setting('app.space', true), '')::uuid);
CREATE POLICY keeper_batches ON notices.seen TO es_keeper USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON notices.seen TO es_keeper;
-- Up to which entry the journals were looked at; `upto` is safe to look at once every transaction before `fence` is over.
CREATE TABLE notices.watch (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    after bigint NOT NULL,
    upto bigint NOT NULL,
    fence bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON notices.watch TO es_keeper;
-- What was read before this existed is told to nobody now.
INSERT INTO notices.watch (after, upto, fence) SELECT coalesce(max(id), 0), coalesce(max(id), 0), 0 FROM journal.entry;
