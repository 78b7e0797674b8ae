"""Reading what the proof of one journal is made from: where its years begin, a part of its lines with their leaves.

The year of a line is that of its tag, which never goes back whatever a clock did (docs/specs/entry.md §2): it is found by the
tag that each year begins with, never by the date of a record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from asyncpg import Record

from espace_sante.consent.letters import Quarter
from espace_sante.journal.entry import Head, JournalKeys, open_record, tag_of
from espace_sante.keeper.demand import ProveParams
from espace_sante.keeper.keyring import Held
from espace_sante.keeper.situation import Period, ProofFacts
from espace_sante.kernel.database import Connection, queries

SQL = queries("espace_sante.keeper")
LINES_AT_ONCE = 500


async def proof_facts(
    connection: Connection, held: Held, head: Head, params: ProveParams, *, lines: bool
) -> ProofFacts:
    """Return the facts; without `lines`, where the years begin and no line. One person at a time."""
    space = held.space.space
    (opened,) = await connection.fetch(SQL["entries"], [space], [0], [1])
    opening = int(open_record(held.space.record_key, space, 0, opened["sealed"])["at"][:4])
    starts = await year_starts(connection, held, opening, head.year)
    low = _begin(starts, params.first, head.n)
    end = _begin(starts, params.last + 1, head.n) if params.last else head.n
    if params.line >= 0:
        low, end = min(params.line, head.n), min(params.line + 1, head.n)
    high = min(params.before, end) if params.before > 0 else end
    rows = []
    if lines and low < high:
        page = max(low, high - LINES_AT_ONCE)
        rows = list(await connection.fetch(SQL["published_entries"], space, page, high))
    return ProofFacts(opening, head.year, starts, low, rows)


async def lines_of_periods(
    connection: Connection, held: Held, head: Head, periods: Iterable[Period]
) -> dict[Period, tuple[int, list[Record]]]:
    """Return, for each year or quarter, how many lines it has and the most recent of them, each with the number of its leaf."""
    wanted = sorted(set(periods))
    if not wanted:
        return {}
    starts = await year_starts(connection, held, wanted[0][0], head.year)
    found = {}
    for year, number in wanted:
        low, end = _begin(starts, year, head.n), _begin(starts, year + 1, head.n)
        if number:
            quarter = Quarter(year, number)
            # Inside the year of their tags, by the day each record says: the two ends of quarters that follow are the same line.
            bounds = [await _first_from(connection, held, low, end, one.begins) for one in (quarter, quarter.following)]
            low, end = bounds
        page = max(low, end - LINES_AT_ONCE)
        rows = list(await connection.fetch(SQL["published_entries"], held.space.space, page, end))
        found[year, number] = end - low, rows
    return found


async def _first_from(connection: Connection, held: Held, low: int, end: int, day: date) -> int:
    """Return the number of the first line, from `low` on, that is of that day (UTC) or later; `end` when there is none."""
    space = held.space
    while low < end:
        middle = (low + end) // 2
        (row,) = await connection.fetch(SQL["entries"], [space.space], [middle], [middle + 1])
        if open_record(space.record_key, space.space, middle, row["sealed"])["at"] < day.isoformat():
            low = middle + 1
        else:
            end = middle
    return low


async def year_starts(connection: Connection, held: Held, opening: int, last: int) -> dict[int, int]:
    """Return the number of the first line of each year that has one."""
    keys: JournalKeys = held.journal
    tags = {tag_of(keys.year_key(year), 0): year for year in range(opening, last + 1)}
    found = await connection.fetch(SQL["entries_tagged"], held.space.space, list(tags))
    return {tags[row["tag"]]: row["seq"] for row in found}


def _begin(starts: dict[int, int], year: int, n: int) -> int:
    """Return the number of the first line of a year or of one after it, `n` when there is none."""
    return min((seq for one, seq in starts.items() if one >= year), default=n)
