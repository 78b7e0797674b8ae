"""Every move of her will, on a will where all is said: it changes what it says, and leaves all the rest as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from espace_sante.consent.cards import AccessCard
from espace_sante.consent.emergency import NO_EMERGENCY, BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import NOTHING, Grant, Scope, ScopeKind
from espace_sante.consent.letters import Quarterly, Reminder
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Reader, Recipient, named
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, Rights, Said
from espace_sante.consent.support import Support
from espace_sante.kernel.ids import CardId, CaseId, DocumentId, EpisodeId, GlassId, GrantId, MaskId, RequestId, Rpps

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HIM, HER = Rpps("99900000011"), Rpps("99900000029")
ONE, TWO, NEW = (DocumentId(UUID(int=number)) for number in (1, 2, 3))
ALL = Scope(ScopeKind.EVERYTHING)


def documents(*those: DocumentId) -> Scope:
    return Scope(ScopeKind.DOCUMENTS, documents=frozenset(those))


def grant(number: int, who: Rpps = HIM, scope: Scope = ALL, ends: datetime = NOW + DAY, card: int = 0) -> Grant:
    identifier, of = GrantId(UUID(int=number)), CardId(UUID(int=card)) if card else None
    return Grant(identifier, named(who), scope, "care", NOW - DAY, ends, card=of)


def card(number: int, scope: Scope = ALL, ends: datetime = NOW + DAY) -> AccessCard:
    return AccessCard(CardId(UUID(int=number)), f"{number:06d}", b"term", b"", scope, "care", 2, 12, NOW - DAY, ends)


def glass(number: int, ends: datetime = NOW + DAY) -> BrokenGlass:
    return BrokenGlass(GlassId(UUID(int=number)), HIM, GlassKind.BEDSIDE, NOW - DAY, ends)


def request(number: int, who: Rpps = HIM, made: datetime = NOW) -> AccessRequest:
    return AccessRequest(RequestId(UUID(int=number)), who, "Dr", "", "", ALL, "care", 30, made)


def mask(number: int, document: DocumentId | None = ONE, whom: Recipient | None = None) -> Mask:
    return Mask(MaskId(UUID(int=number)), document, None if document else 4, whom)


def episode(number: int, *those: DocumentId) -> Episode:
    return Episode(EpisodeId(UUID(int=number)), f"épisode {number}", documents=frozenset(those))


HELP = Support("AB20260001", NOW - DAY, NOW + DAY)
WILL = Rights(
    True,
    grants=(grant(1), grant(2, HER, documents(ONE), card=31), grant(3, HIM, documents(TWO), card=32)),
    masks=(mask(11), mask(12, TWO, named(HIM)), mask(13, None)),
    blocks=(Block(named(HER), BlockKind.DEPOSITS), Block(named(HIM), BlockKind.READING_BUT_EMERGENCY)),
    authors_read=True,
    chest=True,
    hides_new=True,
    shown=frozenset({ONE}),
    announced=frozenset({TWO}),
    presumed=True,
    emergency=EmergencyWill(True, True, True, documents(ONE, TWO), NOW),
    glasses=(glass(21), glass(22)),
    cards=(card(31), card(32, documents(ONE))),
    requests=(request(41), request(42, HER)),
    purposes=frozenset({"research"}),
    episodes=(episode(51, ONE), episode(52, TWO)),
    cases=(CaseId(UUID(int=61)),),
    support=HELP,
    said=(Said("deposits", NOW - DAY), Said("chest", NOW - DAY)),
)


def test_a_will_where_nothing_was_said_gives_nothing() -> None:
    nothing = Rights(False)
    assert not (nothing.authors_read or nothing.chest or nothing.hides_new or nothing.presumed)
    assert Episode(EpisodeId(UUID(int=51)), "").key == b""


def test_each_block_refuses_what_it_says_to_the_one_it_names() -> None:
    rights, he, she, another = WILL, Reader(HIM), Reader(HER), Reader("99900000037")
    readers = (he, she, another)
    assert [rights.blocks_reading_by(one) for one in readers] == [True, False, False]
    assert [rights.blocks_deposits_of(one) for one in readers] == [False, True, False]
    assert [rights.blocks_emergency_of(one) for one in readers] == [False, False, False]
    everything = rights.with_block(Block(named(HIM), BlockKind.EVERYTHING))
    assert [everything.blocks_emergency_of(one) for one in readers] == [True, False, False]


def test_what_is_over_is_left_out_at_the_very_instant_it_ends_and_nothing_else() -> None:
    moment = timedelta(microseconds=1)
    assert WILL.in_force(NOW + DAY - moment) == WILL
    past = replace(
        WILL,
        grants=(*WILL.grants, grant(4, ends=NOW)),
        cards=(card(33, ends=NOW), *WILL.cards),
        glasses=(*WILL.glasses, glass(23, ends=NOW)),
        requests=(request(43, made=NOW - timedelta(days=30)), *WILL.requests),
    )
    assert past.in_force(NOW) == WILL
    assert past.in_force(NOW - moment) == past
    assert WILL.in_force(NOW + DAY) == replace(WILL, grants=(), cards=(), glasses=(), support=None)
    assert replace(WILL, support=None).in_force(NOW) == replace(WILL, support=None)


def test_a_permission_is_added_or_takes_the_place_of_itself() -> None:
    one, two, three = WILL.grants
    assert WILL.with_grant(grant(4)) == replace(WILL, grants=(one, two, three, grant(4)))
    assert WILL.with_grant(grant(2)) == replace(WILL, grants=(one, three, grant(2)))


def test_a_permission_made_smaller_stays_in_its_place_and_goes_when_it_covers_nothing() -> None:
    one, two, three = WILL.grants
    shorter = replace(two, ends=NOW)
    assert WILL.with_limited(shorter) == replace(WILL, grants=(one, shorter, three))
    assert WILL.with_limited(replace(two, scope=NOTHING)) == replace(WILL, grants=(one, three))
    empty = replace(three, scope=NOTHING)
    with_empty = replace(WILL, grants=(one, two, empty))
    assert with_empty.with_limited(shorter).grants == (one, shorter, empty), "another one is left as it is"


def test_withdrawing_from_one_party_drops_what_it_has_and_what_it_asked_for() -> None:
    after = WILL.without_recipient(replace(named(HIM), name="Dr"))
    assert after == replace(WILL, grants=(WILL.grants[1],), requests=(request(42, HER),))


def test_closing_by_telephone_withdraws_everything_and_shows_nothing_hidden() -> None:
    assert WILL.without_grants() == replace(
        WILL,
        grants=(),
        cards=(),
        glasses=(),
        requests=(),
        emergency=NO_EMERGENCY,
        accepts_deposits=False,
        authors_read=False,
        purposes=frozenset(),
        support=None,
    )


def test_a_card_is_added_or_what_is_left_of_it_and_stops_with_what_it_gave() -> None:
    one, two = WILL.cards
    assert WILL.with_card(card(33)) == replace(WILL, cards=(one, two, card(33)))
    assert WILL.with_card(one.used()) == replace(WILL, cards=(two, one.used()))
    assert WILL.without_card(one.card_id) == replace(WILL, cards=(two,), grants=(WILL.grants[0], WILL.grants[2]))


def test_one_request_of_a_professional_waits_and_it_is_dropped_by_its_identifier() -> None:
    one, two = WILL.requests
    another = request(43, Rpps("99900000037"))
    assert WILL.with_request(another) == replace(WILL, requests=(one, two, another))
    assert WILL.with_request(request(44)) == replace(WILL, requests=(two, request(44)))
    assert WILL.without_request(one.request_id) == replace(WILL, requests=(two,))


def test_an_emergency_access_is_added_confirmed_or_ended() -> None:
    one, two = WILL.glasses
    assert WILL.with_glass(glass(23)) == replace(WILL, glasses=(one, two, glass(23)))
    confirmed = replace(one, second=HER)
    assert WILL.with_glass(confirmed) == replace(WILL, glasses=(two, confirmed))
    assert WILL.without_glass(one) == replace(WILL, glasses=(two,))


def test_another_answer_about_emergencies_ends_what_it_no_longer_lets() -> None:
    call = replace(glass(24), kind=GlassKind.REGULATOR)
    rights = replace(WILL, glasses=(*WILL.glasses, call))
    calls_only = EmergencyWill(True, False, False, ALL, NOW)
    assert rights.with_emergency(calls_only) == replace(rights, emergency=calls_only, glasses=(call,))


def test_a_document_that_takes_the_place_of_another_is_named_wherever_that_one_was() -> None:
    one, two, three = WILL.grants
    assert WILL.with_replacement(ONE, NEW) == replace(
        WILL,
        grants=(one, replace(two, scope=documents(ONE, NEW)), three),
        cards=(card(31), card(32, documents(ONE, NEW))),
        emergency=replace(WILL.emergency, scope=documents(ONE, TWO, NEW)),
        masks=(*WILL.masks, mask(11, NEW)),
        shown=frozenset({ONE, NEW}),
        episodes=(episode(51, ONE, NEW), episode(52, TWO)),
    )
    assert WILL.with_replacement(NEW, DocumentId(UUID(int=4))) == WILL, "nothing said of it, nothing changed"


@pytest.mark.parametrize("whom", [None, named("")])
def test_hiding_from_all_what_was_shown_shows_it_no_more(whom: Recipient | None) -> None:
    rights = replace(WILL, shown=frozenset({ONE, TWO}))
    hidden = mask(14, ONE, whom)
    assert rights.with_mask(hidden) == replace(rights, masks=(*WILL.masks, hidden), shown=frozenset({TWO}))
    assert WILL.with_mask(mask(14, TWO, whom)) == replace(WILL, masks=(*WILL.masks, mask(14, TWO, whom)))


def test_hiding_from_one_leaves_it_shown_to_the_others() -> None:
    assert WILL.with_mask(mask(14, ONE, named(HIM))) == replace(WILL, masks=(*WILL.masks, mask(14, ONE, named(HIM))))


def test_showing_takes_back_what_was_hidden_and_nothing_else() -> None:
    one, two, three = WILL.masks
    assert WILL.without_masks([one, three]) == replace(WILL, masks=(two,))
    assert WILL.with_shown([TWO, NEW]) == replace(WILL, shown=frozenset({ONE, TWO, NEW}))
    assert WILL.with_announced(ONE) == replace(WILL, announced=frozenset({ONE, TWO}))


def test_a_block_said_again_refuses_what_either_does_and_is_taken_back_whole() -> None:
    deposits, reading = WILL.blocks
    also = Block(named(HER), BlockKind.READING, NOW)
    everything = Block(named(HER), BlockKind.EVERYTHING, NOW)
    assert WILL.with_block(also) == replace(WILL, blocks=(reading, everything))
    third = Block(named("99900000037"), BlockKind.READING, NOW)
    assert WILL.with_block(third) == replace(WILL, blocks=(deposits, reading, third))
    assert WILL.without_block(replace(named(HER), name="Dr")) == replace(WILL, blocks=(reading,))


def test_cases_are_kept_in_order_and_the_help_is_the_last_one_allowed() -> None:
    case = CaseId(UUID(int=62))
    assert WILL.with_case(case) == replace(WILL, cases=(*WILL.cases, case))
    other = replace(HELP, ticket="AB20260002")
    assert WILL.with_support(other) == replace(WILL, support=other)
    assert WILL.without_support() == replace(WILL, support=None)


def test_the_last_day_of_an_answer_takes_the_place_of_the_one_before() -> None:
    deposits, chest = WILL.said
    assert WILL.with_said("deposits", NOW) == replace(WILL, said=(chest, Said("deposits", NOW)))
    assert WILL.with_said("authors", NOW) == replace(WILL, said=(deposits, chest, Said("authors", NOW)))


def test_an_episode_is_added_or_what_it_becomes() -> None:
    one, two = WILL.episodes
    assert WILL.with_episode(episode(53, NEW)) == replace(WILL, episodes=(one, two, episode(53, NEW)))
    assert WILL.with_episode(episode(51)) == replace(WILL, episodes=(two, episode(51)))


def test_where_her_letters_go_and_the_letter_she_asked_for_are_kept_alone_and_taken_back() -> None:
    lines, reminder = ("1 rue du Puits", "63220 Arlanc"), Reminder(6, UUID(int=4), NOW)
    assert WILL.with_address(lines) == replace(WILL, address=lines)
    assert WILL.with_address(lines).with_address(()) == replace(WILL, address=())
    assert WILL.with_reminder(reminder) == replace(WILL, reminder=reminder)
    assert WILL.with_reminder(reminder).with_reminder(None) == replace(WILL, reminder=None)
    quarterly = Quarterly(UUID(int=5), NOW)
    assert WILL.with_quarterly(quarterly) == replace(WILL, quarterly=quarterly)
    assert WILL.with_quarterly(quarterly).with_quarterly(None) == WILL
