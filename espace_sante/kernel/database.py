"""Named SQL files, forward migrations, connections: the only place that speaks to asyncpg in general terms.

Statements live in `queries.sql` beside the store that uses them, each headed by `-- name: word`. Nothing here knows
what a person or a space is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_NAME = re.compile(r"^-- name: (?P<name>[a-z_]+)\b.*$", re.MULTILINE)
_MIGRATION_LOCK = 0x45535041  # "ESPA": one migrator at a time


def parse_queries(text: str) -> Mapping[str, str]:
    """Return the statements of a `queries.sql`, by name, in the order of the file.

    Raises ValueError when a name stands twice.
    """
    found: dict[str, str] = {}
    marks = list(_NAME.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        name = mark.group("name")
        if name in found:
            raise ValueError(f"query named twice: {name}")
        found[name] = text[mark.end() : following.start() if following else len(text)].strip().rstrip(";")
    return MappingProxyType(found)


@cache
def queries(package: str) -> Mapping[str, str]:
    """Return the named statements of a package's `queries.sql`."""
    return parse_queries(files(package).joinpath("queries.sql").read_text(encoding="utf-8"))


async def connect(arguments: Mapping[str, Any], *, settings: Mapping[str, str] | None = None) -> Connection:
    """Open one connection; `settings` are PostgreSQL's, for this connection only."""
    return await asyncpg.connect(**arguments, server_settings=dict(settings or {}), timeout=10)


@contextmanager
def dropped_when_broken(connection: Connection) -> Iterator[None]:
    """Close a connection whose exchange was cut, so that its next user opens another; what was raised goes on.

    A cut in the middle of an exchange may leave asyncpg with a connection that is not closed and answers nothing.
    """
    try:
        yield
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        connection.terminate()
        raise


async def migrate(connection: Connection, folder: Path) -> list[str]:
    """Apply, in order and under one lock, the migrations of a folder that this database has not seen.

    Forward only; each file is one transaction; a file already applied whose text has changed since is refused with
    ValueError, because what ran is then no longer what stands here. Returns the names applied.
    """
    await connection.execute("SET lock_timeout = '5s'; SET statement_timeout = '60s'; SET check_function_bodies = on")
    await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
    try:
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS public.migration (name text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        seen = {
            row["name"]: row["sha256"] for row in await connection.fetch("SELECT name, sha256 FROM public.migration")
        }
        return [
            path.name
            for path in sorted(folder.glob("[0-9]*.sql"))
            if await _apply(connection, path, seen.get(path.name))
        ]
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _MIGRATION_LOCK)
        await connection.execute("RESET lock_timeout; RESET statement_timeout")


async def _apply(connection: Connection, path: Path, seen: str | None) -> bool:
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    if seen is not None:
        if seen != digest:
            raise ValueError(f"migration {path.name} was changed after it ran")
        return False
    async with connection.transaction():
        await connection.execute(text)
        await connection.execute("INSERT INTO public.migration (name, sha256) VALUES ($1, $2)", path.name, digest)
    return True
