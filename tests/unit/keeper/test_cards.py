"""The plans about cards, alone: what a card keeps of its code, what it gives, what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId, Effect, Permit, Refuse
from espace_sante.consent.card_code import normal_card_code
from espace_sante.consent.cards import WRONG_PINS, AccessCard, Mailing
from espace_sante.consent.rights import Rights
from espace_sante.keeper.acts import cards
from espace_sante.keeper.card_terms import card_term
from espace_sante.keeper.demand import CardAnswer, CardUsedAnswer, IssueCardParams, RevokeCardParams, UseCardParams
from espace_sante.keeper.notice_body import CARD, Notice, open_notice
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.keeper.situation import Change, Plan, Situation
from tests.unit.keeper.situations import (
    DOCTOR,
    DOCTOR_SESSION,
    HERS,
    KEYS,
    LIMITS,
    NOW,
    PERSON,
    REFERENCE,
    SERVICE,
    read,
    said,
    situation,
    told,
)
from tests.whole_words import says


def asked(**changes: Any) -> IssueCardParams:
    known: dict[str, Any] = {"scope": "everything", "categories": [], "documents": [], "purpose": "care"}
    return IssueCardParams(**known | {"uses": 2, "hours": 12, "days": 30, "pin": ""} | changes)


def written(plan: Plan) -> tuple[Change, bytes]:
    assert plan.write is not None
    return plan.write(REFERENCE)


def made(**changes: Any) -> tuple[Will, str]:
    """Return a will with one card, and the card's code."""
    change, payload = written(cards.issue(situation(ActId.ISSUE_ACCESS_CARD, asked(**changes))))
    assert change.will is not None
    return change.will, read(CardAnswer, payload).code


def used(will: Will, code: str, pin: str = "", **changes: Any) -> Plan:
    return cards.use(shown(will, code, pin, **changes))


def shown(will: Will, code: str, pin: str = "", **changes: Any) -> Situation:
    s = situation(ActId.USE_ACCESS_CARD, UseCardParams(pin), "doctor", will=will, **changes)
    return replace(s, ask=msgspec.structs.replace(s.ask, person=f"card:{code}"))


def refused(plan: Plan, rule: str) -> None:
    assert plan.decision == Refuse(rule) and plan.code == "" and plan.write is None and plan.told is None


@pytest.mark.parametrize("way", [way for way in HERS if way != "phone"])
def test_a_card_keeps_nothing_of_its_code_but_what_it_is_found_by(way: str) -> None:
    plan = cards.issue(situation(ActId.ISSUE_ACCESS_CARD, asked(pin="4711"), way))
    change, payload = written(plan)
    answer = read(CardAnswer, payload)
    assert normal_card_code(answer.code) == answer.code
    assert change.will is not None
    (card,) = change.will.rights.cards
    assert card.term == card_term(SERVICE, answer.code)
    assert change.put_terms == ((card.term, card.ends.date()),) and change.drop_terms == ()
    assert (card.number, card.uses_left, card.hours, card.ends) == (answer.number, 2, 12, NOW + timedelta(days=30))
    assert plan.objects == (f"card:{card.number}",)
    receipt = said(answer.receipt)
    assert receipt["card"] == card.number and receipt["pin"] is True
    sealed = seal_will(change.will, KEYS)
    assert open_will(sealed, change.will.version, KEYS).rights.cards[0].wrong == 0
    for clear in (answer.receipt, repr(change.will).encode()):
        assert answer.code.encode() not in clear and answer.code.replace("-", "").encode() not in clear
        assert not says(clear, "4711")


@pytest.mark.parametrize("way", [way for way in HERS if way != "phone"])
def test_a_card_that_goes_by_letter_has_a_number_and_no_code_until_that_is_printed(way: str) -> None:
    plan = cards.issue(situation(ActId.ISSUE_ACCESS_CARD, asked(post=True, pin="4711"), way))
    change, payload = written(plan)
    answer = read(CardAnswer, payload)
    assert change.will is not None
    (card,) = change.will.rights.cards
    assert (answer.code, answer.number, card.term, bool(card.pin)) == ("", card.number, b"", True)
    assert (change.put_terms, change.drop_terms) == ((), ()) and not card.usable(NOW)
    ((notice, due, sealed),) = change.later
    assert card.mailing == Mailing(notice) and due == NOW.date()
    assert open_notice(sealed, KEYS, notice) == Notice(1, CARD, at=instant(NOW)), "it says nothing of the card"
    assert plan.objects == (f"card:{card.number}", "post") and said(answer.receipt)["post"] is True
    stop = situation(ActId.REVOKE_ACCESS_CARD, RevokeCardParams(card.number), way, will=change.will)
    stopped, _ = written(cards.revoke(stop))
    assert (stopped.drop_terms, stopped.drop_notices) == ((), (notice,)), "its letter waits no more"


