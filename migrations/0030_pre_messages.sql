-- Notices that leave by mail or by short message: one sealed row for each (docs/decisions/0067).

-- `way`: 1 mail, 2 short message. `state`: 0 waits, 1 taken, 2 sent, 3 failed, 4 not needed any more, 5 came back.
-- `batch`: those that leave as one message, the same again when it is tried again. Whom it is for and what it says are sealed.
CREATE TABLE notices.message (
    space_id uuid NOT NULL,
    message_id uuid NOT NULL,
    way smallint NOT NULL CHECK (way IN (1, 2)),
    state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 5),
    due_at timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0 CHECK (tries >= 0),
    batch uuid,
    done_on date,
    sealed bytea NOT NULL,
    PRIMARY KEY (space_id, message_id)
);
CREATE INDEX message_due ON notices.message (due_at) WHERE state <= 1;
CREATE INDEX message_number ON notices.message (message_id);
ALTER TABLE notices.message ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices.message FORCE ROW LEVEL SECURITY;
CREATE POLICY one_space ON notices.message FOR SELECT TO es_app
    USING (space_id = nullif(current_setting('app.space', true), '')::uuid);
CREATE POLICY keeper_batches ON notices.message TO es_keeper USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON notices.message TO es_keeper;
GRANT UPDATE (state, due_at, tries, batch, done_on) ON notices.message TO es_keeper;
