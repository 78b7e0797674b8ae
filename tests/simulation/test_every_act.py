"""Some runs of every act over two spaces with the clock moving; `EXAMPLES=2000` makes a campaign of it."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from espace_sante.access.request import ActId
from tests.fixtures_database import Databases
from tests.simulation.acts import COUNTS
from tests.simulation.others import OPERATORS, Others
from tests.simulation.said import READERS
from tests.simulation.town import Town

pytestmark = [pytest.mark.database, pytest.mark.slow]
PARTY = READERS["diallo"]
EXAMPLES = int(os.environ.get("EXAMPLES", "25"))


def test_what_a_judge_ordered_is_read_in_an_archive_and_nothing_is_there_once_it_is_erased(
    databases: Databases,
) -> None:
    """A run once met it: her will lets nobody read an archive, and a judge's order does not ask her will (decision 0043)."""
    Others.town = Town(databases.settings)
    asked = COUNTS["read_ordered"]
    try:
        one: Any = Others()  # hypothesis gives a rule no type
        one.start(PARTY, False, False)
        one.close_space(1, "self", 2, 0)
        one.a_judge_orders(1, *OPERATORS, False)
        assert COUNTS["read_ordered"] == asked + 1, "the only document of hers, which was born hidden"
        one.leave_the_archive(1, "self", False, True)
        one.a_judge_orders(1, *OPERATORS, False)
        assert COUNTS["read_ordered"] == asked + 1
        one.teardown()
    finally:
        Others.town.close()


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
