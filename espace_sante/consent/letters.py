"""What she wants by post: where letters reach her, and the letter that says, every so often, what is open to whom.

Both are off until she says so, and neither gives anybody anything. Pure values.
Source: docs/decisions/0031; NF Z 10-011 (lines of a postal address).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
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


def is_address(lines: tuple[str, ...]) -> bool:
    """Say whether lines may stand under a name on an envelope: one to five, none empty, none too long to be printed whole."""
    return 1 <= len(lines) <= ADDRESS_LINES_MOST and all(0 < len(line) <= LINE_CHARACTERS for line in lines)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month when there is no such day."""
    ahead = day.year * 12 + day.month - 1 + months
    year, month = divmod(ahead, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
