"""Requests for an access, on real databases: whoever asks learns nothing, and only her yes gives anything."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import census, open_house, rows, run, watched
from tests.people import DIALLO, listed

pytestmark = [pytest.mark.database]
ASKED = d.RequestParams("categories", [5, 6], "care", 30)
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}


async def ask(house: House, who: bytes, person: str, asked: d.RequestParams = ASKED, **more: Any) -> d.Answer:
    return await house.ask(who, "request_access", asked, person=person, **{"proof": "professional"} | more)


async def requests(house: House, her: bytes) -> list[d.RequestView]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done)
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    return msgspec.msgpack.decode(page.requests, type=list[d.RequestView])


async def seen(house: House, reader: bytes, person: str) -> int:
    answer = await house.ask(reader, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
    return listed(answer).total if isinstance(answer, d.Done) else -1


def told(answer: d.Answer) -> bytes:
    """Return all that whoever asked learns, but the numbers of his demand and of its entry."""
    changes: dict[str, Any] = {"number": 0} if isinstance(answer, d.Failed) else {"number": 0, "entry": ""}
    return d.ENCODER.encode(msgspec.structs.replace(answer, **changes))


async def nobody_reads(house: House) -> dict[str, str]:
    """Return, by why nobody will read it, whom the doctor asks: unknown, blocked, closed, said no, full, and closed for a time."""
    whom = {"unknown": "id:" + "0" * 32, "never asked": f"local:{house.provider.find('lucie').local}"}
    blocking, whom["blocking"] = await house.open("jeanne")
    await house.ask(blocking, "block", d.BlockParams(DIALLO, "everything"))
    archived, whom["archived"] = await house.open("karim")
    assert isinstance(await house.ask(archived, "close_space", d.CloseParams(4)), d.Done)
    return {why: one if ":" in one else f"id:{one}" for why, one in whom.items()}


def test_a_request_that_nobody_will_read_costs_as_much_as_one_that_is_kept(empty_databases: Databases) -> None:
    """Statements, entries and bytes; of the will alone no row is written, for there is none to write (0033)."""

    async def entries() -> tuple[int, int]:
        counted = "SELECT count(*) AS n, sum(length(sealed)) AS bytes FROM journal.entry"
        (row,) = await rows(empty_databases.settings, "postgres", counted)
        return row["n"], row["bytes"]

    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor, whom = await house.sign_in("diallo"), await nobody_reads(house)
            her, person = await house.open("osman")
            whom["kept"] = f"id:{person}"
            seen: dict[str, Any] = {}
            with watched() as statements:
                for turn, (why, one) in itertools.product(range(2), whom.items()):
                    before = await entries()
                    notices = (await census(house.settings))["notices.outbox"]
                    statements.taken(), statements.rows()
                    answer = await ask(house, doctor, one)
                    sent, found = statements.taken(), dict(statements.rows())
                    after = await entries()
                    written = (await census(house.settings))["notices.outbox"] - notices
                    size = len(d.ENCODER.encode([msgspec.structs.replace(answer, number=0)]))
                    if turn:
                        more = (after[0] - before[0], after[1] - before[1])
                        seen[why] = (sent, more, size, written, found["put_first_answers"])
            assert len(await requests(house, her)) == 1
            for why, work in seen.items():
                assert work == seen["kept"], why
            assert {"keep_rights", "put_rights", "put_notices"} <= set(seen["unknown"][0])
            purged = await house.link.ask(d.Maintain(0, "purge"))
            assert isinstance(purged, d.Done)
            done = msgspec.msgpack.decode(purged.payload, type=d.MaintainAnswer).done
            assert done["lost"] == 2 * (len(whom) - 1), "what was written for nobody goes"

    run(play())


def test_whoever_asks_is_told_the_same_of_everybody(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            ins = house.provider.find("jeanne").ins
            answers = [await ask(house, doctor, reference) for reference in (f"id:{person}", f"ins:{ins}")]
            answers += [await ask(house, doctor, "id:" + "0" * 32), await ask(house, doctor, "local:INCONNU-1")]
            assert len(await requests(house, her)) == 1, "one of his at most"
            await house.ask(her, "block", d.BlockParams(DIALLO, "everything"))
            before = await requests(house, her)
            answers.append(await ask(house, doctor, f"id:{person}", d.RequestParams("everything", [], "care", 90)))
            assert await requests(house, her) == before, "a blocked one's request is dropped"
            for reference in (f"id:{person}", "id:" + "0" * 32):  # one key, then another body: the same everywhere
                answers.append(await ask(house, doctor, reference, key=reference.encode()[:16]))
            clash = [
                await ask(
                    house, doctor, reference, d.RequestParams("everything", [], "care", 1), key=reference.encode()[:16]
                )
                for reference in (f"id:{person}", "id:" + "0" * 32)
            ]
            assert len({told(one) for one in clash}) == 1
            await house.ask(her, "close_space", d.CloseParams())
            answers.append(await ask(house, doctor, f"id:{person}"))
            assert len({told(one) for one in answers}) == 1, answers
            assert isinstance(answers[0], d.Done)

    run(play())


def test_only_her_yes_gives_what_was_asked_or_less_and_her_no_gives_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, agent = await house.sign_in("diallo"), await house.sign_in("petit")
            await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"1", category=5)
            await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"2", category=6)
            await ask(house, doctor, f"id:{person}")
            (one,) = await requests(house, her)
            assert (one.practitioner, one.categories, one.days) == (DIALLO, [5, 6], 30) and one.name and one.profession
            assert (await census(house.settings))["notices.outbox"] == 1
            assert await seen(house, doctor, person) == -1, "asking gives nothing"
            for wider in (d.AcceptRequestParams(one.number, 31), d.AcceptRequestParams(one.number, 0, [5, 7])):
                refused = await house.ask(her, "accept_request", wider)
                assert isinstance(refused, d.Refused) and refused.code == "request-wider"
            by_phone: dict[str, Any] = {"person": f"ins:{house.provider.find('jeanne').ins}", **PHONE}
            started = await house.ask(agent, "accept_request", d.AcceptRequestParams(one.number), **by_phone)
            assert isinstance(started, d.Done) and started.effect == "starts"
            assert await seen(house, doctor, person) == -1
            assert isinstance(await house.ask(her, "accept_request", d.AcceptRequestParams(one.number, 2, [6])), d.Done)
            assert await seen(house, doctor, person) == 1 and await requests(house, her) == []
            again = await house.ask(her, "accept_request", d.AcceptRequestParams(one.number))
            assert isinstance(again, d.Refused) and again.code == "request-unknown"
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            await ask(house, doctor, f"id:{person}")
            (two,) = await requests(house, her)
            no = await house.ask(agent, "decline_request", d.DeclineRequestParams(two.number), **by_phone)
            assert isinstance(no, d.Done) and no.effect == "provisional"
            assert await requests(house, her) == [] and await seen(house, doctor, person) == -1

    run(play())


@pytest.mark.parametrize(
    ("word", "proof"), [("karim", "login"), ("petit", "login"), ("accueil", "login"), ("diallo", "login")]
)
def test_whoever_may_not_ask_is_refused_for_everybody_alike(empty_databases: Databases, word: str, proof: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            who = await house.sign_in(word)
            answers = [await ask(house, who, one, proof=proof) for one in (f"id:{person}", "id:" + "0" * 32)]
            assert all(isinstance(one, d.Refused) for one in answers)
            assert len({told(one) for one in answers}) == 1

    run(play())
