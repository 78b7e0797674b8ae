"""The rule of six weeks, where an operator published it: from a proven delivery alone, sealed, and hers to say yes or no to.

And where only a yes opens, nothing of it exists: ten years of silence leave no row.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.settings import OpeningPolicy
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, census, chains, clock, open_house, rows, run, watched
from tests.stopping import stopped_at

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
WORDS = ("2026-11-1", "fr", "00" * 32)
SIX_WEEKS = timedelta(days=42 + 20 + 1)  # and the time of the post
OF_THE_HOUSE = {"journal.head", "journal.entry", "keeper.institution", "identity.session", "identity.idempotency"}
OF_THE_HOUSE |= {"vault.space_blob", "vault.service_blob", "jobs.task"}


@asynccontextmanager
async def presuming(databases: Databases, clock: Clock) -> AsyncIterator[House]:
    """A house whose operator published the rule of six weeks."""
    settings = replace(databases.settings, opening_policy=OpeningPolicy.SIX_WEEK_PRESUMPTION)
    async with open_house(settings, now=clock) as house:
        yield house


def number_of(house: House, word: str) -> str:
    who = house.provider.find(word)
    return f"ins:{who.ins}" if who.ins else f"local:{who.local}"


async def delivered(
    house: House, word: str, clock: Clock, *, proof: str = "registered", ago: int = 0, who: str = "accueil"
) -> d.Answer:
    day = (clock() - timedelta(days=ago)).date().isoformat()
    session, whom = await house.sign_in(who), number_of(house, word)
    return await house.ask(session, "record_delivery", d.DeliveryParams(proof, day), person=whom)


async def returned(house: House, word: str) -> d.Answer:
    whom = number_of(house, word)
    return await house.ask(await house.sign_in("accueil"), "record_return", d.ReturnParams(), person=whom)


async def rounds(house: House) -> int:
    """Do every round of the house; return how many spaces silence opened."""
    opened = 0
    for kind in ("presume", "erase", "purge"):
        done = await house.link.ask(d.Maintain(0, kind))
        assert isinstance(done, d.Done)
        opened += msgspec.msgpack.decode(done.payload, type=d.MaintainAnswer).done.get("presumed", 0)
    return opened


async def standing(house: House, session: bytes) -> tuple[bool, str]:
    done = await house.link.ask(d.WhoIs(0, session))
    assert isinstance(done, d.Done)
    said = msgspec.msgpack.decode(done.payload, type=d.SessionAnswer)
    return bool(said.person), said.state


def test_six_weeks_of_silence_after_a_proven_delivery_open_a_sealed_space(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with presuming(empty_databases, clock) as house:
            await house.invite("jeanne")
            clock.ahead += timedelta(days=60)
            assert await rounds(house) == 0, "sending counts for nothing"
            assert isinstance(await delivered(house, "jeanne", clock), d.Done)
            clock.ahead += timedelta(days=42)
            assert await rounds(house) == 0, "six whole weeks"
            clock.ahead += timedelta(days=20)
            assert await rounds(house) == 0, "and the time of the post: nobody knows where she lives"
            clock.ahead += timedelta(days=1)
            assert await rounds(house) == 1
            assert await rounds(house) == 0
            counted = await census(settings)
            assert (counted["identity.person"], counted["mailroom.invitation"], counted["consent.receipt"]) == (1, 0, 0)
            doctor, whom = await house.sign_in("diallo"), number_of(house, "jeanne")
            stored = await house.deposit(doctor, whom, b"held")
            assert isinstance(stored, d.Done)
            document = msgspec.msgpack.decode(stored.payload, type=d.DepositAnswer).document
            answers = [
                await house.ask(doctor, "list_documents", d.ListParams(), person=whom, proof="professional"),
                (await house.read(doctor, document))[0],
                (await house.read(doctor, "ab" * 32))[0],
                await house.ask(
                    doctor, "list_documents", d.ListParams(), person=number_of(house, "lucie"), proof="professional"
                ),
            ]
            assert {(type(one), one.code, len(one.entry)) for one in answers} == {(d.Refused, "", 20)}  # type: ignore[union-attr]  # refusals
            her = await house.sign_in("jeanne")
            assert await standing(house, her) == (True, "presumed")
            records = next(c for c in (await chains(settings)).values() if c[0]["act"] == "open_space")
            assert records[0]["decision"] == {"result": "permit", "rule": "presumption"}
            assert records[0]["actor"]["kind"] == "system"

    run(play())


@pytest.mark.parametrize("deposits", [True, False])
def test_her_yes_takes_the_place_of_all_that_was_presumed(
    empty_databases: Databases, clock: Clock, deposits: bool
) -> None:
    async def play() -> None:
        async with presuming(empty_databases, clock) as house:
            doctor, whom = await opened_by_silence(house, clock)
            assert isinstance(await house.deposit(doctor, whom, b"held"), d.Done)
            her = await house.sign_in("jeanne")
            done = await house.ask(her, "open_space", d.OpenParams(deposits, *WORDS))
            assert isinstance(done, d.Done)
            answer = msgspec.msgpack.decode(done.payload, type=d.OpenAnswer)
            said = json.loads(answer.receipt)["payload"]
            assert said["answers"] == {"open": "yes", "deposits": "yes" if deposits else "no"}
            assert await standing(house, her) == (True, "")
            assert isinstance(await house.deposit(doctor, whom, b"new"), d.Done if deposits else d.Refused)
            listed = await house.ask(her, "list_documents", d.ListParams())
            assert isinstance(listed, d.Done)
            assert msgspec.msgpack.decode(listed.payload, type=d.ListAnswer).total == 1 + deposits
            again = await house.ask(her, "open_space", d.OpenParams(True, *WORDS))
            assert (type(again), getattr(again, "code", "")) == (d.Refused, "space-exists")

    run(play())


def test_her_no_erases_what_silence_opened(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with presuming(empty_databases, clock) as house:
            doctor, whom = await opened_by_silence(house, clock)
            assert isinstance(await house.deposit(doctor, whom, b"held"), d.Done)
            agent = await house.sign_in("petit")
            phone = {"channel": "phone", "proof": "contact", "on_behalf": True}
            called: Any = await house.ask(agent, "refuse_space", d.RefuseParams(*WORDS), person=whom, **phone)  # type: ignore[arg-type]  # mixed
            assert (type(called), called.effect) == (d.Done, "provisional")
            assert isinstance(await house.deposit(doctor, whom, b"more"), d.Refused), "a call stops deposits at once"
            her = await house.sign_in("jeanne")
            done = await house.ask(her, "refuse_space", d.RefuseParams(*WORDS, True))
            assert isinstance(done, d.Done)
            await rounds(house)
            counted = await census(settings)
            gone = ("identity.person", "identity.directory", "consent.rights", "records.document")
            assert {table: counted[table] for table in gone if counted[table]} == {}
            assert counted["mailroom.refusal"] == 1
            assert await standing(house, her) == (False, "")
            await house.invite("jeanne")
            await delivered(house, "jeanne", clock)
            clock.ahead += SIX_WEEKS * 3
            assert await rounds(house) == 0, "a refusal she wants remembered is never presumed over"

    run(play())


async def opened_by_silence(house: House, clock: Clock) -> tuple[bytes, str]:
    await house.invite("jeanne")
    assert isinstance(await delivered(house, "jeanne", clock), d.Done)
    clock.ahead += SIX_WEEKS
    assert await rounds(house) == 1
    return await house.sign_in("diallo"), number_of(house, "jeanne")


def test_a_returned_letter_stops_the_clock_and_erases_the_invitation(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with presuming(empty_databases, clock) as house:
            await house.invite("jeanne")
            await delivered(house, "jeanne", clock)
            clock.ahead += timedelta(days=41)
            assert isinstance(await returned(house, "jeanne"), d.Done)
            counted = await census(empty_databases.settings)
            assert (counted["mailroom.invitation"], counted["mailroom.rest"]) == (0, 0)
            clock.ahead += SIX_WEEKS
            assert await rounds(house) == 0
            await house.invite("jeanne")  # it never reached her: it may be sent again
            answer = await house.ask(await house.sign_in("jeanne"), "open_space", d.OpenParams(True, *WORDS))
            assert isinstance(answer, d.Done)

    run(play())


def test_one_more_letter_starts_the_clock_again(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with presuming(empty_databases, clock) as house:
            await house.invite("jeanne")
            await delivered(house, "jeanne", clock)
            clock.ahead += timedelta(days=30)
            await house.invite("jeanne")
            clock.ahead += SIX_WEEKS
            assert await rounds(house) == 0

    run(play())


def test_a_delivery_before_the_letter_was_written_counts_from_the_letter(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with presuming(empty_databases, clock) as house:
            await house.invite("jeanne")
            assert isinstance(await delivered(house, "jeanne", clock, ago=400), d.Done)
            clock.ahead += timedelta(days=62)
            assert await rounds(house) == 0
            clock.ahead += timedelta(days=1)
            assert await rounds(house) == 1

    run(play())


@pytest.mark.parametrize(("proof", "ago"), [("sent", 0), ("", 0), ("registered", -1), ("counter", -400)])
def test_a_delivery_is_believed_only_with_its_proof_and_its_day(
    empty_databases: Databases, clock: Clock, proof: str, ago: int
) -> None:
    async def play() -> None:
        async with presuming(empty_databases, clock) as house:
            await house.invite("jeanne")
            answer = await delivered(house, "jeanne", clock, proof=proof, ago=ago)
            assert (type(answer), getattr(answer, "code", "")) == (d.Refused, "delivery-invalid")
            clock.ahead += SIX_WEEKS
            assert await rounds(house) == 0

    run(play())


def test_nobody_but_the_staff_says_what_became_of_a_letter(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with presuming(empty_databases, clock) as house:
            await house.invite("jeanne")
            for word, proof in (("diallo", "professional"), ("karim", "login"), ("jeanne", "login")):
                session, whom = await house.sign_in(word), number_of(house, "jeanne")
                for name, params in (
                    ("record_delivery", d.DeliveryParams("counter", clock().date().isoformat())),
                    ("record_return", d.ReturnParams()),
                ):
                    answer = await house.ask(session, name, params, person=whom, proof=proof)
                    assert isinstance(answer, d.Refused), (word, name)
            assert (await census(empty_databases.settings))["mailroom.invitation"] == 1
            clock.ahead += SIX_WEEKS
            assert await rounds(house) == 0

    run(play())


def test_what_is_said_of_a_letter_is_said_of_everybody_alike(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with presuming(empty_databases, clock) as house:
            await house.open("lucie")
            await house.invite("jeanne")
            await house.invite("karim")
            await house.ask(await house.sign_in("karim"), "refuse_space", d.RefuseParams(*WORDS, True))
            seen = {}
            for word in ("lucie", "jeanne", "karim", "osman"):  # a space, a letter, a refusal, never asked
                found: list[Any] = [await delivered(house, word, clock), await returned(house, word)]
                seen[word] = [(type(one), one.effect, one.payload, len(one.entry)) for one in found]
            assert len({str(one) for one in seen.values()}) == 1, seen

    run(play())


STEPS = ("delivered_invitations", "rests", "put_blob", "take_delivered", "put_head", "put_term", "COMMIT;")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_presumed_opening_stopped_anywhere_is_whole_or_not_there(
    empty_databases: Databases, clock: Clock, step: str, moment: str
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with presuming(empty_databases, clock) as house:
            await house.invite("jeanne")
            await delivered(house, "jeanne", clock)
            clock.ahead += SIX_WEEKS

            with watched(stopped_at(house, step, moment)), pytest.raises(Problem):
                await house.link.ask(d.Maintain(0, "presume"))
        counted = await census(settings)
        whole = counted["identity.person"]
        assert whole in (0, 1)
        assert counted["mailroom.invitation"] == 1 - whole
        assert (counted["consent.rights"], counted["identity.directory"]) == (whole, 2 * whole)
        await chains(settings)
        async with presuming(empty_databases, clock) as house:
            assert await rounds(house) == 1 - whole
            assert await standing(house, await house.sign_in("jeanne")) == (True, "presumed")

    run(play())


@pytest.mark.parametrize("published", [False, True])
def test_ten_years_of_silence_open_nothing_where_only_a_yes_opens(
    empty_databases: Databases, clock: Clock, published: bool
) -> None:
    """Under `consent`, whatever is said of deliveries; under the published rule, as long as no delivery is proven."""

    async def play() -> None:
        settings = empty_databases.settings
        house_of = presuming(empty_databases, clock) if published else open_house(empty_databases, now=clock)
        async with house_of as house:
            before = await census(settings)
            for name in ("jeanne", "karim", "osman"):
                await house.invite(name)
                if not published:
                    answer = await delivered(house, name, clock)
                    assert (type(answer), getattr(answer, "code", "")) == (d.Refused, "policy-consent")
            asked: Counter[str] = Counter()
            with watched() as statements:
                for _ in range(120):  # a month at a time
                    clock.ahead += timedelta(days=30.5)
                    assert await rounds(house) == 0
                asked.update(statements.taken())
            assert published or asked["delivered_invitations"] == 0, "the question itself is not asked"
            after = await census(settings)
            assert {table for table in after if after[table]} <= OF_THE_HOUSE
            same = ("journal.head", "vault.space_blob", "keeper.institution", "vault.service_blob")
            assert {table: after[table] for table in same} == {table: before[table] for table in same}
            assert await rows(settings, "postgres", "SELECT 1 FROM journal.head WHERE state <> 9") == []

    run(play())
