-- The keeper's statements. Each one about spaces joins on the space_id of its batch (a test reads them): one person at a time,
-- never a condition on a column of health. Arrays of one length, one element per demand or per space.

-- name: spaces_of
-- Which space a keyed term leads to.
SELECT term, space_id FROM identity.directory WHERE term = any($1::bytea[])

-- name: facts
-- For each demand: head, and her will only where the cached version is stale, and the document asked for.
-- One statement, one snapshot: the will and its version always belong together.
SELECT d.ord, h.n, h.com, h.year, h.year_base, h.rights_version, h.state,
       CASE WHEN h.rights_version <> d.cached THEN r.sealed END AS rights,
       CASE WHEN h.rights_version <> d.cached THEN r.version END AS rights_number,
       w.version, w.category, w.wrapped, w.sealed, w.origin
FROM unnest($1::int[], $2::uuid[], $3::bigint[], $4::uuid[]) AS d(ord, space_id, cached, row_id)
JOIN journal.head h ON h.space_id = d.space_id
LEFT JOIN consent.rights r ON r.space_id = d.space_id AND h.rights_version <> d.cached
LEFT JOIN records.document w ON w.space_id = d.space_id AND w.row_id = d.row_id

-- name: move_and_enter
-- THE statement: each head moves only if n and rights_version are still those the decision read; the entries of the spaces
-- it moved are inserted; the answer says which. A withdrawal that committed first always wins (docs/decisions/0003).
WITH moved AS (
    UPDATE journal.head h
    SET n = m.n_after, com = m.com, year = m.year, year_base = m.year_base, state = m.state
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::smallint[], $7::bigint[], $8::smallint[])
         AS m(space_id, n, rights_version, n_after, com, year, year_base, state)
    WHERE h.space_id = m.space_id AND h.n = m.n AND h.rights_version = m.rights_version
    RETURNING h.space_id
), entered AS (
    INSERT INTO journal.entry (space_id, seq, tag, com, sealed)
    SELECT e.space_id, e.seq, e.tag, e.com, e.sealed
    FROM unnest($9::uuid[], $10::bigint[], $11::bytea[], $12::bytea[], $13::bytea[]) AS e(space_id, seq, tag, com, sealed)
    JOIN moved ON moved.space_id = e.space_id
)
SELECT space_id FROM moved

-- name: summaries
-- The sealed lists of some spaces.
SELECT s.space_id, s.category, s.version, s.sealed FROM records.summary s WHERE s.space_id = any($1::uuid[])

-- name: lines
-- The lines deposited since the lists were last folded.
SELECT l.space_id, l.row_id, w.category, w.version, w.wrapped, w.origin, l.sealed FROM records.summary_line l
JOIN records.document w ON w.space_id = l.space_id AND w.row_id = l.row_id
WHERE l.space_id = any($1::uuid[])

-- name: documents_of
-- The documents named by a mask, a grant or a replacement: their categories, and where they come from. A resource is named as a
-- document is, by its present version; it replaces nothing, and has an origin of its own.
SELECT w.space_id, w.row_id, w.category, w.origin, 0 AS resource_version, NULL AS resource_origin FROM records.document w
JOIN unnest($1::uuid[], $2::uuid[]) AS d(space_id, row_id) ON w.space_id = d.space_id AND w.row_id = d.row_id
UNION ALL (
    SELECT DISTINCT ON (r.space_id, r.row_id) r.space_id, r.row_id, r.category, NULL, r.version, r.origin
    FROM records.resource r
    JOIN unnest($1::uuid[], $2::uuid[]) AS d(space_id, row_id) ON r.space_id = d.space_id AND r.row_id = d.row_id
    ORDER BY r.space_id, r.row_id, r.version DESC
)

-- name: resources_asked
-- For each demand about one resource: its present version.
SELECT d.ord, r.row_id, r.version, r.type, r.category, r.wrapped, r.sealed, r.origin
FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS d(ord, space_id, row_id)
JOIN LATERAL (
    SELECT * FROM records.resource r WHERE r.space_id = d.space_id AND r.row_id = d.row_id ORDER BY r.version DESC LIMIT 1
) r ON true

-- name: resource_versions
-- One version of one resource, or (0) its most recent ones.
SELECT r.row_id, r.version, r.type, r.category, r.wrapped, r.sealed, r.origin FROM records.resource r
WHERE r.space_id = $1 AND r.row_id = $2 AND ($3 = 0 OR r.version = $3) ORDER BY r.version DESC LIMIT 200

-- name: resources_of
-- The present version of every resource of a space, of all types (none named) or of some.
SELECT DISTINCT ON (r.row_id) r.row_id, r.version, r.type, r.category, r.wrapped, r.sealed, r.origin FROM records.resource r
WHERE r.space_id = $1 AND (cardinality($2::smallint[]) = 0 OR r.type = any($2::smallint[])) ORDER BY r.row_id, r.version DESC

-- name: entries
-- A page of some journals.
SELECT e.space_id, e.seq, e.tag, e.com, e.sealed FROM journal.entry e
JOIN unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS p(space_id, low, high)
    ON e.space_id = p.space_id AND e.seq >= p.low AND e.seq < p.high
ORDER BY e.seq DESC

-- name: published_entries
-- Lines of one journal, each with the number of its leaf in the public journal when it has one.
SELECT e.seq, e.tag, e.com, e.sealed, l.idx FROM journal.entry e LEFT JOIN log.leaf l ON e.id = l.entry_id
WHERE e.space_id = $1 AND e.seq >= $2 AND e.seq < $3 ORDER BY e.seq DESC

