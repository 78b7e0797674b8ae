"""A date as a search writes it: a prefix and an interval, as wide as what was written. Source: FHIR R4 search 3.1.1.4.6."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from espace_sante.actions.depositing import PARIS

_FORM = re.compile(
    r"(eq|ne|gt|lt|ge|le|sa|eb)?"
    r"((?:19|20)\d\d)(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d)(:\d\d)?(\.\d{1,3})?(Z|[+-]\d\d:\d\d)?)?)?)?"
)


def interval(text: str) -> str | None:
    """Return "prefix|low|high", in milliseconds since 1970, the end excluded; None for what is not a date.

    What has no zone is in Paris's, where the person and her documents are.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    try:
        low, high = _bounds(*found.groups()[1:])
    except (ValueError, OverflowError):
        return None
    return f"{found.group(1) or 'eq'}|{_milliseconds(low)}|{_milliseconds(high)}"


def _bounds(
    year: str,
    month: str | None,
    day: str | None,
    minute: str | None,
    second: str | None,
    part: str | None,
    zone: str | None,
) -> tuple[datetime, datetime]:
    if minute is None:
        low = datetime(int(year), int(month or 1), int(day or 1), tzinfo=PARIS)
        return low, _following(low, month, day)
    low = datetime.fromisoformat(f"{year}-{month}-{day}T{minute}{second or ''}{part or ''}{zone or ''}")
    if low.tzinfo is None:
        low = low.replace(tzinfo=PARIS)
    width = timedelta(milliseconds=1) if part else timedelta(seconds=1) if second else timedelta(minutes=1)
    return low, low + width


def _following(low: datetime, month: str | None, day: str | None) -> datetime:
    """Return the first instant after a year, a month or a day: by the calendar, whatever the hour of summer."""
    if day is not None:
        return low + timedelta(days=1)
    if month is None or low.month == 12:
        return low.replace(year=low.year + 1, month=1)
    return low.replace(month=low.month + 1)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
