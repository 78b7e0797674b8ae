"""Which days are worked in France: from Monday to Friday, the eleven public holidays left out. Pure; days come in.

The two further days of Alsace and Moselle, those of the overseas departments and the days a counter closes are not known here: a
term counted with this calendar is never longer there than elsewhere.
Source: Code du travail, article L3133-1 (read on 2026-11-27); Meeus, Astronomical Algorithms, chapter 8, for Easter.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)
# Month and day of the eight that never move.
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# How many days after Easter Sunday: Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER = (1, 39, 50)
_SATURDAY = 5


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year, from 1886 on."""
    easter = easter_of(year)
    moving = (easter + timedelta(days=days) for days in _AFTER_EASTER)
    return frozenset({*(date(year, month, day) for month, day in _FIXED), *moving})


def is_worked(day: date) -> bool:
    """Say whether a day is worked."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def after_working_days(day: date, number: int) -> date:
    """Return the last of so many working days that follow a day, itself not counted; the day itself for none."""
    for _ in range(number):
        day += _DAY
        while not is_worked(day):
            day += _DAY
    return day


def easter_of(year: int) -> date:
    """Return the Sunday of Easter, in the Gregorian calendar."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + rest - 7 * ((a + 11 * h + 22 * rest) // 451) + 114, 31)
    return date(year, month, day + 1)