-- name: entries_tagged
-- Which lines of one journal have these tags: those its years begin with.
SELECT e.seq, e.tag FROM journal.entry e WHERE e.space_id = $1 AND e.tag = any($2::bytea[])

-- name: same_documents
-- What some spaces already hold under a unique identifier (keyed terms).
SELECT w.space_id, w.row_id, w.unique_term, w.content_term, w.category, w.origin FROM records.document w
JOIN unnest($1::uuid[], $2::bytea[]) AS d(space_id, unique_term) ON w.space_id = d.space_id AND w.unique_term = d.unique_term

-- name: persons
-- The sealed traits of some persons.
SELECT p.space_id, p.sealed FROM identity.person p WHERE p.space_id = any($1::uuid[])

-- name: first_answers
-- What was answered to an idempotency key.
SELECT i.actor_id, i.key_term, i.body_term, i.sealed FROM identity.idempotency i
JOIN unnest($1::bytea[], $2::bytea[]) AS d(actor_id, key_term) ON i.actor_id = d.actor_id AND i.key_term = d.key_term

-- name: sessions
SELECT token_hash, expires_on, sealed FROM identity.session WHERE token_hash = any($1::bytea[])

-- name: put_session
INSERT INTO identity.session (token_hash, expires_on, sealed) VALUES ($1, $2, $3)

-- name: use_session
-- A session that ended meanwhile is not there any more, and does not come back.
UPDATE identity.session SET sealed = $2 WHERE token_hash = $1

-- name: app_family
SELECT 1 FROM identity.app_family WHERE family = $1

-- name: put_app_family
INSERT INTO identity.app_family (family, expires_on) VALUES ($1, $2)

-- name: put_app_token
INSERT INTO identity.app_token (token_hash, family, expires_on, sealed) VALUES ($1, $2, $3, $4)

-- name: app_token
SELECT used, sealed FROM identity.app_token WHERE token_hash = $1

-- name: end_app_families
-- With every code and refresh token of theirs; what they gave before ends with them.
WITH gone AS (DELETE FROM identity.app_token WHERE family = any($1::uuid[]))
DELETE FROM identity.app_family WHERE family = any($1::uuid[])

-- name: turn_app_token
-- Use a code or a refresh token once, and write what it gives: the session, and what renews it when there is one.
WITH turned AS (
    UPDATE identity.app_token t SET used = true WHERE token_hash = $1 AND NOT used
    AND EXISTS (SELECT 1 FROM identity.app_family f WHERE f.family = t.family) RETURNING family
), access AS (
    INSERT INTO identity.session (token_hash, expires_on, sealed) SELECT $2::bytea, $3::date, $4::bytea FROM turned
), renewed AS (
    INSERT INTO identity.app_token (token_hash, family, expires_on, sealed)
    SELECT $5::bytea, family, $6::date, $7::bytea FROM turned WHERE $5 IS NOT NULL
)
SELECT family FROM turned

-- name: use_account
-- That an account serves today, unless it did not for too long: then no row. The first time there is nothing to compare with.
INSERT INTO keeper.account AS a (account_term, last_on) VALUES ($1, $2)
ON CONFLICT (account_term) DO UPDATE SET last_on = greatest(a.last_on, EXCLUDED.last_on) WHERE a.last_on >= $3 RETURNING 1

-- name: account_known
SELECT 1 FROM keeper.account WHERE account_term = $1

-- name: renew_account
UPDATE keeper.account SET last_on = $2 WHERE account_term = $1

-- name: end_session
DELETE FROM identity.session WHERE token_hash = $1

-- name: say_once
-- A word that serves once: a row when nobody said it before.
INSERT INTO identity.once (word_hash, expires_on) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1

-- name: said
SELECT 1 FROM identity.once WHERE word_hash = $1

-- name: invitation
-- The invitation a code or a person leads to.
SELECT invitation_id, code_term, person_term, sealed, expires_on, delivered_on FROM mailroom.invitation
WHERE code_term = $1 OR person_term = $1

-- name: replace_invitation
-- A second letter takes the place of the first, whose code then answers nothing.
DELETE FROM mailroom.invitation WHERE person_term = $1

-- name: put_invitation
INSERT INTO mailroom.invitation (invitation_id, code_term, person_term, sealed, expires_on) VALUES ($1, $2, $3, $4, $5)

-- name: take_invitation
-- An invitation answers once: the row is erased with its answer.
DELETE FROM mailroom.invitation WHERE invitation_id = $1 RETURNING invitation_id

-- name: put_head
INSERT INTO journal.head (space_id, n, com, year, year_base, state) VALUES ($1, $2, $3, $4, $5, $6)

-- name: put_entry
INSERT INTO journal.entry (space_id, seq, tag, com, sealed) VALUES ($1, $2, $3, $4, $5)

-- name: put_first_rights
INSERT INTO consent.rights (space_id, version, sealed) VALUES ($1, $2, $3)

-- name: keep_rights
-- The version being left goes to the history before the new one is written.
INSERT INTO consent.rights_history (space_id, version, sealed)
SELECT r.space_id, r.version, r.sealed FROM consent.rights r
JOIN unnest($1::uuid[]) AS d(space_id) ON r.space_id = d.space_id

-- name: wills_of
-- What one person wanted at some versions: before and after what she takes back, or what a letter tells her of.
SELECT h.version, h.sealed FROM consent.rights_history h WHERE h.space_id = $1 AND h.version = any($2::bigint[])
UNION ALL SELECT r.version, r.sealed FROM consent.rights r WHERE r.space_id = $1 AND r.version = any($2::bigint[])

