"""G11. Hidden means hidden: no count, page, size, error or amount of work shows that something is hidden.

Two spaces are alike but for one document, hidden in the first and never deposited in the second: everything a
professional can ask gets the same answer. Breaks tried, each seen below: a total that counts what is hidden; a page cut
before hiding; another refusal for what is hidden than for what does not exist; the mark "hidden" sent to a professional;
a hidden document that shows by a deposit of the same document again; a blocked professional answered in another way, or
with other work, than for a person unknown.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run, watched
from tests.people import grant, listed

pytestmark = [pytest.mark.database]


async def filled(house: House, word: str, *, hidden: str) -> tuple[bytes, str, list[str]]:
    """A space with three documents, and a fourth that is hidden as asked."""
    her, person = await house.open(word)
    sender = await house.sign_in("guerin")
    public = []
    for number in range(3 + (hidden != "nothing")):
        answer = await house.deposit(
            sender,
            f"id:{person}",
            b"document %d" % number,
            category=11 if number == 3 else 5,
            created=f"2026-10-0{number + 1}T09:00:00+00:00",
        )
        assert isinstance(answer, d.Done)
        public.append(msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document)
    assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
    whose = {"a document": (bytes.fromhex(public[-1][32:]), 0), "a category": (b"", 11), "nothing": (b"", 99)}[hidden]
    for practitioner in ("", "99900000011"):
        masked = d.MaskParams(*whose, practitioner)
        answer = await house.ask(her, "mask", masked)
        assert isinstance(answer, d.Refused if hidden == "nothing" else d.Done)
    return her, f"id:{person}", public


def shape(answer: d.Answer) -> object:
    """What an answer shows, without the random identifiers that differ between any two spaces."""
    size = len(d.ENCODER.encode([answer]))
    if not isinstance(answer, d.Done):
        return type(answer).__name__, getattr(answer, "code", ""), size
    found = listed(answer)
    metas = [msgspec.msgpack.decode(line.meta, type=d.DocumentMeta) for line in found.lines]
    return (
        found.total,
        [(m.title, m.created, m.size, line.masked) for m, line in zip(metas, found.lines, strict=True)],
        size,
    )


@pytest.mark.parametrize("hidden", ["a document", "a category"])
@pytest.mark.parametrize("folded", [False, True])
def test_a_space_with_something_hidden_answers_like_one_without(
    empty_databases: Databases, hidden: str, folded: bool
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            if folded:
                house.settings = house.settings
            with_hidden = await filled(house, "jeanne", hidden=hidden)
            without = await filled(house, "karim", hidden="nothing")
            doctor, seen = await house.sign_in("diallo"), []
            if folded:
                await fold_all(empty_databases, house)
            with watched() as statements:
                for _, person, public in (with_hidden, without):
                    wanted = public[3] if len(public) == 4 else person[3:] + "ab" * 16
                    answers: list[Any] = []
                    for offset, count in ((0, 50), (0, 2), (2, 2), (3, 50)):
                        page = d.ListParams(offset, count)
                        statements.taken()
                        answer = await house.ask(doctor, "list_documents", page, person=person, proof="professional")
                        answers.append((shape(answer), statements.taken()))
                    statements.taken()
                    read, content = await house.read(doctor, wanted)
                    assert content is None
                    answers.append((shape(read), statements.taken()))
                    seen.append(answers)
            assert seen[0] == seen[1]
            own = listed(await house.ask(with_hidden[0], "list_documents", d.ListParams()))
            assert (own.total, sum(line.masked for line in own.lines)) == (4, 1), "she sees it, marked"

    run(play())


async def fold_all(databases: Databases, house: House) -> None:
    import asyncpg

    from espace_sante.keeper.tidy import fold
    from tests.inside import keyrings

    connection = await asyncpg.connect(**databases.arguments("es_keeper"))
    for keys in (await keyrings(databases.settings))[0].values():
        await fold(connection, keys)
    await connection.close()


def test_depositing_again_what_is_hidden_says_what_is_said_to_its_sender(empty_databases: Databases) -> None:
    """Whoever sends the same document twice is told it is there, hidden or not: the answer must not change with a mask."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender, seen = await house.sign_in("guerin"), []
            for hide in (False, True):
                unique = f"urn:oid:1.2.{int(hide)}"
                first = await house.deposit(sender, f"id:{person}", b"same", unique_id=unique)
                assert isinstance(first, d.Done)
                document = msgspec.msgpack.decode(first.payload, type=d.DepositAnswer).document
                if hide:
                    await house.ask(her, "mask", d.MaskParams(bytes.fromhex(document[32:]), 0, ""))
                with watched() as statements:
                    again = await house.deposit(sender, f"id:{person}", b"same", unique_id=unique)
                    other = await house.deposit(sender, f"id:{person}", b"not the same", unique_id=unique)
                    sent = statements.taken()
                assert isinstance(again, d.Done)
                existing = msgspec.msgpack.decode(again.payload, type=d.DepositAnswer).existing
                seen.append((existing, type(other).__name__, getattr(other, "code", ""), sent))
            assert seen[0] == seen[1]

    run(play())


@pytest.mark.parametrize("what", ["everything", "deposits"])
def test_a_blocked_professional_is_answered_as_for_a_person_unknown(empty_databases: Databases, what: str) -> None:
    """Reading, listing, searching and depositing: same answer, same size, same statements sent, one entry each."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person, public = await filled(house, "jeanne", hidden="a document")
            assert isinstance(await house.ask(her, "block", d.BlockParams("99900000011", what)), d.Done)
            doctor, seen = await house.sign_in("diallo"), []
            unknown = f"id:{'0' * 32}"
            await house.read(doctor, "0" * 64)  # so that no key is fetched for the first time below
            with watched() as statements:
                for reference, documents in ((person, public), (unknown, ["0" * 64] * 4)):
                    answers: list[Any] = []
                    for asked in (b"one", b"two"):
                        sent = await house.deposit(doctor, reference, asked, unique_id="urn:oid:1.9", key=b"k" + asked)
                        answers.append((shape(sent), statements.taken()))
                    sent = await house.deposit(doctor, reference, b"three", replaces=documents[0])
                    answers.append((shape(sent), statements.taken()))
                    if what == "everything":
                        for page in (d.ListParams(), d.ListParams(0, 2, "both"), d.ListParams(filters=FILTERS)):
                            found = await house.ask(
                                doctor, "list_documents", page, person=reference, proof="professional"
                            )
                            answers.append((shape(found), statements.taken()))
                        for document in documents:
                            read, content = await house.read(doctor, document)
                            assert content is None
                            answers.append((shape(read), statements.taken()))
                    seen.append(answers)
            assert seen[0] == seen[1]
            assert all(answer[0] == ("Refused", "", answer[0][2]) for answer in seen[0])

    run(play())


FILTERS = (d.Filter("category", ("|5",)),)
