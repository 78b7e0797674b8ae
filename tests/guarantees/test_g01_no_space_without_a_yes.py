"""G1. No space without a yes: silence opens nothing, and before consent there is no row about you.

Breaks tried, each seen by a test below: opening at the expiry of an invitation; keeping the invitation after its date;
keeping a row of a refusal; writing the number of the person concerned in the institution's chain; a deposit that makes
a place for someone never invited; a yes that is given when nothing is filled in. `espace_sante/keeper/acts/opening.py`
is among the targets of `make mutate`.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from espace_sante.access.request import ActId
from espace_sante.actions.department import DEPARTMENT
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Problem
from tests.fixtures_database import Databases
from tests.inside import Clock, act, census, chains, clock, open_house, run

pytestmark = [pytest.mark.database]
__all__ = ["clock"]

# What exists of a house where nobody was ever invited: its own chains, what they say, sessions, the rounds of the house.
OF_THE_HOUSE = {"journal.head", "journal.entry", "keeper.institution", "identity.session", "identity.idempotency"}
OF_THE_HOUSE |= {"vault.space_blob", "vault.service_blob", "jobs.task"}


def test_ten_years_of_silence_open_nothing(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            before = await census(settings)
            for name in ("jeanne", "karim", "osman"):
                await house.invite(name)
            invited = await census(settings)
            assert invited["mailroom.invitation"] == 3
            grown = {table for table in invited if invited[table] > before[table]}
            assert grown <= OF_THE_HOUSE | {"mailroom.invitation"}
            for _ in range(120):  # a month at a time
                clock.ahead += timedelta(days=30.5)
                for kind in ("erase", "purge"):
                    assert isinstance(await house.link.ask(d.Maintain(0, kind)), d.Done)
            after = await census(settings)
            assert after["mailroom.invitation"] == 0, "an unanswered invitation goes with its date"
            same = {"journal.head", "vault.space_blob", "keeper.institution", "vault.service_blob"}
            assert {table: after[table] for table in same} == {table: before[table] for table in same}
            assert {table for table in after if after[table]} <= OF_THE_HOUSE
            session = await house.sign_in("jeanne")  # ten years later she may still say nothing, or yes when asked
            answer = await house.ask(session, "open_space", d.OpenParams(True, "2026-11-1", "fr", "00" * 32))
            assert isinstance(answer, d.Refused)
            assert answer.code == "invitation-unknown"

    run(play())


def test_a_refusal_leaves_one_entry_that_does_not_name_her(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            await house.invite("jeanne")
            session = await house.sign_in("jeanne")
            before = await census(settings)
            done = await act(house, session, ActId.REFUSE_SPACE, {})
            after = await census(settings)
            changed = {table: after[table] - before[table] for table in after if after[table] != before[table]}
            # Her own receipt, kept some days for whoever asks again with the same key, is sealed and names no one.
            # What is counted of nobody, that day: so many said no, by which way; so many of them within so long.
            assert changed.pop("counts.daily") == 2
            assert changed == {"mailroom.invitation": -1, "journal.entry": 1, "identity.idempotency": 1}
            assert json.loads(done.receipt)["payload"]["answers"] == {"open": "no"}
            await _names_nobody(house, settings, "jeanne")

    run(play())


async def _names_nobody(house, settings, *words: str) -> None:
    said = json.dumps([record for chain in (await chains(settings)).values() for record in chain])
    for word in words:
        who = house.provider.find(word)
        for trait in (who.ins, who.local, who.birth_name, who.name, who.id, who.birth_date):
            assert not trait or trait not in said, "the institution's chain names a person"


def test_trying_to_deposit_or_to_read_makes_no_row_about_someone_never_invited(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            doctor = await house.sign_in("diallo")
            before = await census(settings)
            for person in ("ins:244039999910165", "local:GUICHET-0042", "id:" + "ab" * 16):
                assert isinstance(await house.deposit(doctor, person, b"a letter"), d.Refused)
                for name, params in (
                    ("list_documents", d.ListParams()),
                    ("read_document", d.ReadParams(b"\0" * 16)),
                    ("read_journal", d.JournalParams()),
                    ("grant_access", d.GrantParams("99900000011", "everything", [], [], "soins", 30)),
                    ("open_space", d.OpenParams(True, "2026-11-1", "fr", "00" * 32)),
                ):
                    answer = await house.ask(doctor, name, params, person=person, proof="professional")
                    assert isinstance(answer, d.Refused), name
            after = await census(settings)
            assert {table for table in after if after[table] != before[table]} == {"journal.entry"}
            assert after["journal.entry"] - before["journal.entry"] == 18, (
                "each attempt is one entry of the institution's"
            )
            await _names_nobody(house, settings, "jeanne", "osman")

    run(play())


@pytest.mark.parametrize("wrong", ["oui", "on", "YES", "true", "1"])
@pytest.mark.parametrize("name", [one.name for one in REGISTRY[ActId.OPEN_SPACE].fields if one != DEPARTMENT])
def test_only_a_yes_is_a_yes(name: str, wrong: str) -> None:
    with pytest.raises(Problem):
        REGISTRY[ActId.OPEN_SPACE].parse({name: wrong})


@pytest.mark.parametrize("values", [{}, {field.name: "" for field in REGISTRY[ActId.OPEN_SPACE].fields}])
def test_a_question_left_without_an_answer_is_a_no(values: dict[str, str]) -> None:
    read = REGISTRY[ActId.OPEN_SPACE].parse(values)
    assert (read.deposits, read.answers) == (False, {})


def test_nobody_says_yes_for_someone_else(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            code = (await house.invite("jeanne")).code
            words = d.OpenParams(True, "2026-11-1", "fr", "00" * 32)
            for who, proof in (
                ("karim", "login"),
                ("diallo", "professional"),
                ("accueil", "login"),
                ("petit", "login"),
            ):
                session = await house.sign_in(who)
                for person in ("self", f"code:{code}", "ins:244039999910165"):
                    answer = await house.ask(session, "open_space", words, person=person, proof=proof)
                    assert isinstance(answer, d.Refused), (who, person)
            counted = await census(empty_databases.settings)
            assert (counted["identity.person"], counted["consent.rights"], counted["identity.directory"]) == (0, 0, 0)

    run(play())
