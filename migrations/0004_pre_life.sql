-- The life of a space: kept as an archive for a time she chooses, opened again, erased; letters whose delivery is proven;
-- what stays of a letter that nobody answered, and of a refusal she wants remembered (docs/decisions/0028).

ALTER TABLE journal.head DROP CONSTRAINT head_state_check;
ALTER TABLE journal.head ADD CONSTRAINT head_state_check CHECK (state IN (1, 2, 3, 4, 9));

-- A head only goes forward, one space at a time; open and archived lead to each other, and both to closing.
CREATE OR REPLACE FUNCTION journal.head_goes_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.space_id <> OLD.space_id OR NEW.n < OLD.n OR NEW.year < OLD.year
       OR NEW.rights_version < OLD.rights_version
       OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ((1, 2), (2, 3), (1, 4), (4, 1), (4, 2))) THEN
        RAISE EXCEPTION 'a head only goes forward' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- Until which day an archived space is kept: the round that ends archives looks for no more.
CREATE TABLE consent.archive (
    space_id uuid NOT NULL,
    until date NOT NULL,
    PRIMARY KEY (space_id)
);
CREATE INDEX archive_until ON consent.archive (until);
ALTER TABLE consent.archive ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent.archive FORCE ROW LEVEL SECURITY;
CREATE POLICY one_space ON consent.archive FOR SELECT TO es_app
    USING (space_id = nullif(current_setting('app.space', true), '')::uuid);
CREATE POLICY keeper_batches ON consent.archive TO es_keeper USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON consent.archive TO es_keeper;

-- The day a letter was proven to be delivered: where silence counts, it counts from there.
ALTER TABLE mailroom.invitation ADD COLUMN delivered_on date;
GRANT UPDATE (delivered_on, expires_on) ON mailroom.invitation TO es_keeper;

-- A letter that nobody answered leaves a keyed term and a month before which no other is proposed.
CREATE TABLE mailroom.rest (
    term bytea NOT NULL CHECK (octet_length(term) = 32),
    again_on date NOT NULL CHECK (extract(day FROM again_on) = 1),
    PRIMARY KEY (term)
);
-- She asked that nobody propose it again: a keyed term and the month she said so, nothing else.
CREATE TABLE mailroom.refusal (
    term bytea NOT NULL CHECK (octet_length(term) = 32),
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    PRIMARY KEY (term)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON mailroom.rest TO es_keeper;
GRANT SELECT, INSERT, DELETE ON mailroom.refusal TO es_keeper;
