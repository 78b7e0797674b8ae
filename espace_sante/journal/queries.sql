-- name: take_seat
SELECT pg_advisory_lock(1163087692)

-- name: next_entries
-- Entries whose transaction is behind every one still running: commits out of order are never missed.
SELECT id FROM journal.entry WHERE id > $1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY id LIMIT 4096
