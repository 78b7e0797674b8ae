-- What the sequencer publishes: which entry is which leaf, and the two checkpoints of each publication. Files are made again from
-- these rows, never the reverse (docs/decisions/0038). `node`: which cluster of entries, the day there are several; 0 until then.
CREATE SCHEMA log;

-- One leaf: an entry of a node, or a dummy (tag, then commitment) that pads a batch.
CREATE TABLE log.leaf (
    idx bigint NOT NULL CHECK (idx >= 0),
    node smallint NOT NULL DEFAULT 0,
    entry_id bigint,
    dummy bytea CHECK (octet_length(dummy) = 64),
    PRIMARY KEY (idx),
    UNIQUE (entry_id, node),
    CHECK ((entry_id IS NULL) <> (dummy IS NULL))
);

-- One publication: the journal's checkpoint, the leaf that joins it to its index, the index log's checkpoint. One row, so that
-- neither log ever has two roots of one size. `dummies`: how many of `day` (UTC) there are so far, this batch included.
CREATE TABLE log.checkpoint (
    size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    note bytea NOT NULL,
    index_leaf bytea NOT NULL CHECK (octet_length(index_leaf) = 73),
    index_size bigint NOT NULL CHECK (index_size > 0),
    index_root bytea NOT NULL CHECK (octet_length(index_root) = 32),
    index_note bytea NOT NULL,
    at timestamptz NOT NULL,
    day date NOT NULL,
    dummies integer NOT NULL CHECK (dummies >= 0),
    PRIMARY KEY (size),
    UNIQUE (index_size)
);
CREATE INDEX checkpoint_day ON log.checkpoint (day, size);

-- Where each node stands: the last entry taken; the last one that a restored backup held.
CREATE TABLE log.state (
    node smallint NOT NULL,
    cursor bigint NOT NULL DEFAULT 0 CHECK (cursor >= 0),
    restored_through bigint NOT NULL DEFAULT 0 CHECK (restored_through >= 0),
    PRIMARY KEY (node)
);

CREATE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'what is published is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER leaf_is_final BEFORE UPDATE OR DELETE ON log.leaf FOR EACH ROW EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER leaf_is_kept BEFORE TRUNCATE ON log.leaf FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER checkpoint_is_final BEFORE UPDATE OR DELETE ON log.checkpoint
    FOR EACH ROW EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER checkpoint_is_kept BEFORE TRUNCATE ON log.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
-- The next publication follows the last: more leaves of the journal, one more of the index log, no day that goes back.
CREATE FUNCTION log.checkpoint_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE last record;
BEGIN
    SELECT c.size, c.index_size, c.day, c.dummies INTO last FROM log.checkpoint c ORDER BY c.size DESC LIMIT 1;
    IF NEW.index_size <> coalesce(last.index_size, 0) + 1 OR NEW.size <= coalesce(last.size, 0)
       OR NEW.day < coalesce(last.day, NEW.day) OR (NEW.day = last.day AND NEW.dummies < last.dummies) THEN
        RAISE EXCEPTION 'a checkpoint only follows the last' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER checkpoint_forward BEFORE INSERT ON log.checkpoint
    FOR EACH ROW EXECUTE FUNCTION log.checkpoint_follows();
CREATE FUNCTION log.state_goes_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.node <> OLD.node OR NEW.cursor < OLD.cursor THEN
        RAISE EXCEPTION 'a cursor only goes forward' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER state_forward BEFORE UPDATE ON log.state FOR EACH ROW EXECUTE FUNCTION log.state_goes_forward();

-- An entry's transaction has its number before the entry has its own: the sequencer waits for the first, and then no entry of
-- a smaller number can still appear. Without this an entry could be numbered behind the cursor, and never be published.
CREATE FUNCTION journal.number_transaction() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_current_xact_id();
    RETURN NULL;
END $$;
CREATE TRIGGER entry_after_xid BEFORE INSERT ON journal.entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal.number_transaction();

GRANT USAGE ON SCHEMA log TO es_sequencer, es_keeper;
GRANT SELECT, INSERT ON log.leaf, log.checkpoint, log.state TO es_sequencer;
GRANT UPDATE (cursor) ON log.state TO es_sequencer;
GRANT SELECT ON log.leaf, log.state TO es_keeper;
