"""What follows a death: noted twice by two accounts, everything of hers stops; what the law lets her heirs ask is asked twice too.

Pure: values in, values out. Nothing is given by a note alone, and the same account never counts for two. Guarantee: G3, G5.
Source: Code de la santé publique art. L1110-4, V, and L1111-7 (read on reponse-expert.hospimedia.fr, 2026-11-27); docs/decisions/0061.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from espace_sante.identity.person import normal_name
from espace_sante.kernel.ids import DemandId

DEMANDS_MOST = 50
LINES_MOST = 200  # readings of one demand, lists included
WAITING_DAYS = READING_DAYS = 30


class Ground(StrEnum):
    """The three grounds of the law, and no other. Source: Code de la santé publique art. L1110-4, V, last paragraph."""

    CAUSES = "causes"
    MEMORY = "memory"
    RIGHTS = "rights"


class Quality(StrEnum):
    """Who may ask: heirs, and the partner of a life. Source: as `Ground`."""

    HEIR = "heir"
    COHABITANT = "cohabitant"
    CIVIL_PARTNER = "civil-partner"


class DemandStanding(StrEnum):
    """Where an account of the operator stands with a demand, at an instant."""

    CONFIRMED = "confirmed"  # by two accounts, of which this one, and still to be read
    OUTSIDE = "outside"  # so, and the document asked for is not among what it covers


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks after a death: who, by what right, on which ground, why, and which documents answer that ground.

    `proof`: what shows the quality, as it was seen. `first`, `last`: the days the documents were made between, None: not said.
    """

    who: str
    quality: Quality
    proof: str
    ground: Ground
    why: str
    categories: frozenset[int]
    first: date | None = None
    last: date | None = None

    def covers(self, category: int, made: date) -> bool:
        """Say whether a document answers it. No category named: none does."""
        if category not in self.categories:
            return False
        return (self.first is None or self.first <= made) and (self.last is None or made <= self.last)

    def is_same(self, other: Asked) -> bool:
        """Say whether two accounts noted the same demand: everything that decides is the same, the words may differ."""
        mine = (normal_name(self.who), self.quality, self.ground, self.categories, self.first, self.last)
        return mine == (
            normal_name(other.who),
            other.quality,
            other.ground,
            other.categories,
            other.first,
            other.last,
        )


@dataclass(frozen=True, slots=True)
class AfterDeath:
    """One demand, as it is kept: when it was noted, by which account, when another one noted the same."""

    demand_id: DemandId
    asked: Asked
    noted_on: date
    noted_by: str
    confirmed_on: date | None = None
    confirmed_by: str = ""
    lines: int = 0

    def waits_for(self, account: str, today: date) -> bool:
        """Say whether this account may confirm it: not the one that noted it, and not after thirty days."""
        fresh = (today - self.noted_on).days <= WAITING_DAYS
        return bool(account) and self.confirmed_on is None and account != self.noted_by and fresh

    def standing(self, account: str, today: date) -> DemandStanding | None:
        """Say whether an account may read under it: one of its two, for thirty days, as long as lines are left."""
        if not account or self.confirmed_on is None or account not in (self.noted_by, self.confirmed_by):
            return None
        if self.noted_by == self.confirmed_by or self.lines >= LINES_MOST:
            return None
        return DemandStanding.CONFIRMED if (today - self.confirmed_on).days <= READING_DAYS else None


@dataclass(frozen=True, slots=True)
class Death:
    """A death as it was noted. `certificate`: the number of the certificate, as both accounts read it. `put_off`: letters kept back;
    `told`: the accounts whose note she was told of.

    One account alone changes nothing for her; she is told, and may say that it is not so. `contested_by`: the account of an agent
    who said it for her, and waits for another's.
    """

    died_on: date
    certificate: str
    noted_at: datetime
    noted_by: str
    confirmed_by: str = ""
    demands: tuple[AfterDeath, ...] = ()
    put_off: tuple[UUID, ...] = ()
    told: tuple[str, ...] = ()
    contested_by: str = ""
    contested_on: date | None = None

    @property
    def is_sure(self) -> bool:
        """Say whether two different accounts noted the same death."""
        return bool(self.confirmed_by) and self.confirmed_by != self.noted_by

    def noted_again(self, other: Death) -> Death:
        """Return it after one more note: sure when another account noted the same day and number, else the last note.

        What is sure already is not changed by any note.
        """
        if self.is_sure:
            return self
        same = (self.died_on, self.certificate) == (other.died_on, other.certificate)
        told = tuple(dict.fromkeys((*self.told, other.noted_by)))
        if same and other.noted_by != self.noted_by:
            return replace(self, confirmed_by=other.noted_by, told=told)
        return replace(other, told=told)

    def is_contested(self, today: date) -> bool:
        """Say whether an agent said, less than thirty days ago, that it is not so: nobody reads for her heirs then."""
        return self.contested_on is not None and (today - self.contested_on).days <= WAITING_DAYS

    def contested(self, account: str, today: date) -> Death | None:
        """Return it after an account said for her that it is not so; None when it is undone.

        What two accounts noted, one alone does not undo: it stays until another says the same. A note that is not sure closed
        nothing, and is forgotten at once.
        """
        if not self.is_sure or (self.is_contested(today) and "" != account != self.contested_by):
            return None
        return replace(self, contested_by=account, contested_on=today)

    def with_put_off(self, letters: Iterable[UUID]) -> Death:
        """Keep back letters that say something else: they are due again if it is not so."""
        return replace(self, put_off=tuple(dict.fromkeys((*self.put_off, *letters))))

    def with_demand(self, demand: AfterDeath) -> Death:
        """Keep a demand, or what it becomes."""
        others = tuple(one for one in self.demands if one.demand_id != demand.demand_id)
        return replace(self, demands=(*others, demand))

    def demanded(self, asked: Asked, account: str, today: date, fresh: DemandId) -> AfterDeath | None:
        """Return what becomes of a demand an account notes: confirmed when another one noted the same, else noted, `fresh` when it is new.

        Noted twice by one account, it is noted once. None: there are as many as there may be. Source: docs/decisions/0061.
        """
        same = [one for one in self.demands if one.asked.is_same(asked) and one.confirmed_on is None]
        others = next((one for one in same if one.waits_for(account, today)), None)
        if others is not None:
            return replace(others, confirmed_on=today, confirmed_by=account)
        own = next((one for one in same if one.noted_by == account), None)
        if own is not None:
            return replace(own, asked=asked, noted_on=today)
        return AfterDeath(fresh, asked, today, account) if len(self.demands) < DEMANDS_MOST else None

    def demand(self, number: str) -> AfterDeath | None:
        """Return the demand of a number (32 hexadecimal characters), None for none."""
        return next((one for one in self.demands if one.demand_id.hex == number), None)
