-- Cases the operator answers: an emergency to look at again, an access she did not expect, a mistake. No space, no identity: the
-- way to her is one keyed term of identity.directory. Sealed under the service's mail-room key (docs/decisions/0029).
CREATE TABLE mailroom.case (
    case_id uuid NOT NULL,
    kind smallint NOT NULL CHECK (kind IN (1, 2, 3)),
    due_on date NOT NULL,
    state smallint NOT NULL CHECK (state IN (1, 2)),
    sealed bytea NOT NULL,
    PRIMARY KEY (case_id)
);
-- The operator's queue, by deadline.
CREATE INDEX case_queue ON mailroom.case (due_on, case_id) WHERE state = 1;

-- How many, by day and kind: what /indicateurs publishes. About nobody.
CREATE SCHEMA counts;
CREATE TABLE counts.daily (
    day date NOT NULL,
    kind text NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    PRIMARY KEY (day, kind)
);

GRANT SELECT, INSERT, UPDATE (state, sealed) ON mailroom.case TO es_keeper;
GRANT USAGE ON SCHEMA counts TO es_keeper;
GRANT SELECT, INSERT, UPDATE (number) ON counts.daily TO es_keeper;
