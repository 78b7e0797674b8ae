"""A withdrawal that committed first always wins, whoever reads, through whichever keeper."""

from __future__ import annotations

import pytest

from espace_sante.keeper import commit
from tests.conftest import SEED
from tests.fixtures_database import Databases
from tests.inside import run
from tests.races.revocation import WITHOUT_VERSION, race

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.mark.parametrize("bare", [False, True], ids=["by her act", "by a bare change of rights"])
def test_nobody_reads_after_a_withdrawal(empty_databases: Databases, bare: bool) -> None:
    counts = run(race(empty_databases.settings, 150, seed=SEED, bare=bare))
    assert counts.faults == []
    assert counts.permitted > 50, counts.line()
    assert counts.refused > 150, counts.line()


def test_without_the_version_in_the_move_the_race_is_lost_and_seen(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: what this test looks for is what it would find."""
    assert WITHOUT_VERSION["move_and_enter"] != commit.SQL["move_and_enter"]
    monkeypatch.setattr(commit, "SQL", WITHOUT_VERSION)
    counts = run(race(empty_databases.settings, 150, seed=SEED, bare=True))
    assert any("after a withdrawal" in fault for fault in counts.faults), counts.line()