-- name: put_rights
UPDATE consent.rights r SET version = d.version, sealed = d.sealed
FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS d(space_id, version, sealed)
WHERE r.space_id = d.space_id AND r.version = d.version - 1
RETURNING r.space_id

-- name: put_person
INSERT INTO identity.person (space_id, sealed) VALUES ($1, $2)

-- name: put_term
INSERT INTO identity.directory (term, space_id) VALUES ($1, $2)

-- name: put_terms
-- What some cards and tickets are found by, and until which day: the purge drops what nothing else has.
INSERT INTO identity.directory (term, ends_on, space_id) SELECT * FROM unnest($1::bytea[], $2::date[], $3::uuid[])

-- name: end_terms
-- Cards used up lead to the answer they gave for the days an answer is kept, and no longer.
UPDATE identity.directory i SET ends_on = least(i.ends_on, d.ends_on)
FROM unnest($1::bytea[], $2::date[], $3::uuid[]) AS d(term, ends_on, space_id)
WHERE i.term = d.term AND i.space_id = d.space_id

-- name: drop_terms
-- Cards that were stopped or are over lead nowhere, nor does a ticket before the next.
DELETE FROM identity.directory i USING unnest($1::bytea[], $2::uuid[]) AS d(term, space_id)
WHERE i.term = d.term AND i.space_id = d.space_id

-- name: held_of
-- For whom one account may act: its own list.
SELECT power, sealed FROM identity.held_power WHERE holder = $1 AND ends_on >= $2

-- name: put_held
INSERT INTO identity.held_power (holder, power, ends_on, sealed)
SELECT * FROM unnest($1::bytea[], $2::uuid[], $3::date[], $4::bytea[])

-- name: drop_held
DELETE FROM identity.held_power h USING unnest($1::bytea[], $2::uuid[]) AS d(holder, power)
WHERE h.holder = d.holder AND h.power = d.power

-- name: old_held
-- Powers that are over lead nowhere.
DELETE FROM identity.held_power WHERE ends_on < $1

-- name: put_documents
INSERT INTO records.document (space_id, row_id, version, category, unique_term, content_term, wrapped, sealed, origin)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::smallint[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[],
    $9::bytea[])

-- name: put_resources
INSERT INTO records.resource (space_id, row_id, version, type, category, wrapped, sealed, origin)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::smallint[], $5::smallint[], $6::bytea[], $7::bytea[], $8::bytea[])

-- name: put_origins
-- A document was replaced: where it comes from now also says by what.
UPDATE records.document w SET origin = d.origin
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS d(space_id, row_id, origin)
WHERE w.space_id = d.space_id AND w.row_id = d.row_id

-- name: put_lines
INSERT INTO records.summary_line (space_id, row_id, category, sealed)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::bytea[])

-- name: put_receipts
INSERT INTO consent.receipt (space_id, receipt_id, sealed)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])

-- name: put_first_answers
INSERT INTO identity.idempotency (actor_id, key_term, body_term, sealed, kept_until)
SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[], $5::date[])

-- name: put_notices
INSERT INTO notices.outbox (space_id, notice_id, due_on, sealed, urgent)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::bytea[], $5::smallint[])

-- name: letters_due
-- The mail room's list: what is due and not posted, random numbers only, the most urgent and the oldest first.
SELECT space_id, notice_id, due_on, urgent, letter_id FROM notices.outbox
WHERE due_on <= $1 AND space_id <> '00000000-0000-0000-0000-000000000000'
ORDER BY urgent DESC, due_on, space_id, notice_id LIMIT $2

-- name: space_of_letter
-- The one outbox a number of that list stands in.
SELECT space_id FROM notices.outbox WHERE notice_id = $1

-- name: outbox_of
-- What is due to one person, and what was printed of it, the most urgent and the oldest first.
SELECT o.space_id, o.notice_id, o.due_on, o.urgent, o.letter_id, o.sealed FROM notices.outbox o
WHERE o.space_id = $1 AND o.due_on <= $2 ORDER BY o.urgent DESC, o.due_on, o.notice_id

-- name: print_notices
UPDATE notices.outbox o SET letter_id = d.letter_id
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS d(space_id, notice_id, letter_id)
WHERE o.space_id = d.space_id AND o.notice_id = d.notice_id

-- name: put_off_notices
-- Posted, and due again later: a letter she asked to be sent every so often.
UPDATE notices.outbox o SET due_on = d.due_on, letter_id = NULL
FROM unnest($1::uuid[], $2::uuid[], $3::date[]) AS d(space_id, notice_id, due_on)
WHERE o.space_id = d.space_id AND o.notice_id = d.notice_id

-- name: drop_notices
DELETE FROM notices.outbox o USING unnest($1::uuid[], $2::uuid[]) AS d(space_id, notice_id)
WHERE o.space_id = d.space_id AND o.notice_id = d.notice_id

-- name: put_messages
-- The hour alone stands in clear: which instant something was done to somebody at is in her journal, sealed.
INSERT INTO notices.message (space_id, message_id, way, due_at, sealed, turn)
SELECT t.space_id, t.message_id, t.way, date_trunc('hour', t.due_at), t.sealed, t.turn
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::timestamptz[], $5::bytea[], $6::smallint[])
    AS t(space_id, message_id, way, due_at, sealed, turn)

