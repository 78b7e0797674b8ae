"""Openings, refusals and closings by department, for whoever chose to say hers: what is counted, and what is published of it.

Counted in memory once the act stands, written by `counting.py` apart from any row of hers, and kept nowhere else. Published once a
month is over, over all channels together, beside the table by channel: the same events a second time. So a department is shown only

- from eleven on, rounded as everything else;
- for a closing, only when the openings shown there suffice to explain it, as `keeper/indicators.py` does for channels;
- when what is shown by department adds up, at the least, to ten fewer than the most the channels can be: any department that is not
  shown may then be anything from 0 to 10, and any channel too. Of a closing, to no more than the least the channels can be, since more
  closings would need more openings. Otherwise the smallest ones shown are left out, one after the other.

Whoever did not say is never counted: what she is part of, all that is not shown, has no bound above and none below. The same rules stand,
written apart, in `verifier/indicators.py`. Guarantee: G9, G14. Source: docs/decisions/0087; docs/specs/indicators.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from espace_sante.formats.departments import departments
from espace_sante.keeper.indicators import FEWEST, STEP, UNDOES, WAYS, Cell, rounded

# What is counted by department, each after what it undoes.
BY_DEPARTMENT = ("open_space", "refuse_space", "close_space")
_MARK = "@"


class DepartmentCell(msgspec.Struct, frozen=True, array_like=True):
    """One published cell: a month (AAAA-MM), an act, the code of a department; a number n means n - 4 to n. The others are not shown."""

    period: str
    act: str
    department: str
    number: int

    @property
    def least(self) -> int:
        """The least it may be."""
        return self.number - STEP + 1


def is_department(code: str) -> bool:
    """Say whether an answer is one: the code of a department, or nothing said."""
    return not code or code in departments()


def department_kind(act: str, code: str) -> str:
    """Return what an act counts as for a department that was said, "" when it does not."""
    return f"{act}{_MARK}{code}" if act in BY_DEPARTMENT and code and is_department(code) else ""


def published_by_department(counts: Iterable[tuple[date, str, int]], cells: Iterable[Cell]) -> list[DepartmentCell]:
    """Return what is published by department, given the counts of each day and the cells that are published of the channels."""
    said = _by_month(counts)
    found: list[DepartmentCell] = []
    shown: dict[tuple[str, str], int] = {}
    for period, channels in sorted(_by_channel(cells).items()):
        for act in BY_DEPARTMENT:
            of_act = [cell for cell in _large(period, act, said) if _is_explained(cell, shown)]
            kept = fitting(of_act, channels.get(act, ()))
            for cell in kept:
                shown[act, cell.department] = shown.get((act, cell.department), 0) + cell.least
            found += kept
    return found


def room(channels: Iterable[Cell]) -> int:
    """Return how much may be shown by department, added up at the least, beside an act's cells by channel in one month."""
    cells = list(channels)
    if len(cells) != len(WAYS):
        return 0
    if UNDOES[_act(cells[0])]:
        return sum(cell.least for cell in cells)
    return sum(cell.most or 0 for cell in cells) - (FEWEST - 1)


def fitting(cells: Iterable[DepartmentCell], channels: Iterable[Cell]) -> list[DepartmentCell]:
    """Return the cells of an act in one month without the smallest, as many as it takes for the others to fit in the room there is."""
    kept = sorted(cells, key=lambda cell: (-cell.number, cell.department))
    most = room(channels)
    while sum(cell.least for cell in kept) > most:
        kept.pop()
    return kept


def may_be_published(cells: Iterable[DepartmentCell], channels: Iterable[Cell]) -> bool:
    """Say whether cells by department may stand beside those of the channels: for a file that comes from elsewhere."""
    given = sorted(
        cells, key=lambda cell: (cell.period, BY_DEPARTMENT.index(cell.act) if cell.act in BY_DEPARTMENT else -1)
    )
    if len({(cell.period, cell.act, cell.department) for cell in given}) != len(given):
        return False
    by_channel, shown = _by_channel(channels), dict[tuple[str, str], int]()
    for cell in given:
        whole = cell.number % STEP == 0 and cell.number > FEWEST
        if cell.act not in BY_DEPARTMENT or not whole or not _is_explained(cell, shown):
            return False
        shown[cell.act, cell.department] = shown.get((cell.act, cell.department), 0) + cell.least
    for period, act in {(cell.period, cell.act) for cell in given}:
        together = [cell for cell in given if (cell.period, cell.act) == (period, act)]
        if len(fitting(together, by_channel.get(period, {}).get(act, ()))) != len(together):
            return False
    return True


def _is_explained(cell: DepartmentCell, shown: Mapping[tuple[str, str], int]) -> bool:
    """Say whether what was shown of what an act undoes, there, suffices for it and for what was shown of it before."""
    undoes = UNDOES[cell.act]
    so_far = shown.get((cell.act, cell.department), 0) + cell.least
    return not undoes or so_far <= shown.get((undoes, cell.department), 0)


def _large(period: str, act: str, said: Mapping[tuple[str, str], Mapping[str, int]]) -> list[DepartmentCell]:
    numbers = ((code, rounded(number)) for code, number in said.get((period, act), {}).items())
    return [DepartmentCell(period, act, code, number) for code, number in numbers if number is not None]


def _by_month(counts: Iterable[tuple[date, str, int]]) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """Return how often each department was said, by month and act."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for day, kind, number in counts:
        act, mark, code = kind.partition(_MARK)
        if mark and act in BY_DEPARTMENT:
            of_act = found.setdefault((f"{day:%Y-%m}", act), {})
            of_act[code] = of_act.get(code, 0) + number
    return found


def _by_channel(cells: Iterable[Cell]) -> Mapping[str, Mapping[str, list[Cell]]]:
    """Return the cells of each act by month, five when every channel is there."""
    found: dict[str, dict[str, list[Cell]]] = {}
    for cell in cells:
        if _act(cell) in BY_DEPARTMENT:
            found.setdefault(cell.period, {}).setdefault(_act(cell), []).append(cell)
    return found


def _act(cell: Cell) -> str:
    return cell.kind.partition(":")[0]
