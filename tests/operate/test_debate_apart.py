"""The debate's process reaches nothing of the health side, and no process of the health side reaches the debate's database."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import asyncpg
import pytest

from espace_sante.kernel.database import connect
from espace_sante.operate import folders
from espace_sante.operate.accounts import Process, account_of
from espace_sante.operate.debate import arrange_debate_keys, code_key_path, log_seed_path
from espace_sante.operate.doctor import _expected
from espace_sante.operate.first_keys import arrange_keys
from espace_sante.operate.launcher import start_instance, stop_instance
from espace_sante.operate.roles import ROLES, connection_arguments
from tests.fixtures_database import Background, new_state_folders, settings_of

pytestmark = pytest.mark.database
INSTANCES = ("main", "keys", "debate")
CONNECT = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])"
OTHERS = (Process.WEB, Process.KEEPER, Process.SEQUENCER, Process.JOBS)


@pytest.fixture(scope="module")
def running() -> Iterator[Callable]:
    with new_state_folders() as make:
        settings, background = settings_of(make()), Background()
        folders.prepare(settings)
        arrange_keys(settings)
        arrange_debate_keys(settings)
        started = [background.run(start_instance(name, settings)) for name in INSTANCES]
        yield settings
        for instance in started:
            background.run(stop_instance(instance))
        background.close()
        folders.forget_short_folder(settings)


def can(settings, process: Process, *command: object) -> bool:
    arguments = account_of(settings, process).popen_arguments()
    return subprocess.run(command, **arguments, capture_output=True, check=False, cwd="/").returncode == 0


@pytest.mark.root
def test_under_root_the_debate_reaches_its_own_database_and_no_other_and_nobody_else_reaches_it(running):
    for name in INSTANCES:
        path = folders.instance_socket_folder(running, name) / ".s.PGSQL.5432"
        reached = {
            one for one in (*OTHERS, Process.DEBATE) if can(running, one, "/usr/bin/python3", "-c", CONNECT, path)
        }
        assert (Process.DEBATE in reached) == (name == "debate")
        assert name != "debate" or reached == {Process.DEBATE}


@pytest.mark.root
def test_under_root_who_took_an_envelope_and_what_was_said_with_it_are_read_by_two_different_processes(running):
    lists, register = running.home / "envelopes", log_seed_path(running)
    assert can(running, Process.ENVELOPES, "ls", lists) and not can(running, Process.ENVELOPES, "cat", register)
    assert can(running, Process.DEBATE, "cat", register) and not can(running, Process.DEBATE, "ls", lists)
    assert not any(can(running, one, "ls", lists) for one in OTHERS)
    for name in INSTANCES:
        path = folders.instance_socket_folder(running, name) / ".s.PGSQL.5432"
        assert not can(running, Process.ENVELOPES, "/usr/bin/python3", "-c", CONNECT, path)


@pytest.mark.root
def test_under_root_the_debate_reads_its_own_three_secrets_and_no_other_file_of_the_house(running):
    own = {log_seed_path(running), code_key_path(running), folders.secret_path(running, "es_debate")}
    secrets = {path for path, _, _ in _expected(running) if path.exists()}
    assert own < secrets
    for path in secrets:
        assert can(running, Process.DEBATE, "cat", path) == (path in own), path
        for other in OTHERS:
            assert path not in own or not can(running, other, "cat", path)
    for folder in ("objects", "keys", "secrets", "logs", "data"):
        assert not can(running, Process.DEBATE, "ls", running.home / folder), folder


def test_the_role_of_the_debate_signs_in_nowhere_else(running):
    async def tried() -> list[type[BaseException]]:
        faults = []
        mine = connection_arguments(running, "es_debate")
        for name, database in (("main", "espace"), ("keys", "espace_keys")):
            try:
                await connect(mine | {"host": str(folders.instance_socket_folder(running, name)), "database": database})
            except asyncpg.PostgresError as fault:
                faults.append(type(fault))
        await (await connect(mine)).close()
        return faults

    assert asyncio.run(tried()) == [asyncpg.InvalidPasswordError] * 2
    assert {role.reader for name, role in ROLES.items() if role.instance == "debate"} == {None, Process.DEBATE}


def loaded_with(*names: str) -> set[str]:
    """Return every module a fresh program holds once it has loaded these of ours."""
    code = f"import {', '.join(f'espace_sante.{name}' for name in names)}, sys; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    return set(said.stdout.split())


def test_the_process_of_the_debate_loads_no_code_of_the_health_side():
    found = loaded_with("cli.debating", "web.debate.routes", "web.server")
    ours = {name for name in found if name.startswith("espace_sante.")}
    parts = {name.split(".")[1] for name in ours}
    # Of what is outside, only the program that asks a witness for a signature: it knows sizes and digests.
    outside = {name for name in ours if name.startswith("espace_sante.adapters")}
    assert outside == {"espace_sante.adapters", "espace_sante.adapters.witness_http"}
    assert parts <= {"adapters", "cli", "debate", "web", "kernel", "journal", "operate", "formats"}
    assert not {"espace_sante.web.edge", "espace_sante.web.cookies", "espace_sante.web.body"} & ours


def test_the_process_of_the_counters_of_envelopes_loads_no_register_no_log_and_no_way_to_a_database():
    found = loaded_with("cli.handing", "web.debate.counter", "web.server")
    ours = {name for name in found if name.startswith("espace_sante.")}
    assert not {"journal", "operate", "adapters", "keeper", "vault"} & {name.split(".")[1] for name in ours}
    assert {name for name in ours if name.startswith("espace_sante.debate.")} == {"espace_sante.debate.refused"}
    assert not {name for name in found if name.split(".")[0] == "asyncpg"}
