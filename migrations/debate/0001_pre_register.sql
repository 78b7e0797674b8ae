-- The register of the debate, in a database of its own: no row here is about a person, none has an hour she did something at.
CREATE SCHEMA debate;

-- The log. Each row is one event, for ever.
CREATE TABLE debate.leaf (
    n bigint NOT NULL CHECK (n >= 0),
    leaf bytea NOT NULL,
    PRIMARY KEY (n)
);
-- The last head, signed: replaced by each later one, which every reader can check against an older copy.
CREATE TABLE debate.head (
    alone boolean NOT NULL DEFAULT true CHECK (alone),
    size bigint NOT NULL,
    note bytea NOT NULL,
    PRIMARY KEY (alone)
);
-- What people wrote, beside its commitment. A hidden text stays here and is shown to nobody but a moderator.
CREATE TABLE debate.text (
    com text NOT NULL,
    salt bytea NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (com)
);
-- What came since the last publication: which day, in no order.
CREATE TABLE debate.arrival (
    id uuid NOT NULL,
    dossier text NOT NULL,
    day date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('write', 'vote', 'contest')),
    body jsonb NOT NULL,
    PRIMARY KEY (id)
);
-- How many contributions came in an hour: only large numbers outlive the publication of their day.
CREATE TABLE debate.hour (
    dossier text NOT NULL,
    day date NOT NULL,
    hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
    number integer NOT NULL,
    PRIMARY KEY (dossier, day, hour)
);
-- Codes printed: a keyed digest each, spent once. `settled`: rewritten by a publication, so that no order of use is left.
CREATE TABLE debate.code (
    tag bytea NOT NULL,
    dossier text NOT NULL,
    use text NOT NULL CHECK (use IN ('write', 'vote')),
    expires_on date NOT NULL,
    spent boolean NOT NULL DEFAULT false,
    settled boolean NOT NULL DEFAULT false CHECK (spent OR NOT settled),
    PRIMARY KEY (tag)
);
-- How whoever holds a used code finds her text again.
CREATE TABLE debate.bearer (
    tag bytea NOT NULL,
    contribution text NOT NULL,
    PRIMARY KEY (tag)
);
-- Ballots received and not yet counted.
CREATE TABLE debate.ballot (
    id uuid NOT NULL,
    dossier text NOT NULL,
    choices jsonb NOT NULL,
    PRIMARY KEY (id)
);
-- Desks that type in letters: a keyed digest of the code each holds, and a label that names no person.
CREATE TABLE debate.desk (
    tag bytea NOT NULL,
    label text NOT NULL,
    expires_on date NOT NULL,
    PRIMARY KEY (tag)
);
-- How long letters took to be typed in, by month: numbers only (inclusion.md PAR-09, PAR-11).
CREATE TABLE debate.delay (
    month date NOT NULL,
    days smallint NOT NULL CHECK (days >= 0),
    number integer NOT NULL,
    PRIMARY KEY (month, days)
);

CREATE FUNCTION debate.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of the debate only grows';
END
$$;
CREATE TRIGGER leaf_only_grows BEFORE UPDATE OR DELETE ON debate.leaf
    FOR EACH ROW EXECUTE FUNCTION debate.refuse_change();
CREATE TRIGGER leaf_never_emptied BEFORE TRUNCATE ON debate.leaf
    FOR EACH STATEMENT EXECUTE FUNCTION debate.refuse_change();

GRANT USAGE ON SCHEMA debate TO es_debate;
GRANT SELECT, INSERT ON debate.leaf, debate.text, debate.bearer, debate.desk TO es_debate;
GRANT SELECT, INSERT, UPDATE ON debate.head, debate.hour, debate.delay TO es_debate;
GRANT SELECT, INSERT, DELETE ON debate.arrival, debate.ballot, debate.hour TO es_debate;
GRANT SELECT, INSERT, DELETE, UPDATE (spent) ON debate.code TO es_debate;
