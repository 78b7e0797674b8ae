-- FHIR resources other than documents: one row for each version of each, written once, never changed (docs/decisions/0049).
-- `type` and `category` are numbers of public tables; a row of a deleted version is a row like another.
CREATE TABLE records.resource (
    space_id uuid NOT NULL,
    row_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    type smallint NOT NULL CHECK (type BETWEEN 1 AND 999),
    category smallint NOT NULL CHECK (category BETWEEN 1 AND 99),
    wrapped bytea NOT NULL,
    sealed bytea NOT NULL,
    origin bytea NOT NULL,
    PRIMARY KEY (space_id, row_id, version)
);
ALTER TABLE records.resource ENABLE ROW LEVEL SECURITY;
ALTER TABLE records.resource FORCE ROW LEVEL SECURITY;
CREATE POLICY one_space ON records.resource FOR SELECT TO es_app
    USING (space_id = nullif(current_setting('app.space', true), '')::uuid);
CREATE POLICY keeper_batches ON records.resource TO es_keeper USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON records.resource TO es_keeper;
