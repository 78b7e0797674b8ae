-- The list of destroyed keys in its order (docs/decisions/0005, docs/specs/entry.md §7): each line joins the one before by its
-- hash and is signed by the service, so that a line taken out, added or changed is seen by whoever restores a backup.
-- `reference`: that of the last entry of the journal, which her last receipt carries; her certificate is found by it.
CREATE TABLE keeper.destroyed_line (
    number bigint NOT NULL CHECK (number > 0),
    space_id uuid NOT NULL,
    reference text NOT NULL CHECK (length(reference) = 20),
    link bytea NOT NULL CHECK (octet_length(link) = 32),
    signed bytea NOT NULL CHECK (octet_length(signed) = 64),
    PRIMARY KEY (number)
);
CREATE INDEX destroyed_line_space ON keeper.destroyed_line (space_id);
CREATE INDEX destroyed_line_reference ON keeper.destroyed_line (reference);

-- Nobody takes a line out of the list, owners of a mistake included.
CREATE FUNCTION keeper.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the list of destroyed keys is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER line_is_final BEFORE UPDATE OR DELETE ON keeper.destroyed_line
    FOR EACH ROW EXECUTE FUNCTION keeper.refuse_change();
CREATE TRIGGER list_is_kept BEFORE TRUNCATE ON keeper.destroyed_line
    FOR EACH STATEMENT EXECUTE FUNCTION keeper.refuse_change();

GRANT SELECT, INSERT ON keeper.destroyed_line TO es_keeper;
