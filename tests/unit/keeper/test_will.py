"""What she decides about her space: which will follows, what is said of it, by each way; and what changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.keeper.acts import hiding, sharing
from espace_sante.keeper.acts import will as acts
from espace_sante.keeper.demand import CloseParams, GrantParams, MaskParams, ReceiptAnswer, WithdrawParams
from espace_sante.keeper.situation import Change, Extra, Plan
from tests.unit.keeper.situations import (
    AT,
    DOCTOR,
    HERS,
    NOW,
    OTHER_DOCTOR,
    PERSON,
    REFERENCE,
    RULE,
    does_nothing,
    grant,
    kept,
    mask,
    read,
    row_of,
    said,
    situation,
    told,
    will,
)

ROW = row_of(1)
KNOWN = Extra(categories={ROW: 5})
GRANT = GrantParams(DOCTOR, "everything", [], [], "soins", 30)
WITHDRAW = WithdrawParams(DOCTOR)
MASK = MaskParams(b"", 4, "")
ACTS: dict[ActId, tuple[Any, Any]] = {
    ActId.GRANT_ACCESS: (sharing.grant_access, GRANT),
    ActId.WITHDRAW_ACCESS: (acts.withdraw_access, WITHDRAW),
    ActId.MASK: (hiding.mask, MASK),
    ActId.CLOSE_SPACE: (acts.close_space, CloseParams()),
}


def planned(act: ActId, params: Any = None, way: str = "web", /, **changes: Any) -> Plan:
    plan, usual = ACTS[act]
    found: Plan = plan(situation(act, params or usual, way, **({"extra": KNOWN} | changes)))
    return found


def written(plan: Plan) -> tuple[Change, dict[str, Any]]:
    """Return the change, and what its receipt says."""
    assert plan.write is not None
    change, payload = plan.write(REFERENCE)
    return change, said(read(ReceiptAnswer, payload).receipt)


def rights_after(plan: Plan) -> Rights:
    change, _ = written(plan)
    assert change.will is not None
    return change.will.rights


def effect(act: ActId, way: str) -> Effect:
    if way != "phone":
        return Effect.IMMEDIATE
    return Effect.STARTS if act is ActId.GRANT_ACCESS else Effect.PROVISIONAL


@pytest.mark.parametrize("way", HERS)
@pytest.mark.parametrize("act", ACTS)
def test_by_each_way_she_or_who_acts_for_her_is_permitted_as_far_as_that_way_goes(act: ActId, way: str) -> None:
    plan = planned(act, None, way)
    assert isinstance(plan.decision, Permit)
    rule = "agent-phone-provisional" if effect(act, way) is Effect.PROVISIONAL else RULE[way]
    assert (plan.decision.rule, plan.decision.effect) == (rule, effect(act, way))
    assert (plan.code, plan.release, plan.repeat, plan.new_space) == ("", None, None, None)


@pytest.mark.parametrize("way", HERS)
@pytest.mark.parametrize("act", ACTS)
def test_what_is_written_goes_as_far_as_its_effect_and_no_further(act: ActId, way: str) -> None:
    plan = planned(act, None, way)
    change, payload = written(plan)
    if effect(act, way) is Effect.STARTS:
        assert change == Change(put_coupon=change.put_coupon, put_terms=change.put_terms), (
            "what is only announced changes nothing"
        )
        return
    assert change.will is not None
    assert (change.will.person, change.will.version) == (PERSON, 6)
    assert change.receipt is not None
    assert payload["receipt"] == change.receipt[0].hex
    assert said(kept(change.receipt)) == payload, "the receipt kept is the receipt given"
    others = (change.documents, change.lines, change.origins, change.put_invitation, change.take_invitation)
    assert others == ((), (), (), None, None)
    if way in ("web", "api"):
        assert change.notice is None, "she needs not be told what she did herself"
    else:
        assert told(change.notice) == {"v": 1, "act": act.value, "channel": way, "at": AT, "entry": REFERENCE}


@pytest.mark.parametrize("way", HERS)
@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (
            ActId.GRANT_ACCESS,
            {"practitioner": DOCTOR, "scope": "everything", "purpose": "soins", "ends": "2026-12-25T20:15:30.123Z"},
        ),
        (ActId.WITHDRAW_ACCESS, {"practitioner": DOCTOR}),
        (ActId.MASK, {"hidden": "category:4", "from": "all"}),
        (ActId.CLOSE_SPACE, {}),
    ],
)
def test_a_receipt_says_what_its_specification_lists_and_nothing_else(
    act: ActId, fields: dict[str, str], way: str
) -> None:
    _, payload = written(planned(act, None, way))
    drawn = payload.pop("receipt")
    starts = effect(act, way) is Effect.STARTS
    assert bool(payload.pop("coupon", "")) == starts, "what she has to sign, when only her signature is missing"
    assert len(drawn) == 32
    assert payload == {
        "v": 1,
        "kind": "receipt",
        "act": act.value,
        "at": AT,
        "channel": way,
        "effect": effect(act, way).value,
        "entry": REFERENCE,
        "person": PERSON.hex,
        **fields,
    }


@pytest.mark.parametrize(
    ("act", "objects"),
    [
        (ActId.GRANT_ACCESS, (f"practitioner:{DOCTOR}",)),
        (ActId.WITHDRAW_ACCESS, (f"practitioner:{DOCTOR}",)),
        (ActId.MASK, ("category:4",)),
        (ActId.CLOSE_SPACE, ("space",)),
    ],
)
def test_the_entry_names_what_was_decided_upon(act: ActId, objects: tuple[str, ...]) -> None:
    assert planned(act).objects == objects


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("way", "changes", "rule"),
    [
        ("stranger", {}, "not-holder"),
        ("doctor", {}, "not-their-act"),
        ("web", {"state": None, "space": None, "will": None}, "no-space"),
        ("web", {"state": SpaceState.CLOSING}, "space-closing"),
        ("web", {"state": SpaceState.CLOSED}, "space-closed"),
        ("web", {"will": None}, "no-space"),
    ],
)
def test_whoever_may_not_decide_is_refused_without_a_word_and_nothing_is_planned(
    act: ActId, way: str, changes: dict[str, Any], rule: str
) -> None:
    plan = planned(act, None, way, **changes)
    assert plan.decision == Refuse(rule)
    assert plan.code == ""
    assert plan.objects == ()
    assert does_nothing(plan)


# ------------------------------------------------------------------------------------------------ grant


@pytest.mark.parametrize(
    ("params", "scope"),
    [
        (GRANT, Scope(ScopeKind.EVERYTHING)),
        (GrantParams(DOCTOR, "categories", [4, 15], [], "soins", 1), Scope(ScopeKind.CATEGORIES, frozenset({4, 15}))),
        (
            GrantParams("8" + DOCTOR, "documents", [], [ROW.bytes], "soins", 365),
            Scope(ScopeKind.DOCUMENTS, documents=frozenset({ROW})),
        ),
    ],
)
def test_a_permission_covers_what_was_asked_from_now_for_as_long_as_was_asked(
    params: GrantParams, scope: Scope
) -> None:
    before = grant(7, OTHER_DOCTOR)
    after = rights_after(planned(ActId.GRANT_ACCESS, params, will=will(grants=(before,), masks=(mask(1, category=3),))))
    assert after.masks == (mask(1, category=3),)
    assert after.accepts_deposits
    assert after.grants[0] == before
    (given,) = after.grants[1:]
    assert given.grant_id.version == 4
    expected = Grant(
        given.grant_id, named(DOCTOR), scope, "soins", NOW, NOW + timedelta(days=params.days), "2026-01-01"
    )
    assert given == expected


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"practitioner": "9990000002"}, "practitioner-invalid"),
        ({"practitioner": "", "scope": "all"}, "practitioner-invalid"),
        ({"scope": "all"}, "grant-invalid"),
        ({"purpose": ""}, "grant-invalid"),
        ({"purpose": "", "days": 0}, "grant-invalid"),
        ({"days": 0}, "grant-too-long"),
        ({"days": 366}, "grant-too-long"),
        ({"days": 366, "categories": [16]}, "category-unknown"),
        ({"scope": "categories", "categories": [4, 16]}, "category-unknown"),
        ({"scope": "categories", "categories": [0]}, "category-unknown"),
        ({"scope": "documents", "documents": [row_of(2).bytes]}, "document-unknown"),
        ({"scope": "documents", "documents": [ROW.bytes, b"short"]}, "document-unknown"),
        ({"scope": "documents", "documents": [ROW.bytes, ROW.bytes]}, "document-unknown"),
        ({"scope": "documents", "documents": [ROW.bytes, row_of(2).bytes]}, "document-unknown"),
        ({"scope": "categories"}, "grant-empty"),
        ({"scope": "categories", "documents": [ROW.bytes]}, "grant-empty"),
        ({"scope": "documents"}, "grant-empty"),
        ({"scope": "documents", "categories": [4]}, "grant-empty"),
    ],
)
def test_a_permission_that_is_none_is_refused_with_its_reason(changed: dict[str, Any], code: str) -> None:
    usual = {"practitioner": DOCTOR, "scope": "everything", "categories": [], "documents": [], "purpose": "soins"}
    plan = planned(ActId.GRANT_ACCESS, GrantParams(**(usual | {"days": 30} | changed)))
    assert (plan.decision, plan.code) == (Refuse("invalid"), code)
    assert does_nothing(plan)


@pytest.mark.parametrize("act", ACTS)
def test_permissions_that_ended_leave_with_the_next_change(act: ActId) -> None:
    past = (
        grant(1, OTHER_DOCTOR, ends=timedelta(0)),
        grant(2, OTHER_DOCTOR, ends=timedelta(days=-1)),
        grant(3, OTHER_DOCTOR, ends=timedelta(milliseconds=1)),
    )
    left = {g.grant_id.int for g in rights_after(planned(act, will=will(grants=past))).grants}
    assert left & {1, 2, 3} == (set() if act is ActId.CLOSE_SPACE else {3})


# --------------------------------------------------------------------------------------------- withdraw


def test_withdrawing_takes_everything_from_one_professional_and_nothing_from_another() -> None:
    all_of_them = (grant(1), grant(2, categories=(4,)), grant(3, OTHER_DOCTOR))
    masks = (mask(1, category=3),)
    after = rights_after(
        planned(ActId.WITHDRAW_ACCESS, WithdrawParams("8" + DOCTOR), will=will(grants=all_of_them, masks=masks))
    )
    assert after == Rights(True, (grant(3, OTHER_DOCTOR),), masks)


def test_withdrawing_from_nobody_known_is_refused() -> None:
    plan = planned(ActId.WITHDRAW_ACCESS, WithdrawParams("paul"))
    assert (plan.decision, plan.code) == (Refuse("invalid"), "practitioner-invalid")
    assert does_nothing(plan)


# ------------------------------------------------------------------------------------------------- mask


@pytest.mark.parametrize(
    ("params", "document", "category", "practitioner", "what", "whom"),
    [
        (MaskParams(ROW.bytes, 0, ""), ROW, None, None, f"document:{ROW.hex}", "all"),
        (MaskParams(b"", 15, ""), None, 15, None, "category:15", "all"),
        (MaskParams(b"", 1, "8" + DOCTOR), None, 1, DOCTOR, "category:1", DOCTOR),
        (MaskParams(ROW.bytes, 99, DOCTOR), ROW, None, DOCTOR, f"document:{ROW.hex}", DOCTOR),
    ],
)
def test_hiding_adds_one_mask_that_says_what_and_from_whom(
    params: MaskParams, document: object, category: int | None, practitioner: str | None, what: str, whom: str
) -> None:
    present = will(grants=(grant(1),), masks=(mask(1, category=3),))
    plan = planned(ActId.MASK, params, will=present)
    after = rights_after(plan)
    assert after.grants == present.rights.grants
    first, added = after.masks
    assert first == mask(1, category=3)
    assert added.mask_id.version == 4
    assert (added.document, added.category, added.hidden_from) == (
        document,
        category,
        named(practitioner) if practitioner else None,
    )
    assert plan.objects == (what,)
    _, payload = written(plan)
    assert (payload["hidden"], payload["from"]) == (what, whom)


@pytest.mark.parametrize(
    ("params", "rule", "code"),
    [
        (MaskParams(ROW.bytes, 0, "paul"), "invalid", "practitioner-invalid"),
        (MaskParams(b"", 0, "paul"), "invalid", "practitioner-invalid"),
        (MaskParams(b"", 0, ""), "invalid", "mask-invalid"),
        (MaskParams(b"", 16, ""), "invalid", "mask-invalid"),
        (MaskParams(ROW.bytes, 4, ""), "invalid", "mask-invalid"),
        (MaskParams(ROW.bytes[:15], 4, ""), "invalid", "mask-invalid"),
        (MaskParams(ROW.bytes + b"\0", 0, ""), "invalid", "mask-invalid"),
        (MaskParams(row_of(2).bytes, 0, ""), "unknown", "document-unknown"),
    ],
)
def test_what_hides_nothing_in_particular_or_two_things_is_refused(params: MaskParams, rule: str, code: str) -> None:
    plan = planned(ActId.MASK, params)
    assert (plan.decision, plan.code) == (Refuse(rule), code)
    assert does_nothing(plan)


# ------------------------------------------------------------------------------------------------ close


@pytest.mark.parametrize("way", HERS)
def test_closing_withdraws_everything_and_erases_unless_it_was_asked_by_telephone(way: str) -> None:
    masks = (mask(1, category=3),)
    plan = planned(ActId.CLOSE_SPACE, None, way, will=will(grants=(grant(1), grant(2, OTHER_DOCTOR)), masks=masks))
    assert plan.state is (None if way == "phone" else SpaceState.CLOSING)
    assert rights_after(plan) == Rights(False, (), masks)


@pytest.mark.parametrize("act", [ActId.GRANT_ACCESS, ActId.WITHDRAW_ACCESS, ActId.MASK])
def test_nothing_but_closing_changes_the_state_of_a_space(act: ActId) -> None:
    assert planned(act).state is None
