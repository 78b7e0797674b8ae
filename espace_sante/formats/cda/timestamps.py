"""HL7 time stamps, kept with the precision they were written with: a day never becomes an hour.

Source: HL7 v3 data types, TS: `YYYY[MM[DD[HH[MM[SS[.s…]]]]]][±ZZZZ]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_FORM = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,9}))?)?)?)?)?)?(?:([+-])(\d\d)(\d\d))?",
    re.ASCII,
)
_PARIS = ZoneInfo("Europe/Paris")
_NOON = time(12)
# Before it no date of care is meant, and an instant of the first year may not exist in another time zone. FHIR search has
# the same bound.
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A time stamp as written, and its parts: those that were not written are None."""

    text: str
    year: int
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    microsecond: int | None = None
    offset: timedelta | None = None


def parse(text: str) -> Timestamp | None:
    """Return a time stamp, or None for what is not one: another form, a day or an hour that does not exist."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups()[:6])
    fraction, sign, hours, minutes = found.groups()[6:]
    offset = None
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
        if abs(offset) > timedelta(hours=14) or int(minutes) > 59:
            return None
    microsecond = int(fraction[:6].ljust(6, "0")) if fraction else None
    assert year is not None
    stamp = Timestamp(text, year, month, day, hour, minute, second, microsecond, offset)
    return stamp if _exists(stamp) else None


def _exists(stamp: Timestamp) -> bool:
    try:
        date(stamp.year, stamp.month or 1, stamp.day or 1)
        time(stamp.hour or 0, stamp.minute or 0, stamp.second or 0)
    except ValueError:
        return False
    # A month or a day written "00" is not an unknown one: HL7 leaves it out.
    return stamp.month != 0 and stamp.day != 0


def instant(stamp: Timestamp) -> str:
    """Return the RFC 3339 instant of a time stamp, for what needs one; "" before 1900, or when not even the day is known.

    Without an offset it is the time of Paris; a day alone is its noon there, so that no zone moves it to another day.
    """
    if stamp.month is None or stamp.day is None or stamp.year < _FIRST_YEAR:
        return ""
    clock = _NOON if stamp.hour is None else time(stamp.hour, stamp.minute or 0, stamp.second or 0)
    clock = clock.replace(microsecond=stamp.microsecond or 0)
    zone = _PARIS if stamp.offset is None or stamp.hour is None else timezone(stamp.offset)
    moment = datetime.combine(date(stamp.year, stamp.month, stamp.day), clock, zone)
    return moment.isoformat()


def day(stamp: Timestamp) -> str:
    """Return AAAA, AAAA-MM or AAAA-MM-JJ: as much of the day as was written."""
    parts = (f"{stamp.year:04}", stamp.month, stamp.day)
    return "-".join(part if isinstance(part, str) else f"{part:02}" for part in parts if part is not None)


def instant_of(text: str) -> str:
    """Return the instant of a time stamp's text, "" when it has none."""
    stamp = parse(text)
    return instant(stamp) if stamp else ""


def day_of(text: str) -> str:
    """Return the day of a time stamp's text as far as it is written, "" when it is not one."""
    stamp = parse(text)
    return day(stamp) if stamp else ""
