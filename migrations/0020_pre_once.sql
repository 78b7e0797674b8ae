-- Words that serve once: what an application signed to prove who it is, what opens an application for one person (docs/decisions/0053).
-- Their SHA-256 only, until the day after which their own date refuses them.
CREATE TABLE identity.once (
    word_hash bytea PRIMARY KEY CHECK (octet_length(word_hash) = 32),
    expires_on date NOT NULL
);
GRANT SELECT, INSERT, DELETE ON identity.once TO es_keeper;
