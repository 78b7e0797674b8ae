"""The doctor says what the daily reconciliation last found, of a running instance only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from espace_sante.operate import doctor
from espace_sante.operate.doctor import State, diagnose
from tests.fixtures_database import Databases
from tests.inside import rows, run

pytestmark = [pytest.mark.database]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PUT = "INSERT INTO counts.reckoning VALUES ($1, $2, 5, 5, 0, true, 0, $3) RETURNING day"
BOOT = "INSERT INTO counts.boot VALUES (gen_random_uuid(), 0, $1, $1) RETURNING boot"


def told(databases: Databases) -> tuple[State, str]:
    (found,) = [one for one in diagnose(databases.settings, NOW) if one.id == "rapprochement"]
    return found.state, found.sentence


def test_the_doctor_tells_a_gap_a_silence_and_that_all_agrees(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = empty_databases.settings
    assert not [one for one in diagnose(settings, NOW) if one.id == "rapprochement"], "nothing runs"
    card: dict[str, Any] = {"started_at": "", "url": ""}
    monkeypatch.setattr(doctor, "running_instance", lambda _: card)
    assert told(empty_databases)[0] is State.OK, "nothing is counted yet"
    run(rows(settings, "postgres", BOOT, NOW - timedelta(hours=27)))
    assert told(empty_databases) == (State.ATTENTION, "Aucun rapprochement des clés et des lignes depuis 26 heures.")
    yesterday = (NOW - timedelta(days=1)).date()
    run(rows(settings, "postgres", PUT, yesterday - timedelta(days=1), NOW - timedelta(hours=25), 0))
    assert told(empty_databases)[0] is State.OK
    run(rows(settings, "postgres", PUT, yesterday, NOW - timedelta(hours=1), 1))
    state, sentence = told(empty_databases)
    assert state is State.REFUSED and "25/11/2026" in sentence
    run(rows(settings, "postgres", "DELETE FROM counts.reckoning RETURNING day"))
    assert not [one for one in diagnose(settings, NOW) if one.id == "délais"]
    late = "INSERT INTO counts.daily VALUES ($1, 'handled:block:paper:5d', 1) RETURNING day"
    run(rows(settings, "postgres", late, yesterday))
    (slow,) = [one for one in diagnose(settings, NOW) if one.id == "délais"]
    assert slow.state is State.ATTENTION and "block (paper)" in slow.sentence
