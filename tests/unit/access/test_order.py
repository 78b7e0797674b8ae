"""What a judge's order covers, and where an account stands with it: every edge of every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.order import (
    ASKED,
    LINES_MOST,
    PROLONGED_MOST,
    READING,
    WAITING,
    Order,
    OrderStanding,
    Scope,
)

DAY = timedelta(days=1)
TODAY = date(2026, 11, 26)
SCOPE = Scope(frozenset({4}), date(2026, 1, 1), date(2026, 6, 30))
WAITS = Order(SCOPE, TODAY, TODAY + 300 * DAY, "ana")
STANDS = replace(WAITS, confirmed=TODAY, confirmed_by="bea")


@pytest.mark.parametrize(
    ("category", "made", "covered"),
    [
        (4, date(2026, 3, 1), True),
        (5, date(2026, 3, 1), False),
        (4, date(2026, 1, 1), True),
        (4, date(2025, 12, 31), False),
        (4, date(2026, 6, 30), True),
        (4, date(2026, 7, 1), False),
    ],
)
def test_an_order_covers_its_categories_between_its_days(category: int, made: date, covered: bool) -> None:
    assert SCOPE.covers(category, made) is covered


@given(st.integers(1, 30), st.dates())
def test_an_order_that_names_no_category_covers_nothing(category: int, made: date) -> None:
    assert not Scope(frozenset()).covers(category, made)
    assert Scope(frozenset({category})).covers(category, made)


def test_the_account_that_noted_an_order_never_confirms_it() -> None:
    assert WAITS.to_confirm("ana", TODAY) is OrderStanding.ASKED_BY_HIM
    assert WAITS.to_confirm("bea", TODAY) is OrderStanding.ASKED_BY_ANOTHER


def test_an_order_is_confirmed_once_in_its_days_by_somebody() -> None:
    assert STANDS.to_confirm("bea", TODAY) is None
    assert replace(WAITS, over=True).to_confirm("bea", TODAY) is None
    assert WAITS.to_confirm("", TODAY) is None
    assert WAITS.to_confirm("bea", TODAY + WAITING) is OrderStanding.ASKED_BY_ANOTHER
    assert WAITS.to_confirm("bea", TODAY + WAITING + DAY) is None
    soon = replace(WAITS, reveal=TODAY + DAY)
    assert soon.to_confirm("bea", TODAY) is OrderStanding.ASKED_BY_ANOTHER
    assert soon.to_confirm("bea", TODAY + DAY) is None


def test_the_two_accounts_of_an_order_read_under_it_and_no_third() -> None:
    assert STANDS.to_read("ana", TODAY) is OrderStanding.CONFIRMED
    assert STANDS.to_read("bea", TODAY) is OrderStanding.CONFIRMED
    assert STANDS.to_read("carl", TODAY) is None
    assert STANDS.to_read("", TODAY) is None
    assert replace(STANDS, recorded_by="").to_read("", TODAY) is None
    assert WAITS.to_read("ana", TODAY) is None


def test_an_order_is_read_for_thirty_days_and_so_many_times_before_she_is_told() -> None:
    assert STANDS.to_read("ana", TODAY + READING) is OrderStanding.CONFIRMED
    assert STANDS.to_read("ana", TODAY + READING + DAY) is None
    assert replace(STANDS, lines=LINES_MOST - 1).to_read("ana", TODAY) is OrderStanding.CONFIRMED
    assert replace(STANDS, lines=LINES_MOST).to_read("ana", TODAY) is None
    assert replace(STANDS, over=True).to_read("ana", TODAY) is None
    assert replace(STANDS, reveal=TODAY + DAY).to_read("ana", TODAY) is OrderStanding.CONFIRMED
    assert replace(STANDS, reveal=TODAY).to_read("ana", TODAY) is None


def test_a_later_day_is_asked_by_one_account_and_confirmed_by_another() -> None:
    assert STANDS.to_prolong("ana", TODAY) is OrderStanding.CONFIRMED
    asked = replace(STANDS, prolonging_by="ana", prolonging_on=TODAY)
    assert asked.to_prolong("ana", TODAY) is OrderStanding.ASKED_BY_HIM
    assert asked.to_prolong("carl", TODAY) is OrderStanding.ASKED_BY_ANOTHER
    assert asked.to_prolong("carl", TODAY + ASKED) is OrderStanding.ASKED_BY_ANOTHER
    assert asked.to_prolong("carl", TODAY + ASKED + DAY) is OrderStanding.CONFIRMED
    assert replace(asked, prolonging_on=None).to_prolong("carl", TODAY) is OrderStanding.CONFIRMED


def test_a_day_is_put_off_so_often_and_never_once_it_has_come() -> None:
    assert replace(STANDS, prolonged=PROLONGED_MOST - 1).to_prolong("ana", TODAY) is OrderStanding.CONFIRMED
    assert replace(STANDS, prolonged=PROLONGED_MOST).to_prolong("ana", TODAY) is None
    assert WAITS.to_prolong("bea", TODAY) is None
    assert STANDS.to_prolong("", TODAY) is None
    assert replace(STANDS, over=True).to_prolong("ana", TODAY) is None
    assert replace(STANDS, reveal=TODAY).to_prolong("ana", TODAY) is None
    assert replace(STANDS, reveal=TODAY + DAY).to_prolong("ana", TODAY) is OrderStanding.CONFIRMED


def test_the_numbers_are_those_that_are_published() -> None:
    """docs/operate/justice.md and decision 0043 say them."""
    assert (WAITING, READING, ASKED) == (30 * DAY, 30 * DAY, 7 * DAY)
    assert (LINES_MOST, PROLONGED_MOST) == (200, 3)


def test_a_new_order_was_confirmed_put_off_and_used_by_nobody() -> None:
    assert Order(SCOPE, TODAY, TODAY + 300 * DAY, "ana", None, "", "", None, 0, 0, False) == WAITS


def test_a_day_asked_by_nobody_is_asked_anew() -> None:
    assert replace(STANDS, prolonging_on=TODAY).to_prolong("bea", TODAY) is OrderStanding.CONFIRMED
    assert replace(STANDS, prolonging_by="ana").to_prolong("bea", TODAY) is OrderStanding.CONFIRMED


def test_where_an_account_stands_is_one_of_four_words() -> None:
    assert [one.value for one in OrderStanding] == ["asked-by-him", "asked-by-another", "confirmed", "outside"]
