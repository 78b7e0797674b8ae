"""A contact is used once it is proven, carries a consent a week later, and what proves it wears out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.contact import (
    KNOWN_AFTER,
    PROVING,
    THINGS,
    TRIES_MOST,
    Contact,
    confirmed,
    fresh,
    plain,
    word_for,
)
from espace_sante.notices import Way

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
WAYS = (Way.MAIL, Way.SMS)


def _random(size: int) -> bytes:
    return bytes(range(7, 7 + size))


@given(st.sampled_from(WAYS), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_number_carries_a_consent_seven_days_after_it_was_proven_or_at_once_at_a_counter(
    way: Way, later: timedelta
) -> None:
    new = fresh(way, "x", NOW, _random, counter=False)
    assert not new.is_known(NOW + later)
    assert confirmed(new, NOW, counter=False).is_known(NOW + later) is (later >= KNOWN_AFTER)
    assert fresh(way, "x", NOW, _random, counter=True).is_known(NOW)


@given(
    st.sampled_from(WAYS),
    st.binary(min_size=8, max_size=8),
    st.integers(0, 7),
    st.timedeltas(timedelta(0), timedelta(days=6)),
)
def test_what_proves_a_contact_serves_three_days_and_five_mistakes(
    way: Way, drawn: bytes, wrong: int, later: timedelta
) -> None:
    point = replace(fresh(way, "x", NOW, lambda size: drawn[:size], counter=False), wrong=wrong)
    works = wrong < TRIES_MOST and later < PROVING
    assert point.proves(f" {point.word.upper()} ", NOW + later) is works
    assert not point.proves("", NOW + later)


def test_proven_again_it_is_known_since_the_first_time() -> None:
    first = confirmed(fresh(Way.SMS, "x", NOW, _random, counter=False), NOW, counter=False)
    assert confirmed(first, NOW + timedelta(days=9), counter=False).proven == NOW


def test_the_words_are_plain_and_none_begins_like_a_number() -> None:
    assert all(plain(one) == one and one.isalpha() for one in THINGS)
    assert len(word_for(Way.MAIL, _random).split()) == 3
    assert word_for(Way.SMS, _random).isdigit() and len(word_for(Way.SMS, _random)) == 6


@pytest.mark.parametrize("way", WAYS)
def test_taking_one_back_leaves_the_other(way: Way) -> None:
    both = Contact(*(fresh(one, one.value, NOW, _random, counter=True) for one in WAYS))
    left = both.with_point(way, None)
    assert [one for one in WAYS if left.is_proven(one)] == [one for one in WAYS if one is not way]
