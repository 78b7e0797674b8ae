-- name: declare
INSERT INTO jobs.task (kind, due) VALUES ($1, $2) ON CONFLICT (kind) DO NOTHING

-- name: take
-- One task that is due and that nobody holds; the lease frees it if whoever takes it dies.
UPDATE jobs.task SET lease = $1::timestamptz + interval '5 minutes', tries = tries + 1
WHERE kind = (SELECT kind FROM jobs.task WHERE due <= $1 AND (lease IS NULL OR lease < $1) ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING kind

-- name: done
UPDATE jobs.task SET due = $2, lease = NULL, tries = 0 WHERE kind = $1
