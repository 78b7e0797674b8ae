-- Applications that act for somebody (docs/decisions/0052): a family of tokens, and the codes and refresh tokens that came of it, by
-- their hash alone. An application's access token is a session like another; it holds while its family is here.
CREATE TABLE identity.app_family (
    family uuid NOT NULL,
    expires_on date NOT NULL,
    PRIMARY KEY (family)
);
CREATE TABLE identity.app_token (
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    family uuid NOT NULL,
    used boolean NOT NULL DEFAULT false,
    expires_on date NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX app_token_family ON identity.app_token (family);
GRANT SELECT, INSERT, DELETE ON identity.app_family, identity.app_token TO es_keeper;
GRANT UPDATE (used) ON identity.app_token TO es_keeper;
