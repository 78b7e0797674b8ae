"""What the service costs, as pages and as open data: sums, contracts, and every line with what corrects it.

Source: D15; docs/specs/ledger.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from espace_sante.actions.indicators import Indicators
from espace_sante.kernel.decided import Reference, named
from espace_sante.kernel.i18n import mark
from espace_sante.public.charts import Group, chart
from espace_sante.public.ledger import COLUMNS, PAPER_POSTS, SCREENLESS_POSTS, Damaged, Entry, Ledger
from espace_sante.public.ledger_sums import Part, Year, contracts, spent_under, years
from espace_sante.public.unit_costs import UnitCosts, unit_costs

# Shown on the page, the most recent first; the file holds every line.
MOST_LINES = 40
PLANNED, SPENT, AT_MOST = mark("prévu"), mark("dépensé"), mark("au plus")


@dataclass(frozen=True, slots=True)
class YearShown:
    """A year and its bars; `paper` and `screenless`: what acts without a screen cost, apart."""

    sums: Year
    by_post: tuple[Group, ...]
    by_way: tuple[Group, ...]
    paper: Part
    screenless: Part


@dataclass(frozen=True, slots=True)
class ContractShown:
    """A contract in force and what was spent under it, in cents."""

    entry: Entry
    spent: int


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line, and the number of the one that corrects it (0: none)."""

    entry: Entry
    corrected_by: int

    @property
    def decision(self) -> Reference | str:
        """The decision it names, to be shown; "" for a line written before one was asked."""
        return named(self.entry.said.decision)


@dataclass(frozen=True, slots=True)
class UnitsShown:
    """What one space and one act cost in a year, and the bars of the most each may."""

    units: UnitCosts
    bars: tuple[Group, ...]


def costs_values(ledger: Ledger | Damaged, counts: Indicators | None = None) -> Mapping[str, object]:
    """Return what the page shows; of a damaged ledger, only that it is. `counts`: the public counts, None when there are none."""
    if isinstance(ledger, Damaged):
        return {"damaged": ledger, "years": (), "contracts": (), "lines": (), "more": 0, "seal": "", "units": ()}
    corrected = ledger.corrected
    recent = ledger.entries[::-1]
    return {
        "damaged": None,
        "years": tuple(_shown(one) for one in years(ledger)),
        "contracts": tuple(ContractShown(one, spent_under(ledger, one.said.contract)) for one in contracts(ledger)),
        "lines": tuple(LineShown(one, corrected.get(one.number, 0)) for one in recent[:MOST_LINES]),
        "more": max(0, len(recent) - MOST_LINES),
        "seal": ledger.seal,
        "units": tuple(UnitsShown(one, _unit_bars(one)) for one in _units(ledger, counts)),
    }


def costs_json(ledger: Ledger | Damaged, counts: Indicators | None = None) -> bytes:
    """Return the ledger as open data: every line under its columns, the sums of each year, the seal of the last line.

    Then what one space and one act cost, in cents, from and to; null when the public counts do not tell.
    """
    if isinstance(ledger, Damaged):
        return _bytes({"v": 1, "damaged": asdict(ledger)})
    return _bytes(
        {
            "v": 1,
            "lines": [dict(zip(COLUMNS, entry.cells(), strict=True)) for entry in ledger.entries],
            "corrected": {str(number): by for number, by in sorted(ledger.corrected.items())},
            "years": [asdict(one) for one in years(ledger)],
            "seal": ledger.seal,
            "units": [
                {**asdict(one), "costs": [{**asdict(cost), "from": cost.least, "to": cost.most} for cost in one.costs]}
                for one in _units(ledger, counts)
            ],
        }
    )


def _units(ledger: Ledger, counts: Indicators | None) -> tuple[UnitCosts, ...]:
    return unit_costs(ledger, counts.cells) if counts is not None else ()


def _unit_bars(units: UnitCosts) -> tuple[Group, ...]:
    return chart((one.bar, ((AT_MOST, one.most),)) for one in units.costs if one.most is not None and one.bar)


def _bytes(said: Mapping[str, object]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _shown(year: Year) -> YearShown:
    return YearShown(
        year,
        _bars(year.posts),
        _bars(year.ways),
        _joined(year.posts, {post.value for post in PAPER_POSTS}),
        _joined(year.posts, {post.value for post in SCREENLESS_POSTS}),
    )


def _bars(parts: tuple[Part, ...]) -> tuple[Group, ...]:
    return chart((part.name, ((PLANNED, part.budget), (SPENT, part.spent))) for part in parts)


def _joined(parts: tuple[Part, ...], names: set[str]) -> Part:
    mine = [part for part in parts if part.name in names]
    return Part("", sum(part.budget for part in mine), sum(part.spent for part in mine))
