-- How much agents give in persons' names, counted so that pressure on an agent, or on a person before him, is stopped (docs/decisions/0079).
-- An agent and his day: a keyed term of his account, how many acts that give something. About no person.
CREATE TABLE keeper.agent_day (
    agent_term bytea NOT NULL CHECK (octet_length(agent_term) = 32),
    day date NOT NULL,
    number int NOT NULL CHECK (number > 0),
    PRIMARY KEY (agent_term, day)
);
-- One visit: what sorts of power an agent had one person give on one day (1 to somebody who reads, 2 to somebody who decides, 4 where she is written to).
CREATE TABLE keeper.visit (
    agent_term bytea NOT NULL CHECK (octet_length(agent_term) = 32),
    space_id uuid NOT NULL,
    day date NOT NULL,
    kinds smallint NOT NULL CHECK (kinds BETWEEN 1 AND 7),
    PRIMARY KEY (agent_term, space_id, day)
);
CREATE INDEX visit_space ON keeper.visit (space_id);
GRANT SELECT, INSERT, DELETE, UPDATE (number) ON keeper.agent_day TO es_keeper;
GRANT SELECT, INSERT, DELETE, UPDATE (kinds) ON keeper.visit TO es_keeper;
