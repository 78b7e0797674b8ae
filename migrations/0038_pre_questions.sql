-- A yes asked by short message for one mandate (docs/decisions/0083): what is asked and how far it is are sealed.

-- Deleted with its answer, or once its last day is past. What leads here from a number is a keyed term of the directory.
CREATE TABLE notices.question (
    space_id uuid NOT NULL,
    question_id uuid NOT NULL,
    expires_on date NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, question_id)
);
ALTER TABLE notices.question ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices.question FORCE ROW LEVEL SECURITY;
CREATE POLICY one_space ON notices.question FOR SELECT TO es_app
    USING (space_id = nullif(current_setting('app.space', true), '')::uuid);
CREATE POLICY keeper_batches ON notices.question TO es_keeper USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (sealed) ON notices.question TO es_keeper;
