"""A search by equality in a real house: fewer keys are given, by the same work, whatever is hidden. G3, G5, G11.

Looked for below: a key of what is hidden; a row passed over because it was written before terms were; a place that a change moves;
work, or a size, that tells that something hidden carries what is searched.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.resource_row import open_resource_origin, origin_of
from espace_sante.records.resource import numbers
from espace_sante.records.resource_terms import LENGTH, digest, packed
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import keyrings, open_house, rows, run, watched
from tests.integration.test_resources import ROWS, found, read, shape, written
from tests.people import grant

pytestmark = [pytest.mark.database]
OBSERVATION = numbers()["Observation"]
FIRST = bytes(16)


def carrying(*codes: str) -> bytes:
    return packed(("code", code) for code in codes)


def asked(*codes: str, **more: Any) -> dict[str, Any]:
    near = (tuple(digest("code", code) for code in codes),)
    return {"types": (OBSERVATION,), "after": FIRST, "narrowed": OBSERVATION, "near": near, "count": 100} | more


def rows_of(answer: d.Answer) -> set[UUID]:
    return {UUID(hex=one.resource[32:]) for one in found(answer).found}


def test_only_what_may_match_is_given_and_what_carries_nothing_always_is(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            first = await written(house, sender, person, terms=carrying("a", "b"))
            second = await written(house, sender, person, terms=carrying("b"))
            before = await written(house, sender, person)
            for codes, expected in (
                (["a"], {first, before}),
                (["b"], {first, second, before}),
                (["c"], {before}),
                (["a", "c"], {first, before}),
            ):
                assert rows_of(await read(house, her, person, proof="login", **asked(*codes))) == expected
            other = asked("c") | {"narrowed": numbers()["Condition"]}
            assert rows_of(await read(house, her, person, proof="login", **other)) == {first, second, before}
            kept = await rows(empty_databases.settings, "postgres", ROWS)
            keys, _ = await keyrings(empty_databases.settings)
            origins = [
                open_resource_origin(one["origin"], keys[one["space_id"]], one["row_id"], one["version"])
                for one in kept
            ]
            assert {len(one.terms) for one in origins} == {LENGTH} and len({len(one["origin"]) for one in kept}) == 1

    run(play())


def test_what_is_not_what_a_demand_holds_is_refused(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            for after in (b"1", bytes(17)):
                answer = await read(house, her, person, proof="login", after=after)
                assert isinstance(answer, d.Refused) and answer.code == "demand-invalid"
            wrong = await house.ask(
                sender,
                "write_resource",
                d.WriteResourceParams(bytes(16), OBSERVATION, terms=b"1"),
                person=f"id:{person}",
                proof="professional",
            )
            assert isinstance(wrong, d.Refused) and wrong.code == "deposit-invalid"

    run(play())


def test_the_order_of_rows_keeps_its_places_whatever_is_written_meanwhile(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            every = sorted([await written(house, sender, person) for _ in range(7)])
            seen, after = [], FIRST
            while True:
                page = found(await read(house, her, person, proof="login", after=after, count=3))
                seen += [UUID(hex=one.resource[32:]) for one in page.found]
                if not page.more:
                    break
                after = seen[-1].bytes
                await written(house, sender, person)
            assert [one for one in seen if one in every] == every

    run(play())


def test_since_gives_what_was_written_from_then_on(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender = await house.sign_in("guerin")
            her, person = await house.open("jeanne")
            await written(house, sender, person)
            (one,) = found(await read(house, her, person, proof="login")).found
            for since, total in ((one.updated, 1), (one.updated + 1, 0)):
                assert found(await read(house, her, person, proof="login", since=since)).total == total

    run(play())


async def with_and_without(house: House, word: str, *, hidden: bool) -> list[Any]:
    sender, reader = await house.sign_in("guerin"), await house.sign_in("diallo")
    her, person = await house.open(word)
    await written(house, sender, person, terms=carrying("shown"))
    secret = await written(house, sender, person, code="imaging", terms=carrying("secret")) if hidden else None
    assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
    if secret is not None:
        assert isinstance(await house.ask(her, "mask", d.MaskParams(secret.bytes, 0, "")), d.Done)
    seen = []
    with watched() as statements:
        for what in (asked("secret"), asked("shown"), asked("other"), asked("secret", since=1), {"after": FIRST}):
            statements.taken()
            answer = await read(house, reader, person, **what)
            seen.append((shape(answer), found(answer).more, statements.taken()))
    return seen


def test_a_search_for_what_only_a_hidden_resource_carries_is_that_of_a_space_without_it(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            there = await with_and_without(house, "jeanne", hidden=True)
            absent = await with_and_without(house, "karim", hidden=False)
            assert there == absent
            assert [told[0][0] for told in there] == [0, 1, 0, 0, 1]

    run(play())


def test_the_same_rows_are_opened_whatever_is_searched(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is hidden is opened to be left out before any term is looked at: no search is quicker for what it looks for."""
    opened: list[UUID] = []

    def counted(row: Any, keys: Any) -> Any:
        opened.append(row["row_id"])
        return origin_of(row, keys)

    async def play() -> None:
        monkeypatch.setattr("espace_sante.keeper.acts.resource_seen.origin_of", counted)
        async with open_house(empty_databases) as house:
            sender, reader = await house.sign_in("guerin"), await house.sign_in("diallo")
            her, person = await house.open("jeanne")
            every = [await written(house, sender, person, terms=carrying(code)) for code in ("a", "b", "c")]
            assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            assert isinstance(await house.ask(her, "mask", d.MaskParams(every[0].bytes, 0, "")), d.Done)
            for codes in (["a"], ["b"], ["z"], ["b", "c"]):
                opened.clear()
                await read(house, reader, person, **asked(*codes))
                assert sorted(opened) == sorted(every), codes

    run(play())
