"""FHIR resources in a real house: hidden is absent, by the same work; versions never cross; erased with the rest. G3, G5, G8, G11.

Looked for below: a list that counts what is hidden; a reading that looks a resource up in another space; a version written twice;
a resource that stays after the erasure; an entry without what it names.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.resource_row import open_resource_key, open_resource_origin
from espace_sante.records.resource import body_context, kind_of
from espace_sante.vault.envelope import SealBroken, open_sealed, seal
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import chains, keyrings, open_house, rows, run, watched
from tests.people import grant

pytestmark = [pytest.mark.database]
ROWS = "SELECT * FROM records.resource ORDER BY row_id, version"


def version_of(
    person: str, row: UUID, body: bytes = b"{}", *, expected: int = 0, code: str = "laboratory", **more: Any
) -> Any:
    """Seal one version as a web process does."""
    kind, key = kind_of("Observation", [code]), os.urandom(32)
    assert kind is not None
    sealed = bytes(seal(key, body, body_context(row, expected + 1)))
    place = kind.number, kind.category, kind.type_code
    return d.WriteResourceParams(row.bytes, *place, key, sealed, person, expected, **more)


async def write(house: House, who: bytes, person: str, params: Any, **ask: Any) -> d.Answer:
    return await house.ask(who, "write_resource", params, person=f"id:{person}", proof="professional", **ask)


async def written(house: House, who: bytes, person: str, body: bytes = b"{}", **more: Any) -> UUID:
    row = uuid4()
    answer = await write(house, who, person, version_of(person, row, body, **more))
    assert isinstance(answer, d.Done), answer
    return row


async def read(
    house: House, who: bytes, person: str, row: bytes = b"", proof: str = "professional", **more: Any
) -> d.Answer:
    return await house.ask(who, "read_resource", d.ReadResourceParams(row, **more), person=f"id:{person}", proof=proof)


def found(answer: d.Answer) -> d.ResourcesAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.ResourcesAnswer)


def body_of(one: d.ResourceVersion) -> bytes:
    return bytes(open_sealed(one.key, one.sealed, body_context(UUID(hex=one.resource[32:]), one.version)))


def shape(answer: d.Answer) -> Any:
    """What an answer shows, without what is random in any two."""
    size = len(d.ENCODER.encode([answer]))
    if not isinstance(answer, d.Done):
        return type(answer).__name__, getattr(answer, "code", ""), size
    told = found(answer)
    return told.total, [(one.type, one.category, one.version) for one in told.found], size


@pytest.mark.parametrize("hidden", ["a resource", "a category", "born"])
def test_a_space_with_a_hidden_resource_answers_like_one_without(empty_databases: Databases, hidden: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender, reader = await house.sign_in("guerin"), await house.sign_in("diallo")
            seen = []
            for word, has in (("jeanne", True), ("karim", False)):
                her, person = await house.open(word)
                for _ in range(2):
                    await written(house, sender, person)
                row = uuid4()
                if has:
                    row = await written(house, sender, person, code="imaging", hidden=hidden == "born")
                assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
                if hidden != "born" and has:
                    what = (row.bytes, 0) if hidden == "a resource" else (b"", 3)
                    assert isinstance(await house.ask(her, "mask", d.MaskParams(*what, "")), d.Done)
                with watched() as statements:
                    answers = []
                    lists: list[dict[str, Any]] = [{}, {"count": 1}, {"offset": 1}, {"types": (3,)}, {"types": (1,)}]
                    for asked in lists:
                        statements.taken()
                        answers.append((shape(await read(house, reader, person, **asked)), statements.taken()))
                    one: list[dict[str, Any]] = [{}, {"version": 1}, {"history": True}, {"type": 3}]
                    for asked in one:
                        statements.taken()
                        answers.append(
                            (shape(await read(house, reader, person, row.bytes, **asked)), statements.taken())
                        )
                assert all(shown[0][0] != 3 for shown in answers)
                seen.append(answers)
                mine = found(await read(house, her, person, proof="login"))
                assert mine.total == 2 + has, "she sees all of it"
            assert seen[0] == seen[1]

    run(play())


def test_each_version_is_a_row_and_nothing_of_it_opens_elsewhere(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            row = await written(house, sender, person, b'{"value":5.20}')
            second = version_of(person, row, b'{"value":5.30}', expected=1)
            assert isinstance(await write(house, sender, person, second), d.Done)
            gone = d.WriteResourceParams(row.bytes, 3, deleted=True)
            assert isinstance(await write(house, sender, person, gone), d.Done)
            told = found(await read(house, her, person, row.bytes, proof="login", history=True))
            assert [(one.version, one.deleted) for one in told.found] == [(3, True), (2, False), (1, False)]
            assert [body_of(one) for one in told.found[1:]] == [b'{"value":5.30}', b'{"value":5.20}']
            assert (told.found[0].key, told.found[0].sealed) == (b"", b"")
            assert found(await read(house, her, person, proof="login")).total == 0, "what is deleted is in no list"
            kept = await rows(empty_databases.settings, "postgres", ROWS)
            assert [(one["version"], one["type"], one["category"]) for one in kept] == [(1, 3, 4), (2, 3, 4), (3, 3, 4)]
            keys, _ = await keyrings(empty_databases.settings)
            held = keys[kept[0]["space_id"]]
            assert len({len(one["origin"]) for one in kept}) == 1
            open_resource_key(held, kept[0])
            with pytest.raises(SealBroken):
                open_resource_origin(kept[0]["origin"], held, row, 2)
            with pytest.raises(SealBroken):
                open_resource_key(held, cast("Any", {**kept[0], "version": 2}))
            with pytest.raises(SealBroken):
                open_resource_key(held, cast("Any", {**kept[0], "type": 2}))

    run(play())


def test_the_keeper_believes_nothing_that_is_not_one_line_of_the_table(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            good = version_of(person, uuid4())
            wrong: list[tuple[dict[str, Any], str]] = [
                ({"category": 5}, "deposit-invalid"),
                ({"type_code": "11488-4"}, "deposit-invalid"),
                ({"type": 99}, "deposit-invalid"),
                ({"key": b"k"}, "deposit-invalid"),
                ({"sealed": b""}, "deposit-invalid"),
                ({"row": b"r"}, "deposit-invalid"),
                ({"person": ""}, "deposit-invalid"),
                ({"expected": -1}, "deposit-invalid"),
                ({"deleted": True, "type": 99}, "deposit-invalid"),
                ({"person": "0" * 32}, "identity-not-matched"),
                ({"expected": 1}, "resource-unknown"),
                ({"deleted": True}, "resource-unknown"),
            ]
            for change, code in wrong:
                answer = await write(house, sender, person, msgspec.structs.replace(good, **change))
                assert isinstance(answer, d.Refused) and answer.code == code, (change, answer)
            answer = await house.ask(her, "write_resource", good)
            assert isinstance(answer, d.Refused) and answer.code == "", "she writes nothing by this way yet"
            agent = await house.sign_in("petit")
            way = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            for act, params in (("write_resource", good), ("read_resource", d.ReadResourceParams(types=(99,)))):
                reference = f"local:{house.provider.find('jeanne').local}"
                assert isinstance(await house.ask(agent, act, params, person=reference, **way), d.Refused)
            for types in ((99,), (0,)):
                assert isinstance(await read(house, her, person, proof="login", types=types), d.Refused)
            assert await rows(empty_databases.settings, "postgres", ROWS) == []

    run(play())


def test_a_resource_is_of_one_space_whatever_is_asked(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            his, other = await house.open("karim")
            row = await written(house, sender, person)
            for who, whose in ((his, other), (his, person), (her, other)):
                assert isinstance(await read(house, who, whose, row.bytes, proof="login"), d.Refused)
            taken = version_of(other, row, expected=1)
            answer = await write(house, sender, other, taken)
            assert isinstance(answer, d.Refused) and answer.code == "resource-unknown"
            same = await write(house, sender, other, version_of(other, row))
            assert isinstance(same, d.Done), "the same random number in another space is another resource"
            assert found(await read(house, his, other, proof="login")).total == 1

    run(play())


def test_every_reading_and_writing_is_a_line_that_names_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            row = await written(house, sender, person)
            await read(house, her, person, row.bytes, proof="login")
            await read(house, her, person, proof="login", types=(3,))
            await read(house, sender, person, row.bytes)
            (records,) = [
                one for one in (await chains(empty_databases.settings)).values() if one[0]["act"] == "open_space"
            ]
            told = [(one["act"], one["objects"], one["decision"]["result"]) for one in records[1:]]
            name = f"resource:{row.hex}"
            assert told == [
                ("write_resource", [name], "permit"),
                ("read_resource", [name], "permit"),
                ("read_resource", ["resources", "type:Observation"], "permit"),
                ("read_resource", [name], "refuse"),
            ]

    run(play())


def test_two_versions_at_once_make_one_and_the_other_is_told(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            sender = await house.sign_in("guerin")
            _, person = await house.open("jeanne")
            row = await written(house, sender, person)
            many = [version_of(person, row, b'{"n":%d}' % n, expected=1) for n in range(6)]
            answers = await asyncio.gather(*(write(house, sender, person, one) for one in many))
            assert sum(isinstance(one, d.Done) for one in answers) == 1
            assert {one.code for one in answers if isinstance(one, d.Refused)} == {"version-differs"}
            kept = await rows(empty_databases.settings, "postgres", ROWS)
            assert [one["version"] for one in kept] == [1, 2]
        await chains(empty_databases.settings)

    run(play())


@pytest.mark.parametrize("where", ["put_resources", "put_first_answers", "COMMIT;"])
def test_a_database_lost_while_writing_keeps_all_or_nothing(empty_databases: Databases, where: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            params = version_of(person, uuid4())

            async def lost(name: str, when: str) -> None:
                if name == where and when == "before":
                    raise asyncpg.PostgresConnectionError

            with watched(lost):
                answer = await write(house, sender, person, params, key=b"k" * 32)
            assert isinstance(answer, d.Failed), answer
            assert found(await read(house, her, person, proof="login")).total == 0
            again = await write(house, sender, person, params, key=b"k" * 32)
            assert isinstance(again, d.Done)
            assert found(await read(house, her, person, proof="login")).total == 1
        await chains(empty_databases.settings)

    run(play())


def test_what_is_erased_is_erased_with_its_resources(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            his, other = await house.open("karim")
            await written(house, sender, person)
            await written(house, sender, other)
            assert isinstance(await house.ask(her, "close_space", d.CloseParams()), d.Done)
            assert isinstance(await read(house, her, person, proof="login"), d.Refused)
            assert isinstance(await house.link.ask(d.Maintain(0, "erase")), d.Done)
            assert len(await rows(empty_databases.settings, "postgres", ROWS)) == 1
            assert found(await read(house, his, other, proof="login")).total == 1

    run(play())


def test_her_will_for_an_emergency_holds_for_resources_too(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender, reader = await house.sign_in("guerin"), await house.sign_in("diallo")
            her, person = await house.open("jeanne")
            row = await written(house, sender, person)
            other = await written(house, sender, person, code="imaging")
            will = d.EmergencyParams(True, True, False, "documents", [], [row.bytes])
            assert isinstance(await house.ask(her, "set_emergency_will", will), d.Done)
            params = d.BreakGlassParams("bedside", True, "life-at-risk", "Malaise")
            ask = {"person": f"id:{person}", "proof": "professional"}
            assert isinstance(await house.ask(reader, "break_glass", params, **ask), d.Done)
            one = found(await read(house, reader, person, row.bytes))
            assert one.emergency and body_of(one.found[0]) == b"{}"
            assert isinstance(await read(house, reader, person, other.bytes), d.Refused)
            listed = found(await read(house, reader, person))
            assert (listed.total, bool(listed.emergency)) == (1, True)
            records = [one for many in (await chains(empty_databases.settings)).values() for one in many]
            (glass,) = [one for one in records if one["act"] == "read_resource" and one["objects"][0] == "resources"]
            assert glass["objects"][1].startswith("glass:")

    run(play())
