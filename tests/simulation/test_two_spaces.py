"""Some runs over two spaces, each demand looked at from the rows; `EXAMPLES=2000` makes a campaign of it."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fixtures_database import Databases
from tests.simulation.acts import COUNTS
from tests.simulation.two_spaces import TwoSpaces

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_an_answer_is_exactly_one_entry_and_two_spaces_never_interact(databases: Databases) -> None:
    TwoSpaces.settings_of_house = databases.settings
    examples = int(os.environ.get("EXAMPLES", "8"))
    few = settings(
        max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(TwoSpaces, settings=few)
    assert COUNTS["looked at"] > 20
