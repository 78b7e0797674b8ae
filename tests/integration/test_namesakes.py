"""Two structures that bear one name are two depositors: neither learns what the other deposited, nor takes its place."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.adapters.dev_provider import Account
from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Statements, open_house, run, watched
from tests.people import DIALLO, grant, listed

pytestmark = [pytest.mark.database]
U1, U2, U3 = (f"urn:oid:1.2.4.{number}" for number in (1, 2, 3))
ELSEWHERE = ("urn:oid:1.2.4.8", "urn:oid:1.2.4.9")
VISIT = "urn:oid:1.2.250.1.999|77"
ONE_NAME = "Hôpital Saint-Jean"
HERE, THERE = "999000002", "999000003"


def deposited(answer: d.Answer) -> d.DepositAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer)


def code(answer: d.Answer) -> str:
    assert isinstance(answer, d.Refused), answer
    return answer.code


async def signed_in(house: House, word: str, number: str, name: str = ONE_NAME) -> bytes:
    """Sign an invented professional in for a structure: its name, and its number ("" when the provider gives none)."""
    account: Account = msgspec.structs.replace(house.provider.find(word), structure=name, structure_id=number)
    house.provider.accounts[word] = account
    return await house.sign_in(word)


async def sent(house: House, session: bytes, person: str, content: bytes, **said: Any) -> d.Answer:
    """Deposit a document; what is said beside goes into the demand as it stands."""
    params = msgspec.structs.replace(await house.sealed(session, f"id:{person}", content), **said)
    return await house.ask(session, "deposit_document", params, person=f"id:{person}", proof="professional")


async def seen(house: House, session: bytes, person: str, **asked: Any) -> set[str]:
    proof = "login" if person == "self" else "professional"
    who = person if person == "self" else f"id:{person}"
    answer = await house.ask(session, "list_documents", d.ListParams(**asked), person=who, proof=proof)
    return {line.document for line in listed(answer).lines}


def shape(answer: d.Answer, statements: Statements) -> tuple[Any, ...]:
    """Everything of an answer but what is drawn at random, and the work done for it."""
    work = statements.taken()
    if isinstance(answer, d.Refused):
        return answer.code, len(d.ENCODER.encode([answer])), work
    told = deposited(answer)
    return told.existing, told.category, bool(told.replaces), len(d.ENCODER.encode([answer])), work


def test_a_structure_is_told_nothing_of_what_another_of_the_same_name_deposited(empty_databases: Databases) -> None:
    """Guarantees G3, G11: the same bytes, other bytes, a replacement: all as if nothing were there, work included."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            here, told = await signed_in(house, "guerin", HERE), []
            there = await signed_in(house, "tran", THERE)
            for word, one, two in (("jeanne", U1, U2), ("karim", *ELSEWHERE)):
                _, person = await house.open(word)
                assert not deposited(await sent(house, here, person, b"same", unique_id=one)).existing
                assert not deposited(await sent(house, here, person, b"theirs", unique_id=two)).existing
                answers = []
                with watched() as statements:
                    for content, said in (
                        (b"new", {"unique_id": U3, "replaces": U1}),
                        (b"same", {"unique_id": U1}),
                        (b"same", {"unique_id": U1}),
                        (b"others", {"unique_id": U2}),
                        (b"newer", {"unique_id": U3, "replaces": U2}),
                    ):
                        statements.taken()
                        answers.append(shape(await sent(house, there, person, content, **said), statements))
                told.append(answers)
            assert told[0] == told[1]
            assert [one[0] for one in told[0]] == ["replacement-refused", False, True, False, False]

    run(play())