-- name: take_messages
-- What is due, and what was taken by somebody who never said what became of it; nobody else takes it until then.
-- Emergencies first, what proves a contact last: whoever types numbers delays nobody's notices.
UPDATE notices.message m SET state = 1, due_at = $2 FROM (
    SELECT space_id, message_id FROM notices.message WHERE state <= 1 AND due_at <= $1
    ORDER BY turn, due_at, space_id, message_id LIMIT $3 FOR UPDATE SKIP LOCKED
) t WHERE m.space_id = t.space_id AND m.message_id = t.message_id
RETURNING m.space_id, m.message_id, m.way, m.tries, m.batch, m.sealed

-- name: put_batches
-- Which message each one leaves in, the same again when it is tried again.
UPDATE notices.message m SET batch = d.batch
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS d(space_id, message_id, batch)
WHERE m.space_id = d.space_id AND m.message_id = d.message_id

-- name: messages_of_batch
-- What left, or is to leave, under one number.
SELECT m.space_id, m.message_id, m.way, m.state, m.tries, m.sealed FROM notices.message m WHERE m.message_id = $1
    OR (m.batch = $1 AND m.space_id = (SELECT o.space_id FROM notices.message o WHERE o.message_id = $1)) FOR UPDATE

-- name: end_messages
UPDATE notices.message m SET state = d.state, tries = d.tries, done_on = d.done_on,
    turn = CASE WHEN d.done_on IS NULL THEN m.turn ELSE 1 END,
    due_at = CASE WHEN d.done_on IS NULL THEN d.due_at ELSE date_trunc('day', d.due_at) END
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::timestamptz[], $5::smallint[], $6::date[])
    AS d(space_id, message_id, state, due_at, tries, done_on)
WHERE m.space_id = d.space_id AND m.message_id = d.message_id

-- name: hasten_notices
-- A letter that waited for a message is due now.
UPDATE notices.outbox o SET due_on = d.due_on
FROM unnest($1::uuid[], $2::uuid[], $3::date[]) AS d(space_id, notice_id, due_on)
WHERE o.space_id = d.space_id AND o.notice_id = d.notice_id AND o.due_on > d.due_on

-- name: drop_unprinted
DELETE FROM notices.outbox o USING unnest($1::uuid[], $2::uuid[]) AS d(space_id, notice_id)
WHERE o.space_id = d.space_id AND o.notice_id = d.notice_id AND o.letter_id IS NULL

-- name: old_messages
DELETE FROM notices.message WHERE state >= 2 AND done_on < $1

-- name: erase_messages
DELETE FROM notices.message WHERE space_id = any($1::uuid[])

-- name: put_questions
INSERT INTO notices.question (space_id, question_id, expires_on, sealed)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::bytea[])

-- name: question
SELECT q.sealed FROM notices.question q WHERE q.space_id = $1 AND q.question_id = $2

-- name: questions_of
-- What one person is asked by message.
SELECT q.question_id, q.sealed FROM notices.question q WHERE q.space_id = $1 ORDER BY q.question_id

-- name: move_question
-- Only as it was read.
UPDATE notices.question q SET sealed = $4 WHERE q.space_id = $1 AND q.question_id = $2 AND q.sealed = $3

-- name: end_question
-- Answered once: whoever comes second finds nothing to answer.
DELETE FROM notices.question q WHERE q.space_id = $1 AND q.question_id = $2 AND q.sealed = $3 RETURNING 1

-- name: old_questions
DELETE FROM notices.question WHERE expires_on < $1

-- name: erase_questions
DELETE FROM notices.question WHERE space_id = any($1::uuid[])

-- name: begin_watch
INSERT INTO notices.watch (after, upto, fence) VALUES (0, 0, 0) ON CONFLICT DO NOTHING

-- name: hold_watch
-- Whoever looks at what was read is alone to do so until the transaction ends.
SELECT after, upto, fence FROM notices.watch FOR UPDATE

-- name: oldest_transaction
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint

-- name: fence_watch
-- The number is drawn after the newest entry was seen: an entry's transaction has its number before the entry has its own.
UPDATE notices.watch w SET upto = e.newest, fence = pg_current_xact_id()::text::bigint
FROM (SELECT id AS newest FROM journal.entry ORDER BY id DESC LIMIT 1) e WHERE e.newest > w.after

-- name: entries_since
SELECT e.id, e.space_id, e.seq, e.com, e.sealed FROM journal.entry e WHERE e.id > $1 AND e.id <= $2 ORDER BY e.id LIMIT $3

-- name: move_watch
UPDATE notices.watch SET after = $1

-- name: seen_of
-- Who read in one space already.
SELECT s.version, s.sealed FROM notices.seen s WHERE s.space_id = $1

-- name: put_seen
INSERT INTO notices.seen (space_id, version, sealed) VALUES ($1, $2, $3)
ON CONFLICT (space_id) DO UPDATE SET version = excluded.version, sealed = excluded.sealed

-- name: change_seen
-- Only as it was read: what was told meanwhile is not lost.
UPDATE notices.seen s SET version = $2, sealed = $3 WHERE s.space_id = $1 AND s.version = $2 - 1 RETURNING s.space_id

-- name: erase_seen
DELETE FROM notices.seen WHERE space_id = any($1::uuid[])

-- name: messages_sent
-- What was sent to one person, or is to be, the most recent first.
SELECT m.message_id, m.way, m.state, m.sealed FROM notices.message m WHERE m.space_id = $1
ORDER BY coalesce(m.done_on::timestamptz, m.due_at) DESC LIMIT 50

-- name: put_cases
INSERT INTO mailroom.case (case_id, kind, due_on, state, sealed)
SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::date[], $4::smallint[], $5::bytea[])

