-- The house: journal, consent, identity, records, mail room, notices, jobs.
-- In clear in a row: space_id (random), versions, numbers of kind and compartment, coarse days, keyed terms. All else is sealed
-- (docs/specs/rows.md). Every table of a person's data starts with space_id, its distribution column.

CREATE SCHEMA journal;
CREATE SCHEMA consent;
CREATE SCHEMA identity;
CREATE SCHEMA records;
CREATE SCHEMA mailroom;
CREATE SCHEMA notices;
CREATE SCHEMA keeper;
CREATE SCHEMA jobs;

-- One row per space: where its journal stands and which version of her will it has seen.
-- rights_version stands here so that ONE row lock orders readings and withdrawals (docs/decisions/0003).
CREATE TABLE journal.head (
    space_id uuid NOT NULL,
    n bigint NOT NULL CHECK (n > 0),
    com bytea NOT NULL CHECK (octet_length(com) = 32),
    year smallint NOT NULL,
    year_base bigint NOT NULL CHECK (year_base >= 0 AND year_base <= n),
    rights_version bigint NOT NULL DEFAULT 1 CHECK (rights_version > 0),
    state smallint NOT NULL CHECK (state IN (1, 2, 3, 9)),
    PRIMARY KEY (space_id)
) WITH (fillfactor = 50);

-- Upkeep finds the spaces their owners closed; state never changes with n, so updates of a head stay HOT.
CREATE INDEX head_closing ON journal.head (space_id) WHERE state = 2;

-- The journal: inserted, never changed. id and xid give the sequencer its order.
CREATE TABLE journal.entry (
    space_id uuid NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 0),
    tag bytea NOT NULL CHECK (octet_length(tag) = 32),
    com bytea NOT NULL CHECK (octet_length(com) = 32),
    sealed bytea NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (space_id, seq)
);
CREATE INDEX entry_order ON journal.entry (id);

-- Her will, one sealed body; rewritten in the transaction of each change.
CREATE TABLE consent.rights (
    space_id uuid NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id)
);
-- Every past version of it.
CREATE TABLE consent.rights_history (
    space_id uuid NOT NULL,
    version bigint NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, version)
);
CREATE TABLE consent.receipt (
    space_id uuid NOT NULL,
    receipt_id uuid NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, receipt_id)
);

CREATE TABLE identity.person (
    space_id uuid NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id)
);
-- Finds a space by a keyed hash (INS, local number, sign-in subject, public id); the key is the keeper's.
CREATE TABLE identity.directory (
    term bytea NOT NULL CHECK (octet_length(term) = 32),
    space_id uuid NOT NULL,
    PRIMARY KEY (term)
);
CREATE INDEX directory_space ON identity.directory (space_id);
CREATE TABLE identity.session (
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    expires_on date NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (token_hash)
);
-- (actor, key) → keyed hash of the body and the sealed first answer, inserted with the effect.
CREATE TABLE identity.idempotency (
    actor_id bytea NOT NULL CHECK (octet_length(actor_id) = 32),
    key_term bytea NOT NULL CHECK (octet_length(key_term) = 32),
    body_term bytea NOT NULL CHECK (octet_length(body_term) = 32),
    sealed bytea NOT NULL,
    kept_until date NOT NULL,
    PRIMARY KEY (actor_id, key_term)
);

CREATE TABLE records.document (
    space_id uuid NOT NULL,
    row_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    category smallint NOT NULL CHECK (category BETWEEN 1 AND 99),
    unique_term bytea NOT NULL CHECK (octet_length(unique_term) = 32),
    content_term bytea NOT NULL CHECK (octet_length(content_term) = 32),
    wrapped bytea NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, row_id),
    UNIQUE (space_id, unique_term)
);
-- Upkeep asks whether a stored object still has its row (random names, no other use).
CREATE INDEX document_row ON records.document (row_id);
-- One sealed list of documents per compartment, and the lines deposited since it was last folded.
CREATE TABLE records.summary (
    space_id uuid NOT NULL,
    category smallint NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, category)
);
CREATE TABLE records.summary_line (
    space_id uuid NOT NULL,
    row_id uuid NOT NULL,
    category smallint NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, row_id)
);

-- An invitation is a letter in the mail room, no more: erased with its answer or its date.
CREATE TABLE mailroom.invitation (
    invitation_id uuid NOT NULL,
    code_term bytea NOT NULL CHECK (octet_length(code_term) = 32),
    person_term bytea NOT NULL CHECK (octet_length(person_term) = 32),
    sealed bytea NOT NULL,
    expires_on date NOT NULL,
    PRIMARY KEY (invitation_id)
);
CREATE UNIQUE INDEX invitation_code ON mailroom.invitation (code_term);
CREATE UNIQUE INDEX invitation_person ON mailroom.invitation (person_term);

