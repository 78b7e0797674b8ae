-- What leads to a space for a time only (a card, a support ticket) says until which day: the purge then finds it, without
-- opening any will. What leads to her for good (her numbers, her account) has no day.
ALTER TABLE identity.directory ADD COLUMN ends_on date;
CREATE INDEX directory_ends ON identity.directory (ends_on) WHERE ends_on IS NOT NULL;
GRANT UPDATE (ends_on) ON identity.directory TO es_keeper;