-- name: put_case_terms
-- The one way from a case, or from a page of the post, to her space; it goes with the space (erase_terms).
INSERT INTO identity.directory (term, space_id) SELECT * FROM unnest($1::bytea[], $2::uuid[])

-- name: entries_named
-- The entries of one journal that are named: by reference (the first 12 bytes of their commitment), or by number, as on paper.
SELECT e.space_id, e.seq, e.com, e.sealed FROM journal.entry e
WHERE e.space_id = $1 AND (substr(e.com, 1, 12) = any($2::bytea[]) OR e.seq = any($3::bigint[]))

-- name: move_cases
UPDATE mailroom.case c SET state = d.state, sealed = d.sealed
FROM unnest($1::uuid[], $2::smallint[], $3::bytea[]) AS d(case_id, state, sealed) WHERE c.case_id = d.case_id

-- name: count
-- One more of something, today.
INSERT INTO counts.daily (day, kind, number) SELECT * FROM unnest($1::date[], $2::text[], $3::bigint[])
ON CONFLICT (day, kind) DO UPDATE SET number = counts.daily.number + EXCLUDED.number

-- name: cases
-- Some cases, by their numbers: those her own will names, or the one the operator answers.
SELECT case_id, kind, due_on, state, sealed FROM mailroom.case WHERE case_id = any($1::uuid[])

-- name: case_queue
-- What the operator has to answer, the nearest deadline first, from a day and a number on.
SELECT case_id, kind, due_on, state, sealed FROM mailroom.case
WHERE state = 1 AND (due_on, case_id) > ($1, $2) ORDER BY due_on, case_id LIMIT $3

-- name: counts
-- Numbers by day and kind, about nobody; but for delays.
SELECT day, kind, number FROM counts.daily WHERE kind NOT LIKE 'delay:%' AND kind NOT LIKE 'handled:%'

-- name: delay_counts
-- How many acts took how long, month by month, by act, channel and class: about nobody.
SELECT month, kind, number FROM counts.delays_by_month()

-- name: recent_delays
-- The same since a day, with what of them was the service's own by post: for the alarm.
SELECT kind, number FROM counts.delays_since($1)

-- name: read_counts
-- What kinds of readers read, and were refused, day by day: about nobody.
SELECT day, kind, number FROM counts.tally WHERE kind = any($1::text[])

-- name: line_counts
-- How many lines keepers added to the public journal, by day and act, to be added up: about nobody.
SELECT day, 'line' AS kind, number FROM counts.tally WHERE kind LIKE 'entry:%'

-- name: department_counts
-- Which departments were said when spaces were opened, refused and closed, day by day: about nobody.
SELECT day, kind, number FROM counts.tally WHERE kind LIKE '%@%'

-- name: close_cases
-- Her space is going: nobody is left to be answered.
UPDATE mailroom.case SET state = 2 WHERE case_id = any($1::uuid[]) AND state = 1

-- name: late_cases
-- What was due before a day and is still open.
SELECT kind, due_on FROM mailroom.case WHERE state = 1 AND due_on < $1

-- name: count_late
-- Once for each day and kind: a later round counts it no more.
INSERT INTO counts.daily (day, kind, number) SELECT * FROM unnest($1::date[], $2::text[], $3::bigint[])
ON CONFLICT (day, kind) DO NOTHING

-- name: rights_of
-- Upkeep: the will of a space about to be erased.
SELECT version, sealed FROM consent.rights WHERE space_id = $1

-- name: rewrap
-- The same key under the compartment's key: no right changes, the row is only lighter to open.
UPDATE records.document w SET wrapped = d.new
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) AS d(space_id, row_id, old, new)
WHERE w.space_id = d.space_id AND w.row_id = d.row_id AND w.wrapped = d.old

-- name: fold_new
INSERT INTO records.summary (space_id, category, version, sealed) VALUES ($1, $2, 1, $3)
ON CONFLICT (space_id, category) DO NOTHING RETURNING space_id

-- name: fold_again
UPDATE records.summary SET version = version + 1, sealed = $4
WHERE space_id = $1 AND category = $2 AND version = $3 RETURNING space_id

-- name: drop_lines
DELETE FROM records.summary_line WHERE space_id = $1 AND row_id = any($2::uuid[])

-- name: institution_of
SELECT space_id FROM keeper.institution WHERE seat = $1

-- name: put_institution
INSERT INTO keeper.institution (seat, space_id) VALUES ($1, $2) ON CONFLICT (seat) DO NOTHING

-- name: closing_spaces
-- Upkeep: the spaces whose owner has closed, waiting for the destruction of their key.
SELECT space_id, n FROM journal.head WHERE state = 2 ORDER BY space_id LIMIT 100

-- name: rows_known
-- Upkeep: which of some stored objects (random names) still have a row.
SELECT w.row_id FROM records.document w WHERE w.row_id = any($1::uuid[])
UNION ALL SELECT p.page_id FROM mailroom.page p WHERE p.page_id = any($1::uuid[])

-- name: rows_of
SELECT row_id FROM records.document WHERE space_id = any($1::uuid[])
UNION ALL SELECT page_id FROM mailroom.page WHERE space_id = any($1::uuid[])

-- name: erase_documents
DELETE FROM records.document WHERE space_id = any($1::uuid[])

-- name: erase_resources
DELETE FROM records.resource WHERE space_id = any($1::uuid[])

-- name: erase_lines
DELETE FROM records.summary_line WHERE space_id = any($1::uuid[])

