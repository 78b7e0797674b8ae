"""What follows a death, on a real house: two accounts, everything stops, what heirs may ask, and a mistake that is corrected."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.consent.death import DEMANDS_MOST
from espace_sante.keeper import demand as d
from espace_sante.keeper.sending import SENT, WAITS
from tests.fixtures_database import Databases
from tests.helping import held, mandated, naming
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.integration.test_letters import COUNTER, helped, printing, told, waiting
from tests.integration.test_notices_sent import HERS, given, messages, send
from tests.mailbox import mailbox
from tests.orders import REPORTS, reference_of
from tests.people import listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
DAY = timedelta(days=1)
ASKED = {
    "who": "Paul Yttrium",
    "quality": "heir",
    "proof": "acte de notoriété",
    "ground": "causes",
    "why": "savoir de quoi elle est morte",
    "categories": (REPORTS,),
}


def code(answer: d.Answer) -> str:
    assert isinstance(answer, d.Refused), answer
    return answer.code


async def note_death(house: House, by: bytes, account: str, number: str = "12") -> d.Answer:
    day = (house.now().date() - DAY).isoformat()
    named = await reference_of(house, account)
    return await house.ask(by, "record_death", d.RecordDeathParams(day, number), person=named)


async def ask(house: House, by: bytes, account: str, **said: Any) -> d.Answer:
    params = d.AfterDeathParams(**ASKED | said)
    return await house.ask(by, "demand_after_death", params, person=await reference_of(house, account))


def noted(answer: d.Answer) -> d.AfterDeathNoted:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.AfterDeathNoted)


def said(answer: d.Answer) -> d.ReceiptAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.ReceiptAnswer)


async def covered(house: House, by: bytes, account: str, number: str) -> d.Answer:
    named = await reference_of(house, account)
    return await house.ask(by, "list_after_death", d.ListAfterDeathParams(number), person=named)


async def take(house: House, by: bytes, account: str, number: str, row: str) -> d.Answer:
    params = d.ReadAfterDeathParams(number, bytes.fromhex(row))
    return await house.ask(by, "read_after_death", params, person=await reference_of(house, account))


async def deposited(house: House, person: str, **more: Any) -> str:
    answer = await house.deposit(await house.sign_in("guerin"), f"id:{person}", b"a report", **more)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def journal(house: House, her: bytes) -> list[dict[str, Any]]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    return [json.loads(one) for one in msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer).records]


def test_after_a_death_noted_by_two_accounts_nobody_reads_nor_does_anything(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await deposited(house, person)
            doctor, one, two = [await house.sign_in(who) for who in ("diallo", "petit", "accueil")]
            grant = d.GrantParams("99900000011", "everything", [], [], "care", 30)
            assert isinstance(await house.ask(her, "grant_access", grant), d.Done)
            assert (
                len(
                    listed(
                        await house.ask(
                            doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
                        )
                    ).lines
                )
                == 1
            )
            first = await note_death(house, one, "jeanne")
            again = await note_death(house, one, "jeanne")
            assert isinstance(first, d.Done) and isinstance(again, d.Done) and first.payload == again.payload
            assert isinstance(await house.ask(her, "list_documents", d.ListParams()), d.Done), (
                "one account changes nothing"
            )
            assert isinstance(
                await house.ask(doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"),
                d.Done,
            )
            assert isinstance(await note_death(house, two, "jeanne"), d.Done)
            refused = await house.ask(
                doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
            )
            unknown = await house.ask(
                doctor, "list_documents", d.ListParams(), person="id:" + "7" * 32, proof="professional"
            )
            assert code(refused) == code(unknown) == "", "a professional is answered as for an unknown person"
            assert code(await house.deposit(doctor, f"id:{person}", b"too late")) == ""
            for act, params in (("list_documents", d.ListParams()), ("read_journal", d.JournalParams())):
                assert code(await house.ask(her, act, params)) == "deceased"
            assert code(await house.ask(her, "close_space", d.CloseParams())) == "deceased"

    run(play())


def test_after_a_death_nobody_acts_for_her_any_more_nor_has_her_in_his_list(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            helper, whom = await mandated(house, her, naming("withdraw_access"))
            assert len(await held(house, helper)) == 1
            await note_death(house, await house.sign_in("accueil"), "jeanne")
            await note_death(house, await house.sign_in("petit"), "jeanne")
            assert await held(house, helper) == []
            assert code(await house.ask(helper, "read_mandate", d.ReadMandateParams(), person=whom)) == ""

    run(play())


def test_noting_a_death_says_the_same_of_somebody_who_has_no_space(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            agent = await house.sign_in("petit")
            hers, nobody = await note_death(house, agent, "jeanne"), await note_death(house, agent, "karim")
            assert isinstance(hers, d.Done) and isinstance(nobody, d.Done)
            assert (hers.payload, hers.effect, len(hers.entry)) == (nobody.payload, nobody.effect, len(nobody.entry))
            operator = await house.sign_in("accueil")
            assert (
                code(await ask(house, operator, "jeanne"))
                == code(await ask(house, operator, "karim"))
                == "not-deceased"
            )

    run(play())


def test_two_accounts_hand_over_what_an_heir_may_ask_and_each_look_is_a_line(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            report, other = await deposited(house, person), await deposited(house, person, category=7)
            agent, one, two, lab = [await house.sign_in(w) for w in ("petit", "accueil", "astreinte", "guerin")]
            assert code(await ask(house, one, "jeanne")) == "not-deceased"
            await note_death(house, agent, "jeanne"), await note_death(house, one, "jeanne")
            first = noted(await ask(house, one, "jeanne"))
            assert not first.confirmed
            assert not noted(await ask(house, one, "jeanne")).confirmed, "the same account is never two"
            assert code(await covered(house, one, "jeanne", first.demand)) == ""
            assert not noted(await ask(house, two, "jeanne", ground="rights")).confirmed, (
                "another ground is another demand"
            )
            assert (
                noted(await ask(house, two, "jeanne", who="YTTRIUM  Paul".title(), ground="memory")).confirmed is False
            )
            second = noted(await ask(house, two, "jeanne", why="un dossier vu de mes yeux"))
            assert second == d.AfterDeathNoted(first.demand, True)
            assert code(await ask(house, lab, "jeanne")) == "", "nobody else asks"
            seen = await covered(house, two, "jeanne", first.demand)
            assert isinstance(seen, d.Done)
            lines = msgspec.msgpack.decode(seen.payload, type=d.OrderedAnswer)
            assert (lines.total, [one.row for one in lines.lines]) == (1, [report[32:]])
            assert isinstance(await take(house, one, "jeanne", first.demand, report[32:]), d.Done)
            assert code(await take(house, one, "jeanne", first.demand, other[32:])) == "", "not what the ground needs"
            # She is alive after all: it was a mistake, and her journal says all of it.
            assert isinstance(await house.ask(her, "contest_death", d.ContestDeathParams()), d.Done)
            acts = [(line["act"], line["decision"]["rule"]) for line in await journal(house, her)]
            assert ("read_after_death", "after-death") in acts and ("list_after_death", "after-death") in acts
            assert ("read_after_death", "after-death-does-not-cover") in acts
            assert code(await take(house, one, "jeanne", first.demand, report[32:])) == "not-deceased"

    run(play())


def test_what_she_kept_from_who_acted_for_her_is_no_heirs_after_her_death(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            plain, hidden = await deposited(house, person), await deposited(house, person)
            other = await deposited(house, person, category=7)
            asked = await deposited(house, person, apart=True)  # at her request, by who treated her
            hide = d.MaskParams(bytes.fromhex(hidden[32:]), 0, "representatives")
            assert isinstance(await house.ask(her, "mask", hide), d.Done)
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            number = noted(await ask(house, one, "jeanne")).demand
            assert noted(await ask(house, two, "jeanne")).confirmed
            seen = await covered(house, two, "jeanne", number)
            assert isinstance(seen, d.Done)
            lines = msgspec.msgpack.decode(seen.payload, type=d.OrderedAnswer)
            assert (lines.total, [line.row for line in lines.lines]) == (1, [plain[32:]]), "not counted either"
            outside = await take(house, one, "jeanne", number, other[32:])
            assert isinstance(outside, d.Refused) and outside.code == ""
            for document in (hidden, asked):
                answer = await take(house, one, "jeanne", number, document[32:])
                assert isinstance(answer, d.Refused)
                assert msgspec.structs.replace(answer, number=outside.number, entry=outside.entry) == outside
            assert isinstance(await take(house, one, "jeanne", number, plain[32:]), d.Done)

    run(play())


def test_what_an_heir_may_ask_is_over_after_thirty_days(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            await deposited(house, person)
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            number = noted(await ask(house, one, "jeanne")).demand
            assert noted(await ask(house, two, "jeanne")).confirmed
            assert isinstance(await covered(house, one, "jeanne", number), d.Done)
            clock.ahead += 31 * DAY
            one = await house.sign_in("accueil")
            assert code(await covered(house, one, "jeanne", number)) == ""

    run(play())


def test_who_said_no_in_her_life_is_read_by_nobody_after_her_death(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await deposited(house, person)
            assert isinstance(await house.ask(her, "refuse_after_death", d.ChoiceParams()), d.Done)
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            assert code(await ask(house, one, "jeanne")) == "after-death-refused"

    run(play())


def test_who_is_alive_has_her_space_again_and_nothing_she_gave_comes_back(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await deposited(house, person)
            doctor, one, two = [await house.sign_in(who) for who in ("diallo", "accueil", "petit")]
            grant = d.GrantParams("99900000011", "everything", [], [], "care", 30)
            assert isinstance(await house.ask(her, "grant_access", grant), d.Done)
            assert code(await house.ask(her, "contest_death", d.ContestDeathParams())) == "death-unknown"
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            counter: dict[str, Any] = {"person": await reference_of(house, "jeanne"), "on_behalf": True}
            counter |= {"channel": "counter", "proof": "identity_seen"}
            assert said(await house.ask(two, "contest_death", d.ContestDeathParams(), **counter)).still
            other = await house.sign_in("vasseur")
            assert not said(await house.ask(other, "contest_death", d.ContestDeathParams(), **counter)).still
            assert len(listed(await house.ask(her, "list_documents", d.ListParams())).lines) == 1
            assert (
                code(
                    await house.ask(
                        doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
                    )
                )
                == ""
            )

    run(play())


async def printed(house: House) -> list[str]:
    """Print whatever the mail room's list holds, until it holds nothing; return the acts that letters tell of."""
    found: list[str] = []
    for _ in range(10):
        letters = (await waiting(house)).waiting
        if not letters:
            return found
        for one in letters:
            answer = await printing(house, one)
            if isinstance(answer, d.Done):
                said = told(answer, d.PrintedAnswer)
                found += [item.act for letter in said.letters for item in letter.items]
    raise AssertionError("it never ends")


