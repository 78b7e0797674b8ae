"""The plans about requests, alone: what is kept, what is told to whoever asks, what her yes and her no do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.grant import ScopeKind
from espace_sante.consent.limits import Block, BlockKind
from espace_sante.consent.recipient import named
from espace_sante.consent.requests import REQUEST_DAYS, REQUESTS_MOST
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.keeper.acts import requests
from espace_sante.keeper.demand import AcceptRequestParams, DeclineRequestParams, RequestParams
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan
from espace_sante.kernel.ids import RequestId, Rpps
from tests.unit.keeper.situations import DOCTOR, DOCTOR_SESSION, HERS, NOW, PERSON, REFERENCE, situation, told, will

ASKED = RequestParams("categories", [5, 6], "care", 30)


def asking(params: RequestParams = ASKED, way: str = "doctor", /, **changes: Any) -> Plan:
    return requests.request(situation(ActId.REQUEST_ACCESS, params, way, **changes))


def asked() -> tuple[Will, str]:
    """Return her will with a request, and its number."""
    plan = asking()
    assert plan.write is not None
    change, _ = plan.write(REFERENCE)
    assert change.will is not None
    return change.will, change.will.rights.requests[0].number


def answered(act: ActId, params: Any, kept: Will, way: str = "web") -> Plan:
    plan = {ActId.ACCEPT_REQUEST: requests.accept, ActId.DECLINE_REQUEST: requests.decline}[act]
    return plan(situation(act, params, way, will=kept))


def after(plan: Plan) -> Rights:
    assert plan.write is not None
    change, _ = plan.write(REFERENCE)
    assert change.will is not None
    return change.will.rights


def test_a_request_is_kept_as_his_sign_in_says_and_she_is_told() -> None:
    plan = asking()
    assert isinstance(plan.decision, Permit) and plan.write is not None
    change, payload = plan.write(REFERENCE)
    assert change.will is not None and change.receipt is None and change.will.rights.grants == ()
    (one,) = change.will.rights.requests
    session = DOCTOR_SESSION
    assert (one.practitioner, one.name, one.structure) == (DOCTOR, session.name, session.structure)
    assert (one.days, one.purpose, one.scope.categories, one.made) == (30, "care", frozenset({5, 6}), NOW)
    assert len(one.number) == 6 and plan.objects == (f"request:{one.number}",)
    assert told(change.notice)["act"] == "request_access"
    assert payload == asking(will=None, space=None, state=None).told


@pytest.mark.parametrize(
    "changes",
    [
        {"will": None, "space": None, "state": None},
        {"state": SpaceState.CLOSING},
        {"state": SpaceState.CLOSED},
        {"will": Will(PERSON, Rights(True, presumed=True), 5)},
        {"will": Will(PERSON, Rights(True, blocks=(Block(named(DOCTOR), BlockKind.EVERYTHING, NOW),)), 5)},
    ],
)
def test_where_nobody_will_read_it_he_is_told_the_same_and_nothing_is_kept(changes: dict[str, Any]) -> None:
    done = asking()
    plan = asking(**changes)
    assert isinstance(plan.decision, Refuse) and plan.write is None and plan.despite is not None
    assert done.write is not None and plan.told == done.write(REFERENCE)[1]
    lost, kept = plan.despite(REFERENCE), done.write(REFERENCE)[0]
    assert lost.lost is not None and lost == Change(lost=lost.lost), "nothing of hers is written"
    after, notice = lost.lost
    assert kept.will is not None and kept.notice is not None
    assert len(after.rights.requests) == len(kept.will.rights.requests) == 1
    assert len(notice[1]) == len(kept.notice[1]) and len(plan.objects[0]) == len(done.objects[0])


@pytest.mark.parametrize("way", ["web", "counter", "phone", "stranger"])
@pytest.mark.parametrize("known", [True, False])
def test_whoever_may_not_ask_is_told_nothing_with_or_without_a_space(way: str, known: bool) -> None:
    changes: dict[str, Any] = {} if known else {"will": None, "space": None, "state": None}
    plan = asking(ASKED, way, **changes)
    assert isinstance(plan.decision, Refuse) and (plan.told, plan.code, plan.write) == (None, "", None)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        (RequestParams("documents", [], "care", 30), "request-invalid"),
        (RequestParams("categories", [], "care", 30), "request-invalid"),
        (RequestParams("categories", [99], "care", 30), "category-unknown"),
        (RequestParams("everything", [], "", 30), "request-invalid"),
        (RequestParams("everything", [], "care", 0), "grant-too-long"),
        (RequestParams("everything", [], "care", 366), "grant-too-long"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_his_own_mistake_is_told_before_anything_of_hers_is_looked_at(
    params: RequestParams, code: str, known: bool
) -> None:
    changes: dict[str, Any] = {} if known else {"will": None, "space": None, "state": None}
    plan = asking(params, "doctor", **changes)
    assert (plan.decision, plan.code, plan.told) == (Refuse("invalid"), code, None)


def test_one_of_his_waits_at_most_and_twenty_in_all() -> None:
    kept, number = asked()
    again = after(asking(will=kept))
    assert len(again.requests) == 1 and again.requests[0].number != "" and number
    (one,) = kept.rights.requests
    others = tuple(
        replace(one, request_id=RequestId(UUID(int=n)), practitioner=Rpps(f"{n:011d}"))
        for n in range(1, REQUESTS_MOST + 1)
    )
    full = replace(kept, rights=replace(kept.rights, requests=others))
    plan = asking(will=full)
    assert plan.decision == Refuse("requests-full") and plan.told == asking(will=None, space=None, state=None).told
    old = tuple(replace(other, made=NOW - timedelta(days=REQUEST_DAYS)) for other in others)
    assert len(after(asking(will=replace(kept, rights=replace(kept.rights, requests=old)))).requests) == 1


def test_yes_gives_what_was_asked_or_less_and_never_more() -> None:
    kept, number = asked()
    for params, days, categories in (
        (AcceptRequestParams(number), 30, {5, 6}),
        (AcceptRequestParams(number, 7), 7, {5, 6}),
        (AcceptRequestParams(number, 7, [6]), 7, {6}),
    ):
        rights = after(answered(ActId.ACCEPT_REQUEST, params, kept))
        (grant,) = rights.grants
        assert (grant.to.identifier, grant.ends, grant.scope.categories) == (
            DOCTOR,
            NOW + timedelta(days=days),
            categories,
        )
        assert grant.scope.kind is ScopeKind.CATEGORIES and rights.requests == ()
    for wider in (
        AcceptRequestParams(number, 31),
        AcceptRequestParams(number, 0, [5, 7]),
        AcceptRequestParams(number, -1),
    ):
        plan = answered(ActId.ACCEPT_REQUEST, wider, kept)
        assert (plan.code, plan.write) == ("request-wider", None)


def test_by_telephone_a_yes_only_starts_and_does_not_tell_whether_anybody_asks() -> None:
    kept, number = asked()
    for one in (number, "000000"):
        plan = answered(ActId.ACCEPT_REQUEST, AcceptRequestParams(one), kept, "phone")
        assert isinstance(plan.decision, Permit) and plan.decision.effect is Effect.STARTS and plan.write is not None
        assert plan.write(REFERENCE)[0].will is None


@pytest.mark.parametrize("way", HERS)
def test_no_drops_it_at_once_by_every_way_and_gives_nothing(way: str) -> None:
    kept, number = asked()
    plan = answered(ActId.DECLINE_REQUEST, DeclineRequestParams(f"{number[:3]} {number[3:]}"), kept, way)
    assert isinstance(plan.decision, Permit) and plan.decision.effect is not Effect.STARTS
    rights = after(plan)
    assert (rights.requests, rights.grants) == ((), ())


@pytest.mark.parametrize("act", [ActId.ACCEPT_REQUEST, ActId.DECLINE_REQUEST])
def test_a_request_that_does_not_wait_is_answered_by_nothing(act: ActId) -> None:
    kept, number = asked()
    (one,) = kept.rights.requests
    old = replace(kept, rights=replace(kept.rights, requests=(replace(one, made=NOW - timedelta(days=REQUEST_DAYS)),)))
    kind = {ActId.ACCEPT_REQUEST: AcceptRequestParams, ActId.DECLINE_REQUEST: DeclineRequestParams}[act]
    for said, where in ((number, old), ("000000", kept), ("", kept), (number, will())):
        plan = answered(act, kind(said), where)
        assert (plan.code, plan.write) == ("request-unknown", None)
