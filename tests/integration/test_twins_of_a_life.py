"""Whoever closed and keeps, said no for good, said no, or was never asked: others get the same answer, for the same work."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import census, open_house, run, watched

pytestmark = [pytest.mark.database]
WORDS = ("2026-11-1", "fr", "00" * 32)
# What differs is not seen outside: an archive is a space, whose key and facts are read once and then kept.
OWN = {"blobs", "facts"}


async def twins(house: House) -> dict[str, str]:
    her, _ = await house.open("jeanne")
    assert isinstance(await house.ask(her, "close_space", d.CloseParams(4)), d.Done)
    for name, remember in (("karim", True), ("osman", False)):
        await house.invite(name)
        done = await house.ask(await house.sign_in(name), "refuse_space", d.RefuseParams(*WORDS, remember))
        assert isinstance(done, d.Done)
    people = {"archived": "jeanne", "no, for good": "karim", "no": "osman", "never asked": "lucie"}
    found = {twin: house.provider.find(word) for twin, word in people.items()}
    return {twin: f"ins:{who.ins}" if who.ins else f"local:{who.local}" for twin, who in found.items()}


def test_a_professional_gets_the_same_answers_for_the_same_work(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor, known = await house.sign_in("diallo"), await twins(house)
            acts: dict[str, Callable[[str], Awaitable[d.Answer]]] = {
                "list": lambda who: house.ask(
                    doctor, "list_documents", d.ListParams(), person=who, proof="professional"
                ),
                "read": lambda who: house.ask(
                    doctor, "read_document", d.ReadParams(b"\7" * 16), person=who, proof="professional"
                ),
                "deposit": lambda who: house.deposit(doctor, who, b"the same letter", unique_id="urn:oid:1.2.3"),
                "address": lambda who: house.link.ask(d.Address(0, doctor, who)),
            }
            seen: dict[str, list[Any]] = {twin: [] for twin in known}
            with watched() as statements:
                for turn, (twin, who), (name, ask) in itertools.product(range(2), known.items(), acts.items()):
                    entries = (await census(empty_databases.settings))["journal.entry"]
                    statements.taken()
                    answer = await ask(who)
                    sent = [one for one in statements.taken() if one not in OWN]
                    more = (await census(empty_databases.settings))["journal.entry"] - entries
                    if turn:
                        code, size = getattr(answer, "code", ""), len(d.ENCODER.encode([answer]))
                        seen[twin].append((name, type(answer).__name__, code, size, sent, more))
            first = seen["never asked"]
            for twin, answers in seen.items():
                assert answers == first, twin

    run(play())
