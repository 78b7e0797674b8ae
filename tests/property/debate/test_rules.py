"""Days and texts of the debate."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.debate.rules import (
    SHORTEST_DAYS,
    answer_due,
    counts,
    last_arrival,
    next_working_day,
    review_due,
    told_hours,
)
from espace_sante.debate.texts import commitment, is_sound, reason_to_hold, tidy
from espace_sante.debate.words import Reason

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
few = st.integers(0, 60).map(lambda n: timedelta(days=n))


@given(days, few, few, few)
def test_a_letter_posted_in_time_counts_when_it_arrives_within_twenty_days_of_the_end(opened_on, length, after, travel):
    closes_on, made_on = opened_on + length, opened_on + after
    counted = counts(made_on, made_on + travel, opened_on=opened_on, closes_on=closes_on)
    assert counted == (made_on <= closes_on and made_on + travel <= closes_on + timedelta(days=20))


@given(days, days)
def test_nothing_counts_that_arrived_before_it_was_written(one, other):
    wide = {"opened_on": date(2026, 1, 1), "closes_on": date(2027, 12, 31)}
    assert counts(one, other, **wide) == (one <= other)


@given(st.lists(st.integers(0, 23), max_size=200))
def test_an_hour_with_fewer_than_eleven_contributions_is_not_told(hours):
    told = told_hours(hours)
    assert all(number == hours.count(hour) >= 11 for hour, number in told)
    assert {hour for hour, _ in told} == {hour for hour in hours if hours.count(hour) >= 11}


@given(days)
def test_a_working_day_is_never_a_saturday_a_sunday_nor_a_closed_day(day):
    closed = frozenset({day + timedelta(days=1)})
    found = next_working_day(day, closed)
    assert found > day and found.weekday() < 5 and found not in closed
    assert found - day <= timedelta(days=4)


@given(st.text(max_size=300), st.binary(min_size=16, max_size=16))
def test_a_text_is_tidied_once_for_all(text, salt):
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    assert (
        len(commitment(tidied, salt)) == 64 and commitment(tidied, salt) != commitment(tidied, bytes(16))
    ) or not any(salt)


def test_a_text_with_an_address_a_telephone_or_a_long_number_is_held_and_an_ordinary_one_is_not():
    held = ["Écrivez à jeanne@exemple.fr", "Appelez le 06 12 34 56 78", "Mon numéro : 2 42 03 75 123 456 78"]
    assert [reason_to_hold(text) for text in held] == [Reason.PERSONAL_DATA] * 3
    assert reason_to_hold("https://a.fr https://b.fr https://c.fr") is Reason.ADVERTISING
    assert reason_to_hold("En 2025, 420 millions de documents : qui paie ? Voir https://exemple.fr.") is None
    assert not is_sound("ab") and is_sound("abc") and not is_sound("a" * 4001)


def test_the_days_that_are_promised():
    """Sixty days to answer, three to look at what is held, twenty for the post (docs/guarantees/g14)."""
    assert answer_due(date(2026, 3, 1)) == date(2026, 4, 30)
    assert review_due(date(2026, 2, 27)) == date(2026, 3, 2)
    assert last_arrival(date(2026, 12, 31)) == date(2027, 1, 20)
    assert SHORTEST_DAYS == 30
    assert next_working_day(date(2026, 11, 27)) == date(2026, 11, 30), "a Friday"
    assert next_working_day(date(2026, 11, 30)) == date(2026, 12, 1)
