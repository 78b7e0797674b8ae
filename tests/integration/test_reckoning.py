"""The daily reconciliation on a real house: what agrees is said to, and each gap that is made on purpose is found and named.

Gaps made: a keeper that answers without a line, one that says it wrote and did not, a line taken out behind the triggers with and
without its head, a notice lost, a keeper that crashes, a batch whose outcome is lost. A day when all is well has none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from espace_sante.adapters.keeper_link import KeeperLink
from espace_sante.jobs import rounds
from espace_sante.keeper import batch, commit
from espace_sante.keeper import demand as d
from espace_sante.keeper.batch import Lane
from espace_sante.keeper.counting import Counting
from espace_sante.operate.folders import keeper_socket
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, chains, clock, open_house, rows, run
from tests.people import grant

__all__ = ["clock"]  # a fixture
pytestmark = [pytest.mark.database]
DAY = timedelta(days=1)


WISH = d.RequestParams("everything", [], "care", 20)


async def asked(house: House, who: bytes, person: str) -> d.Answer:
    """Ask to read, as a professional: she is told of it by a notice."""
    return await house.ask(who, "request_access", WISH, person=f"id:{person}", proof="professional")


async def a_day(house: House) -> tuple[bytes, str]:
    """Some readings, refusals, changes and a notice; return her session and a document of hers."""
    her, person = await house.open("jeanne")
    doctor, other = await house.sign_in("diallo"), await house.sign_in("guerin")
    done = await house.deposit(doctor, f"id:{person}", b"a letter")
    assert isinstance(done, d.Done)
    document = msgspec.msgpack.decode(done.payload, type=d.DepositAnswer).document
    await house.ask(her, "grant_access", grant())
    for _ in range(3):
        await house.read(doctor, document)
        await house.read(other, document)
        await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(await asked(house, other, person), d.Done)
    return her, document


async def compared(house: House) -> dict[str, int]:
    each = [KeeperLink([keeper_socket(house.settings, number)]) for number in range(house.keepers)]
    answer = await rounds.reckon(house.link, each)
    for link in each:
        await link.close()
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.MaintainAnswer).done


async def gaps(house: House) -> list[str]:
    """Return what the last comparison wrote in the institution's chain."""
    found = [
        record for chain in (await chains(house.settings)).values() for record in chain if record["act"] == "reckon"
    ]
    last = max(found, key=lambda record: record["at"])
    told = [one.removeprefix("gap:") for one in last["objects"] if one.startswith("gap:")]
    assert last["decision"]["rule"] == ("gap" if told else "agreed")
    return told


Play = Callable[[House, Clock], Awaitable[None]]


def played(databases: Databases, clock: Clock, play: Play, *, keepers: int = 1) -> None:
    async def work() -> None:
        async with open_house(databases, keepers=keepers, now=clock) as house:
            await play(house, clock)

    run(work())


@pytest.mark.parametrize("keepers", [1, 2])
def test_a_day_when_all_is_well_agrees_and_is_compared_once(
    empty_databases: Databases,
    clock: Clock,
    keepers: int,
) -> None:
    async def play(house: House, clock: Clock) -> None:
        await a_day(house)
        assert await compared(house) == {"reckoned": 0, "gaps": 0}, "the day is not over"
        clock.ahead += DAY
        assert await compared(house) == {"reckoned": 1, "gaps": 0}
        assert await compared(house) == {"reckoned": 0, "gaps": 0}, "once"
        assert await gaps(house) == []
        (row,) = await rows(house.settings, "postgres", "SELECT * FROM counts.reckoning")
        assert row["settled"] and row["lines"] == row["counted"] > 15 and row["crashes"] == 0
        clock.ahead += 3 * DAY
        assert await compared(house) == {"reckoned": 3, "gaps": 0}, "the days it was not asked are made up for"
        counted = {r["kind"]: r["number"] for r in await rows(house.settings, "postgres", COUNTED)}
        assert counted["key"] == counted["answer:read_document"] == counted["refusal:read_document"] == 3
        assert counted["entry:read_document"] == 6
        assert counted["notices-due"] == counted["notices-written"] > 0
        assert counted["blobs"] > 0
        answered = await house.link.ask(d.Counts(0))
        assert isinstance(answered, d.Done)
        said = msgspec.msgpack.decode(answered.payload, type=d.CountsAnswer).reckoned
        assert [number for _, number in said] == [0, 0, 0, 0]

    played(empty_databases, clock, play, keepers=keepers)


