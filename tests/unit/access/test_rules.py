from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from espace_sante.access import outcomes, rules
from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.order import OrderStanding
from espace_sante.access.request import (
    ActId,
    ActorKind,
    Channel,
    Context,
    Effect,
    Permit,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.access.rules import decide, effect_of, visible
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.limits import Mask
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, Rpps

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HIM, ANOTHER = Rpps("10000000017"), Rpps("10000000025")
THIS, OTHER = DocumentId(UUID(int=1)), DocumentId(UUID(int=2))
READING = Thing(category=4, document=THIS)
EVERYTHING = Scope(ScopeKind.EVERYTHING)
PROFESSIONAL = Subject(ActorKind.PRACTITIONER, HIM, profession="G15_10")
MATRICES = Matrices(Matrix("2026-01-01", {"G15_10": Row(frozenset({4, 5}))}))


def grant(
    number: int = 1,
    *,
    who: Rpps = HIM,
    scope: Scope = EVERYTHING,
    starts: datetime = NOW - DAY,
    ends: datetime = NOW + DAY,
) -> Grant:
    return Grant(GrantId(UUID(int=number)), named(who), scope, "soins", starts, ends)


def mask(*, document: DocumentId | None = None, category: int | None = None, who: Rpps | None = None) -> Mask:
    return Mask(MaskId(UUID(int=9)), document, category, None if who is None else named(who))


def context(*grants: Grant, masks: tuple[Mask, ...] = (), deposits: bool = True) -> Context:
    return Context(SpaceState.OPEN, Rights(deposits, grants, masks), Channel.API, Proof.PROFESSIONAL, MATRICES)


def reads(asked: Context, now: datetime = NOW) -> object:
    return decide(PROFESSIONAL, ActId.READ_DOCUMENT, READING, asked, now)


def test_the_rules_say_their_version() -> None:
    assert rules.RULES_VERSION == "2026-11-10"


def test_every_rule_has_its_own_name() -> None:
    assert len(set(outcomes.RULES)) == len(outcomes.RULES)


def test_the_restrictive_acts_are_those_that_take_something_back() -> None:
    assert set(rules.RESTRICTIVE) == {
        ActId.REFUSE_SPACE,
        ActId.WITHDRAW_ACCESS,
        ActId.MASK,
        ActId.BLOCK,
        ActId.CLOSE_SPACE,
        ActId.REFUSE_EMERGENCY,
        ActId.LIMIT_GRANT,
        ActId.CONTEST_ACCESS,
        ActId.REPORT_MISTAKE,
        ActId.END_SUPPORT,
        ActId.REVOKE_ACCESS_CARD,
        ActId.REFUSE_AFTER_DEATH,
        ActId.DECLINE_REQUEST,
        ActId.REFUSE_DEPOSITS,
        ActId.STOP_AUTHORS_READING,
        ActId.HIDE_NEW_DOCUMENTS,
        ActId.SEAL_SPACE,
        ActId.END_SECONDARY_USE,
        ActId.END_EPISODE,
        ActId.END_APP,
        ActId.END_MANDATE,
        ActId.END_TRUSTED_PERSON,
        ActId.CONTEST_REPRESENTATION,
        ActId.REMOVE_ADDRESS,
        ActId.REMOVE_CONTACT,
        ActId.EXPECT_ACCESS,
        ActId.ASK_REMINDERS,  # gives nobody anything: what is said goes to her own address
        ActId.STOP_REMINDERS,
        ActId.CHOOSE_LETTERS,
    }


def test_a_permission_covers_its_first_instant_and_not_its_last() -> None:
    used = grant(starts=NOW, ends=NOW + DAY)
    just_before = NOW - timedelta(microseconds=1)
    assert reads(context(used), just_before) == Refuse("no-grant")
    assert reads(context(used), NOW) == Permit("grant", grant=used.grant_id)
    assert reads(context(used), NOW + DAY - timedelta(microseconds=1)) == Permit("grant", grant=used.grant_id)
    assert reads(context(used), NOW + DAY) == Refuse("no-grant")


@pytest.mark.parametrize("act", [ActId.READ_DOCUMENT, ActId.LIST_DOCUMENTS])
@pytest.mark.parametrize("numbers", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_the_permission_named_is_the_one_that_ends_last_then_the_greatest(
    act: ActId, numbers: tuple[int, int, int]
) -> None:
    thing = READING if act is ActId.READ_DOCUMENT else Thing()
    same_end = context(*(grant(number) for number in numbers))
    assert decide(PROFESSIONAL, act, thing, same_end, NOW) == Permit("grant", grant=UUID(int=3))
    ends = {1: NOW + 3 * DAY, 2: NOW + DAY, 3: NOW + 2 * DAY}
    other_ends = context(*(grant(number, ends=ends[number]) for number in numbers))
    assert decide(PROFESSIONAL, act, thing, other_ends, NOW) == Permit("grant", grant=UUID(int=1))


def test_an_instant_without_time_zone_gives_nothing() -> None:
    naive = NOW.replace(tzinfo=None)
    assert reads(context(grant()), naive) == Refuse("no-grant")
    assert reads(context(grant(starts=naive - DAY, ends=naive + DAY)), naive) == Refuse("no-grant")


def test_a_permission_whose_bounds_have_no_time_zone_gives_nothing() -> None:
    naive = NOW.replace(tzinfo=None)
    assert reads(context(grant(starts=naive - DAY))) == Refuse("no-grant")
    assert reads(context(grant(ends=naive + DAY))) == Refuse("no-grant")


def test_a_professional_without_number_is_nobody() -> None:
    nobody = Subject(ActorKind.PRACTITIONER, "")
    to_nobody = context(grant(who=Rpps("")))
    assert decide(nobody, ActId.READ_DOCUMENT, READING, to_nobody, NOW) == Refuse("proof")
    assert decide(nobody, ActId.DEPOSIT_DOCUMENT, Thing(), to_nobody, NOW) == Refuse("proof")


def test_a_mask_without_professional_hides_from_all_even_written_as_an_empty_number() -> None:
    for who in (None, Rpps("")):
        assert reads(context(grant(), masks=(mask(document=THIS, who=who),))) == Refuse("masked")
        assert reads(context(grant(), masks=(mask(category=4, who=who),))) == Refuse("masked")


def test_a_mask_hides_one_thing_from_one_professional() -> None:
    permitted = Permit("grant", grant=UUID(int=1))
    assert reads(context(grant(), masks=(mask(category=4, who=HIM),))) == Refuse("masked")
    assert reads(context(grant(), masks=(mask(category=4, who=ANOTHER),))) == permitted
    assert reads(context(grant(), masks=(mask(category=5),))) == permitted
    assert reads(context(grant(), masks=(mask(document=OTHER),))) == permitted
    assert reads(context(grant(), masks=(mask(document=OTHER, category=4),))) == Refuse("masked")
    assert reads(context(grant(), masks=(mask(document=THIS, category=5),))) == Refuse("masked")
    assert reads(context(grant(), masks=(mask(document=OTHER), mask(document=THIS)))) == Refuse("masked")


def test_a_mask_hides_from_the_permission_to_read_that_document_itself() -> None:
    this_one = Scope(ScopeKind.DOCUMENTS, documents=frozenset({THIS}))
    assert reads(context(grant(scope=this_one), masks=(mask(document=THIS),))) == Refuse("masked")


def test_the_author_of_a_document_reads_it_again_only_when_she_lets_authors_do_so() -> None:
    asked = context(deposits=True)
    his = dataclasses.replace(READING, author=True)
    assert decide(PROFESSIONAL, ActId.DEPOSIT_DOCUMENT, READING, asked, NOW) == Permit("deposit")
    assert decide(PROFESSIONAL, ActId.READ_DOCUMENT, his, asked, NOW) == Refuse("no-grant")
    letting = dataclasses.replace(asked, rights=Rights(True, authors_read=True))
    assert decide(PROFESSIONAL, ActId.READ_DOCUMENT, his, letting, NOW) == Permit("author")
    assert reads(letting) == Refuse("no-grant")


def test_a_permission_to_read_does_not_let_deposit() -> None:
    asked = context(grant(), deposits=False)
    assert decide(PROFESSIONAL, ActId.DEPOSIT_DOCUMENT, Thing(), asked, NOW) == Refuse("deposits-refused")


def test_a_kind_of_actor_that_the_rules_do_not_know_is_refused() -> None:
    stranger = Subject("stranger", HIM, holder=True, on_behalf=True)  # type: ignore[arg-type]  # not in the closed list
    for act in ActId:
        assert isinstance(decide(stranger, act, READING, context(grant()), NOW), Refuse)


def test_a_scope_of_unknown_kind_covers_nothing() -> None:
    unknown = Scope("all", frozenset({4}), frozenset({THIS}))  # type: ignore[arg-type]  # not in the closed list
    asked = context(grant(scope=unknown))
    assert unknown.is_empty
    assert reads(asked) == Refuse("no-grant")
    assert decide(PROFESSIONAL, ActId.LIST_DOCUMENTS, Thing(), asked, NOW) == Refuse("no-grant")


def test_by_telephone_a_restrictive_act_is_provisional_and_the_others_only_start() -> None:
    for act in ActId:
        for channel in set(Channel) - {Channel.PHONE}:
            assert effect_of(act, channel) is Effect.IMMEDIATE
    by_phone = {act: effect_of(act, Channel.PHONE) for act in ActId}
    assert {act for act, effect in by_phone.items() if effect is Effect.PROVISIONAL} == set(rules.RESTRICTIVE)
    assert {act for act, effect in by_phone.items() if effect is Effect.IMMEDIATE} == {ActId.INVITE}


# What an agent does signed in as himself, and what the operator's staff alone does.
OPERATORS = {
    *(ActId.RECORD_DELIVERY, ActId.RECORD_RETURN, ActId.LIST_CASES, ActId.ANSWER_CASE, ActId.CONFIRM_CASE_ANSWER),
    *(ActId.OPEN_SUPPORT, ActId.READ_SUPPORT, ActId.LIST_LETTERS, ActId.PRINT_LETTER, ActId.POST_LETTER),
    ActId.RENEW_ACCOUNT,
    *(ActId.RECORD_ORDER, ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER, ActId.LIST_ORDERS),
    *(ActId.LIST_ORDERED, ActId.READ_ORDERED),
    *(ActId.OPEN_SANDBOX, ActId.ACCEPT_MANDATE, ActId.READ_MANDATE, ActId.KEEP_SHEETS, ActId.HANDLE_PAGE),
    *(ActId.RECORD_REPRESENTATION, ActId.CONFIRM_REPRESENTATION, ActId.END_REPRESENTATION),
    *(ActId.RECORD_DEATH, ActId.DEMAND_AFTER_DEATH, ActId.LIST_AFTER_DEATH, ActId.READ_AFTER_DEATH),
}


def test_the_effect_of_a_permitted_act_is_the_one_its_channel_gives() -> None:
    proofs = {Channel.COUNTER: Proof.IDENTITY_SEEN, Channel.PAPER: Proof.SIGNED_FORM, Channel.PHONE: Proof.CONTACT}
    agent = Subject(ActorKind.AGENT, "agent-1", on_behalf=True)
    for channel, proof in proofs.items():
        for act in set(ActId) - OPERATORS:
            absent = (ActId.OPEN_SPACE, ActId.REFUSE_SPACE, ActId.REVERSE_REFUSAL)
            archived = (ActId.REOPEN_SPACE, ActId.ERASE_CONTENT)
            state = None if act in absent else SpaceState.ARCHIVED if act in archived else SpaceState.OPEN
            decision = decide(agent, act, READING, Context(state, None, channel, proof), NOW)
            assert isinstance(decision, Permit)
            assert decision.effect is effect_of(act, channel)
            started = decision.effect is Effect.STARTS
            assert decision.notify is (act is not ActId.INVITE and not started)


def test_the_staff_that_posts_letters_lists_and_prints_them() -> None:
    clerk = Subject(ActorKind.OPERATOR, "clerk-1")
    asked = Context(SpaceState.OPEN, Rights(False), Channel.WEB, Proof.LOGIN)
    for act in (ActId.LIST_LETTERS, ActId.PRINT_LETTER, ActId.POST_LETTER):
        assert decide(clerk, act, Thing(), asked, NOW) == Permit("letter")


UNDER_AN_ORDER = (ActId.LIST_ORDERED, ActId.READ_ORDERED)


@pytest.mark.parametrize("act", UNDER_AN_ORDER)
@pytest.mark.parametrize("state", [None, *SpaceState])
def test_an_order_is_read_where_there_is_an_open_or_an_archived_space_and_nowhere_else(
    act: ActId, state: SpaceState | None
) -> None:
    clerk, order = Subject(ActorKind.OPERATOR, "clerk-1"), Thing(order=OrderStanding.CONFIRMED)
    decision = decide(clerk, act, order, Context(state, None, Channel.WEB, Proof.LOGIN), NOW)
    lives = state in (SpaceState.OPEN, SpaceState.ARCHIVED)
    assert decision == (Permit("order") if lives else Refuse("no-space"))


@pytest.mark.parametrize("state", [None, *SpaceState])
def test_noting_and_confirming_an_order_do_not_look_at_whether_she_has_a_space(state: SpaceState | None) -> None:
    clerk, asked = Subject(ActorKind.OPERATOR, "clerk-1"), Context(state, None, Channel.API, Proof.LOGIN)
    other = Thing(order=OrderStanding.ASKED_BY_ANOTHER)
    assert decide(clerk, ActId.RECORD_ORDER, Thing(), asked, NOW) == Permit("order")
    assert decide(clerk, ActId.LIST_ORDERS, Thing(), asked, NOW) == Permit("order")
    assert decide(clerk, ActId.CONFIRM_ORDER, other, asked, NOW) == Permit("order-confirmed")
    assert decide(clerk, ActId.PROLONG_ORDER, other, asked, NOW) == Permit("order-confirmed")


def test_an_order_that_nobody_confirmed_gives_nothing() -> None:
    clerk, asked = Subject(ActorKind.OPERATOR, "clerk-1"), Context(SpaceState.OPEN, None, Channel.WEB, Proof.LOGIN)
    for standing in (None, OrderStanding.ASKED_BY_HIM, OrderStanding.ASKED_BY_ANOTHER):
        for act in UNDER_AN_ORDER:
            assert decide(clerk, act, Thing(order=standing), asked, NOW) == Refuse("order-not-confirmed")
    for act in UNDER_AN_ORDER:
        outside = decide(clerk, act, Thing(order=OrderStanding.OUTSIDE), asked, NOW)
        assert outside == Refuse("order-does-not-cover")
    for standing in (None, OrderStanding.CONFIRMED, OrderStanding.OUTSIDE):
        confirmed = decide(clerk, ActId.CONFIRM_ORDER, Thing(order=standing), asked, NOW)
        assert confirmed == Refuse("order-not-confirmed")
    for act in (ActId.CONFIRM_ORDER, ActId.PROLONG_ORDER):
        mine = decide(clerk, act, Thing(order=OrderStanding.ASKED_BY_HIM), asked, NOW)
        assert mine == Refuse("second-account")


def shown(subject: Subject, asked: Context, now: datetime = NOW) -> bool:
    return visible(subject, asked, now)(READING.category, READING.document)


def test_the_person_sees_all_her_lines_even_those_she_hides_from_others() -> None:
    asked = Context(SpaceState.OPEN, Rights(False, (), (mask(document=THIS),)), Channel.WEB, Proof.LOGIN)
    assert shown(Subject(ActorKind.PERSON, "", holder=True), asked)
    assert not shown(Subject(ActorKind.PERSON, ""), asked)


def test_a_list_asked_by_telephone_shows_nothing() -> None:
    agent = Subject(ActorKind.AGENT, "agent-1", on_behalf=True)
    asked = Context(SpaceState.OPEN, Rights(False), Channel.PHONE, Proof.CONTACT)
    assert not shown(agent, asked)
    assert shown(agent, dataclasses.replace(asked, channel=Channel.COUNTER, proof=Proof.IDENTITY_SEEN))


@pytest.mark.parametrize(
    ("scope", "masks", "expected"),
    [
        (EVERYTHING, (), True),
        (Scope(ScopeKind.CATEGORIES, frozenset({4, 5})), (), True),
        (Scope(ScopeKind.CATEGORIES, frozenset({5}), frozenset({THIS})), (), False),
        (Scope(ScopeKind.DOCUMENTS, frozenset(), frozenset({THIS, OTHER})), (), True),
        (Scope(ScopeKind.DOCUMENTS, frozenset({4}), frozenset({OTHER})), (), False),
        (EVERYTHING, (mask(document=THIS),), False),
        (EVERYTHING, (mask(category=4, who=HIM),), False),
        (EVERYTHING, (mask(category=4, who=ANOTHER),), True),
        (EVERYTHING, (mask(document=OTHER, category=5),), True),
        (EVERYTHING, (mask(),), False),
        (EVERYTHING, (mask(who=ANOTHER),), True),
    ],
)
def test_a_line_is_shown_when_the_document_may_be_read(scope: Scope, masks: tuple[Mask, ...], expected: bool) -> None:
    asked = context(grant(scope=scope), grant(2, who=ANOTHER), masks=masks)
    assert shown(PROFESSIONAL, asked) is expected
    assert isinstance(reads(asked), Permit) is expected


def test_a_line_without_category_or_document_is_shown_to_no_professional() -> None:
    line = visible(PROFESSIONAL, context(grant()), NOW)
    assert line(4, THIS)
    assert not line(None, THIS)
    assert not line(4, None)
    assert not line(None, None)


def test_a_permission_that_ended_shows_no_line_beside_one_in_force() -> None:
    others = Scope(ScopeKind.DOCUMENTS, documents=frozenset({OTHER}))
    asked = context(grant(1, ends=NOW), grant(2, scope=others))
    assert not shown(PROFESSIONAL, asked)
    assert visible(PROFESSIONAL, asked, NOW)(4, OTHER)


def test_the_widest_of_several_permissions_shows_the_line_whatever_their_order() -> None:
    narrow = Scope(ScopeKind.DOCUMENTS, documents=frozenset({OTHER}))
    for scopes in ((EVERYTHING, narrow), (narrow, EVERYTHING)):
        assert shown(PROFESSIONAL, context(*(grant(number, scope=scope) for number, scope in enumerate(scopes))))


def test_nobody_but_a_software_on_trial_opens_an_invented_space_whatever_the_way() -> None:
    others = [kind for kind in ActorKind if kind is not ActorKind.SANDBOX]
    for kind, holder, behalf, channel, proof, state in product(
        others, (True, False), (True, False), Channel, Proof, (None, *SpaceState)
    ):
        somebody = Subject(kind, "1", holder=holder, on_behalf=behalf)
        for rights in (None, Rights(True), Rights(False, sandbox=True)):
            context = Context(state, rights, channel, proof)
            assert decide(somebody, ActId.OPEN_SANDBOX, Thing(), context, NOW) == Refuse("not-their-act")


def test_a_software_on_trial_opens_an_invented_space_where_there_is_none() -> None:
    software = Subject(ActorKind.SANDBOX, "essai")
    for state in (None, *SpaceState):
        decision = decide(software, ActId.OPEN_SANDBOX, Thing(), Context(state, None, Channel.API, Proof.NONE), NOW)
        absent = state in (None, SpaceState.CLOSED, SpaceState.INSTITUTION)
        assert isinstance(decision, Permit) is absent
