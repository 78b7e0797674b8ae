"""Undoing one visit, answer by answer: what it gave is taken back, what it took stays taken, what she said since stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from espace_sante.consent.apps import AppGrant
from espace_sante.consent.cards import AccessCard
from espace_sante.consent.emergency import EmergencyWill
from espace_sante.consent.grant import NOTHING, Grant, Scope, ScopeKind
from espace_sante.consent.letters import LetterForm
from espace_sante.consent.limits import Block, BlockKind
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights
from espace_sante.consent.support import Support
from espace_sante.consent.undoing import without_given, without_given_on_light_proof
from espace_sante.consent.wishes import Wish
from espace_sante.identity.scopes import parse_scopes
from espace_sante.kernel.ids import AppGrantId, CardId, GrantId, MandateId, Rpps
from espace_sante.notices import Kind, Way

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
ALL = Scope(ScopeKind.EVERYTHING)
QUIET, LOUD = Wish(Kind.DONE, frozenset()), Wish(Kind.DONE, frozenset({Way.MAIL, Way.SMS, Way.LETTER}))
# Before the visit, after it, now: what is left.
PROTECTS = {
    (False, False, False): False,
    (False, False, True): True,
    (False, True, False): False,
    (False, True, True): True,
    (True, False, False): True,
    (True, False, True): True,
    (True, True, False): False,
    (True, True, True): True,
}
GIVES = {
    (False, False, False): False,
    (False, False, True): True,
    (False, True, False): False,
    (False, True, True): False,
    (True, False, False): False,
    (True, False, True): True,
    (True, True, False): False,
    (True, True, True): True,
}


@pytest.mark.parametrize("undo", [without_given, without_given_on_light_proof])
@pytest.mark.parametrize("three", list(product((False, True), repeat=3)))
def test_of_each_answer_that_stands_alone_only_what_that_visit_gave_is_taken_back(
    undo: Callable[[Rights, Rights, Rights], Rights], three: tuple[bool, bool, bool]
) -> None:
    for names, table in (
        (("chest", "hides_new", "heirs_refused"), PROTECTS),
        (("accepts_deposits", "authors_read"), GIVES),
    ):
        for name in names:
            before, after, now = (replace(Rights(False), **{name: value}) for value in three)  # type: ignore[arg-type]  # the fields named here are booleans
            assert getattr(undo(now, before, after), name) is table[three], name


def support(ticket: str) -> Support:
    return Support(ticket, NOW, NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("before", "after", "now", "left"),
    [
        ("", "A", "A", ""),
        ("B", "A", "A", ""),
        ("A", "A", "A", "A"),
        ("", "A", "C", "C"),
        ("", "A", "", ""),
        ("A", "", "", ""),
    ],
)
def test_help_that_visit_allowed_ends_and_any_other_goes_on(before: str, after: str, now: str, left: str) -> None:
    first, second, third, wanted = (
        replace(Rights(False), support=support(one) if one else None) for one in (before, after, now, left)
    )
    assert without_given(third, first, second) == wanted


def test_what_that_visit_said_of_her_notices_is_as_before_unless_she_said_it_anew() -> None:
    usual, quiet, loud = (replace(Rights(False), wishes=wishes) for wishes in ((), (QUIET,), (LOUD,)))
    assert without_given(quiet, usual, quiet).wishes == ()
    assert without_given(loud, usual, quiet).wishes == (LOUD,)
    assert without_given(quiet, usual, usual).wishes == (QUIET,)
    assert without_given_on_light_proof(quiet, usual, quiet).wishes == (QUIET,)


def card(number: int) -> AccessCard:
    return AccessCard(CardId(UUID(int=number)), f"{number:06d}", b"term", b"", ALL, "care", 2, 12, NOW, LATER)


def grant(number: int, card_of: int = 0) -> Grant:
    made_with = CardId(UUID(int=card_of)) if card_of else None
    return Grant(GrantId(UUID(int=number)), named(Rpps("99900000011")), ALL, "care", NOW, LATER, card=made_with)


def app(number: int) -> AppGrant:
    return AppGrant(AppGrantId(UUID(int=number)), "carnet", "Carnet", "Nous", parse_scopes(""), False, NOW, LATER)


def mandate(number: int, *, by_law: bool = False) -> Mandate:
    names = frozenset({"mask"})
    return Mandate(MandateId(UUID(int=number)), "Léa Roy", names, False, False, 31, NOW, LATER, by_law=by_law)


@pytest.mark.parametrize("undo", [without_given, without_given_on_light_proof])
def test_cards_what_was_obtained_with_them_applications_and_mandates_of_that_visit_end_and_no_others(
    undo: Callable[[Rights, Rights, Rights], Rights],
) -> None:
    before = Rights(False, (grant(1, 1),), cards=(card(1),), apps=(app(1),), mandates=(mandate(1),))
    after = replace(
        before,
        cards=(card(1), card(2)),
        apps=(app(1), app(2)),
        mandates=(mandate(1), mandate(2), mandate(3, by_law=True)),
    )
    # Since then: a permission by each card, one without any, another application, another card, another helper.
    now = replace(
        after,
        grants=(grant(1, 1), grant(11, 1), grant(12, 2), grant(13)),
        cards=(*after.cards, card(4)),
        apps=(*after.apps, app(4)),
        mandates=(*after.mandates, mandate(4)),
    )
    left = undo(now, before, after)
    assert left.grants == (grant(1, 1), grant(11, 1), grant(13))
    assert left.cards == (card(1), card(4))
    assert left.apps == (app(1), app(4))
    assert left.mandates == (mandate(1), mandate(3, by_law=True), mandate(4)), "what the law gives ends by its own way"


@pytest.mark.parametrize(
    ("three", "left"),
    [
        ((False, False, False), False),
        ((False, True, True), True),
        ((True, False, False), True),
        ((True, True, False), False),
        ((False, False, True), True),
        ((True, True, True), True),
    ],
)
def test_on_light_proof_letters_never_leave_the_counter_and_what_she_chose_since_stands(
    three: tuple[bool, bool, bool], left: bool
) -> None:
    before, after, now = (replace(Rights(False), letters=LetterForm(counter=one)) for one in three)
    assert without_given_on_light_proof(now, before, after).letters.counter is left


@pytest.mark.parametrize("three", list(product((False, True), repeat=3)))
def test_where_her_letters_go_is_as_before_that_visit_unless_she_said_it_anew(three: tuple[bool, bool, bool]) -> None:
    before, after, now = (replace(Rights(False), letters=LetterForm(counter=one)) for one in three)
    assert without_given(now, before, after).letters.counter is (three[0] if three[1] == three[2] else three[2])


def test_whom_she_blocked_again_herself_since_stays_as_she_said_it_and_in_its_place() -> None:
    one, other = (Block(named(number), BlockKind.READING) for number in ("99900000011", "99900000029"))
    her = Rights(True, blocks=(one, other))
    for undo in (without_given, without_given_on_light_proof):
        assert undo(her, her, replace(her, blocks=(other,))) == her, "nothing to take back: not a new will"
        assert undo(replace(her, blocks=(other,)), her, replace(her, blocks=(other,))).blocks == (other, one)


def will(regulator: bool, bedside: bool, hidden: bool, scope: Scope = ALL) -> EmergencyWill:
    return EmergencyWill(regulator, bedside, hidden, scope, NOW)


BOOLEANS = list(product((False, True), repeat=3))


@pytest.mark.parametrize("undo", [without_given, without_given_on_light_proof])
@pytest.mark.parametrize("before", BOOLEANS)
def test_for_an_emergency_only_what_was_yes_before_that_visit_and_after_it_is_yes(
    undo: Callable[[Rights, Rights, Rights], Rights], before: tuple[bool, bool, bool]
) -> None:
    for after, since in product(BOOLEANS, (NOW, LATER)):
        then = replace(will(*after), since=since)
        left = undo(*(replace(Rights(False), emergency=one) for one in (then, will(*before), then))).emergency
        unchanged = (after, since) == (before, NOW)
        assert (left.regulator, left.bedside, left.hidden) == tuple(a and b for a, b in zip(after, before, strict=True))
        assert left.since == (since if unchanged else NOW) and left.scope == ALL


def test_what_she_said_anew_for_an_emergency_since_that_visit_stands_whole() -> None:
    before, after, now = will(False, False, False), will(True, True, True), will(True, False, True)
    assert without_given(*(replace(Rights(False), emergency=one) for one in (now, before, after))).emergency == now


THIRD, FOURTH = UUID(int=3), UUID(int=4)
PARTS = Scope(ScopeKind.CATEGORIES, frozenset({3, 4}))
FEWER = Scope(ScopeKind.CATEGORIES, frozenset({4, 5}))
NAMED = Scope(ScopeKind.DOCUMENTS, documents=frozenset({THIRD, FOURTH}))
ONE = Scope(ScopeKind.DOCUMENTS, documents=frozenset({FOURTH}))


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        (ALL, ALL, ALL),
        (ALL, PARTS, PARTS),
        (PARTS, ALL, PARTS),
        (PARTS, FEWER, Scope(ScopeKind.CATEGORIES, frozenset({4}))),
        (FEWER, PARTS, Scope(ScopeKind.CATEGORIES, frozenset({4}))),
        (NAMED, ONE, ONE),
        (ONE, NAMED, ONE),
        (NOTHING, ALL, NOTHING),
        (ALL, NOTHING, NOTHING),
        (PARTS, NAMED, NOTHING),
        (NAMED, PARTS, NOTHING),
    ],
)
def test_in_an_emergency_nothing_is_read_that_was_not_both_before_that_visit_and_after_it(
    before: Scope, after: Scope, left: Scope
) -> None:
    then = will(True, True, False, after)
    rights = [replace(Rights(False), emergency=one) for one in (then, will(False, True, False, before), then)]
    assert without_given(*rights).emergency.scope == left
