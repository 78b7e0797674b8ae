"""Closing and keeping: nobody reads or deposits, she alone opens it again or erases it, and its end comes by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from espace_sante.access.request import ActId
from espace_sante.consent.purposes import purposes
from espace_sante.keeper import demand as d
from espace_sante.keeper.destroyed import replay
from espace_sante.kernel.errors import Problem
from espace_sante.operate.roles import connection_arguments
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, act, census, chains, clock, open_house, rows, run, space_of, watched
from tests.stopping import stopped_at

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
WORDS = ("2026-11-1", "fr", "00" * 32)
COUNTER = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}


async def filled(house: House) -> tuple[bytes, bytes, str, str]:
    """Open Jeanne's space, with a letter of a professional she lets read; return both, her id and the letter's."""
    her, person = await house.open("jeanne")
    doctor = await house.sign_in("diallo")
    done = await house.deposit(doctor, f"id:{person}", b"a letter")
    assert isinstance(done, d.Done)
    grant = d.GrantParams("99900000011", "everything", [], [], "soins", 300)
    assert isinstance(await house.ask(her, "grant_access", grant), d.Done)
    return her, doctor, person, msgspec.msgpack.decode(done.payload, type=d.DepositAnswer).document


async def archived(house: House, her: bytes, years: int = 3) -> None:
    assert isinstance(await house.ask(her, "close_space", d.CloseParams(years)), d.Done)


async def state(databases: Databases) -> list[int]:
    found = await rows(databases.settings, "postgres", "SELECT state FROM journal.head WHERE state <> 9")
    return [row["state"] for row in found]


def test_an_archive_is_hers_to_reopen_or_erase_and_nobody_elses_for_anything(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, doctor, person, document = await filled(house)
            await archived(house, her)
            assert await state(empty_databases) == [4]
            unknown = await house.read(doctor, "ab" * 32)
            for reader in (doctor, await house.sign_in("guerin")):
                answer, content = await house.read(reader, document)
                assert (type(answer), content) == (d.Refused, None)
                assert answer.code == unknown[0].code == ""  # type: ignore[union-attr]  # both are refusals
            nobody = await house.deposit(doctor, "ins:244039999910165", b"x")
            kept_out = await house.deposit(doctor, f"id:{person}", b"x")
            assert (type(kept_out), getattr(kept_out, "code", "?")) == (type(nobody), getattr(nobody, "code", "!"))
            for name, params in (
                ("list_documents", d.ListParams()),
                ("grant_access", d.GrantParams("99900000011", "everything", [], [], "soins", 30)),
                ("unmask", d.UnmaskParams(b"", 5, "")),
                ("open_space", d.OpenParams(True, *WORDS)),
                ("export_journal", d.ExportParams()),
                ("prove_journal", d.ProveParams()),
            ):
                answer = await house.ask(her, name, params)
                assert (type(answer), getattr(answer, "code", "")) == (d.Refused, "space-archived"), name
            assert isinstance(await house.ask(her, "read_journal", d.JournalParams()), d.Done)
            who = msgspec.msgpack.decode((await house.link.ask(d.WhoIs(0, her))).payload, type=d.SessionAnswer)  # type: ignore[union-attr]  # done
            assert (who.person, who.state, who.invited) == ("", "archived", False)
            assert (
                who.until
                == datetime.now(UTC)
                .replace(day=min(datetime.now(UTC).day, 28))
                .date()
                .replace(year=datetime.now(UTC).year + 3)
                .isoformat()
            )
            await chains(empty_databases.settings)

    run(play())


def test_a_space_opened_again_is_read_by_nobody_but_her(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, doctor, person, document = await filled(house)
            await archived(house, her)
            agent, ins = await house.sign_in("petit"), f"ins:{house.provider.find('jeanne').ins}"
            started = await house.ask(agent, "reopen_space", d.ReopenParams(True), person=ins, **PHONE)  # type: ignore[arg-type]  # mixed
            assert isinstance(started, d.Done) and started.effect == "starts"
            assert await state(empty_databases) == [4], "a call reopens nothing"
            done = await house.ask(agent, "reopen_space", d.ReopenParams(False), person=ins, **COUNTER)  # type: ignore[arg-type]  # mixed
            assert isinstance(done, d.Done) and done.effect == "immediate"
            assert await state(empty_databases) == [1]
            assert (await house.read(doctor, document))[1] is None, "a permission of before came back"
            assert isinstance(await house.deposit(doctor, f"id:{person}", b"y"), d.Refused)
            assert (await house.read(her, document, proof="login"))[1] == b"a letter"
            assert (await census(empty_databases.settings))["consent.archive"] == 0
            again = await house.ask(her, "reopen_space", d.ReopenParams(True))
            assert (type(again), getattr(again, "code", "?")) == (d.Refused, "")

    run(play())


@pytest.mark.parametrize("how", ["archived and reopened", "closed by a call"])
def test_no_further_use_of_her_data_outlives_a_closing(empty_databases: Databases, how: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            purpose = min(purposes())
            assert isinstance(await house.ask(her, "allow_secondary_use", d.ChoiceParams(purpose)), d.Done)
            assert await uses(house, her) == {purpose}
            if how == "closed by a call":
                ins = "ins:" + house.provider.find("jeanne").ins
                agent = await house.sign_in("petit")
                called = await house.ask(agent, "close_space", d.CloseParams(0), person=ins, **PHONE)  # type: ignore[arg-type]  # mixed
                assert isinstance(called, d.Done), called
            else:
                await archived(house, her)
                assert isinstance(await house.ask(her, "reopen_space", d.ReopenParams(False)), d.Done)
            assert await uses(house, her) == set(), "a yes of before came back"

    run(play())


async def uses(house: House, her: bytes) -> set[str]:
    """Return the further uses that she allows, as her journal says them."""
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    choices = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer).choices
    return {
        one.purpose for one in msgspec.msgpack.decode(choices, type=list[d.ChoiceView]) if one.purpose and one.gives
    }


def test_an_archive_is_erased_when_she_says_so_or_at_the_end_she_chose(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            for ask_for_it in (True, False):
                her, _, _, _ = await filled(house)
                await archived(house, her, years=2)
                space = (await rows(settings, "postgres", "SELECT space_id FROM consent.archive"))[0]["space_id"]
                if ask_for_it:
                    assert isinstance(await house.ask(her, "erase_content", d.EraseParams()), d.Done)
                else:
                    clock.ahead += timedelta(days=720)
                    await house.link.ask(d.Maintain(0, "erase"))
                    kept = await rows(settings, "postgres", "SELECT state FROM journal.head WHERE space_id = $1", space)
                    assert kept[0]["state"] == 4, "kept until the day she chose"
                    clock.ahead += timedelta(days=15)
                await house.link.ask(d.Maintain(0, "erase"))
                found = await rows(settings, "postgres", "SELECT state FROM journal.head WHERE space_id = $1", space)
                assert found[0]["state"] == 3
                counted = await census(settings)
                left = (
                    "consent.archive",
                    "consent.rights",
                    "identity.person",
                    "identity.directory",
                    "records.document",
                )
                assert {table: counted[table] for table in left if counted[table]} == {}
            await chains(settings)

    run(play())


def test_the_end_of_an_archive_is_a_line_of_her_journal(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            her, _, _, _ = await filled(house)
            space = await space_of(settings, house, her)
            await archived(house, her, years=1)
            clock.ahead += timedelta(days=380)

            async def hook(name: str, when: str) -> None:
                if (name, when) == ("closing_spaces", "before"):
                    records = (await chains(settings))[space]
                    assert records[-1]["decision"] == {"result": "permit", "rule": "archive-ended"}
                    assert records[-1]["actor"]["kind"] == "system"

            with watched(hook):
                done = await house.link.ask(d.Maintain(0, "erase"))
            assert isinstance(done, d.Done)
            said = msgspec.msgpack.decode(done.payload, type=d.MaintainAnswer).done
            assert said == {"ended": 1, "erased": 1}

    run(play())


STEPS = ("ended_archives", "facts", "move_and_enter", "drop_archives", "COMMIT;", "closing_spaces", "put_intention")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_an_archive_whose_end_is_stopped_anywhere_is_ended_by_the_next_round(
    empty_databases: Databases, clock: Clock, step: str, moment: str
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            her, _, _, _ = await filled(house)
            await archived(house, her, years=1)
            clock.ahead += timedelta(days=380)

            with watched(stopped_at(house, step, moment)), pytest.raises(Problem):
                await house.link.ask(d.Maintain(0, "erase"))
        await chains(settings)
        async with open_house(empty_databases, now=clock) as house:
            await house.link.ask(d.Maintain(0, "erase"))
            assert await state(empty_databases) == [3]
            counted = await census(settings)
            assert (counted["consent.archive"], counted["consent.rights"], counted["keeper.destroyed"]) == (0, 0, 1)

    run(play())


def test_a_call_closes_to_everybody_and_archives_or_erases_nothing_yet(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, doctor, _, document = await filled(house)
            agent, ins = await house.sign_in("petit"), f"ins:{house.provider.find('jeanne').ins}"
            done = await house.ask(agent, "close_space", d.CloseParams(5), person=ins, **PHONE)  # type: ignore[arg-type]  # mixed
            assert isinstance(done, d.Done) and done.effect == "provisional"
            assert await state(empty_databases) == [1]
            assert (await house.read(doctor, document))[1] is None
            assert (await house.read(her, document, proof="login"))[1] == b"a letter"
            said = json.loads(msgspec.msgpack.decode(done.payload, type=d.ReceiptAnswer).receipt)["payload"]
            assert said["archive_until"].startswith(str(datetime.now(UTC).year + 5))

    run(play())


@pytest.mark.parametrize("years", [-1, 11, 1000])
def test_an_archive_lasts_from_one_to_ten_years(empty_databases: Databases, years: int) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _, _, _ = await filled(house)
            answer = await house.ask(her, "close_space", d.CloseParams(years))
            assert (type(answer), getattr(answer, "code", "")) == (d.Refused, "archive-years-invalid")
            with pytest.raises(Problem):
                await act(house, her, ActId.CLOSE_SPACE, {"sure": "yes", "archive_years": str(years)})
            assert await state(empty_databases) == [1]

    run(play())


LEGAL = {(1, 2), (2, 3), (1, 4), (4, 1), (4, 2)}


def test_the_database_itself_lets_a_space_make_its_legal_moves_only(empty_databases: Databases) -> None:
    async def play() -> None:
        connection = await asyncpg.connect(**connection_arguments(empty_databases.settings, "postgres"))
        refused = set()
        try:
            async with open_house(empty_databases) as house:
                await house.open("jeanne")
            for old in (1, 2, 3, 4, 9):
                for new in (1, 2, 3, 4, 9):
                    await connection.execute("SET session_replication_role = replica")
                    await connection.execute("UPDATE journal.head SET state = $1 WHERE rights_version > 0", old)
                    await connection.execute("SET session_replication_role = origin")
                    try:
                        await connection.execute("UPDATE journal.head SET state = $1 WHERE rights_version > 0", new)
                    except asyncpg.InsufficientPrivilegeError:
                        refused.add((old, new))
        finally:
            await connection.close()
        every = {(old, new) for old in (1, 2, 3, 4, 9) for new in (1, 2, 3, 4, 9) if old != new}
        assert every - refused == LEGAL

    run(play())


def test_a_restore_erases_again_what_was_an_archive_when_it_was_saved(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            her, _, _, _ = await filled(house)
            space = await space_of(settings, house, her)
            await archived(house, her)
        # As if it had been erased since: the list of destroyed keys names it, and the databases are those of before.
        main = await asyncpg.connect(**connection_arguments(settings, "postgres"))
        keys = await asyncpg.connect(**connection_arguments(settings, "postgres_keys"))
        try:
            await main.execute("INSERT INTO keeper.destroyed (space_id, certificate) VALUES ($1, $2)", space, b"signed")
            assert await replay(main, keys) == 1
            assert await replay(main, keys) == 0
        finally:
            await main.close()
            await keys.close()
        assert await state(empty_databases) == [3]
        counted = await census(settings)
        left = ("consent.archive", "consent.rights", "identity.person", "identity.directory", "records.document")
        assert {table: counted[table] for table in left if counted[table]} == {}

    run(play())
