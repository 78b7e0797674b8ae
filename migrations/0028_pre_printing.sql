-- What waits to be printed for a person at a counter, taken once by a printing station (docs/decisions/0066). Nothing of what is printed is
-- here: which reading, sealed under a key of the service. `state` 0 waits, 1 was taken.
CREATE TABLE keeper.print_job (
    space_id uuid NOT NULL,
    job_term bytea NOT NULL CHECK (octet_length(job_term) = 32),
    station_term bytea NOT NULL CHECK (octet_length(station_term) = 32),
    state smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1)),
    expires_on date NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (job_term)
);
CREATE INDEX print_job_waiting ON keeper.print_job (station_term) WHERE state = 0;
CREATE INDEX print_job_space ON keeper.print_job (space_id);
GRANT SELECT, INSERT, DELETE, UPDATE (state) ON keeper.print_job TO es_keeper;
