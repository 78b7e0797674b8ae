-- The key database: one blob per space, one for the service. Its backups live 30 days at most, apart from all others.
CREATE SCHEMA vault;
CREATE TABLE vault.space_blob (
    space_id uuid NOT NULL,
    master_version smallint NOT NULL,
    blob bytea NOT NULL,
    created_on date NOT NULL,
    PRIMARY KEY (space_id)
);
CREATE TABLE vault.service_blob (
    name text NOT NULL,
    master_version smallint NOT NULL,
    blob bytea NOT NULL,
    PRIMARY KEY (name)
);
GRANT USAGE ON SCHEMA vault TO es_keys_keeper;
GRANT SELECT, INSERT, UPDATE (master_version, blob), DELETE ON vault.space_blob TO es_keys_keeper;
GRANT SELECT, INSERT, UPDATE (master_version, blob) ON vault.service_blob TO es_keys_keeper;
