"""Where letters go and when the next one is due: pure values."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.letters import PERIODS, Quarter, Wanted, is_address, months_after, quarter_before, quarter_of


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
    ],
)
def test_the_next_letter_is_due_on_the_same_day_or_the_last_of_its_month(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(PERIODS))
def test_the_next_letter_is_never_early_nor_more_than_three_days_short(day: date, months: int) -> None:
    ahead = months_after(day, months) - day
    assert timedelta(days=30 * months) - timedelta(days=3) <= ahead <= timedelta(days=31 * months)


def test_it_may_be_asked_for_every_six_months_or_every_year() -> None:
    assert PERIODS == (6, 12)


@pytest.mark.parametrize(
    ("lines", "fits"),
    [
        (("1 rue",), True),
        (("x" * 38,) * 5, True),
        (("x",), True),
        ((), False),
        (("",), False),
        (("1 rue", ""), False),
        (("x" * 39,), False),
        (("x",) * 6, False),
    ],
)
def test_an_address_is_what_an_envelope_holds(lines: tuple[str, ...], fits: bool) -> None:
    assert is_address(lines) is fits


# ------------------------------------------------------------------------------------------- quarters


def test_every_day_is_in_one_quarter_which_follows_the_one_before() -> None:
    day, seen = date(2025, 12, 1), set()
    while day < date(2028, 2, 1):
        quarter = quarter_of(day)
        assert quarter.year == day.year and 1 <= quarter.number <= 4
        assert quarter.begins <= day < quarter.following.begins
        assert quarter_before(day).following == quarter
        seen.add((quarter.begins.month, quarter.number))
        day += timedelta(days=1)
    assert seen == {(1, 1), (4, 2), (7, 3), (10, 4)}


def test_the_quarter_of_a_first_day_begins_that_day_and_the_one_before_has_just_ended() -> None:
    for day, before in ((date(2026, 1, 1), Quarter(2025, 4)), (date(2026, 4, 1), Quarter(2026, 1))):
        assert quarter_of(day).begins == day
        assert quarter_before(day) == before
        assert before.following.begins == day


def test_the_words_of_what_she_asks_for_stay_put() -> None:
    assert [one.value for one in Wanted] == ["open", "journal", "both"]
