"""What a card is worth: so many uses, for a time, and nothing after five wrong secret numbers or when it shows nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from espace_sante.consent.cards import HOURS, HOURS_MOST, USES_MOST, WRONG_PINS, AccessCard
from espace_sante.consent.grant import NOTHING, Scope, ScopeKind
from espace_sante.kernel.ids import CardId

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
CARD = AccessCard(
    CardId(UUID(int=1)),
    "123456",
    b"term",
    b"",
    Scope(ScopeKind.EVERYTHING),
    "care",
    2,
    12,
    NOW,
    NOW + timedelta(days=30),
)


def test_a_card_opens_something_from_its_first_instant_until_its_end_excluded() -> None:
    assert not CARD.usable(CARD.since - MOMENT)
    assert CARD.usable(CARD.since)
    assert CARD.usable(CARD.ends - MOMENT)
    assert not CARD.usable(CARD.ends)


def test_a_card_used_up_opens_nothing() -> None:
    once = CARD.used()
    assert once == replace(CARD, uses_left=1)
    assert once.usable(NOW)
    assert not once.used().usable(NOW)
    assert not replace(CARD, uses_left=-1).usable(NOW)


def test_five_wrong_secret_numbers_in_a_row_end_a_card_and_a_right_one_starts_the_count_again() -> None:
    card = CARD
    for wrong in range(1, 5):
        card = card.mistaken()
        assert card == replace(CARD, wrong=wrong)
        assert card.usable(NOW)
    assert card.used() == replace(CARD, uses_left=1, wrong=0)
    assert not card.mistaken().usable(NOW)
    assert not card.mistaken().mistaken().usable(NOW)


def test_a_card_that_shows_nothing_opens_nothing() -> None:
    assert not replace(CARD, scope=NOTHING).usable(NOW)


def test_what_she_is_told_of_a_card_holds() -> None:
    assert (WRONG_PINS, USES_MOST, HOURS, HOURS_MOST) == (5, 20, 12, 7 * 24)
    assert (CARD.matrix, CARD.wrong) == ("", 0)