@pytest.mark.parametrize("post", [True, False])
def test_a_card_takes_the_place_of_another_and_of_what_that_one_gave(post: bool) -> None:
    will, code = made()
    change, _ = written(used(will, code))
    assert change.will is not None
    (former,) = will.rights.cards
    params = asked(post=post, replaces=f"{former.number[:3]} {former.number[3:]}")
    other = Random(3).randbytes
    plan = cards.issue(situation(ActId.ISSUE_ACCESS_CARD, params, will=change.will, random=other))
    following, _ = written(plan)
    assert following.will is not None
    (card,) = following.will.rights.cards
    assert card.number != former.number and following.will.rights.grants == ()
    assert following.drop_terms == (former.term,) and f"replaces:{former.number}" in plan.objects


def test_by_telephone_a_card_is_not_drawn() -> None:
    plan = cards.issue(situation(ActId.ISSUE_ACCESS_CARD, asked(), "phone"))
    assert isinstance(plan.decision, Permit) and plan.decision.effect is Effect.STARTS
    change, payload = written(plan)
    assert change == Change() and read(CardAnswer, payload).code == ""


def test_a_code_for_the_day_ends_at_midnight_in_paris() -> None:
    will, _ = made(days=0)
    assert will.rights.cards[0].ends == datetime(2026, 11, 25, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pin": "123"}, "pin-invalid"),
        ({"pin": "123456789"}, "pin-invalid"),
        ({"pin": "12a4"}, "pin-invalid"),
        ({"pin": "١٢٣٤"}, "pin-invalid"),
        ({"uses": 0}, "card-invalid"),
        ({"uses": 21}, "card-invalid"),
        ({"hours": 0}, "card-invalid"),
        ({"hours": 169}, "card-invalid"),
        ({"purpose": ""}, "card-invalid"),
        ({"days": 366}, "card-too-long"),
        ({"days": -1}, "card-too-long"),
        ({"post": True, "days": 29}, "card-post-too-short"),
        ({"replaces": "1"}, "card-unknown"),
        ({"scope": "categories"}, "grant-empty"),
        ({"scope": "categories", "categories": [99]}, "category-unknown"),
        ({"scope": "documents", "documents": [bytes(16)]}, "document-unknown"),
        ({"scope": "all"}, "grant-invalid"),
    ],
)
def test_a_card_that_cannot_be_is_not_made(changes: dict[str, Any], code: str) -> None:
    plan = cards.issue(situation(ActId.ISSUE_ACCESS_CARD, asked(**changes)))
    assert (plan.decision, plan.code, plan.write) == (Refuse("invalid"), code, None)


def test_there_are_twenty_cards_at_most_and_no_two_of_one_number() -> None:
    will = Will(PERSON, Rights(True), 5)
    numbers = set()
    for _ in range(20):  # the same randomness each time: the numbers would be one
        plan = cards.issue(situation(ActId.ISSUE_ACCESS_CARD, asked(), will=will))
        change, payload = written(plan)
        assert change.will is not None
        cards_now = change.will.rights.cards
        fresh = replace(cards_now[-1], card_id=type(cards_now[-1].card_id)(int=len(numbers) + 1))
        will = replace(will, rights=replace(will.rights, cards=(*will.rights.cards, fresh)))
        numbers.add(read(CardAnswer, payload).number)
    assert len(numbers) == 20
    plan = cards.issue(situation(ActId.ISSUE_ACCESS_CARD, asked(), will=will))
    assert plan.code == "cards-too-many"


def test_a_card_shown_gives_its_permission_to_whoever_shows_it_until_its_hours_or_its_end() -> None:
    for days, hours, ends in ((30, 12, timedelta(hours=12)), (1, 168, timedelta(days=1))):
        will, code = made(days=days, hours=hours)
        plan = used(will, code)
        assert isinstance(plan.decision, Permit) and plan.decision.notify
        change, payload = written(plan)
        assert change.will is not None and change.will.version == will.version + 1
        (grant,), (card,) = change.will.rights.grants, change.will.rights.cards
        assert (grant.to.identifier, grant.card, grant.starts, grant.ends) == (DOCTOR, card.card_id, NOW, NOW + ends)
        assert (grant.scope, grant.purpose, card.uses_left) == (card.scope, "care", 1)
        answer = read(CardUsedAnswer, payload)
        assert answer.person == PERSON.hex and said(answer.receipt)["card"] == card.number
        assert told(change.notice)["act"] == "use_access_card"
        assert (change.put_terms, change.end_terms, change.drop_terms) == ((), (), ())