CREATE TABLE notices.outbox (
    space_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    due_on date NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, notice_id)
);

-- The chain of each keeper for acts that concern no open space.
CREATE TABLE keeper.institution (
    seat smallint NOT NULL,
    space_id uuid NOT NULL,
    PRIMARY KEY (seat)
);
-- The signed list of destroyed keys, replayed at every restore before serving.
CREATE TABLE keeper.destroyed (
    space_id uuid NOT NULL,
    certificate bytea NOT NULL,
    PRIMARY KEY (space_id)
);

CREATE TABLE jobs.task (
    kind text NOT NULL,
    due timestamptz NOT NULL,
    lease timestamptz,
    tries integer NOT NULL DEFAULT 0,
    PRIMARY KEY (kind)
);

-- A right cannot change without taking the head's row lock, whoever wrote the SQL: the trigger runs as its owner.
CREATE FUNCTION consent.bump_rights() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE journal.head SET rights_version = rights_version + 1
    WHERE space_id = CASE WHEN TG_OP = 'DELETE' THEN OLD.space_id ELSE NEW.space_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER rights_changed AFTER UPDATE OR DELETE ON consent.rights
    FOR EACH ROW EXECUTE FUNCTION consent.bump_rights();
CREATE TRIGGER category_changed AFTER UPDATE OF category ON records.document
    FOR EACH ROW WHEN (OLD.category IS DISTINCT FROM NEW.category) EXECUTE FUNCTION consent.bump_rights();

-- Nobody changes the past, owners of a mistake included.
CREATE FUNCTION journal.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the journal is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER entry_is_final BEFORE UPDATE OR DELETE ON journal.entry
    FOR EACH ROW EXECUTE FUNCTION journal.refuse_change();
CREATE TRIGGER entry_is_kept BEFORE TRUNCATE ON journal.entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();
-- A head only goes forward, one space at a time.
CREATE FUNCTION journal.head_goes_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.space_id <> OLD.space_id OR NEW.n < OLD.n OR NEW.year < OLD.year
       OR NEW.rights_version < OLD.rights_version
       OR (OLD.state <> NEW.state AND NOT ((OLD.state = 1 AND NEW.state = 2) OR (OLD.state = 2 AND NEW.state = 3))) THEN
        RAISE EXCEPTION 'a head only goes forward' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER head_forward BEFORE UPDATE ON journal.head
    FOR EACH ROW EXECUTE FUNCTION journal.head_goes_forward();

-- Row level security: one person at a time for the application; the keeper's statements are read by a test.
DO $$
DECLARE t regclass;
BEGIN
    FOREACH t IN ARRAY ARRAY['journal.head', 'journal.entry', 'consent.rights', 'consent.rights_history', 'consent.receipt',
        'identity.person', 'records.document', 'records.summary', 'records.summary_line', 'notices.outbox']::regclass[] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY one_space ON %s FOR SELECT TO es_app USING (space_id = nullif(current_setting(''app.space'', true), '''')::uuid)', t);
        EXECUTE format('CREATE POLICY keeper_batches ON %s TO es_keeper USING (true) WITH CHECK (true)', t);
    END LOOP;
    -- The trigger's owner changes one column of the head, through its function only.
    CREATE POLICY bump ON journal.head TO es_owner USING (true) WITH CHECK (true);
    CREATE POLICY order_only ON journal.entry FOR SELECT TO es_sequencer USING (true);
END $$;

GRANT USAGE ON SCHEMA journal, consent, identity, records, mailroom, notices, keeper TO es_keeper;
GRANT SELECT, INSERT, UPDATE (n, com, year, year_base, state) ON journal.head TO es_keeper;
GRANT SELECT, INSERT ON journal.entry TO es_keeper;
GRANT SELECT, INSERT, UPDATE, DELETE ON consent.rights, records.document, records.summary, records.summary_line TO es_keeper;
GRANT SELECT, INSERT, DELETE ON consent.rights_history, consent.receipt, identity.person, identity.directory, identity.session,
    identity.idempotency, mailroom.invitation, notices.outbox TO es_keeper;
GRANT SELECT, INSERT ON keeper.institution TO es_keeper;
GRANT SELECT, INSERT, UPDATE (certificate) ON keeper.destroyed TO es_keeper;
GRANT USAGE ON SCHEMA records TO es_app;
GRANT SELECT ON records.document TO es_app;
GRANT USAGE ON SCHEMA journal TO es_sequencer;
GRANT SELECT (id, xid, tag, com) ON journal.entry TO es_sequencer;
GRANT USAGE ON SCHEMA jobs TO es_jobs;
GRANT SELECT, INSERT, UPDATE ON jobs.task TO es_jobs;
