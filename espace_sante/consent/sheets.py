"""Numbered sheets of a counter: written with a pen while the system is down or far away, entered afterwards, each once.

A number says of which batch a sheet is, and nothing of anybody. Pure: no clock, no key, no database.
Guarantee: G10. Source: inclusion.md PAR-20; docs/decisions/0084.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntEnum
from types import MappingProxyType

from espace_sante.identity.ages import PARIS
from espace_sante.kernel.working_days import after_working_days

ENTERED_WITHIN = 5  # working days after the day written on the sheet. Source: inclusion.md PAR-20
PRINTED_AT_ONCE, AT_A_COUNTER = 100, 1_000
PRINTS_A_DAY = 200  # at one counter: numbers are not drawn without end
AWAY_MOST_DAYS = 31  # of a round
_BATCH_DIGITS, _PLACE_DIGITS, _CHECK_DIGITS = 5, 3, 2
_DIGITS = _BATCH_DIGITS + _PLACE_DIGITS + _CHECK_DIGITS


class SheetState(IntEnum):
    """Where a sheet is. The last three are for ever."""

    READY = 0
    OUT = 1
    WAITING = 2  # entered once; another agent is to enter the same
    USED = 3
    VOID = 4
    LOST = 5


class SheetMove(IntEnum):
    """What a counter says of sheets, besides entering them."""

    OUT = 0
    BACK = 1
    VOID = 2
    LOST = 3


_HELD = frozenset({SheetState.READY, SheetState.OUT, SheetState.WAITING})
ENTERABLE = _HELD
# From where each move is made, and where it leads.
MOVES: Mapping[SheetMove, tuple[frozenset[SheetState], SheetState]] = MappingProxyType(
    {
        SheetMove.OUT: (frozenset({SheetState.READY}), SheetState.OUT),
        SheetMove.BACK: (frozenset({SheetState.OUT}), SheetState.READY),
        SheetMove.VOID: (_HELD, SheetState.VOID),
        SheetMove.LOST: (_HELD, SheetState.LOST),
    }
)


def moved(state: SheetState, move: SheetMove) -> SheetState | None:
    """Return where a move leads a sheet, None when it may not be made from there."""
    sources, target = MOVES[move]
    return target if state in sources else None


def numbered(drawn: int, count: int) -> tuple[str, ...]:
    """Return the numbers of the sheets of one batch, whose own number is made of what was drawn."""
    batch = drawn % 10**_BATCH_DIGITS
    plain = (f"{batch:0{_BATCH_DIGITS}d}{place:0{_PLACE_DIGITS}d}" for place in range(1, count + 1))
    return tuple(one + _check(one) for one in plain)


def sheet_number(typed: str) -> str | None:
    """Return a number as it is kept, from what was typed with or without spaces; None when its check digits are wrong."""
    digits = typed.replace(" ", "").replace("-", "")
    whole = len(digits) == _DIGITS and digits.isascii() and digits.isdecimal()
    return digits if whole and _check(digits[:-_CHECK_DIGITS]) == digits[-_CHECK_DIGITS:] else None


def said_sheet(number: str) -> str:
    """Return a number as it is printed and read aloud."""
    batch, place = number[:_BATCH_DIGITS], number[_BATCH_DIGITS : _BATCH_DIGITS + _PLACE_DIGITS]
    return f"{batch} {place} {number[-_CHECK_DIGITS:]}"


def day_written(text: str) -> date | None:
    """Return the day written on a sheet (AAAA-MM-JJ), None when it is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def late_day(sheet: str, since: str, today: date) -> date | None:
    """Return the day a demand entered from a sheet counts from, None for any other, or for a day that cannot be: it is refused.

    `today` is that of UTC: just after midnight in Paris, the day written there is already the next one.
    """
    written = day_written(since) if sheet else None
    return written if written is not None and -1 <= (today - written).days <= AWAY_MOST_DAYS else None


def day_fault(written: date | None, printed: date, today: date) -> str:
    """Return the code of what is wrong with the day written on a sheet, "" for nothing; days are those of Paris."""
    if written is None or not printed <= written <= today:
        return "sheet-day"
    return "" if today <= last_entry(written) else "sheet-late"


def last_entry(written: date) -> date:
    """Return the last day on which what was written on a day may be entered."""
    return after_working_days(written, ENTERED_WITHIN)


def begins(day: date) -> datetime:
    """Return the first instant of a day in Paris."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS)


def _check(plain: str) -> str:
    """Return two digits that no mistyped digit and no two exchanged ones leave right. Source: ISO/IEC 7064, MOD 97-10."""
    return f"{98 - int(plain) * 100 % 97:0{_CHECK_DIGITS}d}"