COUNTED = "SELECT kind, sum(number)::bigint AS number FROM counts.tally GROUP BY kind"


def test_a_keeper_that_answers_without_a_line_is_found(
    empty_databases: Databases,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answers(self: Any, connection: Any, waiting: list[Any]) -> None:
        pending = [one.pending for one in waiting]
        facts = await self._gatherer.gather(connection, pending, self._institution)
        for one, decided in zip(waiting, self._decider.decide(pending, facts)[0], strict=True):
            one.answer(decided.answer())

    async def play(house: House, clock: Clock) -> None:
        _, document = await a_day(house)
        doctor = await house.sign_in("diallo")
        with monkeypatch.context() as patched:
            patched.setattr(Lane, "_attempt", answers)
            assert (await house.read(doctor, document))[1] == b"a letter", "it was read, and nothing says so"
        clock.ahead += DAY
        assert (await compared(house))["gaps"] == 1
        assert await gaps(house) == ["answers-without-entry:read_document:1"]
        assert "found a gap: answers-without-entry:read_document:1" in caplog.text

    played(empty_databases, clock, play)


def test_a_keeper_that_says_it_wrote_a_line_and_did_not_is_found(
    empty_databases: Databases,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nothing(connection: Any, moves: Any) -> set[UUID]:
        return {one.space for one in moves}

    async def play(house: House, clock: Clock) -> None:
        _, document = await a_day(house)
        doctor = await house.sign_in("diallo")
        with monkeypatch.context() as patched:
            patched.setattr(batch, "move", nothing)
            assert (await house.read(doctor, document))[1] == b"a letter"
        clock.ahead += DAY
        await compared(house)
        assert await gaps(house) == ["lines-taken-back:1"]
        clock.ahead += DAY
        assert (await compared(house))["gaps"] == 0, "told once"

    played(empty_databases, clock, play)


BEHIND = "SET session_replication_role = replica"
LAST = "(SELECT e.space_id, max(e.seq) AS seq FROM journal.entry e JOIN journal.head h USING (space_id) WHERE h.state = 1 GROUP BY 1)"


@pytest.mark.parametrize(("head_too", "expected"), [(False, "lines-gone:1"), (True, "lines-taken-back:1")])
def test_a_line_taken_out_behind_the_triggers_is_found(
    empty_databases: Databases,
    clock: Clock,
    head_too: bool,
    expected: str,
) -> None:
    async def play(house: House, clock: Clock) -> None:
        await a_day(house)
        import asyncpg

        behind = await asyncpg.connect(**empty_databases.arguments("postgres"))
        try:
            await behind.execute(BEHIND)
            taken = f"DELETE FROM journal.entry e USING {LAST} l WHERE e.space_id = l.space_id AND e.seq = l.seq"
            assert await behind.execute(taken) == "DELETE 1"
            if head_too:
                await behind.execute("UPDATE journal.head SET n = n - 1 WHERE state = 1")
        finally:
            await behind.close()
        clock.ahead += DAY
        assert (await compared(house))["gaps"] == 1
        (row,) = await rows(house.settings, "postgres", "SELECT gaps FROM counts.reckoning")
        assert row["gaps"] == 1
        institution = await rows(house.settings, "postgres", "SELECT space_id FROM keeper.institution WHERE seat = 0")
        assert await told_by(house, institution[0]["space_id"]) == [expected]

    played(empty_databases, clock, play)


async def told_by(house: House, chain: UUID) -> list[str]:
    """Return the gaps of the last line of one chain; the other does not hold together any more."""
    from espace_sante.journal.entry import open_record
    from tests.inside import keyrings

    keys, _ = await keyrings(house.settings)
    found = await rows(
        house.settings, "postgres", "SELECT seq, sealed FROM journal.entry WHERE space_id = $1 ORDER BY seq", chain
    )
    record = open_record(keys[chain].record_key, chain, found[-1]["seq"], found[-1]["sealed"])
    assert record["act"] == "reckon"
    return [one.removeprefix("gap:") for one in record["objects"] if one.startswith("gap:")]


def test_a_notice_that_was_due_and_is_not_written_is_found(
    empty_databases: Databases,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = commit._many

    async def loses(connection: Any, name: str, many: Any) -> int:
        return 0 if name == "put_notices" else await written(connection, name, many)

    async def play(house: House, clock: Clock) -> None:
        _, document = await a_day(house)
        asking = await house.sign_in("diallo")
        with monkeypatch.context() as patched:
            patched.setattr(commit, "_many", loses)
            assert isinstance(await asked(house, asking, document[:32]), d.Done)
        clock.ahead += DAY
        await compared(house)
        assert await gaps(house) == ["notices-lost:1"]

    played(empty_databases, clock, play)


def test_what_a_crash_leaves_uncounted_is_named_and_no_more(
    empty_databases: Databases,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def lost(self: Any) -> None:
        return None

    async def work() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await a_day(house)
            clock.ahead += DAY
            assert await compared(house) == {"reckoned": 1, "gaps": 0}
            her = await house.sign_in("jeanne")
            for _ in range(4):
                assert isinstance(await house.ask(her, "read_journal", d.JournalParams()), d.Done)
            monkeypatch.setattr(Counting, "end", lost)  # killed: it writes nothing any more
        monkeypatch.undo()
        async with open_house(empty_databases, now=clock) as house:
            assert "a keeper ended without writing its last counts" in caplog.text
            clock.ahead += DAY
            assert await compared(house) == {"reckoned": 1, "gaps": 0}, "a crash explains it"
            row = (await rows(house.settings, "postgres", "SELECT * FROM counts.reckoning ORDER BY day DESC"))[0]
            assert (row["crashes"], row["lines"] - row["counted"], row["settled"]) == (1, 4 + 1, True), (
                "and the comparison's"
            )
            assert row["uncounted_least"] == 5
            clock.ahead += DAY
            assert await compared(house) == {"reckoned": 1, "gaps": 0}
        async with open_house(empty_databases, now=clock) as house:  # and a stop that is not a crash hides nothing
            behind = "UPDATE counts.tally SET number = number - 1 WHERE kind = 'lines' AND number > 5"
            await rows(house.settings, "postgres", behind + " RETURNING 1")
            clock.ahead += DAY
            await compared(house)
            assert [one.split(":")[0] for one in await gaps(house)] == ["lines-uncounted"]

    caplog.set_level(logging.ERROR)
    run(work())


def test_a_keeper_that_stops_writes_its_last_counts(empty_databases: Databases, clock: Clock) -> None:
    async def work() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await a_day(house)
        (boot,) = await rows(empty_databases.settings, "postgres", "SELECT * FROM counts.boot")
        assert boot["ended"] is not None and not boot["crashed"]
        counted = {r["kind"]: r["number"] for r in await rows(empty_databases.settings, "postgres", COUNTED)}
        (journal,) = await rows(empty_databases.settings, "postgres", "SELECT count(*) AS n FROM journal.entry")
        assert counted["lines"] == journal["n"]

    run(work())


def test_no_demand_waits_for_the_counts(
    empty_databases: Databases, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(self: Any) -> None:
        raise OSError

    async def play(house: House, clock: Clock) -> None:
        monkeypatch.setattr(Counting, "write", refuses)
        monkeypatch.setattr(Counting, "end", asyncio.sleep)
        _, document = await a_day(house)
        assert (await house.read(await house.sign_in("diallo"), document))[1] == b"a letter"
        clock.ahead += DAY
        each = [KeeperLink([keeper_socket(house.settings, number)]) for number in range(house.keepers)]
        answer = await rounds.reckon(house.link, each)
        assert isinstance(answer, d.Failed), "nothing is compared with counts that are not known"
        for link in each:
            await link.close()

    played(empty_databases, clock, play)
