"""Working days between two days, in the time of Paris: what a public delay is counted in.

Holidays are counted as working days: a delay is then said to be over a day too soon, never too late.
"""

from __future__ import annotations

from datetime import date, timedelta

_SATURDAY = 5


def working_days(since: date, today: date) -> int:
    """Return how many working days began after a day, up to another one; 0 when it is not after it. Never raises."""
    weeks, rest = divmod(max((today - since).days, 0), 7)
    last = (since + timedelta(days=weeks * 7 + one) for one in range(1, rest + 1))
    return weeks * _SATURDAY + sum(day.weekday() < _SATURDAY for day in last)