def test_one_agent_alone_does_not_open_again_what_a_death_closed_and_heirs_read_nothing_meanwhile(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            await deposited(house, person)
            one, two, agent = [await house.sign_in(who) for who in ("accueil", "astreinte", "petit")]
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            number = noted(await ask(house, one, "jeanne")).demand
            assert noted(await ask(house, two, "jeanne")).confirmed
            assert isinstance(await covered(house, one, "jeanne", number), d.Done)
            counter: dict[str, Any] = {"person": await reference_of(house, "jeanne"), "on_behalf": True}
            counter |= {"channel": "counter", "proof": "identity_seen"}
            for _ in range(2):  # the same account is never two
                assert said(await house.ask(agent, "contest_death", d.ContestDeathParams(), **counter)).still
                read = await house.ask(agent, "list_documents", d.ListParams(), **counter)
                assert isinstance(read, d.Refused) and read.code == "deceased"
            assert isinstance(await covered(house, one, "jeanne", number), d.Refused), "suspended"
            assert "contest_death" in await printed(house), "the letter says so"
            clock.ahead += 31 * DAY  # nobody confirmed it: another account is then the first again
            again = await house.sign_in("vasseur")
            assert said(await house.ask(again, "contest_death", d.ContestDeathParams(), **counter)).still
            agent = await house.sign_in("petit")
            assert not said(await house.ask(agent, "contest_death", d.ContestDeathParams(), **counter)).still
            her = await house.sign_in("jeanne")
            assert len(listed(await house.ask(her, "list_documents", d.ListParams())).lines) == 1

    run(play())


def test_after_a_death_only_what_says_so_is_printed_and_the_rest_comes_back_if_she_is_alive(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            for _ in range(5):  # more than one letter holds, as urgent as the death
                await helped(house, person, way=COUNTER)
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            assert await printed(house) == ["record_death", "record_death"]
            kept = await rows(
                house.settings, "es_keeper", "SELECT count(*) FROM notices.outbox WHERE letter_id IS NULL"
            )
            assert kept[0][0] == 5, "put off, not erased"
            assert isinstance(await house.ask(her, "contest_death", d.ContestDeathParams()), d.Done)
            assert await printed(house) == ["hide_new_documents"] * 5

    run(play())


def test_after_a_death_only_what_says_so_leaves_by_mail_and_the_rest_if_she_is_alive(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house, mailbox() as box:
            _, person = await house.open("jeanne")
            await given(house, person, mail=HERS)
            await note_death(house, await house.sign_in("accueil"), "jeanne")
            await helped(house, person, way=COUNTER)
            await note_death(house, await house.sign_in("astreinte"), "jeanne")
            clock.ahead += DAY
            await send(house, box)
            assert [one["state"] for one in await messages(house) if one["state"] != SENT] == [WAITS]
            clock.ahead += 8 * DAY
            assert await send(house, box) == 0, "still not"
            assert isinstance(
                await house.ask(await house.sign_in("jeanne"), "contest_death", d.ContestDeathParams()), d.Done
            )
            clock.ahead += 8 * DAY
            await send(house, box)
            assert {one["state"] for one in await messages(house)} == {SENT}

    run(play())


def test_what_a_note_does_not_say_is_refused(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            named = await reference_of(house, "jeanne")
            tomorrow = (house.now().date() + 2 * DAY).isoformat()
            for day, number in ((tomorrow, "12"), ("2026-11-01", " "), ("hier", "12"), ("2026-11-01", "1" * 41)):
                params = d.RecordDeathParams(day, number)
                assert code(await house.ask(one, "record_death", params, person=named)) == "death-invalid"
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            for said in ({"who": ""}, {"proof": " "}, {"why": "x" * 201}):
                assert code(await ask(house, one, "jeanne", **said)) == "demand-words"
            for said in ({"ground": "curiosity"}, {"quality": "neighbour"}):
                assert code(await ask(house, one, "jeanne", **said)) == "demand-ground"
            for wrong in ({"categories": ()}, {"categories": (99,)}, {"first": "2026-02-01", "last": "2026-01-01"}):
                assert code(await ask(house, one, "jeanne", **wrong)) == "order-scope"

    run(play())


def test_so_many_demands_are_noted_and_no_more(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            await note_death(house, one, "jeanne"), await note_death(house, two, "jeanne")
            for number in range(DEMANDS_MOST):
                noted(await ask(house, one, "jeanne", who=f"Personne {number}"))
            assert code(await ask(house, one, "jeanne", who="Un de trop")) == "demands-too-many"

    run(play())
