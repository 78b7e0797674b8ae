"""Some runs of every act over two spaces with the clock moving; `EXAMPLES=2000` makes a campaign of it."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from espace_sante.access.request import ActId
from tests.fixtures_database import Databases
from tests.simulation.acts import COUNTS
from tests.simulation.others import Others
from tests.simulation.town import Town

pytestmark = [pytest.mark.database, pytest.mark.slow]
EXAMPLES = int(os.environ.get("EXAMPLES", "25"))


def test_what_takes_back_never_gives_and_an_answer_is_one_entry_whatever_is_asked(databases: Databases) -> None:
    Others.town = Town(databases.settings)
    chosen = settings(
        max_examples=EXAMPLES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    try:
        run_state_machine_as_test(Others, settings=chosen)
    finally:
        Others.town.close()
    print({name: COUNTS[name] for name in ("runs", "looked at", "taken back", "shown", "entries")})
    assert COUNTS["taken back"] > EXAMPLES
    assert COUNTS["shown"] > EXAMPLES, "somebody saw something"
    if EXAMPLES >= 200:
        assert not [act.value for act in ActId if not COUNTS[act.value]], "every act is asked"
