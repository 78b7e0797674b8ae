"""The life of mandates as a machine of states, beside a model: nobody acts before three hands, nor after an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from espace_sante.consent.mandates import DAYS, WAITING, Mandate
from espace_sante.consent.rights import Rights
from espace_sante.kernel.ids import MandateId

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AGENTS = (b"petit", b"vasseur")


@dataclass
class Known:
    """What is expected of one mandate."""

    days: int
    made: datetime
    recorded_by: bytes
    checked_by: bytes = b""
    accepted: datetime | None = None
    ended: bool = False

    def acts(self, now: datetime) -> bool:
        if self.ended or self.accepted is None:
            return False
        return self.accepted <= now < self.accepted + timedelta(days=self.days)

    def waits(self, now: datetime) -> bool:
        checked = not self.recorded_by or (self.checked_by not in (b"", self.recorded_by))
        return checked and not self.ended and self.accepted is None and now < self.made + WAITING


class Mandates(RuleBasedStateMachine):
    """Names, checks, acceptances, ends, and time, in any order."""

    @initialize()
    def begin(self) -> None:
        self.now, self.rights, self.known = START, Rights(False), dict[UUID, Known]()

    def _one(self, pick: int) -> Mandate | None:
        return self.rights.mandates[pick % len(self.rights.mandates)] if self.rights.mandates else None

    @rule(days=st.sampled_from(DAYS), agent=st.sampled_from((b"", *AGENTS)))
    def name(self, days: int, agent: bytes) -> None:
        number = MandateId(UUID(int=len(self.known) + 1))
        code = number.bytes
        ends = self.now + WAITING
        made = Mandate(
            number, "Léa Roy", frozenset({"mask"}), False, False, days, self.now, ends, code, recorded_by=agent
        )
        self.rights = self.rights.with_mandate(made)
        self.known[number] = Known(days, self.now, agent)

    @precondition(lambda self: self.rights.mandates)
    @rule(pick=st.integers(0, 20), agent=st.sampled_from(AGENTS))
    def check(self, pick: int, agent: bytes) -> None:
        one = self._one(pick)
        assert one is not None
        if not one.is_checked:
            self.rights = self.rights.with_mandate(one.checked(agent))
            self.known[one.mandate_id].checked_by = agent

    @precondition(lambda self: self.rights.mandates)
    @rule(pick=st.integers(0, 20))
    def accept(self, pick: int) -> None:
        one = self._one(pick)
        assert one is not None
        assert one.waits(self.now) is self.known[one.mandate_id].waits(self.now)
        if one.waits(self.now):
            self.rights = self.rights.with_mandate(one.accepted(b"holder", b"way", "Léa Roy", "", self.now))
            self.known[one.mandate_id].accepted = self.now

    @precondition(lambda self: self.rights.mandates)
    @rule(pick=st.integers(0, 20))
    def end(self, pick: int) -> None:
        one = self._one(pick)
        assert one is not None
        self.rights = self.rights.without_mandates([one])
        self.known[one.mandate_id].ended = True

    @rule()
    def close(self) -> None:
        self.rights = self.rights.without_grants()
        for known in self.known.values():
            known.ended = True

    @rule(hours=st.sampled_from((1, 24, 24 * 7, 24 * 31, 24 * 182)), forgotten=st.booleans())
    def wait(self, hours: int, forgotten: bool) -> None:
        self.now += timedelta(hours=hours)
        if forgotten:
            self.rights = self.rights.in_force(self.now)

    @invariant()
    def acts_as_the_model_says(self) -> None:
        if not hasattr(self, "known"):
            return
        kept = {one.mandate_id: one for one in self.rights.mandates}
        for number, known in self.known.items():
            one = kept.get(MandateId(number))
            assert (one is not None and one.is_active(self.now)) is known.acts(self.now)
            if one is not None and one.is_active(self.now):
                assert not one.code, "a code that served is kept nowhere"
                assert one.days in DAYS
                assert one.starts is not None
                assert one.ends - one.starts == timedelta(days=one.days)


TestMandates = Mandates.TestCase
TestMandates.settings = settings(max_examples=40, stateful_step_count=25, deadline=None, derandomize=True)
