"""What stands in clear is what docs/specs/rows.md says, and nothing else."""

from __future__ import annotations

import re

import pytest

from espace_sante.operate.roles import superuser
from tests.fixtures_database import Databases
from tests.inside import rows, run
from tests.needs import ROOT

pytestmark = [pytest.mark.database]
PAGE = (ROOT / "docs/specs/rows.md").read_text(encoding="utf-8")
COLUMN = re.compile(r"`([a-z_]+\.[a-z_]+\.[a-z_]+)`")


def columns(databases: Databases) -> dict[str, str]:
    found = {}
    for instance in ("main", "keys"):
        statement = (
            "SELECT table_schema || '.' || table_name || '.' || column_name AS name, data_type FROM information_schema.columns"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'public')"
        )
        found |= {
            row["name"]: row["data_type"] for row in run(rows(databases.settings, superuser(instance), statement))
        }
    return found


def listed(part: str) -> list[str]:
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [name for line in lines for name in COLUMN.findall(line.split("|")[1])]


def test_every_column_is_said_to_be_sealed_or_clear_once(databases: Databases) -> None:
    sealed, clear = map(listed, PAGE.split("## What stands in clear"))
    assert sorted(set(columns(databases))) == sorted([*set(sealed), *clear])


def test_no_clear_column_is_text_or_an_exact_instant_of_a_person(databases: Databases) -> None:
    _, clear = map(listed, PAGE.split("## What stands in clear"))
    exempt = {
        *("counts.daily.kind", "jobs.task.kind", "jobs.task.due", "jobs.task.lease", "vault.service_blob.name"),
        *("counts.boot.started", "counts.boot.seen", "counts.boot.ended", "counts.boot.crashed"),
        *("counts.tally.kind", "counts.reckoning.at", "counts.reckoning.settled"),  # of keepers and days, of nobody
        "notices.message.due_at",  # the hour, then the day: tests/integration/test_notices_sent.py
        "notices.watch.one",  # there is one row, about nobody
        "log.checkpoint.at",  # of a publication, which everybody sees
        "identity.app_token.used",  # that a word served once already, which is why it is kept
        "keeper.destroyed_line.reference",  # drawn for her receipt, of nobody else
    }
    kinds = {columns(databases)[name] for name in clear if name not in exempt}
    assert kinds <= {"uuid", "bytea", "bigint", "integer", "smallint", "date", "xid8"}
