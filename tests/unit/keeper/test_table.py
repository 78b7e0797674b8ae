"""Every act has its plan, and each plan asks the decision about its own act and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from espace_sante.access.request import ActId, Permit, Refuse, Thing
from espace_sante.consent.emergency import GlassKind
from espace_sante.keeper.acts import asked, opening
from espace_sante.keeper.acts.table import PLANS
from espace_sante.keeper.codec import PARAMS
from espace_sante.keeper.demand import (
    BreakGlassParams,
    ConfirmEmergencyParams,
    DepositParams,
    ListAfterDeathParams,
    ReadAfterDeathParams,
    ReadParams,
    ReadResourceParams,
    WriteResourceParams,
)
from espace_sante.keeper.situation import DocumentRow
from tests.unit.keeper.situations import HOLDER, NOW, does_nothing, row_of, situation

ROW = row_of(1)
EMERGENCIES: dict[ActId, Any] = {
    ActId.BREAK_GLASS: BreakGlassParams("bedside", True, "life-at-risk", "Malaise"),
    ActId.CONFIRM_EMERGENCY: ConfirmEmergencyParams("99900000011"),
}
RESOURCES: dict[ActId, Any] = {
    ActId.WRITE_RESOURCE: WriteResourceParams(ROW.bytes, 3, 4, "11502-2", bytes(32), b"s", "0" * 32),
    ActId.READ_RESOURCE: ReadResourceParams(),
}
AFTER_DEATH: dict[ActId, Any] = {
    ActId.LIST_AFTER_DEATH: ListAfterDeathParams("0" * 32),
    ActId.READ_AFTER_DEATH: ReadAfterDeathParams("0" * 32, bytes(16)),
}
DEPOSIT = DepositParams(ROW.bytes, 5, b"w", b"s", b"l", "urn:oid:1.1", bytes(32))


def test_every_act_has_a_plan_and_its_parameters() -> None:
    assert set(PLANS) == set(ActId) == set(PARAMS)
    assert len(set(PLANS.values())) == len(PLANS)


@pytest.mark.parametrize("act", PLANS)
def test_a_plan_asks_about_its_own_act_once_and_does_nothing_when_refused(
    monkeypatch: pytest.MonkeyPatch, act: ActId
) -> None:
    questions = []

    def decide(subject: Any, act: Any, thing: Any, context: Any, now: Any) -> Refuse:
        questions.append((subject, act, thing, now))
        return Refuse("asked")

    monkeypatch.setattr(asked, "decide", decide)
    monkeypatch.setattr(opening, "decide", decide)
    # What a professional gets wrong about an emergency is said before anything is decided: these are right.
    filled = {ActId.DEPOSIT_DOCUMENT: DEPOSIT, ActId.READ_DOCUMENT: ReadParams(ROW.bytes)} | EMERGENCIES | RESOURCES
    filled |= AFTER_DEATH
    params = filled.get(ActId(act))
    named = (ActId.READ_DOCUMENT, ActId.ANNOUNCE_DOCUMENT)
    row = DocumentRow(ROW, 1, 5, b"", b"") if act in named else None
    plan = PLANS[act](situation(ActId(act), params, row=row))
    things = {ActId.DEPOSIT_DOCUMENT: Thing(5), **dict.fromkeys(named, Thing(5, ROW))}
    things |= dict.fromkeys(EMERGENCIES, Thing(emergency=GlassKind.BEDSIDE))
    things[ActId.WRITE_RESOURCE] = Thing(4)
    assert questions == [(HOLDER, act, things.get(ActId(act), Thing()), NOW)]
    assert plan.decision == Refuse("asked")
    assert does_nothing(plan)


def test_a_permission_without_a_will_to_rest_on_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    s = situation(ActId.CLOSE_SPACE, None)
    monkeypatch.setattr(asked, "decide", lambda *_: Permit("holder"))
    assert asked.decided(s, ActId.CLOSE_SPACE) == (Permit("holder"), s.will)
    assert asked.decided(replace(s, will=None), ActId.CLOSE_SPACE) == Refuse("no-space")
    monkeypatch.setattr(asked, "decide", lambda *_: Refuse("proof"))
    assert asked.decided(s, ActId.CLOSE_SPACE) == Refuse("proof")