-- name: erase_summaries
DELETE FROM records.summary WHERE space_id = any($1::uuid[])

-- name: erase_rights
DELETE FROM consent.rights WHERE space_id = any($1::uuid[])

-- name: erase_history
DELETE FROM consent.rights_history WHERE space_id = any($1::uuid[])

-- name: erase_receipts
DELETE FROM consent.receipt WHERE space_id = any($1::uuid[])

-- name: erase_person
DELETE FROM identity.person WHERE space_id = any($1::uuid[])

-- name: erase_terms
DELETE FROM identity.directory WHERE space_id = any($1::uuid[])

-- name: coupons_of
-- What the boxes of these coupons ask, each in the space its number leads to.
SELECT c.term, c.space_id, c.used_on, c.sealed
FROM unnest($1::uuid[], $2::bytea[]) AS t(space_id, term)
JOIN mailroom.coupon c ON c.space_id = t.space_id AND c.term = t.term

-- name: coupons_kept
-- The coupons of these spaces, and which have served.
SELECT space_id, term, used_on, sealed FROM mailroom.coupon WHERE space_id = any($1::uuid[])

-- name: put_coupons
INSERT INTO mailroom.coupon (space_id, term, expires_on, sealed)
SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::date[], $4::bytea[])

-- name: take_coupons
-- A number serves once: what was taken already is not taken again.
UPDATE mailroom.coupon c SET used_on = t.day
FROM unnest($1::uuid[], $2::bytea[], $3::date[]) AS t(space_id, term, day)
WHERE c.space_id = t.space_id AND c.term = t.term AND c.used_on IS NULL

-- name: purge_coupons
-- Over, and no answer of theirs is kept any more: their tokens are refused by their last day alone.
DELETE FROM mailroom.coupon WHERE expires_on < $1

-- name: erase_coupons
DELETE FROM mailroom.coupon WHERE space_id = any($1::uuid[])

-- name: page_of
-- A page of one space, or of nobody.
SELECT page_id, state, arrived_on, wrapped, sealed FROM mailroom.page WHERE space_id = $1 AND page_id = $2

-- name: page_queue
-- The pages that wait for a person, the oldest first: numbers, days, and what is known of each, sealed; nothing says whose it is.
SELECT page_id, arrived_on, sealed FROM mailroom.page WHERE state = 1 ORDER BY arrived_on, page_id LIMIT $1

-- name: put_pages
INSERT INTO mailroom.page (space_id, page_id, state, arrived_on, wrapped, sealed)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::date[], $5::bytea[], $6::bytea[])

-- name: move_page
-- Only as it was read, and while it waits: two agents never move one page from the same place.
UPDATE mailroom.page SET state = $4, until = $5, sealed = $6
WHERE space_id = $1 AND page_id = $2 AND state = 1 AND sealed = $3 RETURNING page_id

-- name: old_pages
-- Pages of nobody past their last day.
DELETE FROM mailroom.page WHERE space_id = $1 AND until < $2 RETURNING page_id

-- name: erase_pages
DELETE FROM mailroom.page WHERE space_id = any($1::uuid[])

-- name: erase_notices
DELETE FROM notices.outbox WHERE space_id = any($1::uuid[])

-- name: close_head
UPDATE journal.head SET state = 3 WHERE space_id = any($1::uuid[]) AND state = 2

-- name: first_entry
SELECT sealed FROM journal.entry WHERE space_id = $1 AND seq = 0

-- name: put_intention
-- What the certificate will say, before the key is destroyed: a restore replays it as well.
INSERT INTO keeper.destroyed (space_id, certificate) VALUES ($1, $2) ON CONFLICT (space_id) DO NOTHING

-- name: put_certificate
UPDATE keeper.destroyed SET certificate = $2 WHERE space_id = $1

-- name: destroyed_of
SELECT certificate FROM keeper.destroyed WHERE space_id = $1

-- name: destroyed
SELECT space_id, certificate FROM keeper.destroyed

-- name: hold_list
-- Whoever writes a line of the list of destroyed keys is alone to do so until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('keeper.destroyed_line'))

-- name: last_line
SELECT number, link FROM keeper.destroyed_line ORDER BY number DESC LIMIT 1

-- name: line_of
SELECT number FROM keeper.destroyed_line WHERE space_id = $1

-- name: put_line
INSERT INTO keeper.destroyed_line (number, space_id, reference, link, signed) VALUES ($1, $2, $3, $4, $5)

-- name: destroyed_lines
SELECT number, space_id, reference, link, signed FROM keeper.destroyed_line ORDER BY number

-- name: unnumbered
-- Upkeep: what is destroyed and has no line in the list: begun, or of before the list was one.
SELECT space_id, certificate FROM keeper.destroyed
WHERE NOT EXISTS (SELECT FROM keeper.destroyed_line l WHERE l.space_id = destroyed.space_id)

-- name: last_commitment
SELECT com FROM journal.head WHERE space_id = $1

-- name: certificate_of
-- The certificate of a journal's keys, by the reference of its last entry, which the last receipt carries.
SELECT d.certificate, l.number FROM keeper.destroyed_line l
JOIN keeper.destroyed d ON d.space_id = l.space_id WHERE l.reference = $1

-- name: known_heads
SELECT space_id FROM journal.head WHERE space_id = any($1::uuid[])

-- name: old_sessions
DELETE FROM identity.session WHERE expires_on < $1

-- name: old_words
DELETE FROM identity.once WHERE expires_on < $1

-- name: old_app_families
DELETE FROM identity.app_family WHERE expires_on < $1