def test_a_structure_does_not_replace_what_another_of_the_same_name_deposited(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            here = await signed_in(house, "guerin", HERE)
            there = await signed_in(house, "tran", THERE)
            first = deposited(await sent(house, here, person, b"one", unique_id=U1))
            for replaces in (U1, first.document):
                refused = await sent(house, there, person, b"two", unique_id=U2, replaces=replaces)
                assert code(refused) == "replacement-refused"
            assert await seen(house, her, "self") == {first.document}
            # The name may change, or be written otherwise: the number says which structure it is.
            colleague = await signed_in(house, "lopez", HERE, "CH SAINT JEAN")
            second = deposited(await sent(house, colleague, person, b"two", unique_id=U2, replaces=U1))
            assert second.replaces == first.document

    run(play())


def test_what_another_of_the_same_name_sends_for_a_visit_of_the_same_number_does_not_join_it(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            here = await signed_in(house, "guerin", HERE)
            there = await signed_in(house, "tran", THERE)
            doctor = await house.sign_in("diallo")
            first = deposited(await sent(house, here, person, b"one", visit=VISIT)).document
            params = d.KeepEpisodeParams("", "séjour", [], bytes.fromhex(first[32:]))
            made = await house.ask(her, "keep_episode", params)
            assert isinstance(made, d.Done)
            number = msgspec.msgpack.decode(made.payload, type=d.EpisodeAnswer).number
            await house.ask(her, "grant_access", d.GrantParams(DIALLO, "episode", [], [], "care", 30, episode=number))
            deposited(await sent(house, there, person, b"two", visit=VISIT))
            colleague = await signed_in(house, "lopez", HERE, "CH SAINT JEAN")
            third = deposited(await sent(house, colleague, person, b"three", visit=VISIT)).document
            assert await seen(house, doctor, person) == {first, third}

    run(play())


def test_without_a_number_the_name_is_the_structure_and_is_never_one_that_has_a_number(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            unnumbered = await signed_in(house, "guerin", "")
            colleague = await signed_in(house, "lopez", "")
            numbered = await signed_in(house, "tran", HERE)
            first = deposited(await sent(house, unnumbered, person, b"one", unique_id=U1))
            assert code(await sent(house, numbered, person, b"two", unique_id=U2, replaces=U1)) == "replacement-refused"
            assert deposited(await sent(house, colleague, person, b"one", unique_id=U1)).document == first.document
            theirs = deposited(await sent(house, numbered, person, b"one", unique_id=U1))
            assert not theirs.existing
            for sender in (unnumbered, colleague):
                refused = await sent(house, sender, person, b"x", unique_id=U3, replaces=theirs.document)
                assert code(refused) == "replacement-refused"
            # The same professional is himself, whether his sign-in gives a number or not.
            himself = await signed_in(house, "guerin", THERE)
            second = deposited(await sent(house, himself, person, b"two", unique_id=U2, replaces=U1))
            assert second.replaces == first.document

    run(play())


def test_what_was_kept_before_numbers_is_found_again_by_its_depositor_and_by_no_namesake(
    empty_databases: Databases,
) -> None:
    """As on the day an instance takes this version: rows that say a name, and sign-ins that give numbers."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            stranger = await signed_in(house, "labo", "999000008", "Laboratoire")
            deposited(await sent(house, stranger, person, b"another's", unique_id=U1))
            kept = deposited(await sent(house, await signed_in(house, "guerin", ""), person, b"one", unique_id=U1))
            assert not kept.existing, "apart, under the term of a name"
            namesake = await signed_in(house, "tran", THERE)
            assert code(await sent(house, namesake, person, b"x", unique_id=U2, replaces=U1)) == "replacement-refused"
            theirs = deposited(await sent(house, namesake, person, b"one", unique_id=U1))
            assert not theirs.existing and theirs.document != kept.document
            himself = await signed_in(house, "guerin", HERE)
            again = deposited(await sent(house, himself, person, b"one", unique_id=U1))
            assert (again.existing, again.document) == (True, kept.document)
            newer = deposited(await sent(house, himself, person, b"two", unique_id=U2, replaces=U1))
            assert newer.replaces == kept.document

    run(play())


def test_an_episode_begun_before_numbers_goes_on_with_its_visit(empty_databases: Databases) -> None:
    """What she hides of a stay under way stays hidden from its next document on."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            await house.ask(her, "grant_access", grant())
            unnumbered = await signed_in(house, "guerin", "")
            first = deposited(await sent(house, unnumbered, person, b"one", visit=VISIT)).document
            params = d.KeepEpisodeParams("", "séjour", [], bytes.fromhex(first[32:]))
            made = await house.ask(her, "keep_episode", params)
            assert isinstance(made, d.Done)
            number = msgspec.msgpack.decode(made.payload, type=d.EpisodeAnswer).number
            assert isinstance(await house.ask(her, "mask", d.MaskParams(b"", 0, DIALLO, number)), d.Done)
            numbered = await signed_in(house, "guerin", HERE)
            deposited(await sent(house, numbered, person, b"two", visit=VISIT))
            other = deposited(await sent(house, numbered, person, b"three", visit="urn:oid:9|1")).document
            assert await seen(house, doctor, person) == {other}

    run(play())
