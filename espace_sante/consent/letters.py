"""What she wants by post: where letters reach her, the letter of what is open to whom, the one of her journal each quarter.

All are off until she says so, and none gives anybody anything. Pure values.
Source: docs/decisions/0031; NF Z 10-011 (lines of a postal address).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

# Every how many months the letter may be asked for.
PERIODS = (6, 12)
# The name takes the first of the six lines. Source: NF Z 10-011.
ADDRESS_LINES_MOST = 5
LINE_CHARACTERS = 38


@dataclass(frozen=True, slots=True)
class Reminder:
    """Send a letter of what is open to whom every `months`; `notice` is the line of her outbox that waits for the next one."""

    months: int
    notice: UUID
    since: datetime


class Wanted(StrEnum):
    """Which letters she asks for, or asks for no more."""

    OPEN = "open"  # what is open to whom
    JOURNAL = "journal"  # her journal of each quarter
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Quarterly:
    """Send her journal of each quarter that ended; `notice` is the line of her outbox that waits for the next one."""

    notice: UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of a year, from 1 to 4."""

    year: int
    number: int

    @property
    def begins(self) -> date:
        """Return its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def following(self) -> Quarter:
        """Return the one after it, whose first day is the first that is not in this one."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)


def quarter_of(day: date) -> Quarter:
    """Return the quarter a day is in."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_before(day: date) -> Quarter:
    """Return the quarter that ended last before a day."""
    now = quarter_of(day)
    return Quarter(now.year, now.number - 1) if now.number > 1 else Quarter(now.year - 1, 4)


def is_address(lines: tuple[str, ...]) -> bool:
    """Say whether lines may stand under a name on an envelope: one to five, none empty, none too long to be printed whole."""
    return 1 <= len(lines) <= ADDRESS_LINES_MOST and all(0 < len(line) <= LINE_CHARACTERS for line in lines)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month when there is no such day."""
    ahead = day.year * 12 + day.month - 1 + months
    year, month = divmod(ahead, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
