"""What a keeper remembers never decides: each test here is a fault that once stood, or could."""

from __future__ import annotations

import asyncio
import os
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.keyring import HELD_SECONDS, Keyring, read_master_keys
from espace_sante.keeper.will_cache import WillCache
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.database import Connection, connect
from espace_sante.operate.roles import connection_arguments
from espace_sante.records.document import deposit_info, metadata_context
from espace_sante.vault.envelope import seal
from espace_sante.vault.hpke import seal_to
from espace_sante.vault.keys import new_space_keys
from tests.fixtures_database import Databases
from tests.house import ENCODE, House
from tests.inside import census, chains, open_house, run, watched

pytestmark = [pytest.mark.database]
DIALLO, GUERIN = "99900000011", "99900000029"


def total(answer: d.Answer) -> int:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.ListAnswer).total


async def granted(house: House, session: bytes, who: str = DIALLO) -> None:
    grant = d.GrantParams(who, "everything", [], [], "soins", 30)
    assert isinstance(await house.ask(session, "grant_access", grant), d.Done)


def test_a_will_is_never_taken_from_another_instant_than_its_version() -> None:
    wills, space = WillCache(), uuid4()
    wills.put(space, 5, "newer")  # type: ignore[arg-type]  # only its identity matters here
    version, will = wills.get(space)
    wills.put(space, 4, "older")  # type: ignore[arg-type]  # another lane, later, with what it read before
    assert (version, will) == (5, "newer")


