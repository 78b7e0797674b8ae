-- Numbered sheets of a counter, written with a pen while the system is down or far away, each entered once (docs/decisions/0084). About no
-- person: a keyed term of the number and of the counter, where the sheet is (0 there, 1 out, 2 entered by one agent, 3 used, 4 void, 5 lost).
CREATE TABLE keeper.sheet (
    sheet_term bytea NOT NULL CHECK (octet_length(sheet_term) = 32),
    place_term bytea NOT NULL CHECK (octet_length(place_term) = 32),
    state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 5),
    version int NOT NULL DEFAULT 1 CHECK (version > 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (sheet_term)
);
CREATE INDEX sheet_held ON keeper.sheet (place_term) WHERE state IN (0, 1, 2, 5);
GRANT SELECT, INSERT, UPDATE (state, version, sealed) ON keeper.sheet TO es_keeper;
