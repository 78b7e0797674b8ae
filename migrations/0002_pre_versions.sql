-- Who deposited a document, what it replaced and what replaced it: one sealed body, written by the keeper alone
-- (docs/decisions/0020). Rows from before have none: they are read as before, and nobody replaces them.
ALTER TABLE records.document ADD COLUMN origin bytea;
