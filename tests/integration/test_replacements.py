"""Versions of a document on real databases: who may replace what, what each reader sees of it, and what never shows."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code, deposited
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Statements, chains, documents_named, open_house, run, watched
from tests.people import DIALLO, grant, listed

pytestmark = [pytest.mark.database]
U1, U2, U3 = (f"urn:oid:1.2.3.{number}" for number in (1, 2, 3))
ASKED = {"proof": "professional"}


def asked_of(statements: Statements) -> list[str]:
    """What was asked of the database for an answer: a key wrapped again comes behind it, some time or other."""
    return [name for name in statements.taken() if name != "rewrap"]


async def listing(house: House, session: bytes, person: str, **asked: Any) -> d.ListAnswer:
    own = person == "self"
    answer = await house.ask(
        session, "list_documents", d.ListParams(**asked), person=person, proof="login" if own else "professional"
    )
    return listed(answer)


async def opened(house: House, session: bytes, document: str, *, own: bool = False) -> d.ReadAnswer | None:
    answer, _ = await house.read(session, document, proof="login" if own else "professional")
    return msgspec.msgpack.decode(answer.payload, type=d.ReadAnswer) if isinstance(answer, d.Done) else None


def test_a_replacement_takes_the_place_of_the_old_one_in_the_list_and_both_are_read(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("guerin")
            first = deposited(await house.deposit(sender, f"id:{person}", b"one", unique_id=U1))
            second = deposited(
                await house.deposit(sender, f"id:{person}", b"two", unique_id=U2, replaces=U1, category=8)
            )
            third = deposited(
                await house.deposit(sender, f"id:{person}", b"three", unique_id=U3, replaces=second.document)
            )
            assert (second.category, second.replaces, third.replaces) == (5, first.document, second.document)
            assert [line.document for line in (await listing(house, her, "self")).lines] == [third.document]
            old = await listing(house, her, "self", status="superseded")
            assert {line.document for line in old.lines} == {first.document, second.document}
            both = {line.document: line for line in (await listing(house, her, "self", status="both")).lines}
            middle = both[second.document]
            assert (middle.replaces, middle.replaced_by, middle.category) == (first.document, third.document, 5)
            assert (both[first.document].replaces, both[third.document].replaced_by) == ("", "")
            read = [await opened(house, her, one.document, own=True) for one in (first, second, third)]
            assert [(one.replaces, one.replaced_by, one.category) for one in read if one] == [
                ("", second.document, 5),
                (first.document, third.document, 5),
                (second.document, "", 5),
            ]
        named = await documents_named(empty_databases.settings)
        assert named == [[one.document[32:]] for one in (first, second, third)]

    run(play())


def test_only_its_author_his_structure_or_she_herself_replaces_a_document(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            _, other = await house.open("karim")
            guerin, diallo = await house.sign_in("guerin"), await house.sign_in("diallo")
            assert isinstance(await house.deposit(guerin, f"id:{person}", b"his", unique_id=U1), d.Done)
            hers = deposited(await house.deposit(her, "self", b"hers", unique_id=U2, proof="login"))
            elsewhere = deposited(await house.deposit(guerin, f"id:{other}", b"elsewhere", unique_id=U3))
            answers = []
            with watched() as statements:
                for session, replaces, proof in (
                    (diallo, U1, "professional"),  # another's
                    (diallo, hers.document, "professional"),
                    (guerin, U2, "professional"),  # the person's own
                    (her, U1, "login"),  # a professional's
                    (guerin, "urn:oid:9.9.9", "professional"),  # unknown
                    (guerin, person + "ab" * 16, "professional"),
                    (guerin, U3, "professional"),  # in another space
                    (guerin, elsewhere.document, "professional"),
                ):
                    statements.taken()
                    answer = await house.deposit(session, f"id:{person}", b"new", replaces=replaces, proof=proof)
                    answers.append(
                        (code(answer), len(d.ENCODER.encode([answer])), len(replaces) == 64, statements.taken())
                    )
            for public in (False, True):
                assert len({str(one) for one in answers if one[2] == public}) == 1, answers
            assert {one[0] for one in answers} == {"replacement-refused"}
            replaced = await house.deposit(her, "self", b"newer", replaces=U2, proof="login")
            assert deposited(replaced).replaces == hers.document
            assert code(await house.deposit(her, "self", b"again", replaces=U2, proof="login")) == "replacement-refused"
            assert (await listing(house, her, "self")).total == 2

    run(play())


def test_a_colleague_of_the_same_structure_replaces_a_document(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            sender, other = await house.sign_in("lopez"), await house.sign_in("roux")
            assert isinstance(await house.deposit(sender, f"id:{person}", b"one", unique_id=U1), d.Done)
            assert deposited(await house.deposit(other, f"id:{person}", b"two", replaces=U1)).replaces

    run(play())


def test_the_same_bytes_under_another_identifier_are_another_document_and_a_resent_one_is_the_same(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("guerin")

            async def sent(content: bytes, unique_id: str, replaces: str = "") -> d.Answer:
                return await house.deposit(sender, f"id:{person}", content, unique_id=unique_id, replaces=replaces)

            one, other = deposited(await sent(b"same", U1)), deposited(await sent(b"same", U2))
            assert one.document != other.document
            assert not other.existing
            new = deposited(await sent(b"new", U3, U1))
            again = deposited(await sent(b"new", U3, U1))
            assert (again.existing, again.document, again.replaces) == (True, new.document, one.document)
            assert deposited(await sent(b"new", U3)).existing
            assert code(await sent(b"new", U3, U2)) == "replacement-refused", "it took the place of another"
            assert code(await sent(b"other", U3, U1)) == "unique-id-conflict"
            assert (await listing(house, her, "self")).total == 2

    run(play())


def test_of_two_replacements_at_once_one_wins(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            her, person = await house.open("jeanne")
            ins = f"ins:{house.provider.find('jeanne').ins}"
            sender = await house.sign_in("guerin")
            for turn in range(8):
                old = f"urn:oid:1.9.{turn}"
                first = deposited(await house.deposit(sender, f"id:{person}", b"old", unique_id=old))
                answers = await asyncio.gather(
                    *(
                        house.deposit(sender, who, os.urandom(8), replaces=old)
                        for who in (f"id:{person}", ins, f"id:{person}", ins)
                    )
                )
                assert sorted(type(one).__name__ for one in answers) == ["Done", "Refused", "Refused", "Refused"]
                assert {code(one) for one in answers if isinstance(one, d.Refused)} == {"replacement-refused"}
                winner = next(deposited(one) for one in answers if isinstance(one, d.Done))
                chain = await opened(house, her, first.document, own=True)
                assert chain is not None
                assert chain.replaced_by == winner.document
            assert (await listing(house, her, "self", status="both")).total == 16
        assert await chains(empty_databases.settings)

    run(play())


def test_several_documents_are_kept_together_or_not_at_all(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("guerin")
            old = deposited(await house.deposit(sender, f"id:{person}", b"old", unique_id=U1))
            good = [{"unique_id": U2, "replaces": U1}, {"unique_id": U3}]
            answer = await house.deposit_set(sender, f"id:{person}", [b"a", b"b"], good)
            kept = deposited(answer)
            documents = [kept.document, kept.others[0].document]
            assert len(set(documents)) == 2
            assert kept.receipt != kept.others[0].receipt
            assert (kept.replaces, kept.others[0].replaces) == (old.document, "")
            assert {line.document for line in (await listing(house, her, "self")).lines} == set(documents)
            for wrong in (
                [{"unique_id": "urn:oid:5.1"}, {"unique_id": "urn:oid:5.1"}],
                [{"unique_id": "urn:oid:5.2"}, {"unique_id": U2}],
                [{"unique_id": "urn:oid:5.3", "replaces": U2}, {"unique_id": "urn:oid:5.4", "replaces": U2}],
                [{"unique_id": "urn:oid:5.5"}, {"unique_id": "urn:oid:5.6", "replaces": "urn:oid:5.5"}],
                [{"unique_id": "urn:oid:5.7"}] * 51,
            ):
                contents = [b"%d" % number for number in range(len(wrong))]
                assert isinstance(await house.deposit_set(sender, f"id:{person}", contents, wrong), d.Refused)
                assert (await listing(house, her, "self", status="both")).total == 3
        named = await documents_named(empty_databases.settings)
        assert [one[32:] for one in documents] in named
        assert sum(documents[1][32:] in one for one in named) == 1

    run(play())


@pytest.mark.parametrize("hidden", ["the old one", "the new one"])
def test_whoever_one_version_is_hidden_from_cannot_tell_that_there_was_a_replacement(
    empty_databases: Databases, hidden: str
) -> None:
    """Guarantee G11: a space where the other version is hidden, and one where it never was, answer alike."""

    async def space(house: House, word: str, *, replaced: bool) -> tuple[str, list[str]]:
        her, person = await house.open(word)
        sender = await house.sign_in("guerin")
        assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
        public = {}
        if replaced or hidden == "the new one":
            public["old"] = deposited(await house.deposit(sender, f"id:{person}", b"one", unique_id=U1)).document
        if replaced or hidden == "the old one":
            extra = {"replaces": U1} if replaced else {}
            sent = await house.deposit(sender, f"id:{person}", b"two", unique_id=U2, **extra)
            public["new"] = deposited(sent).document
        if replaced:
            row = bytes.fromhex(public["old" if hidden == "the old one" else "new"][32:])
            assert isinstance(await house.ask(her, "mask", d.MaskParams(row, 0, DIALLO)), d.Done)
        seen = public["new" if hidden == "the old one" else "old"]
        return person, [seen, public.get("old" if hidden == "the old one" else "new", person + "ab" * 16)]

    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor, told = await house.sign_in("diallo"), []
            for word, replaced in (("jeanne", True), ("karim", False)):
                person, documents = await space(house, word, replaced=replaced)
                answers: list[Any] = []
                with watched() as statements:
                    for status in ("current", "superseded", "both"):
                        for offset, count in ((0, 50), (0, 1), (1, 1)):
                            statements.taken()
                            found = await house.ask(
                                doctor,
                                "list_documents",
                                d.ListParams(offset, count, status),
                                person=f"id:{person}",
                                **ASKED,
                            )
                            lines = listed(found).lines
                            shown = [(line.replaces, line.replaced_by, line.category) for line in lines]
                            size = len(d.ENCODER.encode([found]))
                            answers.append((listed(found).total, shown, size, statements.taken()))
                    for document in documents:
                        statements.taken()
                        answer, content = await house.read(doctor, document)
                        one = await opened(house, doctor, document)
                        chain = (one.replaces, one.replaced_by) if one else None
                        answers.append((content, chain, len(d.ENCODER.encode([answer])), asked_of(statements)))
                told.append(answers)
            assert told[0] == told[1]
            assert told[0][0][0] == 1, "what is not hidden is seen, as the present version"

    run(play())


def test_hiding_a_document_changes_nothing_of_what_its_author_is_answered_when_he_replaces_it(
    empty_databases: Databases,
) -> None:
    """And the new one is hidden as the old one was: the mask follows."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender, doctor, seen = await house.sign_in("guerin"), await house.sign_in("diallo"), []
            for word, hide in (("jeanne", True), ("karim", False)):
                her, person = await house.open(word)
                await house.ask(her, "grant_access", grant())
                first = deposited(await house.deposit(sender, f"id:{person}", b"one", unique_id=U1))
                if hide:
                    await house.ask(her, "mask", d.MaskParams(bytes.fromhex(first.document[32:]), 0, ""))
                with watched() as statements:
                    answer = await house.deposit(sender, f"id:{person}", b"two", unique_id=U2, replaces=U1)
                    sent = statements.taken()
                second = deposited(answer)
                seen.append((type(answer).__name__, second.existing, second.category, sent))
                listing_ = await listing(house, doctor, f"id:{person}", status="both")
                assert listing_.total == (0 if hide else 2)
                _, content = await house.read(doctor, second.document)
                assert (content is None) == hide
                own = await listing(house, her, "self", status="both")
                assert [line.masked for line in own.lines] == [hide, hide]
            assert seen[0] == seen[1]

    run(play())


