-- The key database's statements (role es_keys_keeper).

-- name: blobs
SELECT space_id, blob FROM vault.space_blob WHERE space_id = any($1::uuid[])

-- name: put_blob
INSERT INTO vault.space_blob (space_id, master_version, blob, created_on) VALUES ($1, $2, $3, $4)

-- name: overwrite_blob
UPDATE vault.space_blob SET blob = $2 WHERE space_id = $1

-- name: delete_blob
DELETE FROM vault.space_blob WHERE space_id = $1 RETURNING space_id

-- name: delete_blobs
DELETE FROM vault.space_blob WHERE space_id = any($1::uuid[]) RETURNING space_id

-- name: old_blobs
-- Candidates for orphans: blobs written at least a day ago, page by page; those with no head are swept.
SELECT space_id FROM vault.space_blob WHERE created_on < $1 AND space_id > $2 ORDER BY space_id LIMIT 1000

-- name: service_blob
SELECT blob FROM vault.service_blob WHERE name = 'service'

-- name: put_service_blob
INSERT INTO vault.service_blob (name, master_version, blob) VALUES ('service', $1, $2) ON CONFLICT (name) DO NOTHING
