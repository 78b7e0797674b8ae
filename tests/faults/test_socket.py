"""What a keeper does with what it should not be sent, and when its databases go: nothing else falls, nothing is tried for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.batch import MOST_TRIES
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.operate.folders import keeper_socket
from espace_sante.operate.launcher import start_instance, stop_instance
from tests.fixtures_database import Databases
from tests.house import House
from tests.house import databases as new_databases
from tests.inside import chains, open_house, run, watched
from tests.people import grant

pytestmark = [pytest.mark.database]


def frame(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


HOSTILE = {
    "not MessagePack": frame(b"\xc1\xc1\xc1"),
    "another shape": frame(msgspec.msgpack.encode({"a": 1})),
    "an unknown message": frame(msgspec.msgpack.encode([["zzz", 1]])),
    "a length without end": b"\xff\xff\xff\xff",
    "cut in the middle": frame(b"\x91")[:-1] + b"",
    "nothing": b"",
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_frame_that_makes_no_sense_closes_its_own_connection_and_no_other(
    empty_databases: Databases, sent: bytes
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            reader, writer = await asyncio.open_unix_connection(str(keeper_socket(house.settings, 0)))
            writer.write(sent)
            writer.write_eof()
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
            assert isinstance(await house.ask(her, "list_documents", d.ListParams()), d.Done), "the others go on"
            assert not any(task.done() for task in house.tasks)

    run(play())


def test_bad_demands_in_a_batch_fail_alone(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            good = [house.ask(her, "list_documents", d.ListParams()) for _ in range(20)]
            bad = [
                house.ask(her, "fly_away", d.ListParams()),
                house.ask(her, "list_documents", d.ListParams(), channel="pigeon"),
                house.ask(her, "list_documents", d.ListParams(), proof="word of honour"),
                house.link.ask(d.Ask(0, "read_document", her, "self", "api", "login", b"\xc1")),
                house.ask(doctor, "read_document", d.ReadParams(b"short"), person="id:zz", proof="professional"),
                house.ask(her, "mask", d.MaskParams(b"x", -5, "")),
                house.ask(her, "unmask", d.UnmaskParams(b"x", -5, "")),
                house.ask(her, "block", d.BlockParams("99900000011", "some")),
                house.ask(her, "read_journal", d.JournalParams(2**63 - 1, 2**63 - 1)),
                house.ask(her, "list_documents", d.ListParams(-(2**63), 2**63 - 1)),
                house.ask(her, "grant_access", d.GrantParams("99900000011", "all", [], [], "care", 2**62)),
                house.ask(b"", "list_documents", d.ListParams()),
            ]
            answers = await asyncio.gather(*good, *bad)
            assert all(isinstance(answer, d.Done) for answer in answers[:20])
            kinds = [type(answer).__name__ for answer in answers[20:]]
            assert kinds == ["Failed"] * 4 + ["Refused"] * 4 + ["Done"] * 2 + ["Refused", "Failed"]
            assert not any(task.done() for task in house.tasks), "the keeper fell"
            assert person

    run(play())


def test_a_demand_that_always_loses_is_given_up_after_some_tries(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")

            async def hook(name: str, moment: str) -> None:
                if (name, moment) == ("move_and_enter", "before"):
                    raise asyncpg.DeadlockDetectedError("always")

            with watched(hook) as statements:
                answer = await house.ask(her, "list_documents", d.ListParams())
                assert answer == d.Failed(answer.number, "busy")
                assert statements.taken().count("move_and_enter") == MOST_TRIES + 1

    run(play())


@pytest.mark.parametrize("name", ["main", "keys"])
def test_a_database_that_restarts_is_found_again_without_restarting_the_keeper(
    state_folder: Callable[[], Path], name: str
) -> None:
    async def play() -> None:
        async with new_databases(state_folder(), keepers=2) as settings:
            house = House(settings, keepers=2)
            await house.start()
            her, _ = await house.open("jeanne")
            key = b"asked before, during and after"
            # Each database is started by the fixture: another one takes its place in the same folder.
            running = await _stop(settings, name)
            try:
                during = await asyncio.gather(
                    *(house.sign_in("diallo") for _ in range(3)),
                    *(house.ask(her, "grant_access", grant(), key=key) for _ in range(2)),
                    return_exceptions=True,
                )
                for one in during:
                    assert isinstance(one, d.Failed | AssertionError | Problem | bytes | d.Done), one
                    if isinstance(one, Problem):
                        assert one.kind is Kind.BUSY
            finally:
                restarted = await start_instance(name, settings)
            try:
                for _ in range(100):
                    answer = await house.ask(her, "grant_access", grant(), key=key)
                    if isinstance(answer, d.Done):
                        break
                    await asyncio.sleep(0.05)
                assert isinstance(answer, d.Done)
                granted = [
                    r for chain in (await chains(settings)).values() for r in chain if r["act"] == "grant_access"
                ]
                assert sum(r["decision"]["rule"] != "repeat" for r in granted) == 1
                assert not any(task.done() for task in house.tasks)
                await house.stop()
            finally:
                await stop_instance(restarted)
            assert running

    run(play())


async def _stop(settings: object, name: str) -> bool:
    """Stop an instance by the number its own folder gives."""
    import os
    import signal

    pid = int((settings.home / "data" / name / "postmaster.pid").read_text().splitlines()[0])  # type: ignore[attr-defined]  # Settings
    os.kill(pid, signal.SIGINT)
    for _ in range(200):
        if not (settings.home / "data" / name / "postmaster.pid").exists():  # type: ignore[attr-defined]  # Settings
            return True
        await asyncio.sleep(0.05)
    raise AssertionError("the database did not stop")
