"""Compare dates and instants of unlike precision. Source: FHIRPath section 6.1.4 (comparison of partial dates)."""

from __future__ import annotations

from datetime import date, datetime

_DAY = 10


def is_after(one: str, other: str) -> bool:
    """Say whether a date or dateTime is surely after another: not when the less precise of them leaves it open. Never raises."""
    if len(one) > _DAY and len(other) > _DAY:
        return _instant(one) > _instant(other)
    width = min(len(one), len(other), _DAY)
    first, second = one[:width], other[:width]
    if first <= second:
        return False
    if width == _DAY and len(one) != len(other):  # an instant near midnight may be of either day
        return abs((date.fromisoformat(first) - date.fromisoformat(second)).days) > 1
    return True


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written.replace(":60", ":59", 1) if ":60" in written[16:19] else written)
