"""What the lines of the ledger add up to: by year, by post, by channel; only the lines in force count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from espace_sante.public.ledger import Entry, Ledger, Nature, Post, Way


@dataclass(frozen=True, slots=True)
class Part:
    """What was planned and what was spent for one thing, in cents; staff in hundredths of a full-time job."""

    name: str
    budget: int
    spent: int
    staff_hundredths: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """One year: who paid, what for, through which channel. A line belongs to the year in which it begins."""

    year: int
    budget: int
    spent: int
    funding: tuple[tuple[str, int], ...]
    posts: tuple[Part, ...]
    ways: tuple[Part, ...]

    @property
    def funded(self) -> int:
        """All that was received."""
        return sum(cents for _, cents in self.funding)


def years(ledger: Ledger) -> tuple[Year, ...]:
    """Return each year of which a budget, a funding or a spending speaks, the most recent first."""
    counted = [entry for entry in ledger.in_force if entry.said.nature is not Nature.CONTRACT]
    found = {entry.said.start.year for entry in counted}
    return tuple(_year(year, [e for e in counted if e.said.start.year == year]) for year in sorted(found, reverse=True))


def contracts(ledger: Ledger) -> tuple[Entry, ...]:
    """Return the contracts in force, the most recent first."""
    found = [entry for entry in ledger.in_force if entry.said.nature is Nature.CONTRACT]
    return tuple(sorted(found, key=lambda entry: (entry.said.start, entry.number), reverse=True))


def spent_under(ledger: Ledger, contract: str) -> int:
    """Return what was spent under a contract, in cents."""
    return _sum(e for e in ledger.in_force if e.said.contract == contract and e.said.nature is Nature.SPENDING)


def _year(year: int, entries: list[Entry]) -> Year:
    funding = [entry for entry in entries if entry.said.nature is Nature.FUNDING]
    payers = sorted({entry.said.funded_by for entry in funding})
    return Year(
        year,
        _sum(entry for entry in entries if entry.said.nature is Nature.BUDGET),
        _sum(entry for entry in entries if entry.said.nature is Nature.SPENDING),
        tuple((payer, _sum(entry for entry in funding if entry.said.funded_by == payer)) for payer in payers),
        _parts(entries, Post, lambda entry: entry.said.post),
        _parts(entries, Way, lambda entry: entry.said.way),
    )


def _parts(entries: list[Entry], names: Iterable[StrEnum], of: Callable[[Entry], StrEnum]) -> tuple[Part, ...]:
    found = []
    for name in names:
        mine = [entry for entry in entries if name.value and of(entry) is name]
        if mine:
            found.append(_part(name.value, mine))
    return tuple(found)


def _part(name: str, entries: list[Entry]) -> Part:
    spending = [entry for entry in entries if entry.said.nature is Nature.SPENDING]
    return Part(
        name,
        _sum(entry for entry in entries if entry.said.nature is Nature.BUDGET),
        _sum(spending),
        sum(entry.said.staff_hundredths for entry in spending),
    )


def _sum(entries: Iterable[Entry]) -> int:
    return sum(entry.said.cents for entry in entries)
