"""Tables that only grow, read from a database's own catalogue: a new one is found without being listed anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg

# What a process may write to, and nothing may change or take away. An INSERT on a column counts as one on the table.
_FINAL = """
    WITH roles AS (SELECT oid FROM pg_roles WHERE rolname LIKE 'es\\_%' AND rolname NOT LIKE '%owner'),
    tables AS (
        SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
               (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = c.oid AND attnum = 1) AS first
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public')
    )
    SELECT t.name, t.first,
           EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgfoid::regproc::text ~ 'refuse_change') AS guarded
    FROM tables t
    WHERE EXISTS (SELECT FROM roles r WHERE has_table_privilege(r.oid, t.oid, 'INSERT') OR has_any_column_privilege(r.oid, t.oid, 'INSERT'))
      AND NOT EXISTS (
          SELECT FROM roles r
          WHERE has_table_privilege(r.oid, t.oid, 'UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(r.oid, t.oid, 'UPDATE'))
    ORDER BY t.name
"""
_TABLES = """
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname = any($1) ORDER BY 1
"""


@dataclass(frozen=True)
class Final:
    """One table that only grows: its name, its first column, whether a trigger refuses changes even to its owner."""

    name: str
    first: str
    guarded: bool

    @property
    def by_its_owner(self) -> list[str]:
        """Return what the owner of the table may try without changing the table itself: what its triggers are for."""
        return list(self.attempts())[:7]

    def attempts(self) -> Iterator[str]:
        """Return every way to change it or to take from it: one row, all rows, the table at once."""
        yield f"UPDATE {self.name} SET {self.first} = {self.first}"
        yield f"UPDATE {self.name} SET {self.first} = {self.first} WHERE ctid = (SELECT ctid FROM {self.name} LIMIT 1)"
        yield f"DELETE FROM {self.name}"
        yield f"DELETE FROM {self.name} WHERE ctid = (SELECT ctid FROM {self.name} LIMIT 1)"
        yield f"TRUNCATE {self.name}"
        yield f"TRUNCATE {self.name} CASCADE"
        yield f"MERGE INTO {self.name} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE"
        yield f"ALTER TABLE {self.name} DISABLE TRIGGER ALL"
        yield f"DROP TABLE {self.name}"


async def final_tables(connection: Any) -> list[Final]:
    """Return the tables of a database that processes may only add to."""
    return [Final(row["name"], row["first"], row["guarded"]) for row in await connection.fetch(_FINAL)]


async def tables_of(connection: Any, *schemas: str) -> set[str]:
    """Return every table of some schemas."""
    return {row["name"] for row in await connection.fetch(_TABLES, list(schemas))}


async def not_refused(connection: Any, tables: list[Final]) -> list[str]:
    """Try every way of changing tables over a role's own connection; return those that were not refused for want of the right."""
    done = []
    for table in tables:
        for statement in table.attempts():
            try:
                async with connection.transaction():
                    await connection.execute(statement)
                done.append(statement)
            except asyncpg.InsufficientPrivilegeError:
                pass
    return done
