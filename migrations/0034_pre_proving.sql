-- What proves a contact is bounded by day, and leaves after every notice (docs/decisions/0067).

-- How many messages proved a contact on a day: a keyed term of a space, or of a mailbox or number. Leads to nobody.
CREATE TABLE keeper.proving_day (
    proving_term bytea NOT NULL CHECK (octet_length(proving_term) = 32),
    day date NOT NULL,
    number int NOT NULL CHECK (number > 0),
    PRIMARY KEY (proving_term, day)
);
GRANT SELECT, INSERT, DELETE, UPDATE (number) ON keeper.proving_day TO es_keeper;
-- While it waits: 0 an emergency or a death, 1 any other notice, 2 what proves a contact. Once it left, always 1.
ALTER TABLE notices.message ADD COLUMN turn smallint NOT NULL DEFAULT 1 CHECK (turn BETWEEN 0 AND 2);
GRANT UPDATE (turn) ON notices.message TO es_keeper;
DROP INDEX notices.message_due;
CREATE INDEX message_due ON notices.message (turn, due_at) WHERE state <= 1;
