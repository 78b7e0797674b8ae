-- name: lock
-- One writer of the log at a time; until the end of the transaction.
SELECT pg_advisory_xact_lock(715517);

-- name: leaves
-- The leaves that a reader has not seen yet.
SELECT leaf FROM debate.leaf WHERE n >= $1 ORDER BY n;

-- name: size
SELECT count(*) FROM debate.leaf;

-- name: add_leaves
INSERT INTO debate.leaf (n, leaf) SELECT $1 + place - 1, leaf FROM unnest($2::bytea[]) WITH ORDINALITY AS t (leaf, place);

-- name: head
SELECT note FROM debate.head;

-- name: set_head
INSERT INTO debate.head (size, note) VALUES ($1, $2)
ON CONFLICT (alone) DO UPDATE SET size = excluded.size, note = excluded.note;

-- name: cosignatures
SELECT key, size, line, differs FROM debate.cosignature ORDER BY key;

-- name: keep_cosignature
-- A witness only goes forward, unless it says that it knows another log.
INSERT INTO debate.cosignature AS c (key, size, line, differs) VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO UPDATE SET size = excluded.size, line = excluded.line, differs = excluded.differs
WHERE excluded.size >= c.size;

-- name: add_texts
INSERT INTO debate.text (com, salt, body)
SELECT com, salt, body FROM unnest($1::text[], $2::bytea[], $3::text[]) AS t (com, salt, body) ORDER BY com;

-- name: texts
SELECT com, salt, body FROM debate.text WHERE com = any($1::text[]);

-- name: add_codes
-- In the order of their digests, which says nothing of the order of printing.
INSERT INTO debate.code (tag, dossier, use, expires_on)
SELECT tag, $1, $2, $3 FROM unnest($4::bytea[]) AS t (tag) ORDER BY tag;

-- name: spend
-- Spends a code, once: two at the same time wait for each other, and the second finds it spent.
UPDATE debate.code SET spent = true
WHERE tag = $1 AND dossier = $2 AND use = $3 AND expires_on >= $4 AND NOT spent RETURNING true;

-- name: why_not
SELECT spent FROM debate.code WHERE tag = $1 AND dossier = $2 AND use = $3;

-- name: arrive
INSERT INTO debate.arrival (id, dossier, day, kind, body) VALUES ($1, $2, $3, $4, $5);

-- name: count_hour
INSERT INTO debate.hour AS h (dossier, day, hour, number) VALUES ($1, $2, $3, 1)
ON CONFLICT (dossier, day, hour) DO UPDATE SET number = h.number + 1;

-- name: count_delay
INSERT INTO debate.delay AS d (month, days, number) VALUES ($1, $2, 1)
ON CONFLICT (month, days) DO UPDATE SET number = d.number + 1;

-- name: delays
SELECT month, days, number FROM debate.delay ORDER BY month, days;

-- name: arrived
-- What came before a day, in the order of numbers drawn at random.
SELECT id, dossier, day, kind, body FROM debate.arrival WHERE day < $1 ORDER BY id;

-- name: waiting
SELECT count(*) FROM debate.arrival WHERE kind = 'write' AND dossier = $1;

-- name: contest_waits
SELECT count(*) FROM debate.arrival WHERE kind = 'contest' AND body ->> 'contribution' = $1;

-- name: forget_arrived
DELETE FROM debate.arrival WHERE id = any($1::uuid[]);

-- name: waits_since
-- The oldest day of what was to be published by a day and is not.
SELECT min(day) FROM debate.arrival WHERE day < $1;

-- name: ballots_wait
SELECT count(*) FROM debate.arrival WHERE kind = 'vote' AND dossier = $1;

-- name: hours
SELECT dossier, day, hour, number FROM debate.hour WHERE day < $1 ORDER BY dossier, day, hour;

-- name: forget_hours
DELETE FROM debate.hour WHERE day < $1;

-- name: add_bearers
INSERT INTO debate.bearer (tag, contribution)
SELECT tag, contribution FROM unnest($1::bytea[], $2::text[]) AS t (tag, contribution) ORDER BY tag;

-- name: bearer
SELECT contribution FROM debate.bearer WHERE tag = $1;

-- name: add_ballots
INSERT INTO debate.ballot (id, dossier, choices)
SELECT id, dossier, choices::jsonb FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, dossier, choices) ORDER BY id;

-- name: ballots
SELECT choices FROM debate.ballot WHERE dossier = $1 ORDER BY id;

-- name: forget_ballots
DELETE FROM debate.ballot WHERE dossier = $1;

-- name: settle
-- Spent codes are written again together, in the order of their digests: nothing tells which was spent first.
WITH gone AS (DELETE FROM debate.code WHERE spent AND NOT settled RETURNING tag, dossier, use, expires_on)
INSERT INTO debate.code (tag, dossier, use, expires_on, spent, settled)
SELECT tag, dossier, use, expires_on, true, true FROM gone ORDER BY tag;

-- name: add_desk
INSERT INTO debate.desk (tag, label, expires_on) VALUES ($1, $2, $3);

-- name: desk
SELECT label FROM debate.desk WHERE tag = $1 AND expires_on >= $2;