def test_an_older_will_read_by_another_lane_lets_nobody_read(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that once gave a withdrawn grant back, played step by step."""

    async def play() -> d.Answer:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            await granted(house, her)
            seen: dict[Any, tuple[int, Any]] = {}
            put = WillCache.put

            def noting(self: WillCache, space: Any, version: int, will: Any) -> None:
                seen.setdefault(space, (version, will))
                put(self, space, version, will)

            monkeypatch.setattr(WillCache, "put", noting)
            await house.ask(doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            ask = {"person": f"id:{person}", "proof": "professional"}
            await house.ask(doctor, "list_documents", d.ListParams(), **ask)  # the newest will is now held
            (space, (version, will)) = next(iter(seen.items()))
            gatherers = [o for o in _live(WillCache)]
            armed = True

            async def hook(name: str, moment: str) -> None:
                nonlocal armed
                if armed and name == "facts" and moment == "after":
                    armed = False
                    for cache in gatherers:  # the other lane wakes up with what it read before the withdrawal
                        put(cache, space, version, will)

            with watched(hook):
                return await house.ask(doctor, "list_documents", d.ListParams(), **ask)

    assert isinstance(run(play()), d.Refused)


def _live(kind: type) -> list[Any]:
    import gc

    return [o for o in gc.get_objects() if isinstance(o, kind)]


def test_a_space_erased_through_one_keeper_reopens_through_another(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as first, open_house_at(empty_databases, 1) as second:
            her, person = await first.open("jeanne")
            session = await second.sign_in("jeanne")
            assert total(await second.ask(session, "list_documents", d.ListParams())) == 0  # now remembered there
            assert isinstance(await first.ask(her, "close_space", d.CloseParams()), d.Done)
            await first.link.ask(d.Maintain(0, "erase"))
            assert isinstance(await second.ask(session, "list_documents", d.ListParams()), d.Refused)
            her, again = await first.open("jeanne")
            assert again != person
            assert total(await second.ask(session, "list_documents", d.ListParams())) == 0
            await chains(empty_databases.settings)

    run(play())


def open_house_at(databases: Databases, seat: int) -> Any:
    """A second keeper with a socket and a seat of its own, which the first one's link does not know."""
    from contextlib import asynccontextmanager

    from espace_sante.adapters.keeper_link import KeeperLink

    @asynccontextmanager
    async def opened() -> Any:
        house = House(databases.settings, keepers=1, first_seat=seat)
        await house.start()
        assert isinstance(house.link, KeeperLink)
        try:
            yield house
        finally:
            await house.stop()

    return opened()


def test_keys_leave_a_keepers_memory_within_a_minute(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        now = 0.0
        connection = await connect(connection_arguments(settings, "es_keys_keeper"))
        keyring = Keyring(
            lambda: _given(connection),
            read_master_keys(settings.home / "keys" / "master.key"),
            monotonic=lambda: now,
        )
        keys = new_space_keys(uuid4())
        await keyring.keep(keys, utc_now().date())
        with watched() as statements:
            await keyring.of([keys.space])
            await keyring.of([keys.space])
            assert statements.taken() == ["blobs"]
            now += HELD_SECONDS + 1
            await keyring.of([])
            assert keyring._cache == {}
            await keyring.destroy(keys.space)
            assert await keyring.of([keys.space]) == {}
        await connection.close()

    run(play())


async def _given(connection: Connection) -> Connection:
    return connection


@pytest.mark.parametrize("fault", ["line of another key", "not MessagePack", "no date", "a date out of all calendars"])
def test_a_badly_deposited_line_never_denies_her_the_list(empty_databases: Databases, fault: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            assert isinstance(await house.deposit(doctor, f"id:{person}", b"good"), d.Done)
            assert isinstance(await _hostile(house, doctor, f"id:{person}", fault), d.Done)
            for number in range(house.settings.fold_threshold + 2):
                assert isinstance(await house.deposit(doctor, f"id:{person}", b"good %d" % number), d.Done)
            expected = house.settings.fold_threshold + 3
            assert total(await house.ask(her, "list_documents", d.ListParams())) == expected
            await until_folded(empty_databases, 1)
            assert total(await house.ask(her, "list_documents", d.ListParams())) == expected
            assert not any(task.done() for task in house.tasks), "the keeper fell"

    run(play())


async def until_folded(databases: Databases, left: int) -> None:
    for _ in range(100):
        if (await census(databases.settings))["records.summary_line"] == left:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the lines were never folded")


async def _hostile(house: House, session: bytes, person: str, fault: str) -> d.Answer:
    from espace_sante.records.document import line_context
    from tests.house import document_meta

    address = await house.link.ask(d.Address(0, session, person))
    assert isinstance(address, d.Done)
    public = msgspec.msgpack.decode(address.payload, type=d.AddressAnswer).public
    row, key = uuid4(), os.urandom(32)
    meta = ENCODE(document_meta(b"x"))
    line = {
        "line of another key": lambda: seal(os.urandom(32), meta, line_context(row)),
        "not MessagePack": lambda: seal(key, b"\xc1", line_context(row)),
        "no date": lambda: seal(key, ENCODE({"created": "yesterday"}), line_context(row)),
        "a date out of all calendars": lambda: seal(
            key, ENCODE(document_meta(b"x", created="0001-01-01T00:00:00")), line_context(row)
        ),
    }[fault]()
    params = d.DepositParams(
        row.bytes,
        5,
        seal_to(public, key, deposit_info(row)),
        bytes(seal(key, meta, metadata_context(row))),
        bytes(line),
        f"urn:uuid:{row}",
        os.urandom(32),
    )
    return await house.ask(session, "deposit_document", params, person=person, proof="professional")


def test_a_list_read_while_its_lines_are_folded_misses_none(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            for number in range(house.settings.fold_threshold + 1):
                await house.deposit(doctor, f"id:{person}", b"%d" % number)
            from espace_sante.keeper.tidy import fold
            from tests.inside import keyrings, space_of

            space = await space_of(empty_databases.settings, house, her)
            keys = (await keyrings(empty_databases.settings))[0][space]
            armed = True

            async def hook(name: str, moment: str) -> None:
                nonlocal armed
                if armed and moment == "after" and name in ("summaries", "lines"):
                    armed = False  # between the two readings, another keeper folds
                    other = await asyncpg.connect(**empty_databases.arguments("es_keeper"))
                    await fold(other, keys)
                    await other.close()

            with watched(hook):
                found = total(await house.ask(her, "list_documents", d.ListParams()))
            assert found == house.settings.fold_threshold + 1

    run(play())


def test_a_second_letter_takes_the_place_of_the_first(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            first = await house.invite("jeanne")
            second = await house.invite("jeanne")
            assert first.code != second.code
            assert (await census(empty_databases.settings))["mailroom.invitation"] == 1
            agent = await house.sign_in("petit")
            words = d.OpenParams(True, "2026-11-1", "fr", "00" * 32)
            counter = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            refused = await house.ask(agent, "open_space", words, person=f"code:{first.code}", **counter)
            assert isinstance(refused, d.Refused)
            assert refused.code == "invitation-unknown"
            opened = await house.ask(agent, "open_space", words, person=f"code:{second.code}", **counter)
            assert isinstance(opened, d.Done)

    run(play())


def test_an_invitation_is_for_the_person_it_is_asked_for(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            operator = await house.sign_in("accueil")
            traits = d.Traits("AUBERTIN", "JEANNE", "1944-03-12", "F")
            for person in ("", "ins:179099999910247", "id:" + "0" * 32):
                answer = await house.ask(
                    operator, "invite", d.InviteParams("ins:244039999910165", traits), person=person
                )
                assert isinstance(answer, d.Refused)
            assert (await census(empty_databases.settings))["mailroom.invitation"] == 0

    run(play())


def test_one_space_that_cannot_be_erased_never_keeps_the_others(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            sessions = [(await house.open(name))[0] for name in ("jeanne", "karim", "lucie")]
            for session in sessions:
                assert isinstance(await house.ask(session, "close_space", d.CloseParams()), d.Done)
            closing = await asyncpg.connect(**empty_databases.arguments("postgres"))
            spaces = sorted(
                r["space_id"] for r in await closing.fetch("SELECT space_id FROM journal.head WHERE state = 2")
            )
            await closing.close()
            keys = await asyncpg.connect(**empty_databases.arguments("postgres_keys"))
            await keys.execute("DELETE FROM vault.space_blob WHERE space_id = $1", spaces[0])
            await keys.close()
            house_keyring = [k for k in _live(Keyring)]
            for keyring in house_keyring:
                keyring.forget(spaces[0])
            done = await house.link.ask(d.Maintain(0, "erase"))
            assert isinstance(done, d.Done)
            assert msgspec.msgpack.decode(done.payload, type=d.MaintainAnswer).done == {"ended": 0, "erased": 2}
            assert (await census(settings))["keeper.destroyed"] == 2

    run(play())


def test_the_journal_names_a_professional_as_he_is_today(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            account = house.provider.find("diallo")
            for structure in ("Ancien cabinet", "Nouveau cabinet"):
                moved = msgspec.structs.replace(account, structure=structure)
                answer = await house.link.ask(d.SignIn(0, house.provider.assertion(moved)))
                assert isinstance(answer, d.Done)
                from espace_sante.keeper.sessions import token_hash

                token = msgspec.msgpack.decode(answer.payload, type=d.SessionAnswer).token
                ask = {"person": f"id:{person}", "proof": "professional"}
                await house.ask(token_hash(token), "list_documents", d.ListParams(), **ask)
            said = [record["actor"]["structure"] for chain in (await chains(settings)).values() for record in chain]
            assert {"Ancien cabinet", "Nouveau cabinet"} <= set(said)

    run(play())


def test_demands_of_different_people_are_spread_over_the_keepers(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            asked: set[Any] = set()
            for wire in house.link._wires:
                original = wire.ask

                async def noting(demand: Any, wire: Any = wire, original: Any = original) -> Any:
                    asked.add(wire)
                    return await original(demand)

                wire.ask = noting  # type: ignore[method-assign]  # watched, not replaced
            for _ in range(40):
                await house.link.ask(d.Ask(0, "list_documents", os.urandom(32), "self", "api", "login", b""))
            assert len(asked) == 2, "everybody's own demands went to one keeper"

    run(play())
