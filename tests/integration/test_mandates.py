"""Mandates on real databases: nothing before the helper accepts, what was ticked and nothing else, ended means ended."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.consent.card_code import new_card_code
from espace_sante.keeper import demand as d
from espace_sante.web.operator.letter_words import Writer
from tests.answers import code, deposited, journal_page
from tests.fixtures_database import Databases
from tests.helping import (
    COUNTER,
    HELPER,
    NAME,
    PAPER,
    PHONE,
    accept,
    held,
    looked,
    mandated,
    mandates,
    named,
    naming,
    reference_of,
    told,
)
from tests.inside import Clock, census, clock, open_house, run
from tests.people import DIALLO, grant, listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
WITHDRAW = d.WithdrawParams(DIALLO)
NOWHERE = "for:" + "0" * 32


def test_a_helper_does_what_she_ticked_and_nothing_else_and_her_journal_names_him(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            helper, whom = await mandated(house, her, naming("withdraw_access"))
            assert code(await house.ask(helper, "withdraw_access", WITHDRAW, person=NOWHERE)) == ""
            done = await house.ask(helper, "withdraw_access", WITHDRAW, person=whom)
            assert isinstance(done, d.Done), done
            for act, params in (
                ("grant_access", grant()),
                ("list_documents", d.ListParams()),
                ("read_journal", d.JournalParams()),
                ("export_journal", d.ExportParams()),
                ("close_space", d.CloseParams()),
                ("name_helper", naming("mask")),
                ("give_address", d.AddressParams(("1 rue des Essais", "63000 Clermont"))),
                ("unmask", d.UnmaskParams(b"", 5, "")),
                ("allow_support", d.AllowSupportParams("AB20260001", 2)),
            ):
                assert code(await house.ask(helper, act, params, person=whom)) == "power-beyond", act
            page = await journal_page(house, her)
            assert msgspec.msgpack.decode(page.grants) == [], "he withdrew what she had given"
            lines = [json.loads(record) for record in page.records]
            his = [one for one in lines if one["actor"]["kind"] == "helper"]
            assert {one["actor"]["name"] for one in his} == {NAME}
            assert {one["actor"]["structure"] for one in his} == {house.provider.find(HELPER).structure}
            assert all(one["actor"]["behalf"] for one in his)
            assert all(one["actor"]["kind"] != "person" or one["actor"]["name"] != NAME for one in lines)
            assert sum(one["decision"]["rule"] == "power-beyond" for one in his) == 9

    run(play())


def test_the_helper_reads_his_own_lines_and_they_are_those_of_her_journal(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            helper, whom = await mandated(house, her, naming("withdraw_access", "block"))
            other, elsewhere = await mandated(house, her, naming("mask", name="Hugo Caron"), who="caron")
            await house.ask(helper, "withdraw_access", WITHDRAW, person=whom)
            await house.ask(other, "mask", d.MaskParams(b"", 5, ""), person=elsewhere)
            await house.ask(helper, "mask", d.MaskParams(b"", 5, ""), person=whom)
            mine = await looked(house, helper, whom)
            page = await journal_page(house, her)
            told_her = [
                (reference, record)
                for reference, record in zip(page.references, page.records, strict=True)
                if json.loads(record)["actor"]["name"] == NAME
                and json.loads(record)["act"] not in ("accept_mandate", "read_mandate")
            ]
            assert list(zip(mine.references, mine.records, strict=True)) == told_her
            assert [json.loads(one)["act"] for one in mine.records] == ["mask", "withdraw_access"]
            assert mine.name == "JEANNE AUBERTIN"

    run(play())


def test_he_reads_only_when_it_is_ticked_and_never_what_she_hides_unless_that_is_ticked_too(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("lopez")
            shown, hidden = [deposited(await house.deposit(doctor, f"id:{person}", text)) for text in (b"1", b"2")]
            row = bytes.fromhex(hidden.document[32:])
            await house.ask(her, "mask", d.MaskParams(row, 0, ""))
            helper, whom = await mandated(house, her, naming(reads=True))
            answer = listed(await house.ask(helper, "list_documents", d.ListParams(), person=whom))
            assert [line.document for line in answer.lines] == [shown.document]
            assert answer.total == 1, "what is hidden is not counted"
            nothing = await house.ask(helper, "read_document", d.ReadParams(row), person=whom)
            unknown = await house.ask(helper, "read_document", d.ReadParams(bytes(16)), person=whom)
            assert told(nothing) == told(unknown)
            first = bytes.fromhex(shown.document[32:])
            assert isinstance(await house.ask(helper, "read_document", d.ReadParams(first), person=whom), d.Done)
            other, elsewhere = await mandated(
                house, her, naming(reads=True, hidden=True, name="Hugo Caron"), who="caron"
            )
            assert listed(await house.ask(other, "list_documents", d.ListParams(), person=elsewhere)).total == 2
            assert isinstance(await house.ask(other, "read_document", d.ReadParams(row), person=elsewhere), d.Done)

    run(play())


def test_a_reference_means_nothing_to_any_other_account(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            _, whom = await mandated(house, her, naming("withdraw_access", reads=True))
            lines = len((await journal_page(house, her)).records)
            for who in ("caron", "karim", "petit", "accueil"):
                session = await house.sign_in(who)
                for act, params in (("withdraw_access", WITHDRAW), ("list_documents", d.ListParams())):
                    there = await house.ask(session, act, params, person=whom)
                    nowhere = await house.ask(session, act, params, person=NOWHERE)
                    assert told(there) == told(nowhere), (who, act)
            assert len((await journal_page(house, her)).records) == lines + 1, (
                "it leads nowhere: only her own look is added"
            )

    run(play())


def test_a_code_serves_once_for_the_person_she_named_and_nobody_else(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            made = await named(house, her, naming("mask"))
            wrong = told(await accept(house, await house.sign_in("caron"), new_card_code(bytes(10))))
            assert told(await accept(house, await house.sign_in("caron"), made.code)) == wrong, (
                "he is not whom she named"
            )
            assert told(await accept(house, await house.sign_in("petit"), made.code)) == wrong, (
                "an agent is nobody's helper"
            )
            assert code(await accept(house, her, made.code)) == "", "nor is she her own"
            helper = await house.sign_in(HELPER)
            whom = reference_of(await accept(house, helper, made.code))
            assert told(await accept(house, helper, made.code)) == wrong, "it served"
            assert [one.label for one in await held(house, helper)] == ["Madame J."]
            assert isinstance(await house.ask(helper, "mask", d.MaskParams(b"", 5, ""), person=whom), d.Done)
            records = [json.loads(record) for record in (await journal_page(house, her)).records]
            tried = [one for one in records if one["act"] == "accept_mandate" and one["decision"]["result"] == "refuse"]
            assert {one["actor"]["name"] for one in tried} >= {"Hugo Caron"}, "she is told who tried"

    run(play())


def test_what_an_agent_recorded_begins_only_after_another_agent_checked_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one, two = await house.sign_in("petit"), await house.sign_in("vasseur")
            helper = await house.sign_in(HELPER)
            for way in (COUNTER, PAPER):
                made = await named(house, one, naming("mask"), person=f"id:{person}", **way)
                assert made.checks
                assert code(await accept(house, helper, made.code)) == "", "nobody checked it"
                check = d.CheckMandateParams(made.number)
                assert (
                    code(await house.ask(one, "check_mandate", check, person=f"id:{person}", **way)) == "second-account"
                )
                assert code(await house.ask(her, "check_mandate", check)) == ""
                assert code(await house.ask(two, "check_mandate", check, person=f"id:{person}", **PHONE)) == ""
                assert isinstance(await house.ask(two, "check_mandate", check, person=f"id:{person}", **way), d.Done)
                assert isinstance(await accept(house, helper, made.code), d.Done)
            started = await house.ask(one, "name_helper", naming("mask"), person=f"id:{person}", **PHONE)
            assert isinstance(started, d.Done)
            assert started.effect == "starts"
            assert len(await mandates(house, her)) == 2

    run(play())


@pytest.mark.parametrize("how", ["herself", "phone", "helper", "time", "closing"])
def test_ended_means_ended_at_the_very_next_demand(empty_databases: Databases, clock: Clock, how: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            helper, whom = await mandated(house, her, naming("mask", reads=True, days=1))
            if how == "herself":
                await house.ask(her, "end_mandate", d.EndMandateParams())
            if how == "phone":
                agent = await house.sign_in("petit")
                ended = await house.ask(agent, "end_mandate", d.EndMandateParams(), person=f"id:{person}", **PHONE)
                assert isinstance(ended, d.Done)
                assert ended.effect == "provisional"
            if how == "helper":
                assert isinstance(await house.ask(helper, "end_mandate", d.EndMandateParams(), person=whom), d.Done)
            if how == "time":
                clock.ahead += timedelta(days=1)
                helper = await house.sign_in(HELPER)
            if how == "closing":
                await house.ask(her, "close_space", d.CloseParams())
            over = "power-over" if how == "time" else ""
            for act, params in (
                ("mask", d.MaskParams(b"", 5, "")),
                ("list_documents", d.ListParams()),
                ("read_mandate", d.ReadMandateParams()),
            ):
                assert code(await house.ask(helper, act, params, person=whom)) == over, act
            if how != "time":
                assert await held(house, helper) == []
                counted = await census(house.settings)
                assert counted["identity.held_power"] == 0

    run(play())


def test_a_mandate_that_says_too_much_or_nothing_is_refused(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            for asked, fault in (
                (naming("mask", name="Claire"), "helper-name"),
                (naming(), "mandate-empty"),
                (naming("close_space"), "mandate-act"),
                (naming("name_helper"), "mandate-act"),
                (naming("give_address"), "mandate-act"),
                (naming("unmask"), "mandate-act"),
                (naming("mask", hidden=True), "mandate-hidden"),
                (naming("mask", days=366), "mandate-days"),
                (naming("mask", days=30), "mandate-days"),
            ):
                assert code(await house.ask(her, "name_helper", asked)) == fault
            for _ in range(10):
                await named(house, her, naming("mask"))
            assert code(await house.ask(her, "name_helper", naming("mask"))) == "mandates-too-many"

    run(play())


def test_the_end_of_a_long_mandate_waits_in_her_outbox_and_goes_when_the_mandate_does(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            before = (await census(house.settings))["notices.outbox"]
            await mandated(house, her, naming("mask", days=182))
            after = (await census(house.settings))["notices.outbox"]
            assert after - before == 2, "that he accepted, and later that it ends"
            await house.ask(her, "end_mandate", d.EndMandateParams())
            assert (await census(house.settings))["notices.outbox"] == after - 1

    run(play())


def test_a_number_or_a_name_that_is_nothing_is_said_so(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            assert code(await house.ask(her, "end_mandate", d.EndMandateParams("123456"))) == "mandate-unknown"
            agent = await house.sign_in("petit")
            check = d.CheckMandateParams("123456")
            assert (
                code(await house.ask(agent, "check_mandate", check, person=f"id:{person}", **COUNTER))
                == "mandate-unknown"
            )
            made = await named(house, her, naming("mask"))
            helper = await house.sign_in(HELPER)
            for label in (" ", "x" * 61):
                assert code(await accept(house, helper, made.code, label)) == "label-invalid"
            assert isinstance(await accept(house, helper, made.code), d.Done), "a wrong label does not use the code up"

    run(play())


def test_the_letter_of_an_end_names_the_helper_and_the_day(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            await mandated(house, her, naming("mask", days=182))
            staff = await house.sign_in("accueil")
            texts = []
            for days in (0, 153):
                clock.ahead += timedelta(days=days)
                staff = await house.sign_in("accueil")
                waiting = await house.ask(staff, "list_letters", d.LettersParams(), person="")
                assert isinstance(waiting, d.Done)
                for letter in msgspec.msgpack.decode(waiting.payload, type=d.LettersAnswer).waiting:
                    printed = await house.ask(staff, "print_letter", d.PrintLetterParams(), person=f"letter:{letter}")
                    assert isinstance(printed, d.Done), printed
                    found = msgspec.msgpack.decode(printed.payload, type=d.PrintedAnswer)
                    texts += Writer(house.settings, lambda _: "").sheets(found)
            said = [text for sheet in texts for _, part in sheet.parts for text in part]
            assert any(f"Le mandat de {NAME} finit le " in text for text in said), said
            assert [sheet.title for sheet in texts] == [
                "Ce qui a été fait dans votre espace",
                "Un mandat d’aidant finit bientôt",
            ]

    run(play())


@pytest.mark.parametrize("sector", ["insurer", "employer", "bank", "debt-collector", "health-seller", "", "autre"])
def test_whoever_would_gain_by_it_does_not_sign_in_as_a_helper(empty_databases: Databases, sector: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            account = house.provider.find(HELPER)
            for changed in ({"sector": sector}, {"stated": ""}, {"answers_to": ""}):
                other = msgspec.structs.replace(account, **changed)
                answer = await house.link.ask(d.SignIn(0, house.provider.assertion(other)))
                assert code(answer) == "assertion-refused", changed
            assert isinstance(await house.link.ask(d.SignIn(0, house.provider.assertion(account))), d.Done)

    run(play())


def test_what_a_helper_deposits_is_hers_to_read_at_once_and_hidden_from_nobody(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            session, whom = await mandated(house, her, naming("deposit_document"))
            sealed = await house.sealed(session, whom, b"planted")
            asked = msgspec.structs.replace(sealed, withheld=True, hidden=True, apart=True)
            assert isinstance(await house.ask(session, "deposit_document", asked, person=whom), d.Done)
            assert len(listed(await house.ask(her, "list_documents", d.ListParams())).lines) == 1
            doctor = await house.sign_in("diallo")
            way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
            assert len(listed(await house.ask(doctor, "list_documents", d.ListParams(), **way)).lines) == 1
            journal = await house.ask(her, "read_journal", d.JournalParams())
            assert isinstance(journal, d.Done)
            masks = msgspec.msgpack.decode(journal.payload, type=d.JournalAnswer).masks
            assert not masks or msgspec.msgpack.decode(masks) == []

    run(play())
