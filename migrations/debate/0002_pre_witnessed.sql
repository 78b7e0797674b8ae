-- What outside witnesses signed of the log: the last line of each, and the size of the head it is under. A witness is its public key.
-- `differs`: it said since that it knows another log than this one; shown to everybody, until it signs again.
CREATE TABLE debate.cosignature (
    key text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    line text NOT NULL,
    differs boolean NOT NULL DEFAULT false,
    PRIMARY KEY (key)
);
GRANT SELECT, INSERT, UPDATE ON debate.cosignature TO es_debate;
