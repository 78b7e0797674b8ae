"""Reading what the mail room's acts need: the list, one person's outbox, the lines of her journal that it names.

One person at a time, once her head is read. Source: docs/decisions/0031.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Record

from espace_sante.consent.telling import documents_named
from espace_sante.consent.visits import Visit
from espace_sante.journal.entry import commitment_start, open_record, reference
from espace_sante.keeper.acts.posting import ANSWERS, due_rows, period_of
from espace_sante.keeper.named import document_of
from espace_sante.keeper.notice_body import PRESSED, Notice, open_notice
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Period
from espace_sante.keeper.telling import WITHOUT_A_SCREEN
from espace_sante.keeper.visits import day_of
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import SpaceKeys

SQL = queries("espace_sante.keeper")
# How many lines of her journal after an emergency are looked at for what was read under it.
READINGS_MOST = 300


async def letter_facts(
    connection: Connection, keys: SpaceKeys, outbox: Sequence[Record], named: UUID | None, n: int, *, again: bool
) -> tuple[list[Record], dict[UUID, Record], list[Record]]:
    """Return the lines of her journal that a letter says or counts, the documents they name, by row, and the cases answered."""
    notices = [open_notice(row["sealed"], keys, row["notice_id"]) for row in due_rows(outbox, named, again=again)]
    entries = await _entries(connection, keys.space, notices, n)
    records = [open_record(keys.record_key, keys.space, row["seq"], row["sealed"]) for row in entries]
    objects = [one for record in records if "glass" in record["basis"] for one in record["objects"]]
    rows = {row for one in objects if (row := document_of(one, keys)) is not None}
    found = await connection.fetch(SQL["documents_of"], [keys.space] * len(rows), list(rows)) if rows else []
    named_cases = {UUID(hex=one) for record in records if record["act"] in ANSWERS for one in _named("case:", record)}
    cases = await connection.fetch(SQL["cases"], list(named_cases)) if named_cases else []
    return entries, {row["row_id"]: row for row in found}, list(cases)


async def receipt_line(
    connection: Connection,
    keys: SpaceKeys,
    outbox: Sequence[Record],
    named: UUID | None,
    entries: Sequence[Record],
    *,
    again: bool,
) -> Record | None:
    """Return the most recent line that a letter is the receipt of, with the number of its leaf; no statement when it is of none."""
    notices = [open_notice(row["sealed"], keys, row["notice_id"]) for row in due_rows(outbox, named, again=again)]
    wanted = {one.entry for one in notices if one.entry and one.channel in WITHOUT_A_SCREEN}
    numbers = [row["seq"] for row in entries if reference(row["com"]) in wanted]
    if not numbers:
        return None
    last = max(numbers)
    return next(iter(await connection.fetch(SQL["published_entries"], keys.space, last, last + 1)), None)


def periods_named(keys: SpaceKeys, outbox: Sequence[Record], named: UUID | None, *, again: bool) -> list[Period]:
    """Return the years and the quarters of her journal that a letter shows."""
    rows = due_rows(outbox, named, again=again)
    found = (period_of(row, open_notice(row["sealed"], keys, row["notice_id"])) for row in rows)
    return [one for one in found if one is not None]


def visits_told(
    keys: SpaceKeys, outbox: Sequence[Record], named: UUID | None, visits: tuple[Visit, ...], *, again: bool
) -> tuple[Visit, ...]:
    """Return the days with agents that a letter tells her of."""
    notices = [open_notice(row["sealed"], keys, row["notice_id"]) for row in due_rows(outbox, named, again=again)]
    days = {day_of(one) for one in notices if one.act == PRESSED}
    return tuple(one for one in visits if one.day in days)


async def lines_of_visits(connection: Connection, space: UUID, visits: Sequence[Visit]) -> list[Record]:
    """Return the lines of her journal that these days wrote; no statement when there is none."""
    starts = [start for one in visits for line in one.lines if (start := commitment_start(line)) is not None]
    return list(await connection.fetch(SQL["entries_named"], space, starts, [])) if starts else []


async def documents_told(connection: Connection, will: Will, space: UUID) -> dict[UUID, Record]:
    """Return the documents that her will names one by one, for what she is shown of it; no statement when it names none."""
    named = sorted(documents_named(will.rights))
    found = await connection.fetch(SQL["documents_of"], [space] * len(named), named) if named else []
    return {row["row_id"]: row for row in found}


async def outbox_of(connection: Connection, space: UUID, today: date) -> list[Record]:
    """Return what is due to one person today."""
    return list(await connection.fetch(SQL["outbox_of"], space, today))


async def _entries(connection: Connection, space: UUID, notices: Sequence[Notice], n: int) -> list[Record]:
    starts = [start for one in notices if (start := commitment_start(one.entry)) is not None]
    if not starts:
        return []
    found = {row["seq"]: row for row in await connection.fetch(SQL["entries_named"], space, starts, [])}
    urgent = {one.entry for one in notices if one.letter}
    low = min((seq for seq, row in found.items() if reference(row["com"]) in urgent), default=n)
    if low < n:
        high = min(n, low + READINGS_MOST)
        found |= {row["seq"]: row for row in await connection.fetch(SQL["entries"], [space], [low], [high])}
    return list(found.values())


def _named(kind: str, record: dict[str, Any]) -> list[str]:
    return [one.removeprefix(kind) for one in record["objects"] if one.startswith(kind)]
