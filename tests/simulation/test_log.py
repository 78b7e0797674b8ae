"""The publisher of the public journal, stopped anywhere, on a disk that forgets, with witnesses that lag, lie or die."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import SEED
from tests.simulation.log_life import Life

pytestmark = [pytest.mark.slow]
LIVES = 50


def test_nothing_that_was_seen_is_ever_taken_back_and_no_entry_is_lost_or_doubled() -> None:
    happened: Counter[str] = Counter()
    for number in range(LIVES):
        life = Life(SEED + number, steps=60)
        try:
            life.play()
        except BaseException:
            print(f"scripts/simulate_log.py --seed {life.seed} --lives 1 --steps 60")
            raise
        happened.update(life.counts)
    assert happened["publications"] > LIVES and happened["crashes"] > LIVES and happened["restores"] > 0, happened
    assert happened["ended whole"] > LIVES / 2, happened