-- name: old_app_tokens
-- A code is over within the day. A refresh token that served is kept as long as its family: it may be presented again.
DELETE FROM identity.app_token WHERE expires_on < $1

-- name: old_keys
DELETE FROM identity.idempotency WHERE kept_until < $1

-- name: rests
-- Whether she is not to be proposed a space for now: she said so, or was asked too short a time ago.
SELECT EXISTS (SELECT 1 FROM mailroom.refusal WHERE term = $1) OR
    EXISTS (SELECT 1 FROM mailroom.rest WHERE term = $2 AND again_on > $3)

-- name: remember_refusal
INSERT INTO mailroom.refusal (term, month) VALUES ($1, $2) ON CONFLICT (term) DO NOTHING

-- name: forget_refusals
DELETE FROM mailroom.refusal WHERE term = any($1::bytea[])

-- name: put_rest
INSERT INTO mailroom.rest (term, again_on) VALUES ($1, $2)
ON CONFLICT (term) DO UPDATE SET again_on = greatest(rest.again_on, excluded.again_on)

-- name: forget_rests
DELETE FROM mailroom.rest WHERE term = any($1::bytea[])

-- name: old_terms
-- Cards and tickets that are over lead nowhere.
DELETE FROM identity.directory WHERE ends_on < $1

-- name: old_rests
DELETE FROM mailroom.rest WHERE again_on <= $1

-- name: unanswered
-- Upkeep: the letters whose last day is past.
SELECT invitation_id, sealed, expires_on FROM mailroom.invitation WHERE expires_on < $1
    AND (delivered_on IS NULL OR NOT $2) ORDER BY invitation_id LIMIT 500

-- name: deliver_invitation
UPDATE mailroom.invitation SET delivered_on = $2, expires_on = $3 WHERE invitation_id = $1 AND delivered_on IS NULL
RETURNING invitation_id

-- name: delivered_invitations
-- Upkeep, where the operator published the rule of six weeks: the letters proven to be delivered up to a day.
SELECT invitation_id, sealed, delivered_on FROM mailroom.invitation WHERE delivered_on <= $1 ORDER BY invitation_id LIMIT 500

-- name: take_delivered
DELETE FROM mailroom.invitation WHERE invitation_id = $1 AND delivered_on <= $2 RETURNING invitation_id

-- name: put_archives
INSERT INTO consent.archive (space_id, until) SELECT * FROM unnest($1::uuid[], $2::date[])

-- name: drop_archives
DELETE FROM consent.archive WHERE space_id = any($1::uuid[])

-- name: archive_of
SELECT until FROM consent.archive WHERE space_id = $1

-- name: ended_archives
-- Upkeep: the archives whose last day is past.
SELECT space_id FROM consent.archive WHERE until < $1 ORDER BY space_id LIMIT 500

-- name: receipts_of
-- Every receipt kept for some persons.
SELECT r.space_id, r.receipt_id, r.sealed FROM consent.receipt r WHERE r.space_id = any($1::uuid[]) ORDER BY r.receipt_id

-- name: put_boot
INSERT INTO counts.boot (boot, seat, started, seen) VALUES ($1, $2, $3, $3)

-- name: boots
-- Every start and when it was last seen: how long a keeper was there.
SELECT started, seen FROM counts.boot

-- name: end_crashed
-- A start at this seat that never said its end.
UPDATE counts.boot SET ended = $2, crashed = true WHERE seat = $1 AND ended IS NULL RETURNING boot

-- name: see_boot
UPDATE counts.boot SET seen = $2 WHERE boot = $1

-- name: end_boot
UPDATE counts.boot SET seen = $2, ended = $2 WHERE boot = $1 AND ended IS NULL

-- name: put_tally
-- Totals of one start: written again, they are the same.
INSERT INTO counts.tally (boot, day, kind, number) SELECT $1, * FROM unnest($2::date[], $3::text[], $4::bigint[])
ON CONFLICT (boot, day, kind) DO UPDATE SET number = EXCLUDED.number

-- name: tally_of
SELECT kind, number FROM counts.tally WHERE day = $1

-- name: counted
-- One kind, of every day and start.
SELECT number FROM counts.tally WHERE kind = $1

-- name: first_boot
SELECT started FROM counts.boot ORDER BY started LIMIT 1

-- name: crashes_since
SELECT boot FROM counts.boot WHERE crashed AND ended > $1

-- name: lines_of_the_journal
SELECT held, numbered FROM counts.lines_of_the_journal()

-- name: last_reckoning
SELECT day, at, uncounted_least, settled FROM counts.reckoning ORDER BY day DESC LIMIT 1

-- name: last_reckoned
SELECT at FROM counts.reckoning ORDER BY at DESC LIMIT 1

-- name: reckonings
SELECT day, gaps FROM counts.reckoning ORDER BY day

-- name: put_reckoning
INSERT INTO counts.reckoning (day, at, lines, counted, uncounted_least, settled, crashes, gaps)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: put_order
INSERT INTO keeper.court_order (order_id, state, version, recorded_on, reveal_on, sealed) VALUES ($1, 1, 1, $2, $3, $4)

-- name: order_of
-- The one order an operator names.
SELECT order_id, state, version, recorded_on, reveal_on, prolonged, sealed FROM keeper.court_order WHERE order_id = $1

-- name: orders_listed
-- The orders that are not over, the most recent first.
SELECT order_id, state, version, recorded_on, reveal_on, prolonged, sealed FROM keeper.court_order WHERE state <= 2
ORDER BY recorded_on DESC, order_id LIMIT $1

