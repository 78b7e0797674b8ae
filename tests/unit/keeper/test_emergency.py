"""Plans about an emergency, without a database: what a sealed chest stops, and what her answers mean."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.outcomes import CHEST, EMERGENCY
from espace_sante.access.reading import glass_in_force
from espace_sante.access.request import ActId, Channel, Context, Permit, Proof, Refuse, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Scope, ScopeKind
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.keeper.acts.emergency import break_glass, confirm, emergency_will
from espace_sante.keeper.case_body import open_case
from espace_sante.keeper.demand import BreakGlassParams, ConfirmEmergencyParams, EmergencyParams, GlassAnswer
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.kernel.ids import GlassId, Rpps
from tests.unit.keeper.situations import (
    DOCTOR,
    KEYS,
    NOW,
    OTHER_DOCTOR,
    PERSON,
    PRACTITIONER,
    SERVICE,
    does_nothing,
    read,
    row_of,
    said,
    situation,
    told,
)

WILL = EmergencyWill(True, True, True, Scope(ScopeKind.EVERYTHING), NOW)
GLASS = BrokenGlass(GlassId(UUID(int=5)), Rpps(DOCTOR), GlassKind.BEDSIDE, NOW, NOW + timedelta(hours=1))
MATRICES = Matrices(Matrix("2026-11-26", {"G15_10": Row(emergency=frozenset(GlassKind))}))
DOCTOR_HIMSELF = replace(PRACTITIONER, profession="G15_10")
BESIDE = BreakGlassParams("bedside", True, "life-at-risk", "Malaise")
_DRAW = Random(3)  # two accesses never have one number
AWAY = BreakGlassParams("bedside", False, "cannot-say", "Attendue")


def asked(params: Any, rights: Rights, **changes: Any) -> Any:
    act = ActId.CONFIRM_EMERGENCY if isinstance(params, ConfirmEmergencyParams) else ActId.BREAK_GLASS
    known: dict[str, Any] = {"subject": DOCTOR_HIMSELF, "will": Will(PERSON, rights, 5), "matrices": MATRICES}
    known |= {"random": _DRAW.randbytes} | changes
    return situation(act, params, "doctor", **known)


def willing(**changes: Any) -> Rights:
    return replace(Rights(True, emergency=WILL), **changes)


def test_a_sealed_chest_stops_an_emergency_before_and_during_it() -> None:
    document = Thing(5, row_of(1))
    for chest in (False, True):
        rights = willing(glasses=(GLASS,), chest=chest)
        context = Context(SpaceState.OPEN, rights, Channel.API, Proof.PROFESSIONAL, MATRICES)
        read_it = decide(DOCTOR_HIMSELF, ActId.READ_DOCUMENT, document, context, NOW)
        line = visible(DOCTOR_HIMSELF, context, NOW)(5, row_of(1))
        in_force = glass_in_force(DOCTOR_HIMSELF.reader, context, NOW)
        if chest:
            assert (read_it, line, in_force) == (CHEST, False, None)
        else:
            assert (read_it, line, in_force) == (Permit(EMERGENCY, grant=GLASS.glass_id), True, GLASS)
    for params in (BESIDE, AWAY, ConfirmEmergencyParams(OTHER_DOCTOR)):
        plan = (confirm if isinstance(params, ConfirmEmergencyParams) else break_glass)(
            asked(params, willing(chest=True))
        )
        assert does_nothing(plan) and plan.decision == CHEST and not plan.code


def test_a_declaration_writes_the_access_the_receipt_the_letter_and_the_case_and_nothing_of_his_words() -> None:
    plan = break_glass(asked(BESIDE, willing()))
    assert plan.write is not None and "reason:Malaise" in plan.objects
    change, payload = plan.write("reference")
    answer = read(GlassAnswer, payload)
    assert change.will is not None and change.case is not None
    (glass,) = change.will.rights.glasses
    assert (glass.who, glass.kind, glass.second, glass.waits(NOW)) == (DOCTOR, GlassKind.BEDSIDE, None, False)
    assert glass.starts <= NOW and glass.ends - glass.starts == timedelta(hours=24)
    assert not answer.waits and said(answer.receipt)["ends"] == answer.ends
    assert told(change.notice)["letter"] is True
    assert change.counts == ("emergency-opened",)
    (case,) = change.will.rights.cases
    body = open_case(SERVICE, case, change.case.row[4])
    assert body.entries == ("reference",) and (body.opened, body.due) == ("2026-11-25", "2026-12-03")
    for written in (answer.receipt.decode(), json.dumps(told(change.notice)), str(body)):
        assert "Malaise" not in written
    again = break_glass(asked(BESIDE, change.will.rights))
    assert again.write is not None
    more, _ = again.write("other")
    assert more.will is not None and more.will.rights.glasses == (glass,)
    assert (more.case, more.counts) == (None, ()), "what he holds already is not opened twice"
    assert "letter" not in told(more.notice)


def test_what_is_kept_of_an_access_comes_back_whole() -> None:
    plan = break_glass(asked(AWAY, willing()))
    assert plan.write is not None
    change, payload = plan.write("reference")
    assert change.will is not None
    kept = open_will(seal_will(change.will, KEYS), change.will.version, KEYS)
    assert (kept.rights.glasses, kept.rights.cases) == (change.will.rights.glasses, change.will.rights.cases)
    (glass,) = change.will.rights.glasses
    assert glass.waits(NOW) and glass.account and read(GlassAnswer, payload).waits
    confirmed = confirm(
        asked(
            ConfirmEmergencyParams(DOCTOR),
            change.will.rights,
            subject=replace(DOCTOR_HIMSELF, identifier=OTHER_DOCTOR),
        )
    )
    assert confirmed.decision == Refuse("no-emergency"), "the same account under another number"


@pytest.mark.parametrize("account", ["sub|other", "sub|third"])
def test_a_colleague_who_confirms_makes_it_begin(account: str) -> None:
    first = break_glass(asked(AWAY, willing()))
    assert first.write is not None
    waiting = first.write("reference")[0].will
    assert waiting is not None
    s = asked(ConfirmEmergencyParams(DOCTOR), waiting.rights, subject=replace(DOCTOR_HIMSELF, identifier=OTHER_DOCTOR))
    plan = confirm(replace(s, session=replace(s.session, account=account, identifier=OTHER_DOCTOR)))
    assert plan.write is not None
    will = plan.write("second")[0].will
    assert will is not None
    (glass,) = will.rights.glasses
    assert (glass.who, glass.second, glass.waits(NOW)) == (DOCTOR, OTHER_DOCTOR, False)
    assert glass.glass_id == waiting.rights.glasses[0].glass_id


def test_two_no_are_never_whatever_else_was_filled_in() -> None:
    assert emergency_will(EmergencyParams(False, False, True, "everything"), {}, NOW) == EmergencyWill(since=NOW)
    yes = emergency_will(EmergencyParams(True, False, False, "documents", [], [row_of(1).bytes]), {row_of(1)}, NOW)
    assert yes == EmergencyWill(True, False, False, Scope(ScopeKind.DOCUMENTS, documents=frozenset({row_of(1)})), NOW)


def after(plan: Any) -> Rights:
    """Return what her will becomes."""
    assert plan.write is not None
    will: Will = plan.write("reference")[0].will
    return will.rights


def test_waiting_is_neither_hastened_nor_delayed_by_asking_again_and_ends_beside_her() -> None:
    first = after(break_glass(asked(AWAY, willing())))
    later = NOW + timedelta(minutes=10)
    assert after(break_glass(asked(AWAY, first, now=later))).glasses == first.glasses
    (glass,) = after(break_glass(asked(BESIDE, first, now=later))).glasses
    assert glass.glass_id != first.glasses[0].glass_id and not glass.waits(later)


def test_a_call_and_somebody_beside_her_are_two_accesses() -> None:
    call = BreakGlassParams("regulator", False, "call", "Appel")
    rights = after(break_glass(asked(BESIDE, willing())))
    both = after(break_glass(asked(call, rights)))
    assert [glass.kind for glass in both.glasses] == [GlassKind.BEDSIDE, GlassKind.REGULATOR]
    assert not any(glass.waits(NOW) for glass in both.glasses), "a call does not wait"


def test_what_has_begun_is_not_confirmed_and_nobody_confirms_himself() -> None:
    begun = after(break_glass(asked(BESIDE, willing())))
    other = replace(DOCTOR_HIMSELF, identifier=OTHER_DOCTOR)
    s = asked(ConfirmEmergencyParams(DOCTOR), begun, subject=other)
    plan = confirm(replace(s, session=replace(s.session, account="sub|other", identifier=OTHER_DOCTOR)))
    assert (plan.decision, plan.code) == (Refuse("no-emergency"), "") and does_nothing(plan)
    waiting = after(break_glass(asked(AWAY, willing())))
    for rights in (waiting, willing()):
        himself = confirm(asked(ConfirmEmergencyParams(DOCTOR), rights))
        assert (himself.decision, himself.code) == (Refuse("invalid"), "second-is-first") and does_nothing(himself)
