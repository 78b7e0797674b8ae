"""A channel slower than the screen by more than a working day, beside the post, raises an alarm. Source: inclusion.md PAR-11."""

from __future__ import annotations

from datetime import date

import pytest

from espace_sante.consent.postal import PostDays
from espace_sante.keeper.delays import CLASSES, counted_delays
from espace_sante.keeper.slow_channels import _WORKING_DAYS, slow_channels
from tests.unit.keeper.situations import NOW

SCREEN = {"delay:block:web:5s": 100}


@pytest.mark.parametrize(
    ("counts", "slow"),
    [
        ({"handled:block:paper:1d": 40}, []),  # the day it came, or the one after
        ({"handled:block:paper:2d": 1}, [("block", "paper")]),
        ({"handled:block:paper:1d": 19, "handled:block:paper:3d": 1}, []),  # 95 in 100 are in time
        ({"handled:block:paper:1d": 18, "handled:block:paper:3d": 1}, [("block", "paper")]),
        ({"delay:block:paper:20d": 50, "handled:block:paper:1d": 50}, []),  # the post was slow, not the service
        ({"delay:block:counter:1min": 50}, []),
        ({"delay:block:counter:2d": 50, "delay:block:phone:more": 2}, [("block", "counter"), ("block", "phone")]),
        ({"delay:block:web:1d": 900, "handled:block:paper:2d": 40}, []),  # the screen is slow too
        ({"delay:unblock:web:more": 900, "handled:block:paper:2d": 40}, [("block", "paper")]),
        ({"block:web": 3, "handled:block:paper": 2, "letter-late": 9, "delay:block:paper:never": 9}, []),
    ],
)
def test_a_channel_is_slow_by_the_95th_centile_of_the_services_own_time(
    counts: dict[str, int], slow: list[tuple[str, str]]
) -> None:
    assert slow_channels(SCREEN | counts) == slow


@pytest.mark.parametrize(
    ("arrived", "entered", "slow"),
    [
        ("2026-12-24", "2026-12-28", False),  # a Thursday; then Christmas, a Saturday, a Sunday: the next working day
        ("2026-12-24", "2026-12-29", True),
        ("2027-05-05", "2027-05-07", False),  # over Ascension Day
        ("2027-05-05", "2027-05-10", True),
    ],
)
def test_a_form_entered_after_the_next_french_working_day_raises_it(arrived: str, entered: str, slow: bool) -> None:
    now = NOW.replace(**dict(zip(("year", "month", "day"), map(int, entered.split("-")), strict=True)))
    days = PostDays(date.fromisoformat(arrived), date(2026, 12, 1))
    counted = counted_delays("block", "paper", now, now, days)
    assert bool(slow_channels(dict.fromkeys(counted, 1))) is slow


def test_every_class_has_its_working_days() -> None:
    assert tuple(_WORKING_DAYS) == CLASSES
    assert list(_WORKING_DAYS.values()) == sorted(_WORKING_DAYS.values())
