"""Dates as ranges of instants, numbers as ranges of numbers: what was written says how wide.

A date or a time without a zone is in Paris's, where the person and her documents are. Source: FHIR R4 search 3.1.1.4.6, 3.1.1.4.7.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from espace_sante.formats.fhir.search.typed import LATEST, DateRange

# The zone of what says none. The choice is in docs/deviations.md.
PARIS = ZoneInfo("Europe/Paris")
_EPOCH = datetime(1970, 1, 1)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)
_NUMBER = re.compile(r"[+-]?(\d{1,18})(?:\.(\d{1,18}))?(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
# Wide enough for every number the form above allows: nothing is rounded.
EXACT = Context(prec=80)


@lru_cache(maxsize=8192)
def date_range(text: str) -> DateRange | None:
    """Return the instants a date, a month, a year or a time stands for; None when it is none of these."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, part, zone = found.groups()
    try:
        if hour is None:
            return _whole(int(year), month, day)
        return _time(datetime(int(year), int(month), int(day), int(hour), int(minute)), second, part, zone)
    except (ValueError, OverflowError):
        return None


def _whole(year: int, month: str | None, day: str | None) -> DateRange:
    first = date(year, int(month or 1), int(day or 1))
    low = _instant(datetime(first.year, first.month, first.day), None)
    try:
        after = _following(first, bool(month), bool(day))
    except (ValueError, OverflowError):
        return DateRange(low, LATEST)  # the last day of the year 9999
    return DateRange(low, _instant(datetime(after.year, after.month, after.day), None))


def _following(first: date, has_month: bool, has_day: bool) -> date:
    if has_day:
        return first + timedelta(days=1)
    if has_month and first.month < 12:
        return first.replace(month=first.month + 1)
    return first.replace(year=first.year + 1, month=1)


def _time(minute: datetime, second: str | None, part: str | None, zone: str | None) -> DateRange:
    low = _instant(minute, zone)
    if second is None:
        return DateRange(low, low + 60_000_000)
    if int(second) > 60:  # R4 allows a leap second
        raise ValueError(second)
    low += int(second) * 1_000_000
    if part is None:
        return DateRange(low, low + 1_000_000)
    kept = part[:6]
    return DateRange(low + int(kept.ljust(6, "0")), low + int(kept.ljust(6, "0")) + 10 ** (6 - len(kept)))


def _instant(local: datetime, zone: str | None) -> int:
    """Return microseconds since 1970; computed without leaving the years that `datetime` knows."""
    offset = PARIS.utcoffset(local) if zone is None else _offset(zone)
    assert offset is not None
    return (local - _EPOCH - offset) // timedelta(microseconds=1)


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta(0)
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(zone)
    found = timedelta(hours=hours, minutes=minutes)
    return -found if zone[0] == "-" else found


def number_range(text: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return a number and the range its digits stand for, the end excluded: `100` is [99.5, 100.5). None if it is none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    value = Decimal(text)
    decimals = len(found[2] or "") - int(found[3] or 0)
    half = Decimal(5).scaleb(-decimals - 1)
    return value, EXACT.subtract(value, half), EXACT.add(value, half)
