"""Cards and codes handed over, on real databases: what they give, how often, until when, and nothing to whoever guesses."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.consent.card_code import new_card_code
from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, census, clock, open_house, run
from tests.people import DIALLO, listed

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
WRONG = new_card_code(bytes(10))
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}


def card(**changes: Any) -> d.IssueCardParams:
    asked: dict[str, Any] = {"scope": "everything", "categories": [], "documents": [], "purpose": "care"}
    return d.IssueCardParams(**asked | {"uses": 1, "hours": 12, "days": 30} | changes)


async def issued(house: House, her: bytes, **changes: Any) -> d.CardAnswer:
    answer = await house.ask(her, "issue_access_card", card(**changes))
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.CardAnswer)


async def shown(house: House, reader: bytes, code: str, pin: str = "", key: bytes | None = None) -> d.Answer:
    asked = d.UseCardParams(pin)
    return await house.ask(reader, "use_access_card", asked, person=f"card:{code}", proof="professional", key=key)


async def seen(house: House, reader: bytes, person: str) -> int:
    answer = await house.ask(reader, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
    return listed(answer).total if isinstance(answer, d.Done) else -1


async def cards(house: House, her: bytes) -> list[d.CardView]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done)
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    return msgspec.msgpack.decode(page.cards, type=list[d.CardView])


def told(answer: d.Answer) -> tuple[str, bytes]:
    """Return all a professional learns, but the number of his demand and of its entry."""
    assert isinstance(answer, d.Refused), answer
    return answer.code, d.ENCODER.encode(msgspec.structs.replace(answer, number=0, entry=""))


def test_a_card_gives_what_it_says_to_whoever_shows_it_as_often_as_it_says(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, other = await house.sign_in("diallo"), await house.sign_in("guerin")
            await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"1")
            made = await issued(house, her)
            assert made.code.encode() not in made.receipt, "the receipt has no code"
            assert await seen(house, doctor, person) == -1, "a card gives nothing before it is shown"
            used = await shown(house, doctor, made.code.replace("-", " ").lower())
            assert isinstance(used, d.Done), used
            answer = msgspec.msgpack.decode(used.payload, type=d.CardUsedAnswer)
            assert answer.person == person
            assert datetime.fromisoformat(answer.ends) - datetime.now(UTC) <= timedelta(hours=12)
            assert await seen(house, doctor, person) == 1
            nothing = told(await shown(house, other, made.code))
            assert nothing == told(await shown(house, other, WRONG)), "used up, or never drawn: one answer"
            (view,) = await cards(house, her)
            assert (view.number, view.uses_left, [one.practitioner for one in view.uses]) == (made.number, 0, [DIALLO])
            assert (await census(house.settings))["notices.outbox"] == 1, "she is told that it was used"
            with_card = d.ListParams()
            for act, params in (("list_documents", with_card), ("read_journal", d.JournalParams())):
                answer_ = await house.ask(doctor, act, params, person=f"card:{made.code}", proof="professional")
                assert told(answer_)[0] == "", "a card leads to a space for its own act only"

    run(play())


def test_two_uses_at_once_of_a_card_for_one_give_one(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            her, _ = await house.open("jeanne")
            readers = [await house.sign_in(word) for word in ("diallo", "guerin", "lopez")]
            made = await issued(house, her)
            spellings = (made.code, made.code.lower(), made.code.replace("-", ""))  # other keepers, perhaps
            answers = await asyncio.gather(
                *(shown(house, reader, code) for reader, code in zip(readers, spellings, strict=True))
            )
            assert sum(isinstance(one, d.Done) for one in answers) == 1, answers

    run(play())


def test_a_use_and_a_stop_at_once_leave_nothing_open(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            for _ in range(4):
                made = await issued(house, her, uses=20)
                await asyncio.gather(
                    shown(house, doctor, made.code),
                    house.ask(her, "revoke_access_card", d.RevokeCardParams(made.number)),
                )
                assert await seen(house, doctor, person) == -1
                assert told(await shown(house, doctor, made.code)) == told(await shown(house, doctor, WRONG))
            assert await cards(house, her) == []
            assert (await census(house.settings))["identity.directory"] == 3, "no code leads anywhere any more"

    run(play())


def test_five_wrong_secret_numbers_kill_a_card_and_a_restart_does_not_forget_them(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            made = await issued(house, her, pin="4711", uses=20)
            unknown = told(await shown(house, doctor, WRONG))
            for pin in ("", "0000", "4711 ", "47110"):
                assert told(await shown(house, doctor, made.code, pin)) == unknown
            assert isinstance(await shown(house, doctor, made.code, "4711"), d.Done), (
                "four wrong ones, then the right one"
            )
            for pin in ("1", "2", "3", "4"):
                assert told(await shown(house, doctor, made.code, pin)) == unknown
        async with open_house(empty_databases) as house:
            her, doctor = await house.sign_in("jeanne"), await house.sign_in("diallo")
            assert told(await shown(house, doctor, made.code, "5")) == unknown, "the fifth in a row"
            assert told(await shown(house, doctor, made.code, "4711")) == unknown, "the card is dead"
            (view,) = await cards(house, her)
            assert view.dead and view.pin and view.uses_left == 19
            assert (await census(house.settings))["notices.outbox"] == 10, "one use, nine mistakes: each is told to her"

    run(play())


def test_stopped_by_telephone_at_once_by_its_number_and_what_it_gave_is_withdrawn(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, agent = await house.sign_in("diallo"), await house.sign_in("petit")
            one, two = await issued(house, her, uses=3), await issued(house, her, uses=3)
            assert isinstance(await shown(house, doctor, one.code), d.Done)
            asked: dict[str, Any] = {"person": f"ins:{house.provider.find('jeanne').ins}", **PHONE}
            made = await house.ask(agent, "issue_access_card", card(), **asked)
            assert isinstance(made, d.Done) and made.effect == "starts"
            assert msgspec.msgpack.decode(made.payload, type=d.ReceiptAnswer).receipt
            assert len(await cards(house, her)) == 2, "a card is not made by telephone"
            stopped = await house.ask(agent, "revoke_access_card", d.RevokeCardParams(one.number), **asked)
            assert isinstance(stopped, d.Done) and stopped.effect == "provisional"
            assert await seen(house, doctor, person) == -1
            assert isinstance(await shown(house, doctor, two.code), d.Done), "the other one still serves"
            wrong = await house.ask(her, "revoke_access_card", d.RevokeCardParams(one.number))
            assert told(wrong)[0] == "card-unknown"
            assert isinstance(await house.ask(her, "revoke_access_card", d.RevokeCardParams()), d.Done), "all of them"
            assert await seen(house, doctor, person) == -1 and await cards(house, her) == []

    run(play())


def test_an_expired_a_blocked_and_an_unknown_card_are_told_alike(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            made = await issued(house, her, days=1)
            unknown = told(await shown(house, doctor, WRONG))
            await house.ask(her, "block", d.BlockParams(DIALLO, "everything"))
            assert told(await shown(house, doctor, made.code)) == unknown
            await house.ask(her, "unblock", d.UnblockParams(DIALLO))
            clock.ahead = timedelta(days=1, minutes=1)
            doctor = await house.sign_in("diallo")
            assert told(await shown(house, doctor, made.code)) == unknown
            for mistyped in (made.code[:-1], made.code + "0", "", "'"):
                assert told(await shown(house, doctor, mistyped)) == unknown

    run(play())


def test_the_same_demand_twice_uses_a_card_once_even_the_last_time(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            made = await issued(house, her)
            first, again = [await shown(house, doctor, made.code, key=b"k" * 16) for _ in range(2)]
            assert isinstance(first, d.Done) and isinstance(again, d.Done)
            assert first.payload == again.payload
            (view,) = await cards(house, her)
            assert len(view.uses) == 1

    run(play())
