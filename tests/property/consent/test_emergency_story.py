"""Any sequence of answers, declarations, confirmations, blocks, masks and hours: who reads in an emergency is what she said last.

The plans and the decision run as they are; beside them, an account of the same story kept in the plainest words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.request import ActId, ActorKind, Channel, Context, Permit, Proof, Subject, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.consent.emergency import GlassKind, Ground
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.keeper.acts import emergency
from espace_sante.keeper.demand import BreakGlassParams, ConfirmEmergencyParams, EmergencyParams, NoEmergencyParams
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.keeper.situation import Extra, Plan, Situation
from espace_sante.kernel.ids import DocumentId, MaskId
from tests.unit.keeper.situations import DOCTOR_SESSION, KEYS, NOW, PERSON, row_of, situation

JOBS = {"99900000011": "G15_10", "99900000029": "G15_10", "99900000193": "SAMU", "99900000045": "G15_60"}
ALLOWED = {"G15_10": {GlassKind.BEDSIDE}, "SAMU": {GlassKind.REGULATOR}, "G15_60": set()}
MATRICES = Matrices(Matrix("2026-11-26", {job: Row(emergency=frozenset(kinds)) for job, kinds in ALLOWED.items()}))
DOCUMENTS = {row_of(1): 5, row_of(2): 5, row_of(3): 10}
DOCTORS, KINDS, ROWS = st.sampled_from(sorted(JOBS)), st.sampled_from(list(GlassKind)), st.sampled_from(list(DOCUMENTS))
SCOPES = st.sampled_from(["everything", "categories:5", "documents:1", "documents:3", ""])
DELAY, LASTS = timedelta(minutes=30), timedelta(hours=24)


@dataclass
class Told:
    """The same story, plainly: her answers, and for each doctor and kind from when to when, and whether it was confirmed."""

    readers: set[GlassKind] = field(default_factory=set)
    shown: set[UUID] = field(default_factory=set)
    hidden_too: bool = False
    periods: dict[tuple[str, GlassKind], tuple[timedelta, timedelta]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    from_all: set[UUID] = field(default_factory=set)
    by_name: set[tuple[str, UUID]] = field(default_factory=set)
    chest: bool = False


class Story(RuleBasedStateMachine):
    """What happens to one space; `at` is the time since the beginning, in whole minutes."""

    def __init__(self) -> None:
        super().__init__()
        self.will, self.at, self.told, self.made = Will(PERSON, Rights(True), 1), timedelta(), Told(), 0

    # ---------------------------------------------------------------- what she says

    @initialize(hidden=st.booleans())
    def begins_with_a_yes(self, hidden: bool) -> None:
        """Begin where something may go wrong: a story of refusals alone would show little."""
        self.answers(True, True, hidden, "everything")

    @rule(regulator=st.booleans(), bedside=st.booleans(), hidden=st.booleans(), scope=SCOPES)
    def says(self, regulator: bool, bedside: bool, hidden: bool, scope: str) -> None:
        self.answers(regulator, bedside, hidden, scope)

    def answers(self, regulator: bool, bedside: bool, hidden: bool, scope: str) -> None:
        kind, _, what = scope.partition(":")
        categories = [5] if kind == "categories" else []
        documents = [row_of(int(what))] if kind == "documents" else []
        params = EmergencyParams(regulator, bedside, hidden, kind, categories, [one.bytes for one in documents])
        plan = self._hers(ActId.SET_EMERGENCY_WILL, params)
        yes = {k for k, said in ((GlassKind.REGULATOR, regulator), (GlassKind.BEDSIDE, bedside)) if said}
        if yes and not kind:
            assert plan.code == "emergency-empty" and plan.write is None
            return
        self._write(plan)
        shown = {one for one, c in DOCUMENTS.items() if kind == "everything" or c in categories or one in documents}
        self._say(yes, shown if yes else set(), hidden)

    @rule(again=st.booleans())
    def says_never(self, again: bool) -> None:
        self._write(self._hers(ActId.REFUSE_EMERGENCY, NoEmergencyParams()))
        self._say(set(), set(), False)
        if again:
            self.answers(True, True, True, "everything")

    @rule(who=DOCTORS)
    def blocks(self, who: str) -> None:
        self._now(self.will.rights.with_block(Block(named(who), BlockKind.EVERYTHING)))
        self.told.blocked.add(who)

    @rule(who=DOCTORS)
    def unblocks(self, who: str) -> None:
        self._now(self.will.rights.without_block(named(who)))
        self.told.blocked.discard(who)

    @rule(row=ROWS, who=st.one_of(st.none(), DOCTORS))
    def hides(self, row: UUID, who: str | None) -> None:
        mask = Mask(MaskId(UUID(int=self.made)), DocumentId(row), None, named(who) if who else None)
        self._now(self.will.rights.with_mask(mask))
        if who:
            self.told.by_name.add((who, row))
        else:
            self.told.from_all.add(row)

    @rule()
    def shows_everything_again(self) -> None:
        self._now(self.will.rights.without_masks(self.will.rights.masks))
        self.told.by_name.clear()
        self.told.from_all.clear()

    @rule(chest=st.sampled_from([False, False, True]))
    def seals_or_not(self, chest: bool) -> None:
        self._now(replace(self.will.rights, chest=chest))
        self.told.chest = chest

    # ---------------------------------------------------------------- what others do

    @rule(who=DOCTORS, kind=KINDS, beside=st.booleans())
    def declares(self, who: str, kind: GlassKind, beside: bool) -> None:
        params = BreakGlassParams(kind.value, beside, Ground.LIFE_AT_RISK.value, "Malaise")
        plan = emergency.break_glass(self._asked(ActId.BREAK_GLASS, params, who))
        assert (plan.write is not None) == self._may_declare(who, kind)
        if plan.write is None:
            assert plan.code == ""
            return
        self._write(plan)
        starts, ends = self.told.periods.get((who, kind), (timedelta(), timedelta()))
        now, at_once = self.at, beside or kind is GlassKind.REGULATOR
        if now < ends and (starts <= now or not at_once):
            return  # what he holds, he keeps as it is
        begins = now if at_once else now + DELAY
        self.told.periods[who, kind] = (begins, begins + LASTS)

    @rule(who=DOCTORS, colleague=DOCTORS)
    def confirms(self, who: str, colleague: str) -> None:
        plan = emergency.confirm(self._asked(ActId.CONFIRM_EMERGENCY, ConfirmEmergencyParams(colleague), who))
        starts, _ = self.told.periods.get((colleague, GlassKind.BEDSIDE), (timedelta(), timedelta()))
        may = who != colleague and self._may_declare(who, GlassKind.BEDSIDE) and self.at < starts
        assert (plan.write is not None) == may
        if may:
            self._write(plan)
            self.told.periods[colleague, GlassKind.BEDSIDE] = (self.at, self.at + LASTS)

    @rule(minutes=st.sampled_from([1, 29, 30, 31, 600, 1439, 1440]))
    def time_goes_by(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    # ---------------------------------------------------------------- what holds

    @invariant()
    def each_reads_what_she_said_and_nothing_else(self) -> None:
        context = Context(SpaceState.OPEN, self.will.rights, Channel.API, Proof.PROFESSIONAL, MATRICES)
        for who, job in JOBS.items():
            subject = Subject(ActorKind.PRACTITIONER, who, profession=job)
            line = visible(subject, context, NOW + self.at)
            for row, category in DOCUMENTS.items():
                decision = decide(subject, ActId.READ_DOCUMENT, Thing(category, row), context, NOW + self.at)
                expected = self._reads(who, row)
                assert isinstance(decision, Permit) == expected == line(category, row), (who, row)

    def _reads(self, who: str, row: UUID) -> bool:
        told = self.told
        held = any(
            number == who and kind in told.readers and kind in ALLOWED[JOBS[who]] and starts <= self.at < ends
            for (number, kind), (starts, ends) in told.periods.items()
        )
        hidden = (row in told.from_all and not told.hidden_too) or (who, row) in told.by_name
        return held and row in told.shown and not hidden and who not in told.blocked and not told.chest

    def _may_declare(self, who: str, kind: GlassKind) -> bool:
        asked = kind in self.told.readers and kind in ALLOWED[JOBS[who]]
        return asked and who not in self.told.blocked and not self.told.chest

    def _say(self, readers: set[GlassKind], shown: set[UUID], hidden: bool) -> None:
        self.told.readers, self.told.shown, self.told.hidden_too = readers, shown, hidden and bool(readers)
        self.told.periods = {key: when for key, when in self.told.periods.items() if key[1] in readers}

    def _hers(self, act: ActId, params: EmergencyParams | NoEmergencyParams) -> Plan:
        s = situation(act, params, "web", will=self.will, now=NOW + self.at, extra=Extra(categories=dict(DOCUMENTS)))
        return emergency.set_will(s) if act is ActId.SET_EMERGENCY_WILL else emergency.refuse(s)

    def _asked(self, act: ActId, params: BreakGlassParams | ConfirmEmergencyParams, who: str) -> Situation:
        session = replace(DOCTOR_SESSION, identifier=who, account=f"sub|{who}")
        subject = Subject(ActorKind.PRACTITIONER, who, profession=JOBS[who])
        self.made += 1
        given = {"session": session, "subject": subject, "matrices": MATRICES, "random": self._drawn}
        return situation(act, params, "doctor", will=self.will, now=NOW + self.at, **given)

    def _drawn(self, length: int) -> bytes:
        self.made += 1
        return self.made.to_bytes(length, "big")

    def _write(self, plan: Plan) -> None:
        assert plan.write is not None
        change, _ = plan.write("reference")
        assert change.will is not None
        self._keep(change.will)

    def _now(self, rights: Rights) -> None:
        self.made += 1
        self._keep(Will(PERSON, rights, self.will.version + 1))

    def _keep(self, will: Will) -> None:
        """Keep a will as it is kept: sealed, and opened again."""
        assert will.version == self.will.version + 1
        self.will = open_will(seal_will(will, KEYS), will.version, KEYS)


TestStory = Story.TestCase
TestStory.settings = settings(stateful_step_count=30)
