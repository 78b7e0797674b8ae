-- Pages that came back by the post: each sealed to its object as it came, its key kept here (docs/decisions/0081, CPN-07, CPN-08).
-- `space_id` zero: a page whose codes lead to nobody. `state`: 1 waits for a person, 2 done, 3 set aside. `until`: of a page of nobody
-- that is not waiting any more, its last day.
CREATE TABLE mailroom.page (
    space_id uuid NOT NULL,
    page_id uuid NOT NULL,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
    arrived_on date NOT NULL,
    until date,
    wrapped bytea NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, page_id)
);
CREATE INDEX page_queue ON mailroom.page (arrived_on, page_id) WHERE state = 1;
CREATE INDEX page_over ON mailroom.page (until) WHERE until IS NOT NULL;
ALTER TABLE mailroom.page ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailroom.page FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper_batches ON mailroom.page TO es_keeper USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE (state, until, sealed), DELETE ON mailroom.page TO es_keeper;