-- name: orders_recorded
-- Those recorded on a day, as many as may be.
SELECT order_id FROM keeper.court_order WHERE recorded_on = $1 LIMIT 1000

-- name: move_order
-- Only as it was read: two accounts, or two readings, never move one order from the same place.
UPDATE keeper.court_order SET state = $3, version = version + 1, reveal_on = $4, prolonged = $5, sealed = $6
WHERE order_id = $1 AND version = $2 RETURNING order_id

-- name: put_sealed_line
INSERT INTO keeper.sealed_line (order_id, number, sealed) VALUES ($1, $2, $3)

-- name: sealed_lines
SELECT number, sealed FROM keeper.sealed_line WHERE order_id = $1 ORDER BY number

-- name: drop_sealed_lines
DELETE FROM keeper.sealed_line WHERE order_id = $1

-- name: hold_head
-- Whoever closes her space waits for a reading that was decided before, and the reading for a closing that came first.
SELECT h.state FROM journal.head h WHERE h.space_id = $1 FOR SHARE

-- name: orders_due
-- The orders that are to be told to somebody by a day, from a day and a number on.
SELECT order_id, state, version, recorded_on, reveal_on, prolonged, sealed FROM keeper.court_order
WHERE state = 2 AND reveal_on <= $1 AND (reveal_on, order_id) > ($2, $3) ORDER BY reveal_on, order_id LIMIT 100

-- name: orders_never_confirmed
SELECT order_id, state, version, recorded_on, reveal_on, prolonged, sealed FROM keeper.court_order
WHERE state = 1 AND recorded_on < $1

-- name: orders_gauge
-- How many, about nobody: what the public gauge says.
SELECT sealed, overdue, revealed, without_space, prolonged FROM counts.orders($1)

-- name: put_prints
INSERT INTO keeper.print_job (space_id, job_term, station_term, expires_on, sealed)
SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::date[], $5::bytea[])

-- name: take_print
-- Taken once: whoever comes second finds nothing to take.
UPDATE keeper.print_job SET state = 1 WHERE space_id = $1 AND job_term = $2 AND state = 0 RETURNING 1

-- name: drop_print
-- What the station makes itself: made once, and nothing that was asked, a secret number among it, is left.
DELETE FROM keeper.print_job WHERE space_id = $1 AND job_term = $2 AND state = 0 RETURNING 1

-- name: print_of
SELECT space_id, state, sealed FROM keeper.print_job WHERE job_term = $1

-- name: prints_waiting
SELECT sealed, job_term FROM keeper.print_job WHERE station_term = $1 AND state = 0 LIMIT $2

-- name: old_prints
DELETE FROM keeper.print_job WHERE expires_on < $1

-- name: erase_prints
DELETE FROM keeper.print_job WHERE space_id = any($1::uuid[])

-- name: sheet_of
SELECT sheet_term, place_term, state, version, sealed FROM keeper.sheet WHERE sheet_term = $1

-- name: sheets_at
-- The sheets of one counter that are not used or void.
SELECT sheet_term, place_term, state, version, sealed FROM keeper.sheet WHERE place_term = $1 AND state IN (0, 1, 2, 5)

-- name: put_sheets
INSERT INTO keeper.sheet (sheet_term, place_term, sealed) SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[])

-- name: move_sheets
-- Each moves only from where it was read: of two agents with the same sheet, one comes second.
UPDATE keeper.sheet s SET state = m.state, version = s.version + 1, sealed = m.sealed
FROM unnest($1::bytea[], $2::int[], $3::smallint[], $4::bytea[]) AS m(sheet_term, version, state, sealed)
WHERE s.sheet_term = m.sheet_term AND s.version = m.version

-- name: given_today
-- How much one agent gave on a day, and of which sorts in one person's name.
SELECT coalesce((SELECT number FROM keeper.agent_day WHERE agent_term = $1 AND day = $3), 0) AS number,
       coalesce((SELECT kinds FROM keeper.visit WHERE space_id = $2 AND agent_term = $1 AND day = $3), 0) AS kinds

-- name: give_of_agent
-- One more, unless that is more than the most: then no row, whoever counted at the same time.
INSERT INTO keeper.agent_day AS a (agent_term, day, number) VALUES ($1, $2, 1)
ON CONFLICT (agent_term, day) DO UPDATE SET number = a.number + 1 WHERE a.number < $3 RETURNING 1

-- name: give_in_visit
INSERT INTO keeper.visit AS v (space_id, agent_term, day, kinds) VALUES ($1, $2, $3, $4)
ON CONFLICT (agent_term, space_id, day) DO UPDATE SET kinds = v.kinds | EXCLUDED.kinds

-- name: provings_today
-- How many messages proved a contact today, by keyed terms.
SELECT proving_term, number FROM keeper.proving_day WHERE proving_term = any($1::bytea[]) AND day = $2

-- name: one_more_proving
-- One more, unless that is more than the most: then no row, whoever counted at the same time.
INSERT INTO keeper.proving_day AS p (proving_term, day, number) VALUES ($1, $2, 1)
ON CONFLICT (proving_term, day) DO UPDATE SET number = p.number + 1 WHERE p.number < $3 RETURNING 1

-- name: old_provings
DELETE FROM keeper.proving_day WHERE day < $1

-- name: old_agent_days
DELETE FROM keeper.agent_day WHERE day < $1

-- name: old_visits
DELETE FROM keeper.visit WHERE day < $1

-- name: erase_visits
DELETE FROM keeper.visit WHERE space_id = any($1::uuid[])
