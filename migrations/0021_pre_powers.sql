-- For whom an account may act (docs/decisions/0058): what its own list of profiles is drawn from. The account is a keyed hash, what
-- is kept is sealed under the service's key and names no space; it goes when the power ends, or on its last day.
CREATE TABLE identity.held_power (
    holder bytea NOT NULL CHECK (octet_length(holder) = 32),
    power uuid NOT NULL,
    ends_on date NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (holder, power)
);
CREATE INDEX held_power_ends ON identity.held_power (ends_on);
GRANT SELECT, INSERT, DELETE ON identity.held_power TO es_keeper;
