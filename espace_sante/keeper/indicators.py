"""What is published of the counts: cells that stand apart, of eleven or more, rounded, of months that are over.

Everything counted stands in one cell at most, and no cell is a part of another: no subtraction gives a smaller one back. A month
is split into its days only when each of them counts eleven or more; otherwise none of them is shown. What undoes (a closing, a
withdrawal) is shown only when what was shown of its doing already suffices to explain it: otherwise it would tell how much of the
doing is hidden. A month in which the public journal has too few lines is not shown: its lines are counted exactly by everybody, and
would tell how few the hidden numbers add up to. The same rules stand, written apart, in `verifier/indicators.py`.
Source: docs/decisions/0029, 0069 and 0092; docs/specs/indicators.md.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import product
from types import MappingProxyType

import msgspec

FEWEST, STEP = 11, 5
DELAYS = ((7, "in-7"), (14, "in-14"), (31, "in-31"))
LATE = "late"
CASES = ("emergency", "contest", "mistake")
READERS = ("own", "professional", "emergency", "app", "counter", "court")
# Shown by day when every day of a month counts eleven or more, else by month.
BY_DAY = (
    *(f"{case}-{word}" for case in CASES for word in (*(word for _, word in DELAYS), LATE)),
    *("letter-printed", "letter-late"),
    *("page-machine", "page-person", "page-late"),
    *(f"read-{reader}" for reader in READERS),
    *("refused-professional", "refused-app"),
)
WAYS = ("web", "api", "counter", "paper", "phone")
# Acts of persons counted by channel, and what each undoes: the whole list of what is counted across spaces beside the above. An act
# that opens a case is not here: the case counts it.
UNDOES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("open_space", "refuse_space", "grant_access", "mask", "block", "issue_access_card"), ""),
        **dict.fromkeys(("authorise_app", "allow_secondary_use", "set_emergency_will", "refuse_emergency"), ""),
        "close_space": "open_space",
        "reopen_space": "close_space",
        "reverse_refusal": "refuse_space",
        "withdraw_access": "grant_access",
        "unmask": "mask",
        "unblock": "block",
        "revoke_access_card": "issue_access_card",
        "end_app": "authorise_app",
        "end_secondary_use": "allow_secondary_use",
    }
)
BY_MONTH = tuple(f"{act}:{way}" for act, way in product(UNDOES, WAYS))
KINDS = (*BY_DAY, *BY_MONTH)
# The lines that keepers added to the public journal, one day: never a cell, since the journal says it.
LINE = "line"


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """One published cell: a day (AAAA-MM-JJ) or a month (AAAA-MM), a kind, a number.

    A number n means n - 4 to n. None: fewer than eleven; of an act that undoes: fewer than eleven, or withheld.
    """

    period: str
    kind: str
    number: int | None

    @property
    def least(self) -> int:
        """The least it may be."""
        return 0 if self.number is None else self.number - STEP + 1

    @property
    def most(self) -> int | None:
        """The most it may be; None when nothing says."""
        if self.number is not None:
            return self.number
        return None if UNDOES.get(self.kind.partition(":")[0]) else FEWEST - 1


def act_kind(act: str, channel: str) -> str:
    """Return what an act done through a channel counts as, "" when it is not counted."""
    return f"{act}:{channel}" if act in UNDOES and channel in WAYS else ""


def answer_kind(case: str, opened: date, due: date, today: date) -> str:
    """Return what the answer of a case counts as, "" after its last day: it was counted as late."""
    if today > due:
        return ""
    days = (today - opened).days
    return f"{case}-{next((word for most, word in DELAYS if days <= most), DELAYS[-1][1])}"


def published(counts: Iterable[tuple[date, str, int]], today: date) -> list[Cell]:
    """Return the cells of every month that is over since yesterday, from the first one in which anything was counted.

    A day more is let go by, so that the last counts of a month are all written before it is shown. A month without the lines it takes
    has no cell at all.
    """
    by_kind: dict[str, dict[date, int]] = {kind: {} for kind in (*KINDS, LINE)}
    first = today
    for day, kind, number in counts:
        if kind in by_kind:
            by_kind[kind][day] = by_kind[kind].get(day, 0) + number
            first = first if kind == LINE else min(first, day)
    cells: list[Cell] = []
    shown: dict[str, int] = {}
    month = first.replace(day=1)
    while (after := _next(month)) < today:
        if _has_room(month, by_kind):
            for kind in BY_DAY:
                cells += _of_month(month, kind, by_kind[kind])
            for act in _in_order():
                cells += _of_act(month, act, by_kind, shown)
        month = after
    return cells


def _has_room(month: date, by_kind: Mapping[str, Mapping[date, int]]) -> bool:
    """Say whether the journal has lines enough for every number to be all that it may be, and one more a day.

    Each thing counted is one line at least. Ten stand for a number under eleven: what is said here does not depend on it.
    """
    days = _days(month)
    spare, taken = [by_kind[LINE].get(day, 0) for day in days], len(days)
    for kind in KINDS:
        numbers = [by_kind[kind].get(day, 0) for day in days]
        if kind in BY_DAY and min(numbers) >= FEWEST:
            spare = [left - (rounded(number) or 0) for left, number in zip(spare, numbers, strict=True)]
        else:
            taken += rounded(sum(numbers)) or FEWEST - 1
    return min(spare) >= 0 and sum(spare) >= taken


def totals(cells: Iterable[Cell]) -> dict[str, tuple[int, int | None]]:
    """Return, for each kind, the least and the most that its cells add up to."""
    found: dict[str, tuple[int, int | None]] = {}
    for cell in cells:
        least, most = found.get(cell.kind, (0, 0))
        found[cell.kind] = (least + cell.least, None if most is None or cell.most is None else most + cell.most)
    return found


def may_be_published(cells: Iterable[Cell]) -> bool:
    """Say whether cells may stand together, as far as they tell it: for a file that comes from elsewhere.

    Each stands once; a day only with all the other days of its month, never beside that month; what undoes, only when it is explained.
    """
    found = tuple(cells)
    given = {(cell.period, cell.kind): cell for cell in found}
    if len(given) != len(found):
        return False
    least: dict[tuple[str, str], int] = {}
    for (period, kind), cell in given.items():
        try:
            first = date.fromisoformat(f"{period[:7]}-01")
        except ValueError:
            return False
        days = {day.isoformat() for day in _days(first)}
        if period != f"{first:%Y-%m}":
            together = all((day, kind) in given for day in days) and (f"{first:%Y-%m}", kind) not in given
            if period not in days or kind not in BY_DAY or cell.number is None or not together:
                return False
        elif kind in BY_MONTH:
            act = kind.partition(":")[0]
            least[period, act] = least.get((period, act), 0) + cell.least
    shown: dict[str, int] = {}
    for period in sorted({period for period, _ in least}):
        for act in _in_order():
            shown[act] = shown.get(act, 0) + least.get((period, act), 0)
            if UNDOES[act] and least.get((period, act), 0) and shown[act] > shown.get(UNDOES[act], 0):
                return False
    return True


def rounded(number: int) -> int | None:
    """Return a number as it is shown: up to the next multiple of five, or None when it is fewer than eleven."""
    return (number + STEP - 1) // STEP * STEP if number >= FEWEST else None


def _of_month(month: date, kind: str, counted: Mapping[date, int]) -> list[Cell]:
    days = _days(month)
    numbers = [counted.get(day, 0) for day in days]
    if min(numbers) >= FEWEST:
        return [Cell(day.isoformat(), kind, rounded(number)) for day, number in zip(days, numbers, strict=True)]
    return [Cell(f"{month:%Y-%m}", kind, rounded(sum(numbers)))]


def _of_act(month: date, act: str, by_kind: Mapping[str, Mapping[date, int]], shown: dict[str, int]) -> list[Cell]:
    """Return the five cells of an act; `shown`: the least that was shown so far of each act, this month included."""
    days = _days(month)
    found = [
        Cell(f"{month:%Y-%m}", f"{act}:{way}", rounded(sum(by_kind[f"{act}:{way}"].get(day, 0) for day in days)))
        for way in WAYS
    ]
    least = shown.get(act, 0) + sum(cell.least for cell in found)
    if UNDOES[act] and least > shown.get(UNDOES[act], 0):
        return [Cell(cell.period, cell.kind, None) for cell in found]
    shown[act] = least
    return found


def _in_order() -> tuple[str, ...]:
    """Return the acts, each after the one it undoes: what was shown of that one this month counts."""
    return tuple(sorted(UNDOES, key=_depth))


def _depth(act: str) -> int:
    return 1 + _depth(UNDOES[act]) if UNDOES[act] else 0


def _days(month: date) -> list[date]:
    return [month + timedelta(days=more) for more in range(monthrange(month.year, month.month)[1])]


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
