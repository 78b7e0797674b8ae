-- Letters: what waits in an outbox is printed by the mail room, then posted (docs/decisions/0031).

-- `urgent`: due at once, shown first. `letter_id`: the letter it was printed in and that is not posted yet.
ALTER TABLE notices.outbox ADD COLUMN urgent smallint NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1));
ALTER TABLE notices.outbox ADD COLUMN letter_id uuid;
-- The mail room's list, most urgent first; and the way from a number on that list to the one outbox it stands in.
CREATE INDEX outbox_due ON notices.outbox (due_on);
CREATE INDEX outbox_notice ON notices.outbox (notice_id);
GRANT UPDATE (due_on, letter_id) ON notices.outbox TO es_keeper;