def test_a_card_serves_as_often_as_it_says_and_whoever_has_another_code_has_nothing() -> None:
    will, code = made(uses=1)
    change, _ = written(used(will, code))
    assert change.will is not None
    kept = (NOW + timedelta(days=LIMITS.idempotency_days)).date()
    assert change.end_terms == ((will.rights.cards[0].term, kept),), "a repeated demand still finds its first answer"
    refused(used(change.will, code), "card-over")
    other, another = made()
    del other
    assert another == code, "one seed, one code"
    refused(used(will, "0000-0000-0000-0000-0"), "card-over")
    for not_a_card in ("", "x", code[:-1]):
        refused(used(will, not_a_card), "card-over")
    s = shown(will, code)
    refused(cards.use(replace(s, ask=msgspec.structs.replace(s.ask, person=f"id:{PERSON.hex}"))), "card-over")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"uses_left": 0}, "card-over"),
        ({"ends": NOW}, "card-over"),
        ({"since": NOW + timedelta(seconds=1)}, "card-over"),
        ({"wrong": WRONG_PINS}, "card-over"),
    ],
)
def test_a_card_that_is_over_gives_nothing(change: dict[str, Any], rule: str) -> None:
    will, code = made()
    (card,) = will.rights.cards
    refused(used(replace(will, rights=replace(will.rights, cards=(replace(card, **change),))), code), rule)


@pytest.mark.parametrize("way", HERS)
def test_nobody_but_a_professional_shows_a_card(way: str) -> None:
    will, code = made()
    s = situation(ActId.USE_ACCESS_CARD, UseCardParams(), way, will=will)
    refused(cards.use(replace(s, ask=msgspec.structs.replace(s.ask, person=f"card:{code}"))), "not-their-act")


def test_a_sealed_chest_takes_no_card() -> None:
    will, code = made()
    refused(used(replace(will, rights=replace(will.rights, chest=True)), code), "chest")


def test_wrong_secret_numbers_are_counted_in_her_will_though_refused_and_the_right_one_starts_again() -> None:
    will, code = made(pin="4711")
    for count in range(1, WRONG_PINS):
        plan = used(will, code, "4712")
        refused(plan, "card-pin")
        assert plan.despite is not None
        change = plan.despite(REFERENCE)
        assert change.will is not None and change.will.version == will.version + 1
        assert change.will.rights.cards[0].wrong == count and change.will.rights.grants == ()
        assert told(change.notice)["entry"] == REFERENCE and change.receipt is None
        will = change.will
    right, _ = written(used(will, code, "4711"))
    assert right.will is not None and right.will.rights.cards[0].wrong == 0
    last = used(will, code, "")
    assert last.despite is not None
    dead = last.despite(REFERENCE).will
    assert dead is not None
    refused(used(dead, code, "4711"), "card-over")


@pytest.mark.parametrize("way", HERS)
@pytest.mark.parametrize("named", [True, False])
def test_a_card_is_stopped_by_its_number_or_all_at_once_with_what_they_gave(way: str, named: bool) -> None:
    will, code = made()
    change, _ = written(used(will, code))
    assert change.will is not None
    (card,) = change.will.rights.cards
    params = RevokeCardParams(f"{card.number[:3]} {card.number[3:]}" if named else "")
    plan = cards.revoke(situation(ActId.REVOKE_ACCESS_CARD, params, way, will=change.will))
    assert isinstance(plan.decision, Permit) and plan.decision.effect is not Effect.STARTS
    stopped, _ = written(plan)
    assert stopped.will is not None
    assert (stopped.will.rights.cards, stopped.will.rights.grants) == ((), ())
    assert stopped.drop_terms == (card.term,)


def test_a_number_that_no_card_has_stops_nothing_and_is_said() -> None:
    will, _ = made()
    plan = cards.revoke(situation(ActId.REVOKE_ACCESS_CARD, RevokeCardParams("1"), will=will))
    assert plan.code == "card-unknown" and plan.write is None


def test_a_card_kept_before_wrong_numbers_were_counted_has_none() -> None:
    will, _ = made()
    card: AccessCard = open_will(seal_will(will, KEYS), will.version, KEYS).rights.cards[0]
    assert card.wrong == 0 and DOCTOR_SESSION.identifier == DOCTOR