def test_a_permission_on_a_document_holds_for_the_one_that_takes_its_place(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender, doctor = await house.sign_in("guerin"), await house.sign_in("diallo")
            first = deposited(await house.deposit(sender, f"id:{person}", b"one", unique_id=U1))
            assert isinstance(await house.deposit(sender, f"id:{person}", b"else"), d.Done)
            one = d.GrantParams(DIALLO, "documents", [], [bytes.fromhex(first.document[32:])], "care", 30)
            assert isinstance(await house.ask(her, "grant_access", one), d.Done)
            second = deposited(await house.deposit(sender, f"id:{person}", b"two", replaces=U1))
            seen = await listing(house, doctor, f"id:{person}", status="both")
            assert {line.document for line in seen.lines} == {first.document, second.document}
            for document, content in ((first.document, b"one"), (second.document, b"two")):
                assert (await house.read(doctor, document))[1] == content

    run(play())


def test_a_document_from_before_origins_is_read_and_listed_and_nobody_replaces_it(empty_databases: Databases) -> None:
    import asyncpg

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("guerin")
            first = deposited(await house.deposit(sender, f"id:{person}", b"one", unique_id=U1))
            connection = await asyncpg.connect(**empty_databases.arguments("postgres"))
            await connection.execute("UPDATE records.document SET origin = NULL")
            await connection.close()
            assert code(await house.deposit(sender, f"id:{person}", b"two", replaces=U1)) == "replacement-refused"
            assert (await listing(house, her, "self")).total == 1
            assert await opened(house, her, first.document, own=True)

    run(play())


@pytest.mark.parametrize("place", ["put_rights", "put_documents", "put_origins", "put_first_answers", "COMMIT;"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_replacement_cut_anywhere_is_whole_or_is_not(empty_databases: Databases, place: str, when: str) -> None:
    """And the same request, sent again with its key, gives one replacement and no more."""
    cut: list[str] = []

    async def hook(name: str, at: str) -> None:
        if (name, at) == (place, when) and cut == ["armed"]:
            cut.append("cut")
            raise ConnectionResetError

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("guerin")
            assert isinstance(await house.deposit(sender, f"id:{person}", b"one", unique_id=U1), d.Done)
            params = await house.sealed(sender, f"id:{person}", b"two", unique_id=U2, replaces=U1)

            async def ask() -> d.Answer:
                way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional", "key": b"k" * 16}
                return await house.ask(sender, "deposit_document", params, **way)

            with watched(hook):
                cut.append("armed")
                assert isinstance(await ask(), d.Failed)
            assert cut == ["armed", "cut"], f"{place} is part of it"
            rest = [await listing(house, her, "self", status=status) for status in ("current", "superseded")]
            done = (place, when) == ("COMMIT;", "after")
            assert [one.total for one in rest] == [1, int(done)]
            again = deposited(await ask())
            assert again.replaces
            rest = [await listing(house, her, "self", status=status) for status in ("current", "superseded")]
            assert [one.total for one in rest] == [1, 1]
        assert await chains(empty_databases.settings)

    run(play())
