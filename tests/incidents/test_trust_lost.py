"""Incidents where nobody broke in: people were entered without asking, read beside the journal, or acted for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActorKind
from espace_sante.journal.entry import ChainBroken
from espace_sante.keeper import demand as d
from espace_sante.operate.roles import connection_arguments
from tests.fixtures_database import Databases
from tests.house import House
from tests.incidents.asked import ACTS, WORDS, journal_of, sent
from tests.inside import Clock, census, chains, clock, open_house, rows, run
from tests.people import invite_more

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
OF_A_PERSON = ("identity.person", "identity.directory", "consent.rights", "records.document", "records.summary_line")
WAYS = (("counter", "identity_seen"), ("paper", "signed_form"))


def of_persons(counted: Any) -> dict[str, int]:
    return {table: counted[table] for table in OF_A_PERSON}


def test_a_year_of_silence_of_fifty_invited_people_opens_no_space(empty_databases: Databases, clock: Clock) -> None:
    """My Health Record, Australia, 2018-2019: spaces opened unless refused; 2.5 million people had to refuse."""

    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            words = invite_more(house, 50)
            for word in words:
                await house.invite(word)
            for _ in range(12):
                clock.ahead += timedelta(days=31)
                for kind in ("erase", "purge"):
                    await house.link.ask(d.Maintain(0, kind))
            doctor = await house.sign_in("diallo")
            for word in words:
                answer = await house.deposit(doctor, f"local:{house.provider.find(word).local}", b"a letter")
                assert isinstance(answer, d.Refused)
            assert set(of_persons(await census(empty_databases.settings)).values()) == {0}

    run(play())


def test_no_account_is_made_for_those_who_come_to_be_vaccinated_unasked(empty_databases: Databases) -> None:
    """CoWIN, India, 2021: 110 million identifiers were made at vaccination, without asking."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            words = invite_more(house, 20)
            nurse = await house.sign_in("lopez")
            for word in words:
                answer = await house.deposit(nurse, f"local:{house.provider.find(word).local}", b"vaccination")
                assert isinstance(answer, d.Refused) and answer.code == ""
                await house.sign_in(word)  # coming to look makes no account either
            assert set(of_persons(await census(empty_databases.settings)).values()) == {0}

    run(play())


