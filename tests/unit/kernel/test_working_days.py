"""French working days, against published calendars."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from espace_sante.kernel.working_days import easter_of, holidays, is_working_day, working_days_between

HOLIDAYS_2027 = {"01-01", "03-29", "05-01", "05-06", "05-08", "05-17", "07-14", "08-15", "11-01", "11-11", "12-25"}


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (1818, "03-22"),
        (1943, "04-25"),
        (2000, "04-23"),
        (2024, "03-31"),
        (2026, "04-05"),
        (2027, "03-28"),
        (2038, "04-25"),
    ],
)
def test_easter_is_that_of_the_calendars(year: int, easter: str) -> None:
    assert easter_of(year) == date.fromisoformat(f"{year}-{easter}")


def test_the_eleven_holidays_of_a_year() -> None:
    assert holidays(2027) == {date.fromisoformat(f"2027-{day}") for day in HOLIDAYS_2027}


def test_a_day_is_worked_unless_it_is_of_the_week_end_or_a_holiday() -> None:
    worked = [day for more in range(365) if is_working_day(day := date(2027, 1, 1) + timedelta(days=more))]
    # 261 weekdays, less the seven holidays of 2027 that fall on one.
    assert len(worked) == 261 - 7


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2027-01-04", "2027-01-04", 0),
        ("2027-01-04", "2027-01-05", 1),
        ("2027-01-08", "2027-01-11", 1),  # a Friday, then a Monday
        ("2027-01-08", "2027-01-10", 0),  # the Sunday after
        ("2027-05-04", "2027-05-10", 3),  # over Ascension Day and a Saturday that is a holiday
        ("2026-12-24", "2026-12-28", 1),
        ("2027-01-05", "2027-01-04", 0),
        ("2027-01-04", "2028-01-04", 9),  # no further than asked
    ],
)
def test_working_days_are_those_after_the_first_up_to_the_last(start: str, end: str, days: int) -> None:
    assert working_days_between(date.fromisoformat(start), date.fromisoformat(end), most=9) == days
