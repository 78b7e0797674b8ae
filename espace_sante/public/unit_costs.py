"""What one space costs, and one act by its channel: the lines of the ledger divided by the public counts.

Both are published: nothing here tells more than they do. A count is a range, so a cost is one too; where the count is not shown,
no cost is. Only what was spent wholly within the months whose counts are shown is divided; the rest of the year is said beside.
Guarantee: G14. Source: D15; docs/specs/ledger.md.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from espace_sante.access.request import ActId
from espace_sante.actions.indicators import WAY_WORDS, Range
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper.indicators import FEWEST, UNDOES, WAYS, Cell
from espace_sante.kernel.i18n import mark
from espace_sante.public.ledger import PAPER_POSTS, Entry, Ledger, Nature, Way


class What(StrEnum):
    """What a cost is of."""

    OPENED = "opened"
    ACTIVE = "active"
    WAY = "way"
    PAPER = "paper"
    ACT = "act"


_WORDS = MappingProxyType(
    {
        What.OPENED: mark("Un espace ouvert depuis le début"),
        What.ACTIVE: mark("Un espace actif, ouvert et pas fermé"),
        What.WAY: mark("Une démarche"),
        What.PAPER: mark("Le papier à part, pour une démarche par courrier"),
    }
)
_WAYS = MappingProxyType(
    {Way.WEB: "web", Way.SOFTWARE: "api", Way.COUNTER: "counter", Way.PAPER: "paper", Way.PHONE: "phone"}
)
_NOTHING = Range(0, 0)


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What was spent for something, in cents, how many of it were counted, and how many of these lines correct another.

    `act`: its identifier, and `way`: its channel; "" for all of them.
    """

    what: What
    act: str
    way: str
    spent: int
    counted: Range
    corrections: int = 0

    @property
    def words(self) -> str:
        """Say what it is of."""
        return REGISTRY[ActId(self.act)].name if self.act else _WORDS[self.what]

    @property
    def way_words(self) -> str:
        """Say the channel, "" when it is no single one."""
        return WAY_WORDS.get(self.way, "")

    @property
    def bar(self) -> str:
        """Say what its bar is called: a channel, else what it is of; "" for one act, which has no bar."""
        return "" if self.act else self.way_words if self.what is What.WAY else self.words

    @property
    def least(self) -> int | None:
        """The least that one may cost, in cents; None when nothing says."""
        return None if not self.counted.shown or not self.counted.most else self.spent // self.counted.most

    @property
    def most(self) -> int | None:
        """The most that one may cost, in cents; None when too few were counted."""
        return -(-self.spent // self.counted.least) if self.counted.shown else None


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """One year: from which month to which its counts are shown (AAAA-MM), the costs, and what was spent and not divided, in cents."""

    year: int
    first: str
    last: str
    costs: tuple[UnitCost, ...]
    left: int


def unit_costs(ledger: Ledger, cells: Sequence[Cell]) -> tuple[UnitCosts, ...]:
    """Return the costs of each year in which counts are shown and something was spent, the most recent first."""
    months = sorted({cell.period[:7] for cell in cells})
    spending = [entry for entry in ledger.in_force if entry.said.nature is Nature.SPENDING]
    found = []
    for year in sorted({entry.said.start.year for entry in spending}, reverse=True):
        shown = [month for month in months if month.startswith(f"{year:04d}-")]
        if shown:
            mine = [entry for entry in spending if entry.said.start.year == year]
            found.append(_year(year, mine, shown, cells))
    return tuple(found)


def _year(year: int, spending: list[Entry], months: list[str], cells: Sequence[Cell]) -> UnitCosts:
    begins, ends = date.fromisoformat(f"{months[0]}-01"), _last_day(months[-1])
    within = [entry for entry in spending if begins <= entry.said.start and entry.said.end <= ends]
    of_year = [cell for cell in cells if cell.period[:7] in months]
    so_far = [cell for cell in cells if cell.period[:7] <= months[-1]]
    costs = [
        _cost(What.OPENED, "", "", within, _counted(so_far, ("open_space",), WAYS)),
        _cost(What.ACTIVE, "", "", within, spaces(so_far)),
    ]
    for way, channel in _WAYS.items():
        by_way = [entry for entry in within if entry.said.way is way]
        costs.append(_cost(What.WAY, "", channel, by_way, _counted(of_year, UNDOES, (channel,))))
    paper = [entry for entry in within if entry.said.way is Way.PAPER or entry.said.post in PAPER_POSTS]
    costs.append(_cost(What.PAPER, "", "paper", paper, _counted(of_year, UNDOES, ("paper",))))
    costs += _by_act(within, of_year)
    kept = tuple(cost for cost in costs if cost.spent or cost.corrections)
    return UnitCosts(year, months[0], months[-1], kept, _sum(spending) - _sum(within))


def _by_act(within: list[Entry], cells: Sequence[Cell]) -> list[UnitCost]:
    """Return what each act that a line names costs, channel by channel, then by those that no line tells apart."""
    found = []
    for act in [one for one in UNDOES if any(entry.said.act == one for entry in within)]:
        for way in Way:
            mine = [entry for entry in within if entry.said.act == act and entry.said.way is way]
            channels = (_WAYS[way],) if way is not Way.NONE else WAYS
            found.append(_cost(What.ACT, act, _WAYS.get(way, ""), mine, _counted(cells, (act,), channels)))
    return found


def spaces(cells: Sequence[Cell]) -> Range:
    """Return how many spaces are open, from the counts of all months: those opened, less those closed as far as it is shown.

    What was opened again had been closed: it never adds to what was opened. A month in which some way shows its closings has withheld
    none: the other ways had ten or fewer.
    """
    opened = _counted(cells, ("open_space",), WAYS)
    closings = [cell for cell in cells if cell.kind.startswith("close_space:")]
    told = {cell.period for cell in closings if cell.number is not None}
    if any(cell.period not in told for cell in closings):
        return Range(0, opened.most)
    most = sum(FEWEST - 1 if cell.number is None else cell.number for cell in closings)
    return Range(max(0, opened.least - most), opened.most)


def _counted(cells: Iterable[Cell], acts: Iterable[str], ways: Sequence[str]) -> Range:
    kinds = {f"{act}:{way}" for act in acts for way in ways}
    found = [cell for cell in cells if cell.kind in kinds]
    if not found:
        return _NOTHING
    tops = [cell.most for cell in found]
    return Range(sum(cell.least for cell in found), None if None in tops else sum(top or 0 for top in tops))


def _cost(what: What, act: str, way: str, entries: list[Entry], counted: Range) -> UnitCost:
    return UnitCost(what, act, way, _sum(entries), counted, sum(bool(entry.corrects) for entry in entries))


def _sum(entries: Iterable[Entry]) -> int:
    return sum(entry.said.cents for entry in entries)


def _last_day(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return first.replace(day=monthrange(first.year, first.month)[1])
