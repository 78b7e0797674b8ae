-- When each account of an agent, or of a helper by trade, served last: it is suspended after ninety days (docs/decisions/0083).

-- A keyed term of the account and a day: not who it is of, nor what it did, nor for whom.
CREATE TABLE keeper.account (
    account_term bytea PRIMARY KEY CHECK (octet_length(account_term) = 32),
    last_on date NOT NULL
);
GRANT SELECT, INSERT, UPDATE (last_on) ON keeper.account TO es_keeper;
