"""Who may act for a child or a protected adult, in what, until when: pure rules over dated facts.

A power is what two accounts recorded from a decision or the family record, and nothing else: it ends by the clock, on its last
day, the day the child is of age, or the moment the person contests it. The person keeps all her own acts, whatever the measure.
Source: Code civil art. 371-1, 372-2, 373-2-1, 457-1 to 459; identity/tables; docs/decisions/0060. Guarantee: G2, G10.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from espace_sante.identity.ages import day_in_paris, first_day_of_age
from espace_sante.identity.legal_tables import (
    ActLaw,
    ForGuardian,
    ForParent,
    Measure,
    Power,
    Threshold,
    acts,
    measures,
    years_of,
)
from espace_sante.kernel.ids import RepresentationId

YEARS_MOST = 10  # no measure is recorded for longer. Source: Code civil art. 494-6, "sans excéder dix ans"


class Verdict(StrEnum):
    """How far a representative goes with one act."""

    ALONE = "alone"
    WITH_OTHER_PARENT = "with-other-parent"
    WITH_PERSON = "with-person"
    NO = "no"


class Phase(StrEnum):
    """Where a power is, at an instant. Only one that stands lets anything be done."""

    TO_CONFIRM = "to-confirm"
    NOT_YET = "not-yet"
    STANDS = "stands"
    SUSPENDED = "suspended"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Representation:
    """One power over one person. `name`: whose, as the record says it; `basis`: that record. `ends` is excluded, and always said.

    `sole`: a parent who has authority alone (a judge said so, or there is no other). `named`: the acts a decision lists, for a
    measure that gives no others. `recorded_by`, `confirmed_by`: the two accounts, "" while nobody did it. `contested`: the
    person said no, and nothing is done under it until two accounts record it anew.
    """

    representation_id: RepresentationId
    name: str
    measure: Measure
    power: Power
    starts: date
    ends: date
    sole: bool = False
    named: frozenset[str] = frozenset()
    recorded_by: str = ""
    confirmed_by: str = ""
    contested: datetime | None = None
    basis: str = ""

    def phase(self, now: datetime) -> Phase:
        """Say where it is; days are those of Paris. An account that confirmed what it recorded itself confirmed nothing."""
        today = day_in_paris(now)
        if today >= self.ends:
            return Phase.OVER
        if self.contested is not None:
            return Phase.SUSPENDED
        if not self.recorded_by or not self.confirmed_by or self.recorded_by == self.confirmed_by:
            return Phase.TO_CONFIRM
        return Phase.NOT_YET if today < self.starts else Phase.STANDS

    def stands(self, now: datetime) -> bool:
        """Say whether anything may be done under it."""
        return self.phase(now) is Phase.STANDS


def end_of(measure: Measure, born: str, said: date | None) -> date | None:
    """Return the day a power ends: of age for a child, and no later than what was said; None when nothing bounds it.

    A child's power without a birth date that can be read has no end that is known, and is therefore not recorded.
    """
    if not measure.is_of_a_minor:
        return said
    majority = years_of(Threshold.MAJORITY)
    of_age = first_day_of_age(born, majority) if majority is not None else None
    if of_age is None:
        return None
    return min(of_age, said) if said is not None else of_age


def fault_of(one: Representation, today: date) -> str:
    """Return the code of what is wrong in a power as it is recorded, "" for nothing."""
    if one.power not in measures()[one.measure].powers:
        return "representation-power"
    if one.ends <= max(today, one.starts):
        return "representation-over"
    if not one.measure.is_of_a_minor and one.ends > _years_after(today, YEARS_MOST):
        return "representation-too-long"
    if one.sole and one.measure is not Measure.PARENT:
        return "representation-sole"
    if (one.measure is Measure.FAMILY_SIMPLE) != bool(one.named) or not one.named <= set(acts()):
        return "representation-acts"
    return ""


def verdict(one: Representation, act: str, everybody: Iterable[Representation], now: datetime) -> Verdict:
    """Say how far a power goes for one act; an act that the table does not name is never done.

    A parent does alone what is usual; what is important needs the other, unless a judge or the family record left him alone:
    where the other was never recorded, nobody presumes that he agrees. Silence is never an agreement.
    """
    law = acts().get(act)
    if law is None or not one.stands(now):
        return Verdict.NO
    if one.measure.is_of_a_minor:
        return _of_a_parent(one, law, everybody, now)
    return _of_a_guardian(one, law, act)


def verdict_of(one: Representation, law: ActLaw, act: str) -> Verdict:
    """Say how far a power goes for one act whenever it stands, leaving aside whether another parent is there to agree."""
    if not one.measure.is_of_a_minor:
        return _of_a_guardian(one, law, act)
    if law.parent is ForParent.NEVER or one.power is not Power.REPRESENTS:
        return Verdict.NO
    if law.parent is ForParent.USUAL or one.sole or one.measure is Measure.MINOR_GUARDIAN:
        return Verdict.ALONE
    return Verdict.WITH_OTHER_PARENT


def may_read_alone(one: Representation) -> bool:
    """Say whether a power reads what she has: whoever represents her does, whoever assists her does not.

    Source: Code de la santé publique art. L1111-2, as rewritten by ordonnance 2020-232 (lexbase.fr).
    """
    if one.power is not Power.REPRESENTS:
        return False
    return one.measure is not Measure.FAMILY_SIMPLE or "read_document" in one.named


def _of_a_parent(one: Representation, law: ActLaw, everybody: Iterable[Representation], now: datetime) -> Verdict:
    found = verdict_of(one, law, "")
    if found is not Verdict.WITH_OTHER_PARENT:
        return found
    another = any(
        other.representation_id != one.representation_id and other.measure is Measure.PARENT and other.stands(now)
        for other in everybody
    )
    return Verdict.WITH_OTHER_PARENT if another else Verdict.NO


def _of_a_guardian(one: Representation, law: ActLaw, act: str) -> Verdict:
    if law.guardian is ForGuardian.NEVER or one.power is Power.NOTHING:
        return Verdict.NO
    if one.measure is Measure.FAMILY_SIMPLE and act not in one.named:
        return Verdict.NO
    if one.power is Power.REPRESENTS and law.guardian is ForGuardian.ALONE:
        return Verdict.ALONE
    return Verdict.WITH_PERSON


def _years_after(day: date, years: int) -> date:
    return first_day_of_age(day.isoformat(), years) or day
