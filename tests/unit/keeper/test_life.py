"""The plans of a space's life: what each writes, in which state it leaves the space, and what it never writes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActId, ActorKind, Effect, Permit, Refuse, Subject
from espace_sante.consent.emergency import EmergencyWill
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.keeper.acts.archive import erase_content, reopen_space
from espace_sante.keeper.acts.leaving import export_journal
from espace_sante.keeper.acts.letters import record_delivery, record_return
from espace_sante.keeper.acts.memory import again_on, month_of, references_of, refusal_term, rest_term
from espace_sante.keeper.acts.opening import (
    NO_LETTER,
    Letter,
    invite,
    open_space,
    reference_term,
    refuse_space,
    reverse_refusal,
)
from espace_sante.keeper.acts.will import close_space
from espace_sante.keeper.demand import (
    CloseParams,
    DeliveryParams,
    EraseParams,
    ExportParams,
    InviteAnswer,
    InviteParams,
    NotedAnswer,
    OpenAnswer,
    OpenParams,
    RefuseParams,
    ReopenParams,
    ReturnParams,
    ReverseRefusalParams,
    Traits,
)
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Extra, Invitation, Plan, Situation
from espace_sante.kernel.settings import OpeningPolicy
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.keys import derive, term
from tests.unit.keeper.situations import (
    AGENT_SESSION,
    LIMITS,
    NOW,
    PERSON,
    PERSON_SESSION,
    REFERENCE,
    SERVICE,
    TRAITS,
    does_nothing,
    grant,
    kept,
    mask,
    read,
    said,
    situation,
)

TODAY = NOW.date()
STATED = Traits("ESSAI", "ZOE", "1999-01-02", "F", "DUBOIS", "63220")
NO_SPACE: dict[str, Any] = {"space": None, "state": None, "will": None}
LETTER = Invitation(UUID(int=41), "local:V-12", TRAITS, TODAY + timedelta(days=90), TODAY.isoformat())
OPEN, REFUSE = OpenParams(True, "v3", "fr", "ab" * 32), RefuseParams("v3", "fr", "ab" * 32)
REMEMBER = RefuseParams("v3", "fr", "ab" * 32, True)
PRESUMING = replace(LIMITS, policy=OpeningPolicy.SIX_WEEK_PRESUMPTION)
FULL = Rights(
    True,
    (grant(1),),
    (mask(1, category=4),),
    authors_read=True,
    emergency=EmergencyWill(bedside=True),
)


def done(plan: Plan) -> tuple[Change, bytes]:
    assert isinstance(plan.decision, Permit), plan.decision
    assert plan.write is not None
    return plan.write(REFERENCE)


# ------------------------------------------------------------------------------------------- proposing again


def inviting(**changes: Any) -> Situation:
    s = situation(
        ActId.INVITE, InviteParams("local:v-12", STATED, changes.pop("way", "")), "counter", **(NO_SPACE | changes)
    )
    ask = msgspec.structs.replace(s.ask, person="local:v-12", channel="web", proof="login")
    return replace(s, ask=ask, subject=Subject(ActorKind.OPERATOR, ""))


def letter_of(change: Change) -> tuple[Letter, bytes]:
    assert change.put_invitation is not None
    number, _, whom, body, _ = change.put_invitation
    return read(Letter, open_sealed(SERVICE.mailroom, body, b"invitation|" + number.bytes)), whom


def test_to_one_who_is_not_to_be_asked_the_letter_names_nobody() -> None:
    usual, usual_answer = done(invite(inviting()))
    blind, blind_answer = done(invite(inviting(extra=Extra(rests=True))))
    assert letter_of(usual) == (Letter("local:V-12", STATED, TODAY.isoformat()), reference_term(SERVICE, "local:V-12"))
    letter, whom = letter_of(blind)
    assert letter == NO_LETTER
    assert whom != reference_term(SERVICE, "local:V-12") and len(whom) == 32
    answers = [read(InviteAnswer, one) for one in (usual_answer, blind_answer)]
    assert answers[0].expires_on == answers[1].expires_on
    assert len(answers[0].code) == len(answers[1].code)


@pytest.mark.parametrize(("days", "answers"), [(0, True), (90, True), (91, False), (200, False)])
def test_a_second_letter_is_the_same_proposal_for_so_long_as_the_first_one_waited(days: int, answers: bool) -> None:
    first = TODAY - timedelta(days=days)
    waiting = replace(LETTER, first=first.isoformat())
    letter, _ = letter_of(done(invite(inviting(extra=Extra(invitation=waiting))))[0])
    assert letter == (Letter("local:V-12", STATED, first.isoformat()) if answers else NO_LETTER)


def test_a_letter_from_before_this_was_kept_counts_from_its_last_day() -> None:
    for left, answers in ((0, True), (-1, False)):
        waiting = replace(LETTER, first="", expires_on=TODAY + timedelta(days=left))
        letter, _ = letter_of(done(invite(inviting(extra=Extra(invitation=waiting))))[0])
        assert bool(letter.person) is answers


@pytest.mark.parametrize(("way", "objects"), [("", ("invitation",)), ("web", ("invitation", "way:web"))])
def test_the_way_stands_in_the_entry(way: str, objects: tuple[str, ...]) -> None:
    assert invite(inviting(way=way)).objects == objects


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)), st.integers(1, 240))
def test_nobody_is_asked_again_before_the_months_published(proposed: date, months: int) -> None:
    again = again_on(proposed, months)
    assert again.day == 1
    assert (again.year - proposed.year) * 12 + again.month - proposed.month == months + 1


# ------------------------------------------------------------------------------------------- a no, remembered or not


def test_a_no_is_remembered_only_when_she_asks_by_a_term_and_a_month() -> None:
    extra = Extra(invitation=LETTER)
    plain, _ = done(refuse_space(situation(ActId.REFUSE_SPACE, REFUSE, extra=extra, **NO_SPACE)))
    assert plain == Change(take_invitation=LETTER.invitation_id)
    asked, answer = done(refuse_space(situation(ActId.REFUSE_SPACE, REMEMBER, extra=extra, **NO_SPACE)))
    assert asked.remember == ((refusal_term(SERVICE, "local:V-12"), date(2026, 11, 1)),)
    assert said(msgspec.msgpack.decode(answer)["receipt"])["answers"] == {"open": "no", "remember": "yes"}


def test_every_number_she_is_known_by_there_is_remembered_once() -> None:
    session = replace(PERSON_SESSION, ins="299019999900157")
    s = situation(ActId.REFUSE_SPACE, REMEMBER, extra=Extra(invitation=LETTER), session=session, **NO_SPACE)
    change, _ = done(refuse_space(s))
    both = ["local:V-12", "ins:299019999900157"]
    assert sorted(term for term, _ in change.remember) == sorted(refusal_term(SERVICE, one) for one in both)
    assert references_of(session) == ("ins:299019999900157", "local:V-12")


def test_the_two_memories_and_the_directory_have_nothing_to_compare() -> None:
    one = "local:V-12"
    assert len({refusal_term(SERVICE, one), rest_term(SERVICE, one), reference_term(SERVICE, one)}) == 3
    # Written out: a term that changed would forget every refusal kept before.
    assert refusal_term(SERVICE, one) == term(derive(SERVICE.directory, "refusal"), "refusal", one)
    assert rest_term(SERVICE, one) == term(derive(SERVICE.directory, "rest"), "rest", one)
    assert month_of(date(2026, 11, 26)) == date(2026, 11, 1)


@pytest.mark.parametrize(("way", "forgets"), [("web", True), ("counter", True), ("phone", False)])
def test_taking_a_no_back_forgets_it_and_a_call_only_starts(way: str, forgets: bool) -> None:
    s = situation(ActId.REVERSE_REFUSAL, ReverseRefusalParams(), way, **NO_SPACE)
    if way != "web":
        s = replace(s, ask=msgspec.structs.replace(s.ask, person="local:v-12"), session=AGENT_SESSION)
    plan = reverse_refusal(s)
    change, _ = done(plan)
    terms = (refusal_term(SERVICE, "local:V-12"), rest_term(SERVICE, "local:V-12"))
    assert change == (Change(forget=terms) if forgets else Change())
    assert plan.objects[0].startswith("receipt:") and len(plan.objects) == 1


def test_where_a_space_is_open_there_is_no_refusal_to_take_back() -> None:
    plan = reverse_refusal(situation(ActId.REVERSE_REFUSAL, ReverseRefusalParams()))
    assert (plan.decision, plan.code) == (Refuse("space-exists"), "space-exists")
    assert does_nothing(plan)


# ------------------------------------------------------------------------------------------- what silence opened

PRESUMED = Will(PERSON, Rights(accepts_deposits=True, presumed=True), 1)


@pytest.mark.parametrize("deposits", [True, False])
def test_her_yes_replaces_all_that_was_presumed(deposits: bool) -> None:
    params = msgspec.structs.replace(OPEN, deposits=deposits)
    plan = open_space(situation(ActId.OPEN_SPACE, params, will=PRESUMED))
    change, payload = done(plan)
    assert change.will == Will(PERSON, Rights(accepts_deposits=deposits), 2)
    assert (change.new_space, change.take_invitation, plan.new_space, plan.state) == (None, None, None, None)
    answer = read(OpenAnswer, payload)
    assert answer.person == PERSON.hex
    assert kept(change.receipt) == answer.receipt


def test_a_call_activates_nothing() -> None:
    change, _ = done(open_space(situation(ActId.OPEN_SPACE, OPEN, "phone", will=PRESUMED)))
    assert change == Change()


@pytest.mark.parametrize(
    ("way", "state"), [("web", SpaceState.CLOSING), ("counter", SpaceState.CLOSING), ("phone", None)]
)
def test_her_no_erases_what_was_presumed_and_a_call_stops_deposits(way: str, state: SpaceState | None) -> None:
    s = situation(ActId.REFUSE_SPACE, REFUSE, way, will=PRESUMED)
    plan = refuse_space(s)
    change, _ = done(plan)
    assert plan.state is state
    assert change.will == Will(PERSON, Rights(accepts_deposits=False, presumed=True), 2)
    assert change.remember == ()


def test_a_space_she_opened_is_neither_opened_nor_refused_again() -> None:
    for plan, act, params in ((open_space, ActId.OPEN_SPACE, OPEN), (refuse_space, ActId.REFUSE_SPACE, REFUSE)):
        found: Plan = plan(situation(act, params))
        assert (found.decision, found.code) == (Refuse("space-exists"), "space-exists")
        assert does_nothing(found)


# ------------------------------------------------------------------------------------------- letters


def of_the_mail(act: ActId, params: Any, letter: Invitation | None = LETTER, **changes: Any) -> Situation:
    known = NO_SPACE | {"extra": Extra(invitation=letter), "limits": PRESUMING} | changes
    s = situation(act, params, "web", **known)
    return replace(s, subject=Subject(ActorKind.OPERATOR, ""))


def delivery(day: date = TODAY, proof: str = "registered", **changes: Any) -> Plan:
    return record_delivery(of_the_mail(ActId.RECORD_DELIVERY, DeliveryParams(proof, day.isoformat()), **changes))


def test_a_delivery_is_noted_once_from_the_day_the_letter_was_written() -> None:
    plan = delivery()
    change, payload = done(plan)
    assert (plan.decision, plan.objects) == (Permit("mail-room"), ("delivery", "proof:registered"))
    assert change == Change(deliver=(LETTER.invitation_id, TODAY, LETTER.expires_on))
    assert read(NotedAnswer, payload) == NotedAnswer()
    assert done(delivery(TODAY - timedelta(days=30)))[0] == change, "never before it was written"
    assert done(delivery(proof="counter"))[0] == change
    assert done(delivery(letter=replace(LETTER, delivered_on=TODAY)))[0] == Change()


def test_a_letter_waits_for_its_six_weeks_even_beyond_its_last_day() -> None:
    late = replace(LETTER, expires_on=TODAY + timedelta(days=3))
    assert done(delivery(letter=late))[0].deliver == (LETTER.invitation_id, TODAY, TODAY + timedelta(days=64))


@pytest.mark.parametrize("letter", [None, replace(LETTER, person="")])
def test_no_letter_or_one_that_names_nobody_is_noted_alike(letter: Invitation | None) -> None:
    assert done(delivery(letter=letter)) == (Change(), done(delivery())[1])


@pytest.mark.parametrize(
    ("day", "proof"),
    [((TODAY + timedelta(days=1)).isoformat(), "counter"), (TODAY.isoformat(), "sent"), ("hier", "counter")],
)
def test_a_delivery_without_a_proof_or_a_day_is_refused(day: str, proof: str) -> None:
    plan = record_delivery(of_the_mail(ActId.RECORD_DELIVERY, DeliveryParams(proof, day)))
    assert (plan.decision, plan.code) == (Refuse("invalid"), "delivery-invalid")
    assert does_nothing(plan)


def test_where_only_a_yes_opens_no_day_of_delivery_is_kept() -> None:
    plan = delivery(limits=LIMITS)
    assert (plan.decision, plan.code) == (Refuse("policy"), "policy-consent")
    assert does_nothing(plan)


@pytest.mark.parametrize(
    ("plan", "act", "params"),
    [
        (record_delivery, ActId.RECORD_DELIVERY, DeliveryParams("counter", TODAY.isoformat())),
        (record_return, ActId.RECORD_RETURN, ReturnParams()),
    ],
)
@pytest.mark.parametrize(("kind", "rule"), [(ActorKind.PERSON, "not-their-act"), (ActorKind.AGENT, "proof")])
def test_only_the_staff_signed_in_says_what_became_of_a_letter(
    plan: Any, act: ActId, params: Any, kind: ActorKind, rule: str
) -> None:
    s = replace(of_the_mail(act, params), subject=Subject(kind, ""))
    if kind is ActorKind.AGENT:
        s = replace(s, ask=msgspec.structs.replace(s.ask, channel="counter", proof="identity_seen"))
    found: Plan = plan(s)
    assert found.decision == Refuse(rule)
    assert does_nothing(found)


@pytest.mark.parametrize(("letter", "taken"), [(LETTER, LETTER.invitation_id), (None, None)])
def test_a_return_erases_the_letter_and_says_the_same_without_one(
    letter: Invitation | None, taken: UUID | None
) -> None:
    plan = record_return(of_the_mail(ActId.RECORD_RETURN, ReturnParams(), letter))
    change, payload = done(plan)
    assert (change, plan.objects) == (Change(take_invitation=taken), ("return",))
    assert payload == done(delivery())[1]


# ------------------------------------------------------------------------------------------- closing, keeping


@pytest.mark.parametrize(("years", "until"), [(1, date(2027, 11, 25)), (10, date(2036, 11, 25))])
def test_closing_and_keeping_withdraws_everything_and_says_until_when(years: int, until: date) -> None:
    plan = close_space(situation(ActId.CLOSE_SPACE, CloseParams(years), will=Will(PERSON, FULL, 5)))
    change, payload = done(plan)
    assert (plan.state, change.archive) == (SpaceState.ARCHIVED, until)
    assert change.will is not None and change.will.rights == FULL.without_grants()
    assert said(msgspec.msgpack.decode(payload)["receipt"])["archive_until"] == until.isoformat()


def test_closing_without_keeping_is_what_it_was() -> None:
    plan = close_space(situation(ActId.CLOSE_SPACE, CloseParams()))
    change, payload = done(plan)
    assert (plan.state, change.archive) == (SpaceState.CLOSING, None)
    assert "archive_until" not in said(msgspec.msgpack.decode(payload)["receipt"])


def test_a_call_moves_nothing_and_says_what_will_be_signed() -> None:
    plan = close_space(situation(ActId.CLOSE_SPACE, CloseParams(2), "phone"))
    change, payload = done(plan)
    assert (plan.state, change.archive) == (None, None)
    assert said(msgspec.msgpack.decode(payload)["receipt"])["archive_until"] == "2028-11-25"


@pytest.mark.parametrize("years", [-1, 11])
def test_an_archive_of_another_length_is_refused(years: int) -> None:
    plan = close_space(situation(ActId.CLOSE_SPACE, CloseParams(years)))
    assert (plan.decision, plan.code) == (Refuse("invalid"), "archive-years-invalid")
    assert does_nothing(plan)


ARCHIVED: dict[str, Any] = {"state": SpaceState.ARCHIVED, "will": Will(PERSON, FULL, 5)}


@pytest.mark.parametrize("deposits", [True, False])
@pytest.mark.parametrize("way", ["web", "api", "counter", "paper"])
def test_opened_again_nobody_reads_and_deposits_are_what_she_answers(way: str, deposits: bool) -> None:
    plan = reopen_space(situation(ActId.REOPEN_SPACE, ReopenParams(deposits), way, **ARCHIVED))
    change, _ = done(plan)
    assert (plan.state, change.unarchive, change.archive) == (SpaceState.OPEN, True, None)
    assert change.will is not None
    assert change.will.rights == replace(FULL.without_grants(), accepts_deposits=deposits)
    assert change.will.rights.masks == FULL.masks
    receipt = said(kept(change.receipt))
    assert (receipt["act"], receipt["deposits"]) == ("reopen_space", "yes" if deposits else "no")
    assert isinstance(plan.decision, Permit) and plan.objects == ("space",)


@pytest.mark.parametrize("way", ["web", "api", "counter", "paper"])
def test_an_archive_is_erased_at_once(way: str) -> None:
    plan = erase_content(situation(ActId.ERASE_CONTENT, EraseParams(), way, **ARCHIVED))
    change, _ = done(plan)
    assert (plan.state, change.unarchive) == (SpaceState.CLOSING, True)
    assert change.will is not None and change.will.rights == FULL.without_grants()
    assert isinstance(plan.decision, Permit) and plan.objects == ("space",)


@pytest.mark.parametrize(
    ("plan", "act", "params"),
    [(reopen_space, ActId.REOPEN_SPACE, ReopenParams(True)), (erase_content, ActId.ERASE_CONTENT, EraseParams())],
)
def test_a_call_only_starts_what_concerns_an_archive(plan: Any, act: ActId, params: Any) -> None:
    found: Plan = plan(situation(act, params, "phone", **ARCHIVED))
    change, _ = done(found)
    assert isinstance(found.decision, Permit) and found.decision.effect is Effect.STARTS
    assert (change, found.state) == (Change(), None)


@pytest.mark.parametrize(
    ("plan", "act", "params"),
    [(reopen_space, ActId.REOPEN_SPACE, ReopenParams(True)), (erase_content, ActId.ERASE_CONTENT, EraseParams())],
)
@pytest.mark.parametrize(
    ("state", "rule"),
    [(SpaceState.OPEN, "space-exists"), (SpaceState.CLOSING, "space-closing"), (SpaceState.CLOSED, "space-closed")],
)
def test_only_an_archive_is_opened_again_or_erased(
    plan: Any, act: ActId, params: Any, state: SpaceState, rule: str
) -> None:
    found: Plan = plan(situation(act, params, state=state))
    assert found.decision == Refuse(rule)
    assert does_nothing(found)


def test_what_she_takes_away_is_refused_in_an_archive_and_to_others() -> None:
    for changes in (ARCHIVED, {"subject": Subject(ActorKind.PERSON, "")}):
        plan = export_journal(situation(ActId.EXPORT_JOURNAL, ExportParams(), **changes))
        assert isinstance(plan.decision, Refuse)
        assert does_nothing(plan)


def test_nothing_of_a_receipt_names_her_when_there_is_no_space() -> None:
    _, payload = done(reverse_refusal(situation(ActId.REVERSE_REFUSAL, ReverseRefusalParams(), **NO_SPACE)))
    words = json.dumps(said(msgspec.msgpack.decode(payload)["receipt"]))
    assert not any(one in words for one in (TRAITS.birth_name, PERSON_SESSION.local, PERSON_SESSION.local.upper()))
