"""The first day of an age, from a birth date that may be partial: days are those of Paris, and doubt favours the person.

Whoever was born on a 29 February reaches an age on the last day of February. Source: circular of 25 July 2013, quoted by
centrepresseaveyron.fr on 2024-02-27; Code civil art. 388 and 414.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_BORN = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def day_in_paris(now: datetime) -> date:
    """Return the day it is in Paris at an instant, which carries a time zone."""
    return now.astimezone(PARIS).date()


def first_day_of_age(born: str, years: int) -> date | None:
    """Return the first day somebody has an age; None when the birth date says nothing that can be read.

    `born`: AAAA, AAAA-MM or AAAA-MM-JJ, 00 for what is not known. Of a partial date the earliest day is taken: the power of
    others over her then ends no later than it should.
    """
    found = _BORN.fullmatch(born)
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        real = date(year, month or 1, day or 1)
    except ValueError:
        return None
    return _same_day(real, year + years)


def has_reached(born: str, years: int, today: date) -> bool:
    """Say whether somebody has an age on a day; a birth date that cannot be read has reached none."""
    first = first_day_of_age(born, years)
    return first is not None and first <= today


def _same_day(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # a 29 February, in a year that has none
        return date(year, 3, 1) - timedelta(days=1)
