"""Whatever dies, and whenever: nothing acknowledged is lost, nothing stands by halves, and the house comes back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SEED
from tests.faults.killing import Campaign, supervised
from tests.inside import run

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_five_kills_under_load_lose_nothing(state_folder: Callable[[], Path]) -> None:
    with supervised(state_folder()) as settings:

        async def play() -> object:
            return await Campaign(settings, SEED).run(5, time.monotonic() + 120)

        outcome = run(play())
    assert outcome.faults == [], outcome.line()
    assert outcome.cycles == 5
    assert outcome.acknowledged["deposits"] > 20, outcome.line()
