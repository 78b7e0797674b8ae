"""The lines that a public journal has beside what is counted: enough of them, as in any house that is used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from espace_sante.keeper.indicators import LINE
from espace_sante.kernel.settings import Settings
from tests.inside import rows

ENOUGH = 10_000_000


def with_lines(counts: Iterable[tuple[date, str, int]], each_day: int = ENOUGH) -> list[tuple[date, str, int]]:
    """Return counts with so many lines each day, from the first month counted until a year after the last."""
    found = list(counts)
    if not found:
        return []
    first, last = min(day for day, _, _ in found).replace(day=1), max(day for day, _, _ in found)
    return found + [(first + timedelta(days=more), LINE, each_day) for more in range((last - first).days + 366)]


async def put_lines(settings: Settings, first: date) -> None:
    """Write that keepers of before added enough lines to the journal, each day of a year from a first one."""
    put = (
        "INSERT INTO counts.tally SELECT gen_random_uuid(), day::date, 'entry:read_document', 100000"
        " FROM generate_series($1::date, $1::date + 365, interval '1 day') AS day RETURNING 1"
    )
    assert len(await rows(settings, "postgres", put, first)) == 366
