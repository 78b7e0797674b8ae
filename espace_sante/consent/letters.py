"""What she wants by post: where letters reach her, how they are written, those that come by themselves, what became of them.

All are off until she says so, and none gives anybody anything. Pure values.
Source: docs/decisions/0031, 0062; NF Z 10-011 (lines of a postal address).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
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


# Two letters that came back: nothing with content goes to that address any more. Source: inclusion.md LET-09.
RETURNS_MOST = 2


@dataclass(frozen=True, slots=True)
class LetterForm:
    """How her letters are written, and by whom they are printed; every answer is no until she says so.

    `large`: 18 points. `simple`: in short words. `braille`: with a text file for a braille device. `audio`: with a spoken
    file. `counter`: they wait for her at the counter, whatever her address. `inside`: no printer outside the operator.
    """

    large: bool = False
    simple: bool = False
    braille: bool = False
    audio: bool = False
    counter: bool = False
    inside: bool = False

    def but(self, said: LetterAnswers) -> LetterForm:
        """Return the same, with what she says now; what she does not say stays as it was."""
        return replace(self, **{name: value for name, value in said.given().items()})

    def goes_further_than(self, before: LetterForm) -> bool:
        """Say whether letters are sent out, or to a printer outside, that were not before."""
        return (before.counter and not self.counter) or (before.inside and not self.inside)

    @property
    def words(self) -> tuple[str, ...]:
        """Return the names of what she said yes to."""
        names = ("large", "simple", "braille", "audio", "counter", "inside")
        return tuple(name for name in names if getattr(self, name))


@dataclass(frozen=True, slots=True)
class LetterAnswers:
    """What she says of her letters: yes, no, or nothing (None)."""

    large: bool | None = None
    simple: bool | None = None
    braille: bool | None = None
    audio: bool | None = None
    counter: bool | None = None
    inside: bool | None = None

    def given(self) -> dict[str, bool]:
        """Return the answers that were given."""
        names = ("large", "simple", "braille", "audio", "counter", "inside")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


AS_USUAL = LetterForm()


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
