"""The publisher of the public journal, alone and with the keepers that write it: stopped anywhere, lines cut, on a disk that forgets."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import SEED
from tests.simulation.house_life import HouseLife
from tests.simulation.log_life import Life

pytestmark = [pytest.mark.slow]
LIVES = 30


def test_nothing_that_was_seen_is_ever_taken_back_and_no_entry_is_lost_or_doubled() -> None:
    happened: Counter[str] = Counter()
    for number in range(LIVES):
        life = Life(SEED + number, steps=60)
        try:
            life.play()
        except BaseException:
            print(f"scripts/simulate_log.py --seed {life.seed} --lives 1 --steps 60 --only log")
            raise
        happened.update(life.counts)
    assert happened["publications"] > LIVES and happened["crashes"] > LIVES and happened["restores"] > 0, happened
    assert happened["ended whole"] > LIVES / 2, happened


def test_whatever_stops_each_answer_has_its_line_each_change_stands_once_and_every_line_is_published() -> None:
    happened: Counter[str] = Counter()
    for number in range(LIVES):
        life = HouseLife(SEED + number)
        try:
            life.play()
        except BaseException:
            print(f"scripts/simulate_log.py --seed {life.seed} --lives 1 --only house")
            raise
        happened.update(life.counts)
    assert happened["lived"] == happened["ended whole"] == LIVES, happened
    assert min(happened[one] for one in ("Done", "Refused", "asked again", "crashes", "publications")) > LIVES, happened


def test_a_life_is_the_same_each_time_it_is_lived() -> None:
    lives = [HouseLife(SEED), HouseLife(SEED)]
    for life in lives:
        life.play()
    one, other = lives
    assert one.counts == other.counts
    assert one.house.rows.leaves == other.house.rows.leaves
    assert [answer for _, _, answer in one.answered] == [answer for _, _, answer in other.answered]
