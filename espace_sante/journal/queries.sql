-- name: take_seat
SELECT pg_advisory_lock(1163087692)

-- name: first_state
INSERT INTO log.state (node) VALUES ($1) ON CONFLICT DO NOTHING

-- name: state
SELECT cursor, restored_through FROM log.state WHERE node = $1

-- name: newest_entry
SELECT id FROM journal.entry ORDER BY id DESC LIMIT 1

-- name: fence
-- Drawn after the newest entry was seen. An entry's transaction has its number before the entry has its own (trigger
-- entry_after_xid): whoever holds a smaller entry number and has not committed has a smaller transaction number than this.
SELECT pg_current_xact_id()::text::bigint

-- name: oldest_running
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint

-- name: waiting
SELECT id, tag, com FROM journal.entry WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3

-- name: move_cursor
UPDATE log.state SET cursor = $3 WHERE node = $1 AND cursor = $2 RETURNING node

-- name: put_leaves
INSERT INTO log.leaf (idx, node, entry_id, dummy)
SELECT l.idx, $2::smallint, l.entry_id, l.dummy FROM unnest($1::bigint[], $3::bigint[], $4::bytea[]) AS l(idx, entry_id, dummy)

-- name: put_checkpoint
INSERT INTO log.checkpoint (size, root, note, index_size, index_root, index_note, index_leaf, at, day, dummies)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: newest
SELECT size, root, note, index_size, index_root, index_note, index_leaf, at, day, dummies FROM log.checkpoint
WHERE size < coalesce($1, 9223372036854775807) ORDER BY size DESC LIMIT $2

-- name: following
SELECT size, root, note, index_size, index_root, index_note, index_leaf, at, day, dummies FROM log.checkpoint
WHERE size > $1 ORDER BY size LIMIT $2

-- name: of_size
SELECT size, root, note, index_size, index_root, index_note, index_leaf, at, day, dummies FROM log.checkpoint WHERE size = $1

-- name: of_index_size
SELECT size, root, note, index_size, index_root, index_note, index_leaf, at, day, dummies FROM log.checkpoint
WHERE index_size = $1

-- name: leaves
-- A leaf and its own entry, or what the dummy holds.
SELECT coalesce(e.tag, substr(l.dummy, 1, 32)) AS tag, coalesce(e.com, substr(l.dummy, 33)) AS com
FROM log.leaf l LEFT JOIN journal.entry e ON e.id = l.entry_id WHERE l.idx >= $1 AND l.idx < $2 ORDER BY l.idx

-- name: padded_day
SELECT day, dummies FROM log.checkpoint WHERE day < $1 ORDER BY day DESC, size DESC LIMIT 1
