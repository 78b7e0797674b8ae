"""Some runs of the acts in any order; `make simulate` makes many more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fixtures_database import Databases
from tests.simulation.acts import TenActs

pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_the_ten_acts_in_any_order_give_what_the_model_says(databases: Databases) -> None:
    TenActs.settings_of_house = databases.settings
    few = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(TenActs, settings=few)
