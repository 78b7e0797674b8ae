"""Whoever is refused her list, her journal or her case waits for none of them: the same statements and rows as for nobody.

Seen by it: 500 rows of a journal, every line of a list and every open case were read before the refusal.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import batch
from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, Statements, clock, open_house, run, watched
from tests.people import DIALLO, grant, listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
TICKET = "T2026A0001"
NOBODY = "id:" + "0" * 32
ASKED: dict[str, msgspec.Struct] = {
    "read_journal": d.JournalParams(),
    "export_journal": d.ExportParams(),
    "prove_journal": d.ProveParams(size=1),
    "list_documents": d.ListParams(),
    "contest_access": d.ContestParams([str(n) for n in range(40)], "unknown"),
}
TAKEN_BACK = d.WithdrawParams(DIALLO)
# How who is refused comes: account, proof, channel, for her or not.
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "a professional": ("diallo", {"proof": "professional"}),
    "another person": ("karim", {}),
    "an agent without her": ("petit", {}),
    "an agent who says he acts for her, without a proof of it": ("petit", {"on_behalf": True}),
    "the operator": ("accueil", {}),
}


async def filled(house: House) -> tuple[bytes, str]:
    """Return a space with documents, a case, receipts and a long journal."""
    her, person = await house.open("jeanne")
    lopez = await house.sign_in("lopez")
    for number in range(12):
        await house.deposit(lopez, f"id:{person}", b"%d" % number)
    for _ in range(3):
        await house.ask(her, "grant_access", grant())
        await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
    doctor = await house.sign_in("diallo")
    refused = await house.ask(doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
    assert isinstance(refused, d.Refused)
    opened = await house.ask(her, "contest_access", d.ContestParams([refused.entry], "unknown"))
    assert isinstance(opened, d.Done), opened
    return her, person


async def work(statements: Statements, house: House, who: bytes, act: str, person: str, way: dict[str, Any]) -> Any:
    for _ in range(2):  # the second time nothing is read for the first time
        statements.rows()
        answer = await house.ask(who, act, ASKED.get(act, TAKEN_BACK), person=person, **way)
        assert isinstance(answer, d.Refused), (act, answer)
    # That a term leads to a space is found for her and not for nobody: one row of one statement, and no more.
    return [name if name == "spaces_of" else (name, found) for name, found in statements.rows()]


@pytest.mark.parametrize("who", REFUSED)
def test_what_is_asked_by_someone_refused_costs_the_same_of_her_as_of_nobody(
    empty_databases: Databases, who: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await filled(house)
            word, way = REFUSED[who]
            session = await house.sign_in(word)
            with watched() as statements:
                for act in ASKED:
                    hers = await work(statements, house, session, act, f"id:{person}", way)
                    assert hers == await work(statements, house, session, act, NOBODY, way), act

    run(play())


@pytest.mark.parametrize("who", REFUSED)
def test_a_coupon_that_waits_for_her_costs_nothing_to_whoever_may_not_take_it_back(
    empty_databases: Databases, who: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            agent, reference = await house.sign_in("petit"), f"ins:{house.provider.find('jeanne').ins}"
            phone: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
            for _ in range(3):
                assert isinstance(await house.ask(agent, "grant_access", grant(), person=reference, **phone), d.Done)
            word, way = REFUSED[who]
            session = await house.sign_in(word)
            with watched() as statements:
                hers = await work(statements, house, session, "withdraw_access", f"id:{person}", way)
                assert hers == await work(statements, house, session, "withdraw_access", NOBODY, way)

    run(play())


def test_she_is_still_given_all_of_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await filled(house)
            agent = await house.sign_in("petit")
            counter: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            for session, way in ((her, {}), (agent, {"person": f"ins:{house.provider.find('jeanne').ins}", **counter})):
                ask = house.ask if session is her else house.printed
                page = await ask(session, "read_journal", d.JournalParams(), **way)
                assert isinstance(page, d.Done)
                journal = msgspec.msgpack.decode(page.payload, type=d.JournalAnswer)
                assert len(journal.records) > 20
                assert len(msgspec.msgpack.decode(journal.cases)) == 1
                assert listed(await ask(session, "list_documents", d.ListParams(), **way)).total == 12
            kept = await house.ask(her, "export_journal", d.ExportParams())
            assert isinstance(kept, d.Done)
            assert len(msgspec.msgpack.decode(kept.payload, type=d.ExportAnswer).receipts) > 6
            doctor = await house.sign_in("diallo")
            await house.ask(her, "grant_access", grant())
            seen = await house.ask(
                doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
            )
            assert listed(seen).total == 12

    run(play())


def test_the_support_reads_her_journal_only_once_two_accounts_opened_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await filled(house)
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            await house.ask(her, "allow_support", d.AllowSupportParams(TICKET, 24, True))
            way: dict[str, Any] = {"person": f"ticket:{TICKET}"}
            with watched() as statements:
                refused = await house.ask(one, "read_support", d.ReadSupportParams(), **way)
                assert isinstance(refused, d.Refused)
                assert "entries" not in statements.taken()
            for account in (one, two):
                assert isinstance(await house.ask(account, "open_support", d.OpenSupportParams(), **way), d.Done)
            shown = await house.ask(one, "read_support", d.ReadSupportParams(), **way)
            assert isinstance(shown, d.Done)
            assert len(msgspec.msgpack.decode(shown.payload, type=d.SupportAnswer).records) > 20

    run(play())


def test_an_access_whose_delay_ends_between_the_two_questions_is_asked_again(
    empty_databases: Databases, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    armed, asked = asyncio.Event(), list[bool]()
    original = batch.read_behind

    async def late(connection: Any, pending: Any, facts: Any, permitted: list[bool]) -> None:
        if armed.is_set() and pending[0].ask.act == "list_documents":
            asked.extend(permitted)
            if asked == [False]:
                clock.ahead += timedelta(minutes=31)
        await original(connection, pending, facts, permitted)

    monkeypatch.setattr(batch, "read_behind", late)

    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await filled(house)
            will = d.EmergencyParams(False, True, False, "everything")
            assert isinstance(await house.ask(her, "set_emergency_will", will), d.Done)
            doctor = await house.sign_in("diallo")
            way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
            glass = d.BreakGlassParams("bedside", False, "life-at-risk", "Malaise")
            assert isinstance(await house.ask(doctor, "break_glass", glass, **way), d.Done)
            armed.set()
            seen = await house.ask(doctor, "list_documents", d.ListParams(), **way)
            assert asked == [False, True]
            assert listed(seen).total == 12

    run(play())
