"""French working days: neither a Saturday, a Sunday nor a public holiday. Pure; days come in.

Holidays are those of mainland France: Code du travail L3133-1 (read 27 November 2026). Those of one department more (Good Friday in
Alsace, the abolition of slavery overseas) are counted as worked: a delay is then told longer than it was, never shorter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Easter Monday, Ascension Day, Whit Monday: so many days after Easter.
_AFTER_EASTER = (1, 39, 50)
_SATURDAY = 5


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year, 1583 or later."""
    easter = easter_of(year)
    moving = (easter + timedelta(days=more) for more in _AFTER_EASTER)
    return frozenset((*(date(year, month, day) for month, day in _FIXED), *moving))


def easter_of(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar. Source: Meeus, Jones and Butcher's algorithm."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Say whether a day is worked."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def working_days_between(start: date, end: date, *, most: int) -> int:
    """Return how many working days come after `start`, up to `end` included: 0 for the same day. Stops at `most`."""
    found = 0
    for day in _after(start, end):
        found += is_working_day(day)
        if found >= most:
            break
    return found


def _after(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        day += timedelta(days=1)
        yield day
