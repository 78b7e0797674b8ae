"""Letters, on real databases: what waits is counted without a name, printed for one person at a time, posted once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, census, chains, clock, open_house, rows, run, space_of

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
EMERGENCY = d.EmergencyParams(False, True, False, "everything")
BESIDE = d.BreakGlassParams("bedside", True, "life-at-risk", "Malaise dans la rue.")
COUNTER = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}
DAY = timedelta(days=1)
ADDRESS = ("12 rue des Essais", "63000 CLERMONT FERRAND")


def told(answer: d.Answer, kind: type[Any]) -> Any:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=kind)


async def waiting(house: House, account: str = "accueil") -> d.LettersAnswer:
    found = told(
        await house.ask(await house.sign_in(account), "list_letters", d.LettersParams(), person=""), d.LettersAnswer
    )
    assert isinstance(found, d.LettersAnswer)
    return found


async def printing(house: House, letter: str, *, again: bool = False, account: str = "accueil") -> d.Answer:
    session = await house.sign_in(account)
    return await house.ask(session, "print_letter", d.PrintLetterParams(again), person=f"letter:{letter}")


async def posting(house: House, letter: str, account: str = "accueil") -> d.Answer:
    return await house.ask(await house.sign_in(account), "post_letter", d.PostLetterParams(), person=f"letter:{letter}")


async def journal(house: House, her: bytes) -> list[dict[str, Any]]:
    page = told(await house.ask(her, "read_journal", d.JournalParams()), d.JournalAnswer)
    return [json.loads(record) for record in page.records]


async def emergency(house: House, person: str, her: bytes, doctor: bytes) -> None:
    answer = await house.ask(her, "set_emergency_will", EMERGENCY)
    assert isinstance(answer, d.Done), answer
    answer = await house.ask(doctor, "break_glass", BESIDE, person=f"id:{person}", proof="professional")
    assert isinstance(answer, d.Done), answer


async def helped(house: House, person: str, *, way: dict[str, Any] | None = None) -> None:
    """An agent does an act for her."""
    agent = await house.sign_in("petit")
    answer = await house.ask(agent, "hide_new_documents", d.ChoiceParams(), person=f"id:{person}", **(way or COUNTER))
    assert isinstance(answer, d.Done), answer


def test_an_emergency_is_first_in_the_list_at_once_and_is_printed_with_what_was_read(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, other = await house.open("karim")
            await helped(house, other)
            her, person = await house.open("jeanne")
            doctor, author = await house.sign_in("diallo"), await house.sign_in("tran")
            sent = [
                told(await house.deposit(author, f"id:{person}", b"%d" % n, category=n), d.DepositAnswer).document
                for n in (5, 10)
            ]
            held = msgspec.structs.replace(await house.sealed(author, f"id:{person}", b"3", category=4), withheld=True)
            answer = await house.ask(author, "deposit_document", held, person=f"id:{person}", proof="professional")
            await emergency(house, person, her, doctor)
            for document in (sent[0], told(answer, d.DepositAnswer).document):
                assert (await house.read(doctor, document))[1] is not None
            listed = await waiting(house)
            assert (listed.urgent, listed.late, len(listed.waiting), listed.printed) == (1, 0, 2, ())
            printed = told(await printing(house, listed.waiting[0]), d.PrintedAnswer)
            (letter,) = printed.letters
            assert (letter.to, letter.name, letter.birth_date) == ("person", "JEANNE AUBERTIN", "1944-03-12")
            assert letter.address == (), "no address is invented"
            (item,) = letter.items
            record = json.loads(item.record)
            assert record["act"] == "break_glass" and record["actor"]["name"] == "Dr Awa Diallo"
            assert item.categories == (5,), "the kind of what was read, but not of what is withheld from her"
            assert b"Malaise" not in item.record, "his words are hers alone"
            assert sent[0][32:].encode() not in item.record
            last = (await journal(house, her))[0]
            assert (last["act"], last["actor"]["kind"], last["actor"]["id"]) == ("print_letter", "operator", "accueil")
            assert last["objects"] == [f"letter:{printed.letter}"]
            await chains(house.settings)

    run(play())


def test_a_letter_is_printed_once_printed_again_as_it_was_and_posted_once(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await helped(house, person)
            (number,) = (await waiting(house)).waiting
            assert code(await posting(house, number)) == "letter-over", "not printed yet"
            assert code(await printing(house, number, again=True)) == "letter-over"
            first = told(await printing(house, number), d.PrintedAnswer)
            listed = await waiting(house)
            assert (listed.waiting, listed.printed) == ((), (number,))
            assert code(await printing(house, number)) == "letter-over", "another account printed it already"
            await helped(house, person)  # since: it waits for the next letter
            again = told(await printing(house, number, again=True), d.PrintedAnswer)
            assert (again.again, again.letter, again.letters) == (True, first.letter, first.letters)
            told(await posting(house, number), d.LetterPosted)
            assert code(await posting(house, number)) == "", "its number leads nowhere any more"
            listed = await waiting(house)
            assert (len(listed.waiting), listed.printed) == (1, ())
            assert (await census(house.settings))["notices.outbox"] == 1
            acts = [(r["act"], r["objects"]) for r in await journal(house, her) if r["act"].endswith("_letter")]
            named = f"letter:{first.letter}"
            done = [one for one in acts if one[1]]
            assert done == [("post_letter", [named]), ("print_letter", [named, "again"]), ("print_letter", [named])]

    run(play())


def test_only_the_operator_prints_and_a_number_opens_nothing_else(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await helped(house, person)
            (number,) = (await waiting(house)).waiting
            for account in ("petit", "diallo", "karim", "jeanne"):
                session = await house.sign_in(account)
                assert code(await house.ask(session, "list_letters", d.LettersParams(), person="")) == ""
                for act, params in (("print_letter", d.PrintLetterParams()), ("post_letter", d.PostLetterParams())):
                    assert code(await house.ask(session, act, params, person=f"letter:{number}")) == ""
            operator = await house.sign_in("accueil")
            for act, params in (("read_journal", d.JournalParams()), ("close_space", d.CloseParams())):
                assert code(await house.ask(operator, act, params, person=f"letter:{number}")) == ""
            assert all(r["actor"]["kind"] != "operator" for r in await journal(house, her))
            for act, params in (("print_letter", d.PrintLetterParams()), ("post_letter", d.PostLetterParams())):
                for named in (f"id:{person}", "ins:244039999910165", f"case:{number}"):
                    assert code(await house.ask(operator, act, params, person=named)) == "", "by her number, never"
            for wrong in ("0" * 32, "x" * 32, "", number[:31]):
                assert code(await printing(house, wrong)) == "", "the answer for a number nobody has"

    run(play())


def test_what_was_announced_since_is_dropped_and_the_author_is_told_no_name(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            her, author = await house.sign_in("jeanne"), await house.sign_in("tran")
            answer = await house.ask(her, "let_authors_read", d.ChoiceParams())
            assert isinstance(answer, d.Done)
            documents = []
            for content in (b"1", b"2"):
                params = await house.sealed(author, f"id:{person}", content)
                params = msgspec.structs.replace(params, withheld=True)
                sent = await house.ask(author, "deposit_document", params, person=f"id:{person}", proof="professional")
                documents.append(told(sent, d.DepositAnswer).document)
            assert (await waiting(house)).waiting == (), "nothing is due before two weeks"
            author = await house.sign_in("tran")
            row = d.AnnounceParams(bytes.fromhex(documents[0][32:]))
            assert isinstance(
                await house.ask(author, "announce_document", row, person=f"id:{person}", proof="professional"), d.Done
            )
            clock.ahead = 14 * DAY
            (number,) = (await waiting(house)).waiting
            hers, authors = told(await printing(house, number), d.PrintedAnswer).letters
            assert (hers.to, [i.document for i in hers.items], [i.record for i in hers.items]) == (
                "person",
                [""],
                [b""],
            )
            assert (authors.to, authors.name, authors.number) == ("author", "", "99900000060")
            assert [i.document for i in authors.items] == [documents[1]]
            assert (await census(house.settings))["notices.outbox"] == 2, "what was announced waits no more"
            (number,) = (await waiting(house)).printed
            told(await posting(house, number), d.LetterPosted)
            assert (await census(house.settings))["notices.outbox"] == 0

    run(play())


def test_a_change_of_address_is_told_at_the_one_before_and_a_call_does_not_change_it(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            agent = await house.sign_in("petit")
            params = d.AddressParams(ADDRESS)
            answer = await house.ask(agent, "give_address", params, person=f"id:{person}", **PHONE)
            assert isinstance(answer, d.Done) and answer.effect == "starts"
            assert told(await house.ask(her, "read_journal", d.JournalParams()), d.JournalAnswer).post
            for wrong in ((), ("",), ("x" * 39,), ("a",) * 6):
                assert code(await house.ask(her, "give_address", d.AddressParams(wrong))) == "address-invalid"
            assert isinstance(await house.ask(her, "give_address", params), d.Done)
            assert (await waiting(house)).waiting == (), "she did it herself, and there was none before"
            answer = await house.ask(agent, "remove_address", d.AddressParams(), person=f"id:{person}", **PHONE)
            assert isinstance(answer, d.Done) and answer.effect == "provisional"
            (number,) = (await waiting(house)).waiting
            letters = told(await printing(house, number), d.PrintedAnswer).letters
            assert [one.address for one in letters] == [(), ADDRESS], (
                "one waits for her, one goes where they went before"
            )
            assert {one.items[0].act for one in letters} == {"remove_address"}

    run(play())


def test_the_letter_of_what_is_open_comes_every_six_months_until_she_stops_it(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await house.open("jeanne")
            her = await house.sign_in("jeanne")
            assert (await census(house.settings))["notices.outbox"] == 0, "off by default"
            for wrong in (0, 1, 7):
                assert code(await house.ask(her, "ask_reminders", d.RemindersParams(wrong))) == "months-invalid"
            for months in (12, 6):
                assert isinstance(await house.ask(her, "ask_reminders", d.RemindersParams(months)), d.Done)
            asked = "SELECT due_on FROM notices.outbox"
            (row,) = await rows(house.settings, "postgres", asked)
            assert 180 <= (row["due_on"] - clock().date()).days <= 184, "the last answer is the one that holds"
            assert (await waiting(house)).waiting == ()
            clock.ahead = 184 * DAY
            her = await house.sign_in("jeanne")
            granted = d.GrantParams("99900000011", "everything", [], [], "soins", 30)
            assert isinstance(await house.ask(her, "grant_access", granted), d.Done)
            (number,) = (await waiting(house)).waiting
            (letter,) = told(await printing(house, number), d.PrintedAnswer).letters
            assert (letter.months, letter.items) == (6, ())
            (grant,) = msgspec.msgpack.decode(letter.grants, type=list[d.GrantView])
            assert grant.practitioner == "99900000011"
            told(await posting(house, number), d.LetterPosted)
            assert (await waiting(house)).printed == ()
            (row,) = await rows(house.settings, "postgres", asked)
            assert 180 <= (row["due_on"] - clock().date()).days <= 184, "the next one"
            assert isinstance(await house.ask(her, "stop_reminders", d.RemindersParams()), d.Done)
            assert (await census(house.settings))["notices.outbox"] == 0

    run(play())


def test_what_the_operator_answered_her_is_whole_in_a_letter_of_its_own(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sent = await house.deposit(await house.sign_in("tran"), f"id:{person}", b"1")
            document = bytes.fromhex(told(sent, d.DepositAnswer).document[32:])
            mistake = d.MistakeParams(document, "date", "C'était un mardi.", False)
            case = told(await house.ask(her, "report_mistake", mistake), d.CaseOpened).case
            await helped(house, person)
            answer = d.AnswerCaseParams("corrected", "La date est corrigée.")
            operator = await house.sign_in("accueil")
            assert isinstance(await house.ask(operator, "answer_case", answer, person=f"case:{case}"), d.Done)
            (number,) = (await waiting(house)).waiting
            first, second = told(await printing(house, number), d.PrintedAnswer).letters
            assert [i.act for i in first.items] == ["hide_new_documents"]
            assert [(i.outcome, i.words) for i in second.items] == [("corrected", "La date est corrigée.")]
            assert "mardi" not in str(second), "her own words are kept in her space alone"

    run(play())


def test_letters_are_counted_by_the_day_in_time_or_late(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            await helped(house, person)
            (number,) = (await waiting(house)).waiting
            await printing(house, number)
            await printing(house, number, again=True)
            await helped(house, person)
            clock.ahead = 2 * DAY
            listed = await waiting(house)
            assert (listed.late, len(listed.waiting)) == (1, 1)
            await printing(house, listed.waiting[0])
            counted = await rows(
                house.settings,
                "postgres",
                "SELECT kind, number FROM counts.daily WHERE kind LIKE 'letter-%' ORDER BY kind",
            )
            assert [(r["kind"], r["number"]) for r in counted] == [("letter-late", 1), ("letter-printed", 1)]

    run(play())


def test_nobody_writes_to_a_person_whose_space_was_opened_without_her_word(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await helped(house, person)
            (number,) = (await waiting(house)).waiting
            space = await space_of(house.settings, house, her)
            await presume(house, space)
            assert code(await printing(house, number)) == "letter-over"
            assert (await waiting(house)).waiting == (), "and nothing waits for her"

    run(play())


async def presume(house: House, space: Any) -> None:
    """Make of a space one that was opened without her word, as the round of silences does."""
    from dataclasses import replace

    from espace_sante.keeper.rights_body import open_will, seal_will
    from tests.inside import keyrings

    keys = (await keyrings(house.settings))[0][space]
    (row,) = await rows(
        house.settings, "postgres", "SELECT version, sealed FROM consent.rights WHERE space_id = $1", space
    )
    will = open_will(row["sealed"], row["version"], keys)
    changed = replace(will, rights=replace(will.rights, presumed=True), version=will.version + 1)
    await rows(
        house.settings,
        "postgres",
        "UPDATE consent.rights SET sealed = $2, version = $3 WHERE space_id = $1",
        space,
        seal_will(changed, keys),
        changed.version,
    )
