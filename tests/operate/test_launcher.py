"""PostgreSQL started by us: no network, nothing changed outside our folder, one secret per process."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate import folders
from espace_sante.operate.accounts import NOBODY, Process, account_of
from espace_sante.operate.launcher import connection_arguments, start_instance, stop_instance
from espace_sante.operate.roles import ROLES
from tests import needs
from tests.fixtures_database import settings_of

pytestmark = [pytest.mark.database]
IS_ROOT = os.geteuid() == 0
BOTH = [pytest.param("system", marks=needs.system_postgresql()), "wheel"]


def with_instance(settings: Settings, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        instance = await start_instance(name, settings)
        try:
            return await work()
        finally:
            await stop_instance(instance)

    return asyncio.run(run())


async def ask(settings: Settings, role: str, query: str) -> Any:
    connection = await asyncpg.connect(**connection_arguments(settings, role))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.mark.parametrize("programs", BOTH)
@pytest.mark.parametrize("name", ["main", "keys"])
def test_each_role_signs_in_with_its_own_secret_and_nothing_else(state_folder, programs, name):
    settings = Settings(home=state_folder(), postgres_bin=programs)

    async def sign_in() -> None:
        for role, found in ROLES.items():
            if found.instance != name:
                continue
            assert await ask(settings, role, "SELECT session_user::text") == found.user
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(**connection_arguments(settings, role) | {"password": "a guess"})
        assert await ask(settings, "es_owner" if name == "main" else "es_keys_owner", "SHOW listen_addresses") == ""
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await ask(settings, "postgres" if name == "main" else "postgres_keys", f"SHOW {setting}") == "on"

    with_instance(settings, name, sign_in)


@pytest.mark.root
def test_what_root_put_back_of_the_published_journal_is_given_to_the_sequencer_and_no_link_is_followed(state_folder):
    settings = Settings(home=state_folder())
    folders.prepare(settings)
    tile, elsewhere = settings.home / "public" / "journal" / "tile", settings.home / "logs" / "elsewhere"
    tile.mkdir(parents=True)
    elsewhere.touch()
    (settings.home / "public" / "index.db").touch()
    (settings.home / "public" / "link").symlink_to(elsewhere)
    folders.hand_over_published(settings)
    owner = account_of(settings, Process.SEQUENCER)
    for path in (tile, tile.parent, settings.home / "public" / "index.db"):
        assert (path.stat().st_uid, path.stat().st_gid) == (owner.uid, owner.gid)
    assert elsewhere.stat().st_uid == os.geteuid()


def test_the_next_start_finds_the_data_and_the_same_secrets(state_folder):
    settings = settings_of(state_folder())
    with_instance(settings, "main", lambda: ask(settings, "es_owner", "CREATE TABLE public.kept AS SELECT 7 AS n"))
    before = {path: path.read_bytes() for path in (settings.home / "secrets").iterdir()}
    assert with_instance(settings, "main", lambda: ask(settings, "es_owner", "SELECT n FROM public.kept")) == 7
    assert {path: path.read_bytes() for path in (settings.home / "secrets").iterdir()} == before


def test_ordinary_roles_can_create_nothing_in_the_public_schema(state_folder):
    settings = settings_of(state_folder())

    async def refused() -> None:
        for role in ("es_app", "es_keeper", "es_jobs", "es_sequencer"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await ask(settings, role, "CREATE TABLE public.mine (n int)")

    with_instance(settings, "main", refused)


def _outside(home: Path) -> dict[str, tuple[int, int, int]]:
    places = [*home.parents, Path("/etc/passwd"), Path("/etc/group"), Path("/etc/shadow"), Path.home(), needs.ROOT]
    places += [*needs.ROOT.parents, Path("/usr/lib/postgresql"), needs.ROOT / ".venv", needs.ROOT / ".venv/bin"]
    return {
        str(path): (path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in places if path.exists()
    }


@pytest.mark.parametrize("programs", BOTH)
def test_no_mode_and_no_account_changes_outside_the_state_folder(state_folder, programs):
    parent = state_folder()
    parent.chmod(0o755 if IS_ROOT else 0o700)
    settings = Settings(home=parent / "state", postgres_bin=programs)
    accounts = Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()
    before = _outside(settings.home)
    with_instance(settings, "main", lambda: ask(settings, "es_owner", "SELECT 1"))
    assert _outside(settings.home) == before
    assert (Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()) == accounts


def test_a_long_path_gets_a_short_private_folder_for_its_sockets(state_folder):
    parent = state_folder()
    parent.chmod(0o755)
    settings = settings_of(parent / ("long-" * 20) / "state")
    settings.home.parent.mkdir(mode=0o755)
    assert with_instance(settings, "main", lambda: ask(settings, "es_owner", "SELECT 1")) == 1
    short = folders.socket_folder(settings)
    assert len(os.fsencode(short / "pg-main/.s.PGSQL.5432")) < 100
    assert short.stat().st_mode & 0o777 == (0o711 if IS_ROOT else 0o700)
    folders.forget_short_folder(settings)
    assert not short.exists()


def test_a_recorded_short_folder_that_somebody_else_could_open_is_not_used(state_folder):
    parent = state_folder()
    parent.chmod(0o755)
    settings = Settings(home=parent / ("long-" * 20))
    folders.prepare(settings)
    first = folders.socket_folder(settings)
    first.chmod(0o777)
    folders.prepare(settings)
    second = folders.socket_folder(settings)
    assert second != first
    folders.forget_short_folder(settings)
    (first / "pg-main").rmdir()
    (first / "pg-keys").rmdir()
    (first / "pg-debate").rmdir()
    first.rmdir()


def test_data_of_another_major_version_are_refused_in_one_sentence(state_folder):
    settings = Settings(home=state_folder(), postgres_bin="wheel")
    folders.prepare(settings)
    (settings.home / "data" / "main").mkdir()
    (settings.home / "data" / "main" / "PG_VERSION").write_text("14\n")
    with pytest.raises(OperatorRefusal, match="PostgreSQL 14"):
        asyncio.run(start_instance("main", settings))


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(state_folder):
    home = state_folder()
    (home / "letters").mkdir()
    mode = home.stat().st_mode
    with pytest.raises(OperatorRefusal, match="autre chose"):
        folders.prepare(Settings(home=home))
    assert home.stat().st_mode == mode and [entry.name for entry in home.iterdir()] == ["letters"]


def test_a_killed_postgresql_starts_again_over_its_remains(state_folder):
    settings = settings_of(state_folder())

    async def killed() -> int:
        instance = await start_instance("main", settings)
        await ask(settings, "es_owner", "CREATE TABLE public.kept AS SELECT 7 AS n")
        instance.process.kill()
        await instance.process.wait()
        # Another process's number in the file, as after a reboot.
        (settings.home / "data/main/postmaster.pid").write_text(f"{os.getpid()}\n{settings.home}/data/main\n")
        instance = await start_instance("main", settings)
        try:
            return await ask(settings, "es_owner", "SELECT n FROM public.kept")
        finally:
            await stop_instance(instance)

    assert asyncio.run(killed()) == 7


@pytest.mark.root
def test_under_root_postgresql_is_nobody_and_each_secret_belongs_to_one_process(state_folder):
    settings = settings_of(state_folder())

    async def owner() -> int:
        instance = await start_instance("main", settings)
        try:
            return os.stat(f"/proc/{instance.process.pid}").st_uid
        finally:
            await stop_instance(instance)

    assert asyncio.run(owner()) == NOBODY
    assert (settings.home / "data/main").stat().st_mode & 0o777 == 0o700
    for name, role in ROLES.items():
        path = folders.secret_path(settings, name)
        if role.instance == "main":
            expected = 0 if role.reader is None else account_of(settings, role.reader).uid
            assert (path.stat().st_uid, path.stat().st_mode & 0o777) == (expected, 0o400)


@pytest.mark.root
def test_under_root_a_process_reads_its_own_secret_and_no_other(state_folder):
    settings = settings_of(state_folder())
    with_instance(settings, "main", lambda: ask(settings, "es_owner", "SELECT 1"))
    readers = {name: role.reader for name, role in ROLES.items() if role.instance == "main"}
    for process in (Process.WEB, Process.KEEPER, Process.SEQUENCER, Process.JOBS):
        for name, reader in readers.items():
            done = subprocess.run(
                ["cat", folders.secret_path(settings, name)],
                **account_of(settings, process).popen_arguments(),
                capture_output=True,
                check=False,
            )
            assert (done.returncode == 0) == (reader is process)


@pytest.mark.root
def test_under_root_only_the_keeper_reaches_the_key_database(state_folder):
    settings = settings_of(state_folder())
    socket = folders.instance_socket_folder
    code = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])"

    async def reach() -> dict[Process, bool]:
        path = str(socket(settings, "keys") / ".s.PGSQL.5432")
        found = {}
        for process in (Process.WEB, Process.KEEPER, Process.SEQUENCER, Process.JOBS):
            arguments = account_of(settings, process).popen_arguments()
            done = subprocess.run(["/usr/bin/python3", "-c", code, path], **arguments, capture_output=True, check=False)
            found[process] = done.returncode == 0
        return found

    reached = with_instance(settings, "keys", reach)
    assert {process for process, could in reached.items() if could} == {Process.KEEPER}


@pytest.mark.root
def test_under_root_a_closed_place_is_refused_in_one_sentence():
    with tempfile.TemporaryDirectory(dir="/tmp") as closed:
        with pytest.raises(OperatorRefusal, match="leur est fermé"):
            folders.prepare(Settings(home=Path(closed) / "state"))
        assert os.listdir(closed) == []
        assert Path(closed).stat().st_mode & 0o777 == 0o700
