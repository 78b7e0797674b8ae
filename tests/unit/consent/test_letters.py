"""Where letters go and when the next one is due: pure values."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.consent.letters import PERIODS, is_address, months_after


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
