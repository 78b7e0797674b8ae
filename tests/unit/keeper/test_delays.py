"""How long an act took: one public class for each, counted in the same transaction, and published when it tells nothing small."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from espace_sante.access.request import ActId
from espace_sante.consent.postal import PostDays
from espace_sante.keeper.delays import (
    CLASSES,
    Delay,
    class_of_days,
    class_of_seconds,
    counted_delays,
    published_delays,
)
from espace_sante.keeper.demand import WithdrawParams
from espace_sante.keeper.indicators import KINDS, published
from espace_sante.keeper.release import Decided
from tests.journal_lines import with_lines
from tests.unit.keeper.situations import AGENT, DOCTOR, NOW, WAYS
from tests.unit.keeper.test_release import GRANT, gathered, one, pending

TODAY = NOW.date()  # a Wednesday
DAY, AFTER = date(2027, 1, 5), date(2027, 3, 1)


@pytest.mark.parametrize(
    ("seconds", "found"), [(0, "5s"), (5, "5s"), (5.1, "1min"), (60, "1min"), (61, "1d"), (3 * 86_400, "3d")]
)
def test_a_screen_a_counter_and_a_call_are_measured_in_seconds_then_in_working_days(seconds: float, found: str) -> None:
    came = datetime(2027, 1, 4, 10, tzinfo=NOW.tzinfo)
    assert class_of_seconds(came, came + timedelta(seconds=seconds)) == found


@pytest.mark.parametrize(
    ("end", "found"),
    [
        ("2026-12-24", "1d"),
        ("2026-12-28", "1d"),  # over Christmas, a Saturday and a Sunday
        ("2026-12-29", "2d"),
        ("2026-12-31", "5d"),
        ("2027-01-04", "5d"),
        ("2027-01-05", "10d"),
        ("2027-01-25", "20d"),
        ("2027-01-26", "more"),
    ],
)
def test_the_post_is_measured_in_french_working_days(end: str, found: str) -> None:
    assert class_of_days(date(2026, 12, 24), date.fromisoformat(end)) == found
    assert found in CLASSES


def test_a_form_counts_from_its_postmark_and_beside_it_from_its_arrival() -> None:
    days = PostDays(arrived=TODAY, since=TODAY - timedelta(days=5))
    assert counted_delays("block", "paper", NOW, NOW, days) == ("delay:block:paper:3d", "handled:block:paper:1d")
    assert counted_delays("block", "phone", NOW - timedelta(seconds=9), NOW, None) == ("delay:block:phone:1min",)
    assert counted_delays("block", "system", NOW, NOW, None) == ()


def counts_of(decided: Decided) -> list[str]:
    assert decided.effect is not None
    return [kind for kind in decided.effect.change.counts if kind.startswith(("delay:", "handled:"))]


@pytest.mark.parametrize("way", ["web", "api", "counter", "paper"])
def test_each_act_that_takes_effect_writes_its_delay_with_it_and_a_refused_one_writes_none(way: str) -> None:
    behalf = {"on_behalf": True} if WAYS[way][1] is AGENT else {}
    days = {"arrived": str(TODAY), "postmark": "2026-11-18"} if way == "paper" else {}
    asked = pending(ActId.WITHDRAW_ACCESS, WithdrawParams(DOCTOR), way, **behalf, **days)
    asked.came = NOW - timedelta(seconds=2)
    decided, _ = one(asked, gathered(way))
    by_post = ["delay:withdraw_access:paper:5d", "handled:withdraw_access:paper:1d"]
    assert counts_of(decided) == (by_post if way == "paper" else [f"delay:withdraw_access:{way}:5s"])
    refused, _ = one(asked, gathered(way, subject=replace(WAYS["stranger"][1])))
    assert refused.effect is None


def test_what_only_starts_by_telephone_and_what_an_invented_person_does_has_no_delay() -> None:
    decided, _ = one(pending(ActId.GRANT_ACCESS, GRANT, "phone", on_behalf=True), gathered("phone"))
    assert decided.effect is None or counts_of(decided) == []
    session = replace(WAYS["api"][0], kind="sandbox", app=None)
    asked = pending(ActId.WITHDRAW_ACCESS, WithdrawParams(DOCTOR), "api")
    asked.session = session
    invented, _ = one(asked, gathered("api"))
    assert invented.effect is None or counts_of(invented) == []


def told(classes: dict[str, int], *, way: str = "paper", more: int = 0) -> list[Delay]:
    """Return what is published of the withdrawals of a month by a way, `more` of them not measured; grants explain them."""
    counts = [(DAY, f"delay:withdraw_access:{way}:{one}", number) for one, number in classes.items()]
    done = sum(classes.values()) + more
    counts += [(DAY, f"withdraw_access:{way}", done), (DAY, "grant_access:web", done + 50)]
    return [
        one for one in published_delays(counts, published(with_lines(counts), AFTER)) if one.act == "withdraw_access"
    ]


def test_a_median_needs_twenty_one_acts_and_a_95th_centile_two_hundred_and_one() -> None:
    assert told({"2d": 20}) == []
    assert told({"2d": 21}) == [Delay("2027-01", "withdraw_access", "paper", "2d")]
    assert told({"2d": 200})[0].most == ""
    assert told({"2d": 201})[0].most == "2d"


def test_a_class_of_ten_or_fewer_is_never_an_answer() -> None:
    assert told({"1d": 10, "2d": 20}) == [Delay("2027-01", "withdraw_access", "paper", "2d")]
    assert told({"1d": 10, "2d": 10, "3d": 10}) == []
    assert told({"1d": 190, "20d": 8, "more": 3})[0] == Delay("2027-01", "withdraw_access", "paper", "1d", "")
    assert told({"1d": 290, "5d": 10, "more": 12})[0].most == "more"
    assert told({"1d": 290, "5d": 12, "more": 3})[0].most == "5d", (
        "few are taken for ten: longer than it was, never shorter"
    )


def test_a_median_is_one_and_says_at_most() -> None:
    assert told({"1d": 30, "3d": 40})[0].half == "3d"
    assert told({"1d": 60, "3d": 30})[0].half == "1d"


def test_nothing_is_told_of_a_month_not_wholly_measured_or_not_published() -> None:
    assert told({"2d": 40}, more=1) == []
    counts = [(DAY, "delay:unmask:web:5s", 40), (DAY, "unmask:web", 40)]
    cells = published(with_lines(counts), AFTER)
    assert published_delays(counts, cells) == [], "what undoes is withheld: so is its delay"
    assert published_delays([], cells) == []
    assert not any(kind.startswith("delay") for kind in KINDS)
