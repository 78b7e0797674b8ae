"""What is published of the counts: cells that stand apart, of eleven or more, of months that are over.

For each kind and each whole month, one of three things: each of its days, when every day counts eleven or more; or the month
alone, when it counts eleven or more; or "fewer than eleven". A number is never published beside another that contains it, so
no subtraction gives a smaller one back; a month is published once it is over, so it never grows by one under somebody's
eyes; nothing and a few are told alike. A total is the sum of the cells shown, and tells nothing more.
Source: docs/decisions/0029.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

FEWEST = 11
KINDS = (
    *("emergency-opened", "emergency-answered", "emergency-late"),
    *("contest-opened", "contest-answered", "contest-late"),
    *("mistake-opened", "mistake-answered", "mistake-late"),
    *("letter-printed", "letter-late"),
)


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """One published cell: a day (AAAA-MM-JJ) or a month (AAAA-MM), a kind, a number; None for fewer than eleven."""

    period: str
    kind: str
    number: int | None


def published(counts: Iterable[tuple[date, str, int]], today: date) -> list[Cell]:
    """Return the cells of every month that is over, from the first one in which anything was counted."""
    by_kind: dict[str, dict[date, int]] = {kind: {} for kind in KINDS}
    first = today
    for day, kind, number in counts:
        if kind in by_kind:
            by_kind[kind][day] = by_kind[kind].get(day, 0) + number
            first = min(first, day)
    cells = []
    month = first.replace(day=1)
    while (after := _next(month)) <= today:
        for kind in KINDS:
            cells += _of_month(month, kind, by_kind[kind])
        month = after
    return cells


def totals(cells: Iterable[Cell]) -> dict[str, int]:
    """Return, for each kind, the sum of the cells that are shown."""
    found: dict[str, int] = {}
    for cell in cells:
        if cell.number is not None:
            found[cell.kind] = found.get(cell.kind, 0) + cell.number
    return found


def _of_month(month: date, kind: str, counted: Mapping[date, int]) -> list[Cell]:
    days = [month + timedelta(days=i) for i in range(monthrange(month.year, month.month)[1])]
    numbers = [counted.get(day, 0) for day in days]
    if min(numbers) >= FEWEST:
        return [Cell(day.isoformat(), kind, number) for day, number in zip(days, numbers, strict=True)]
    whole = sum(numbers)
    return [Cell(f"{month:%Y-%m}", kind, whole if whole >= FEWEST else None)]


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