def test_an_entry_that_is_not_displayed_is_missed_by_the_count_and_breaks_the_chain(empty_databases: Databases) -> None:
    """MinLog, Denmark, 2015-2017: entries of the log were not displayed, and nobody saw it."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            for number in range(10):
                await sent(house, person, b"letter %d" % number)
            shown, before = [], 0
            while True:
                page = await journal_of(house, her, before, 5)
                shown += [msgspec.json.decode(record)["seq"] for record in page.records]
                if not page.records or shown[-1] == 0:
                    break
                before = shown[-1]
            assert shown == list(range(shown[0], -1, -1)), "page after page, every entry once"
            assert len(await missing(house, her)) == 0
            await hide_entry(empty_databases, 4)
            assert await missing(house, her) == {4}, "one entry hidden of those there are, and she sees which number"
            with pytest.raises(ChainBroken):
                await chains(empty_databases.settings)

    run(play())


def size(answer: d.Answer) -> int:
    return len(d.ENCODER.encode([msgspec.structs.replace(answer, number=0)]))


async def missing(house: House, her: bytes) -> set[int]:
    page = await journal_of(house, her)
    return set(range(page.n)) - {msgspec.json.decode(record)["seq"] for record in page.records}


async def hide_entry(databases: Databases, seq: int) -> None:
    import asyncpg

    connection = await asyncpg.connect(**connection_arguments(databases.settings, "postgres"))
    await connection.execute("SET session_replication_role = replica")  # what protects the journal is switched off
    spaces = "SELECT space_id FROM consent.rights"
    assert (
        await connection.execute(f"DELETE FROM journal.entry WHERE seq = $1 AND space_id IN ({spaces})", seq)
        == "DELETE 1"
    )
    await connection.close()


def test_whoever_asks_for_the_state_passes_the_same_door_and_stands_in_her_journal(empty_databases: Databases) -> None:
    """Estonia, 2026: readings by the State stood outside the log that people see."""
    kinds = {kind.value for kind in ActorKind} - {"sandbox"}  # which reaches invented people alone (decision 0056)
    assert kinds == {"person", "practitioner", "agent", "operator", "helper"}, "no one reads apart"

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            document = await sent(house, person, b"hers")
            asked = {**ACTS, "read_document": d.ReadParams(bytes.fromhex(document[32:]))}
            before, tried = (await journal_of(house, her)).n, 0
            for word, proof in (
                ("accueil", "login"),
                ("petit", "login"),
                ("karim", "login"),
                ("moreau", "professional"),
            ):
                session = await house.sign_in(word)
                for act in ("list_documents", "read_document", "read_journal"):
                    answer = await house.ask(session, act, asked[act], person=f"id:{person}", proof=proof)
                    assert isinstance(answer, d.Refused)
                    tried += 1
            page = await journal_of(house, her)
            assert (tried, page.n - before - 1) == (12, 12), "each try is one entry of hers, beside her own reading"

    run(play())


def test_an_agent_acts_only_on_behalf_and_each_act_leaves_a_receipt_and_a_notice_for_her(
    empty_databases: Databases,
) -> None:
    """Mitz, Netherlands, 2025: a helper's button, pressed without the person."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            agent, settings = await house.sign_in("petit"), empty_databases.settings
            for act, params in ACTS.items():
                answer = await house.ask(agent, act, params, person=f"id:{person}", channel="web")
                assert isinstance(answer, d.Refused), act
            assert (await census(settings))["notices.outbox"] == 0
            done = 0
            for channel, proof in WAYS:
                for act in ("grant_access", "block", "withdraw_access", "unblock", "mask", "unmask"):
                    way: dict[str, Any] = {"channel": channel, "proof": proof, "on_behalf": True}
                    answer = await house.ask(agent, act, ACTS[act], person=f"id:{person}", **way)
                    assert isinstance(answer, d.Done), act
                    done += 1
                    counted = await census(settings)
                    assert (counted["notices.outbox"], counted["consent.receipt"]) == (done, done + 1), act
            records = [msgspec.json.decode(record) for record in (await journal_of(house, her)).records]
            assert (
                sum(record["actor"]["behalf"] for record in records if record["decision"]["result"] == "permit")
                == done
                == 12
            )

    run(play())


def test_who_said_no_is_answered_like_who_was_never_asked_and_may_be_asked_again_only_by_a_new_letter(
    empty_databases: Databases, clock: Clock
) -> None:
    """ELGA, Austria, 2021: 40,000 people who had left were entered again when a benefit was tied to it."""

    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await house.invite("karim")
            said_no = await house.ask(await house.sign_in("karim"), "refuse_space", d.RefuseParams(*WORDS))
            assert isinstance(said_no, d.Done)
            for _ in range(12):
                clock.ahead += timedelta(days=31)
                await house.link.ask(d.Maintain(0, "purge"))
            doctor, seen = await house.sign_in("diallo"), []
            for word in ("karim", "lucie"):
                reference, answers = f"ins:{house.provider.find(word).ins}", []
                for act in ("list_documents", "read_document"):
                    answers.append(await house.ask(doctor, act, ACTS[act], person=reference, proof="professional"))
                answers.append(await house.deposit(doctor, reference, b"a benefit", unique_id="urn:oid:1.2.3"))
                seen.append([(type(a).__name__, getattr(a, "code", ""), size(a)) for a in answers])
            assert seen[0] == seen[1]
            assert set(of_persons(await census(empty_databases.settings)).values()) == {0}, (
                "a year later, still no space"
            )
            again = await house.ask(await house.sign_in("karim"), "open_space", d.OpenParams(True, *WORDS))
            assert isinstance(again, d.Refused), "without another letter nothing opens, even at a yes"

    run(play())
    assert run(rows(empty_databases.settings, "postgres", "SELECT 1 FROM mailroom.invitation")) == []
