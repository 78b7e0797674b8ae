"""A state left by the first version, opened by this one: all of it is read, and what it never knew is refused politely.

The rows, files and master key are those that version wrote (`first_version/README.md`), not ones made to look like them.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.kernel.database import connect, migrate
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.first_keys import arrange_keys
from espace_sante.operate.folders import prepare
from espace_sante.operate.roles import OWNERS, connection_arguments, superuser
from espace_sante.operate.session import started_databases
from espace_sante.operate.supervisor import MIGRATIONS, migrate_instance
from tests.answers import code, deposited
from tests.catalogue import HEALTH, described, expected
from tests.fixtures_database import settings_of
from tests.house import House
from tests.inside import Clock, chains, clock, open_house, rows, run
from tests.people import listed

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
LEFT = Path(__file__).parent / "first_version"
WHEN = datetime(2026, 11, 26, 9, tzinfo=UTC)  # the day after: permissions it gave still hold
FIRST = {"main": ["0001_pre_house.sql"], "keys": ["0001_pre_vault.sql"]}
WRITTEN = {
    "Bilan de janvier": b"Bilan de janvier\n",
    "Bilan de mars": b"Bilan de mars\n",
    "Compte rendu": b"Compte rendu\n",
    "Ma note": b"Ma note\n",
}
JANUARY, MARCH, HERS = (f"urn:oid:1.2.3.{number}" for number in (1, 2, 4))


def since(name: str) -> list[str]:
    return [path.name for path in sorted(MIGRATIONS[name].glob("[0-9]*.sql")) if path.name not in FIRST[name]]


@asynccontextmanager
async def left_by_the_first_version(settings: Settings) -> AsyncIterator[None]:
    """Both databases as the first version made and filled them, its master key and its files in place."""
    prepare(settings)
    (settings.home / "keys" / "master.key").write_bytes(bytes.fromhex((LEFT / "master.key.hex").read_text()))
    arrange_keys(settings)
    for file in (LEFT / "objects").iterdir():
        folder = settings.home / "objects" / file.name[:2]
        folder.mkdir(exist_ok=True)
        shutil.copy(file, folder / file.name)
    async with started_databases(settings):
        for name in MIGRATIONS:
            await _as_it_was(settings, name)
        yield


async def _as_it_was(settings: Settings, name: str) -> None:
    folder = settings.home / "logs" / f"migrations-{name}"
    folder.mkdir()
    for file in FIRST[name]:
        shutil.copy(MIGRATIONS[name] / file, folder / file)
    owner = await connect(connection_arguments(settings, OWNERS[name]))
    try:
        assert await migrate(owner, folder) == FIRST[name]
    finally:
        await owner.close()
    root = await asyncpg.connect(**connection_arguments(settings, superuser(name)))
    try:
        # With triggers off: heads and entries are put as they stood, not made again. What ran is what that version says.
        await root.execute("SET session_replication_role = replica; DELETE FROM public.migration")
        await root.execute((LEFT / f"{name}.sql").read_text(encoding="utf-8"))
    finally:
        await root.close()


async def upgraded(settings: Settings) -> dict[str, list[str]]:
    return {name: await migrate_instance(settings, name) for name in MIGRATIONS}


async def by_title(house: House, session: bytes, person: str = "self", **asked: Any) -> dict[str, d.Line]:
    proof = "login" if person == "self" else "professional"
    answer = listed(await house.ask(session, "list_documents", d.ListParams(**asked), person=person, proof=proof))
    assert answer.total == len(answer.lines)
    return {msgspec.msgpack.decode(line.meta, type=d.DocumentMeta).title: line for line in answer.lines}


def test_the_migrations_since_make_of_an_old_database_what_they_make_of_a_new_one(
    state_folder: Callable[[], Path],
) -> None:
    async def play() -> None:
        settings = settings_of(state_folder())
        async with left_by_the_first_version(settings):
            before = await rows(settings, "postgres", "SELECT * FROM records.document ORDER BY row_id")
            assert await upgraded(settings) == {name: since(name) for name in MIGRATIONS}
            assert "0002_pre_versions.sql" in since("main")
            assert await described(settings) == expected(HEALTH)
            after = await rows(settings, "postgres", "SELECT * FROM records.document ORDER BY row_id")
            assert [dict(row) | {"origin": None} for row in before] == [dict(row) for row in after]
            assert await upgraded(settings) == {"main": [], "keys": []}

    run(play())


def test_everything_kept_before_is_read_and_what_was_hidden_or_erased_stays_so(
    state_folder: Callable[[], Path], clock: Clock
) -> None:
    clock.ahead = WHEN - datetime.now(UTC)

    async def play() -> None:
        settings = settings_of(state_folder())
        async with left_by_the_first_version(settings):
            await upgraded(settings)
            async with open_house(settings, now=clock) as house:
                before = sum(len(chain) for chain in (await chains(settings)).values())
                her, doctor = await house.sign_in("jeanne"), await house.sign_in("diallo")
                mine = await by_title(house, her)
                assert mine.keys() == WRITTEN.keys()
                for title, line in mine.items():
                    assert (line.replaces, line.replaced_by) == ("", "")
                    assert (await house.read(her, line.document, proof="login"))[1] == WRITTEN[title]
                person = mine["Ma note"].document[:32]
                shown = await by_title(house, doctor, f"id:{person}", status="both")
                assert shown.keys() == WRITTEN.keys() - {"Bilan de mars"}
                for title, line in shown.items():
                    assert (await house.read(doctor, line.document))[1] == WRITTEN[title]
                hidden = await house.read(doctor, mine["Bilan de mars"].document)
                unknown = await house.read(doctor, person + "ab" * 16)
                assert code(hidden[0]) == code(unknown[0])
                gone = await house.ask(await house.sign_in("karim"), "list_documents", d.ListParams())
                assert code(gone) == code(unknown[0])
            assert sum(len(chain) for chain in (await chains(settings)).values()) > before >= 17

    run(play())


def test_a_document_from_before_is_replaced_by_nobody_and_a_new_one_by_its_author(
    state_folder: Callable[[], Path], clock: Clock
) -> None:
    clock.ahead = WHEN - datetime.now(UTC)

    async def play() -> None:
        settings = settings_of(state_folder())
        async with left_by_the_first_version(settings):
            await upgraded(settings)
            async with open_house(settings, now=clock) as house:
                her, sender = await house.sign_in("jeanne"), await house.sign_in("guerin")
                old = await by_title(house, her)
                who = f"id:{old['Ma note'].document[:32]}"
                for replaces in (JANUARY, MARCH, old["Bilan de janvier"].document, "urn:oid:9.9.9"):
                    refused = await house.deposit(sender, who, b"new", replaces=replaces)
                    assert code(refused) == "replacement-refused"
                hers = await house.deposit(her, "self", b"new", replaces=HERS, proof="login")
                assert code(hers) == "replacement-refused"
                assert (await by_title(house, her)).keys() == WRITTEN.keys()
                # What only the document says: it is kept, beside the old one.
                said = msgspec.structs.replace(
                    await house.sealed(sender, who, b"said", replaces=JANUARY, title="Beside"), if_possible=True
                )
                kept = await house.ask(sender, "deposit_document", said, person=who, proof="professional")
                assert deposited(kept).replaces == ""
                assert len(await by_title(house, her)) == len(WRITTEN) + 1
                # Who sent it then was not kept: nobody is told that it is there, and it is kept once more, apart.
                again = deposited(
                    await house.deposit(sender, who, WRITTEN["Bilan de janvier"], unique_id=JANUARY, title="Again")
                )
                assert not again.existing
                assert again.document != old["Bilan de janvier"].document
                first = deposited(await house.deposit(sender, who, b"one", unique_id="urn:oid:1.2.3.9", title="First"))
                second = await house.deposit(sender, who, b"two", replaces="urn:oid:1.2.3.9", title="Second")
                assert deposited(second).replaces == first.document
                assert (await by_title(house, her)).keys() == WRITTEN.keys() | {"Beside", "Again", "Second"}

    run(play())


def test_a_space_from_before_is_kept_as_an_archive_and_opened_again(
    state_folder: Callable[[], Path], clock: Clock
) -> None:
    clock.ahead = WHEN - datetime.now(UTC)

    async def play() -> None:
        settings = settings_of(state_folder())
        async with left_by_the_first_version(settings):
            await upgraded(settings)
            async with open_house(settings, now=clock) as house:
                her, doctor = await house.sign_in("jeanne"), await house.sign_in("diallo")
                mine = await by_title(house, her)
                assert isinstance(await house.ask(her, "close_space", d.CloseParams(3)), d.Done)
                for line in mine.values():
                    assert code((await house.read(doctor, line.document))[0]) == ""
                assert code(await house.ask(her, "list_documents", d.ListParams())) == "space-archived"
                assert isinstance(await house.ask(her, "reopen_space", d.ReopenParams(False)), d.Done)
                assert (await by_title(house, her)).keys() == WRITTEN.keys()
                for line in mine.values():
                    assert code((await house.read(doctor, line.document))[0]) == "", "a permission of before came back"
                await chains(settings)

    run(play())


def test_a_migration_whose_text_changed_since_it_ran_stops_the_upgrade(
    state_folder: Callable[[], Path],
) -> None:
    async def play() -> None:
        settings = settings_of(state_folder())
        async with left_by_the_first_version(settings):
            await rows(settings, "postgres", "UPDATE public.migration SET sha256 = 'other'")
            with pytest.raises(OperatorRefusal, match=r"0001_pre_house\.sql"):
                await migrate_instance(settings, "main")
            columns = "SELECT 1 FROM information_schema.columns WHERE column_name = 'origin'"
            assert await rows(settings, "postgres", columns) == []

    run(play())


def test_the_files_left_are_those_of_the_rows() -> None:
    text = (LEFT / "main.sql").read_text(encoding="utf-8")
    names = {UUID(file.name) for file in (LEFT / "objects").iterdir()}
    assert len(names) == text.count("INSERT INTO records.document ") == len(WRITTEN)
    assert all(str(name) in text for name in names)
