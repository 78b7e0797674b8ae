"""Backup and restore: everything comes back, except what was erased; the master key is never in it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from espace_sante.access.matrix_files import builtin_texts
from espace_sante.assembly import matrices
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.backup import back_up
from espace_sante.operate.doctor import State, diagnose
from espace_sante.operate.first_keys import arrange_keys
from espace_sante.operate.kept_apart import kept_apart
from espace_sante.operate.manifest import NAME
from espace_sante.operate.restore import Known, restore, sentences
from espace_sante.operate.roles import connection_arguments
from espace_sante.operate.session import open_databases, started_databases
from tests.fixtures_database import settings_of
from tests.operate.destroying import destroy

pytestmark = [pytest.mark.database]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEPT, ERASED = uuid4(), uuid4()


async def run(settings: Settings, role: str, query: str, *values: Any) -> list[Any]:
    connection = await asyncpg.connect(**connection_arguments(settings, role))
    try:
        return [tuple(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


@pytest.fixture
def instance(prepared_folder) -> Settings:
    """An instance with two keys and one object."""
    settings = settings_of(prepared_folder())
    statement = "INSERT INTO vault.space_blob (space_id, master_version, blob, created_on) VALUES ($1, 1, $2, $3)"

    async def fill() -> None:
        async with started_databases(settings):
            for space in (KEPT, ERASED):
                await run(settings, "postgres_keys", statement, space, space.bytes, NOW.date())

    asyncio.run(fill())
    (settings.home / "objects" / "ab").mkdir()
    (settings.home / "objects" / "ab" / "abcd").write_bytes(b"sealed bytes")
    return settings


def erase(settings: Settings) -> Known:
    return Known(service_key=asyncio.run(destroy(settings, ERASED)))


def spaces(settings: Settings) -> set[Any]:
    async def work() -> list[Any]:
        async with open_databases(settings):
            return await run(settings, "postgres_keys", "SELECT space_id FROM vault.space_blob")

    return {row[0] for row in asyncio.run(work())}


def save(settings: Settings, output: Path, now: datetime = NOW) -> Any:
    return asyncio.run(back_up(settings, output, now=now))


def test_a_restore_gives_back_the_databases_and_the_objects(instance, state_folder):
    output, target = state_folder(), settings_of(state_folder())
    assert save(instance, output).new_objects == 1
    done = asyncio.run(restore(target, output))
    assert (done.objects, done.destroyed_again, done.has_master_key) == (1, 0, False)
    assert spaces(target) == {KEPT, ERASED}
    assert (target.home / "objects" / "ab" / "abcd").read_bytes() == b"sealed bytes"


def test_what_was_imported_comes_back_and_a_permission_given_under_it_still_shows(instance, state_folder):
    version, text = builtin_texts()[-1]
    imported = {"matrices/2030-01-01.csv": text.replace(",oui,", ",non,", 1), "tables/types.csv": "code\n"}
    for name, content in imported.items():
        path = instance.home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (instance.home / "matrices" / ".2031-01-01.part").write_text("half", encoding="utf-8")
    output, target = state_folder(), settings_of(state_folder())
    save(instance, output)
    done = asyncio.run(restore(target, output))
    assert done.imported == len(imported)
    assert {name: (target.home / name).read_text(encoding="utf-8") for name in imported} == imported
    assert not list(target.home.rglob("*.part"))
    restored = matrices(target)
    assert restored.current.version == "2030-01-01"
    assert set(restored.past) == {version}


def test_an_imported_matrix_changed_in_the_backup_is_refused(instance, state_folder):
    (instance.home / "matrices").mkdir()
    (instance.home / "matrices" / "2030-01-01.csv").write_text(builtin_texts()[-1][1], encoding="utf-8")
    output, target = state_folder(), settings_of(state_folder())
    saved = save(instance, output).main / "matrices.2030-01-01.csv"
    saved.chmod(0o600)  # a backup is written to be read only
    saved.write_text(saved.read_text(encoding="utf-8").replace(",non,", ",oui,", 1), encoding="utf-8")
    with pytest.raises(OperatorRefusal, match="a changé"):
        asyncio.run(restore(target, output))


def test_a_key_destroyed_after_the_backup_of_the_keys_does_not_come_back(instance, state_folder):
    output, keys, target = state_folder(), state_folder(), settings_of(state_folder())
    asyncio.run(back_up(instance, output, keys_output=keys, now=NOW))
    known = erase(instance)
    # Later backups of the main database carry the list; the keys restored here are those of before the erasure.
    asyncio.run(back_up(instance, output, keys_output=state_folder(), now=NOW + timedelta(days=1)))
    done = asyncio.run(restore(target, output, keys_source=keys, known=known))
    assert done.destroyed_again == 1
    assert spaces(target) == {KEPT}


def test_the_newest_list_is_replayed_even_when_an_older_main_database_is_restored(instance, state_folder):
    output, target = state_folder(), settings_of(state_folder())
    first = save(instance, output)
    known = erase(instance)
    second = save(instance, output, NOW + timedelta(days=1))
    for folder in (second.main, second.keys):
        (folder / NAME).unlink()  # as if the newest dumps were unusable
    assert asyncio.run(restore(target, output, known=known)).main == first.main
    assert spaces(target) == {KEPT}


def test_the_master_key_is_in_no_backup_and_a_start_without_it_is_refused(instance, state_folder):
    output, target = state_folder(), settings_of(state_folder())
    save(instance, output)
    master = (instance.home / "keys" / "master.key").read_bytes()
    secrets = [path.read_bytes() for path in (instance.home / "secrets").iterdir()]
    for path in output.rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in [master, *secrets])
    asyncio.run(restore(target, output))
    with pytest.raises(OperatorRefusal, match="clé maîtresse manque"):
        arrange_keys(target)


def test_key_backups_older_than_30_days_are_destroyed(instance, state_folder):
    output = state_folder()
    old = save(instance, output)
    done = save(instance, output, NOW + timedelta(days=31))
    assert done.removed == (old.keys,) and not old.keys.exists()
    assert old.main.exists()


def test_a_second_backup_copies_only_new_objects(instance, state_folder):
    output = state_folder()
    save(instance, output)
    (instance.home / "objects" / "ab" / "abce").write_bytes(b"more")
    assert save(instance, output, NOW + timedelta(days=1)).new_objects == 1


def test_a_backup_inside_the_state_folder_is_refused(instance):
    with pytest.raises(OperatorRefusal, match="dossier d'état"):
        save(instance, instance.home / "objects" / "backup")


def test_a_changed_backup_is_refused_and_leaves_the_folder_empty(instance, state_folder):
    output, target = state_folder(), settings_of(state_folder())
    dump = next(save(instance, output).main.glob("*.dump"))
    dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    with pytest.raises(OperatorRefusal, match="a changé"):
        asyncio.run(restore(target, output))
    assert not (target.home / "data" / "main").exists()


def test_without_the_list_of_destroyed_keys_nothing_is_restored(instance, state_folder):
    output, target = state_folder(), settings_of(state_folder())
    save(instance, output)
    (output / "main" / "destroyed.json").unlink()
    with pytest.raises(OperatorRefusal, match="clés détruites"):
        asyncio.run(restore(target, output))


def test_a_folder_with_data_is_never_restored_over(instance, state_folder):
    output = state_folder()
    save(instance, output)
    with pytest.raises(OperatorRefusal, match="dossier vide"):
        asyncio.run(restore(instance, output))
    assert spaces(instance) == {KEPT, ERASED}


def test_the_doctor_says_that_a_trial_keeps_its_master_key_beside_the_data(instance):
    found = {finding.id: finding for finding in diagnose(instance, NOW)}
    assert found["clé-maîtresse"].state is State.ATTENTION and "G7 non tenue ici" in found["clé-maîtresse"].sentence
    assert found["secrets"].state is State.OK
    (instance.home / "secrets" / "es_keeper.password").chmod(0o444)
    assert {finding.id: finding.state for finding in diagnose(instance, NOW)}["secrets"] is State.REFUSED


def test_what_the_operator_wrote_comes_back_and_never_replaces_what_is_there_already(instance, state_folder):
    written = {"espace-sante.toml": "port = 8123\n", "witnesses.json": '{"light": []}', "debate/witnesses.json": "{}"}
    for name, content in written.items():
        (instance.home / name).parent.mkdir(exist_ok=True)
        (instance.home / name).write_text(content, encoding="utf-8")
    output, target = state_folder(), settings_of(state_folder())
    save(instance, output)
    (target.home / "espace-sante.toml").write_text("port = 8456\n", encoding="utf-8")
    done = asyncio.run(restore(target, output))
    assert done.imported == 2
    found = {name: (target.home / name).read_text(encoding="utf-8") for name in written}
    assert found == written | {"espace-sante.toml": "port = 8456\n"}


def test_the_invented_witnesses_of_the_demonstration_are_not_carried_elsewhere(instance, state_folder):
    (instance.home / "witnesses").mkdir()
    (instance.home / "witnesses.json").write_text('{"light": []}', encoding="utf-8")
    output, target = state_folder(), settings_of(state_folder())
    save(instance, output)
    asyncio.run(restore(target, output))
    assert not (target.home / "witnesses.json").exists()


def test_a_restore_names_each_file_to_put_back_until_it_is_there(instance, state_folder):
    output, target = state_folder(), settings_of(state_folder())
    arrange_keys(instance)
    save(instance, output)
    done = asyncio.run(restore(target, output))
    names = [str(path.relative_to(target.home)) for path in kept_apart(target)]
    assert len(names) == len(set(names)) == 7
    for name in names:
        assert name in " ".join(sentences(target, done))
        (target.home / name).parent.mkdir(exist_ok=True)
        (target.home / name).write_bytes(b"put back")
        assert f" {name}" not in " ".join(sentences(target, done))
