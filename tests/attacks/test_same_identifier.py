"""What a depositor could learn of others' documents by sending one under an identifier that is taken, or by replacing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run, watched
from tests.people import DIALLO, grant, listed

pytestmark = [pytest.mark.database]
TAKEN, FREE, NEXT = "urn:oid:1.2.3.1", "urn:oid:1.2.3.2", "urn:oid:1.2.3.3"


def shape(answer: d.Answer) -> tuple[Any, ...]:
    """Return what of an answer could tell something: not its random numbers, its length included."""
    if not isinstance(answer, d.Done):
        return (type(answer).__name__, getattr(answer, "code", ""))
    told = msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer)
    return (told.existing, told.category, bool(told.replaces), len(answer.payload))


def known(answer: d.Answer) -> d.DepositAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer)


async def hidden_from(house: House, her: bytes, document: str, whom: str = "") -> None:
    asked = d.MaskParams(bytes.fromhex(document[32:]), 0, whom)
    assert isinstance(await house.ask(her, "mask", asked), d.Done)


@pytest.mark.parametrize("content", [b"the same", b"something else"])
def test_a_depositor_cannot_tell_that_somebody_else_deposited_under_the_same_identifier(
    empty_databases: Databases, content: bytes
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            guerin, diallo = await house.sign_in("guerin"), await house.sign_in("diallo")
            first = known(await house.deposit(guerin, f"id:{person}", b"the same", unique_id=TAKEN, category=7))
            seen = []
            for unique in (TAKEN, FREE):
                with watched() as statements:
                    given = await house.deposit(diallo, f"id:{person}", content, unique_id=unique)
                    again = await house.deposit(diallo, f"id:{person}", content, unique_id=unique)
                    other = await house.deposit(diallo, f"id:{person}", b"other bytes", unique_id=unique)
                    seen.append((shape(given), shape(again), shape(other), statements.taken()))
                assert known(given).document != first.document
                assert known(again).document == known(given).document, "his own is given again"
            assert seen[0] == seen[1]
            assert seen[0][2] == ("Refused", "unique-id-conflict"), "his own other bytes are a conflict"
            own = listed(await house.ask(her, "list_documents", d.ListParams()))
            assert own.total == 3, "she sees all of them"

    run(play())


def test_what_a_depositor_may_read_is_not_kept_twice_and_what_is_hidden_from_him_is_as_if_it_were_not_there(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            guerin, diallo = await house.sign_in("guerin"), await house.sign_in("diallo")
            assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            first = known(await house.deposit(guerin, f"id:{person}", b"report", unique_id=TAKEN))
            again = known(await house.deposit(diallo, f"id:{person}", b"report", unique_id=TAKEN))
            assert (again.existing, again.document) == (True, first.document)
            await hidden_from(house, her, first.document, DIALLO)
            hidden = await house.deposit(diallo, f"id:{person}", b"report", unique_id=TAKEN)
            absent = await house.deposit(diallo, f"id:{person}", b"report", unique_id=FREE)
            assert shape(hidden) == shape(absent)
            answer, content = await house.read(diallo, known(hidden).document)
            assert content == b"report", answer
            _, content = await house.read(diallo, first.document)
            assert content is None, "what was hidden stays hidden"
            hers = known(await house.deposit(her, "self", b"report", unique_id=TAKEN, proof="login"))
            assert (hers.existing, hers.document) == (True, first.document), "nothing is hidden from her"

    run(play())


def test_a_document_sent_again_in_the_place_of_anothers_tells_nothing_of_what_that_one_replaced(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            guerin, diallo = await house.sign_in("guerin"), await house.sign_in("diallo")
            await house.deposit(guerin, f"id:{person}", b"one", unique_id=TAKEN)
            await house.deposit(guerin, f"id:{person}", b"two", unique_id=NEXT, replaces=TAKEN)
            seen = [
                shape(await house.deposit(diallo, f"id:{person}", b"two", unique_id=unique, replaces=replaces))
                for unique in (NEXT, FREE)
                for replaces in (TAKEN, FREE)
            ]
            assert set(seen) == {("Refused", "replacement-refused")}

    run(play())


def test_a_document_that_says_it_replaces_anothers_is_kept_alone_in_the_same_words_as_one_that_replaces_nothing(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            guerin, diallo = await house.sign_in("guerin"), await house.sign_in("diallo")
            first = known(await house.deposit(guerin, f"id:{person}", b"one", unique_id=TAKEN, category=7))
            seen = []
            for unique, replaces in ((NEXT, TAKEN), (FREE, "urn:oid:9.9.9")):
                sealed = await house.sealed(
                    diallo, f"id:{person}", b"mine", unique_id=unique, replaces=replaces, category=5
                )
                params = msgspec.structs.replace(sealed, if_possible=True)
                with watched() as statements:
                    answer = await house.ask(
                        diallo, "deposit_document", params, person=f"id:{person}", proof="professional"
                    )
                    seen.append((shape(answer), statements.taken()))
            assert seen[0] == seen[1]
            assert seen[0][0][1:3] == (5, False)
            lines = {one.document: one for one in listed(await house.ask(her, "list_documents", d.ListParams())).lines}
            assert lines[first.document].replaced_by == "", "his does not make the other one look out of date"

    run(play())


def test_replacing_ones_own_hidden_document_neither_shows_it_nor_moves_it_where_it_may_be_read(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            diallo = await house.sign_in("diallo")
            asked = d.GrantParams(DIALLO, "categories", [5], [], "soins", 30)
            assert isinstance(await house.ask(her, "grant_access", asked), d.Done)
            outside = known(await house.deposit(diallo, f"id:{person}", b"outside", unique_id=TAKEN, category=7))
            inside = known(await house.deposit(diallo, f"id:{person}", b"inside", unique_id=FREE, category=5))
            await hidden_from(house, her, inside.document)
            moved = known(await house.deposit(diallo, f"id:{person}", b"moved", replaces=TAKEN, category=5))
            shown = known(await house.deposit(diallo, f"id:{person}", b"shown", replaces=FREE, category=5))
            assert moved.category == 7
            for document in (outside, inside, moved, shown):
                answer, content = await house.read(diallo, document.document)
                assert (content, getattr(answer, "code", None)) == (None, "")
            seen = await house.ask(
                diallo, "list_documents", d.ListParams(status="both"), person=f"id:{person}", proof="professional"
            )
            assert listed(seen).total == 0
            assert UUID(hex=moved.document[32:]) != UUID(hex=outside.document[32:])

    run(play())
