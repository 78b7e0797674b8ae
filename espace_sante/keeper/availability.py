"""How long, in each month over, a keeper was there to answer: from when each started to when it was last seen. About nobody.

A keeper says that it is there every half minute: what is shorter is not seen. Source: docs/decisions/0069.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

WHOLE = 10_000  # hundredths of a percent


def availability(spans: Iterable[tuple[datetime, datetime]], today: date) -> list[tuple[str, int]]:
    """Return (AAAA-MM, hundredths of a percent) for each month over, from that of the first start; spans may overlap."""
    joined = _joined(spans)
    if not joined:
        return []
    found = []
    month = joined[0][0].date().replace(day=1)
    while (after := _next(month)) <= today:
        start, end = (datetime(day.year, day.month, 1, tzinfo=UTC) for day in (month, after))
        begun = max(start, joined[0][0])  # before the first start there was nothing to answer
        there = sum((min(b, end) - max(a, start)).total_seconds() for a, b in joined if a < end and b > start)
        found.append((f"{month:%Y-%m}", int(there * WHOLE // (end - begun).total_seconds())))
        month = after
    return found


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted((a.astimezone(UTC), b.astimezone(UTC)) for a, b in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
