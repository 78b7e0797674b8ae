"""G3, with the databases: every reader against every kind of document, by every way of asking.

Breaks tried: a decision on a stale will (`tests/integration/test_keeper_caches.py`), a scope read as everything, a mask
forgotten in a list but not in a reading, a permission that outlives its last day. The rules themselves are broken one
by one by `make mutate`.
"""

from __future__ import annotations

import itertools
from datetime import timedelta

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.inside import Clock, clock, open_house, run
from tests.people import DIALLO, listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
GUERIN, LABO = "99900000029", "99900000037"
READERS = ("jeanne", "karim", "diallo", "guerin", "labo", "lopez", "petit", "accueil")


def test_each_reader_reads_what_was_granted_to_him_and_nothing_else(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            depositor = await house.sign_in("lopez")
            documents = {}
            for category in (5, 11, 5):
                done = await house.deposit(depositor, f"id:{person}", b"%d" % len(documents), category=category)
                assert isinstance(done, d.Done), done
                documents[msgspec.msgpack.decode(done.payload, type=d.DepositAnswer).document] = category
            letter, result, hidden = documents
            for grant in (
                d.GrantParams(DIALLO, "everything", [], [], "soins", 30),
                d.GrantParams(GUERIN, "categories", [11], [], "soins", 30),
                d.GrantParams(LABO, "documents", [], [bytes.fromhex(letter[32:])], "soins", 2),
            ):
                assert isinstance(await house.ask(her, "grant_access", grant), d.Done)
            masked = d.MaskParams(bytes.fromhex(hidden[32:]), 0, "")
            assert isinstance(await house.ask(her, "mask", masked), d.Done)
            allowed = {
                ("jeanne", "login"): {letter, result, hidden},
                ("diallo", "professional"): {letter, result},
                ("guerin", "professional"): {result},
                ("labo", "professional"): {letter},
            }
            proofs = ("none", "contact", "signed_form", "identity_seen", "login", "professional")
            for who, proof in itertools.product(READERS, proofs):
                session = await house.sign_in(who)
                expected = allowed.get((who, proof), set())
                found = {x for x in documents if (await house.read(session, x, proof=proof))[1] is not None}
                assert found == expected, (who, proof)
                answer = await house.ask(session, "list_documents", d.ListParams(), person=f"id:{person}", proof=proof)
                shown = {line.document for line in listed(answer).lines} if isinstance(answer, d.Done) else set()
                assert shown == expected, (who, proof)
            for who in (DIALLO, GUERIN):
                assert isinstance(await house.ask(her, "block", d.BlockParams(who, "everything")), d.Done)
            for word, proof in itertools.product(("diallo", "guerin"), proofs):
                session = await house.sign_in(word)
                assert not [x for x in documents if (await house.read(session, x, proof=proof))[1] is not None]
                answer = await house.ask(session, "list_documents", d.ListParams(), person=f"id:{person}", proof=proof)
                assert isinstance(answer, d.Refused)
            clock.ahead += timedelta(days=3)
            labo = await house.sign_in("labo")
            assert isinstance((await house.read(labo, letter))[0], d.Refused), "two days have passed"

    run(play())


def test_who_asks_with_anothers_document_number_gets_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            his, other = await house.open("karim")
            doctor = await house.sign_in("diallo")
            done = await house.deposit(doctor, f"id:{person}", b"hers")
            assert isinstance(done, d.Done)
            document = msgspec.msgpack.decode(done.payload, type=d.DepositAnswer).document
            crossed = other + document[32:]  # his public id with her document's
            for session in (her, his, doctor):
                assert isinstance((await house.read(session, crossed, proof="login"))[0], d.Refused)
            assert isinstance((await house.read(his, document, proof="login"))[0], d.Refused)

    run(play())
