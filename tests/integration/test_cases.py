"""What she contests and reports: answered within a month by two accounts that do not know whose case it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.acts import contesting
from espace_sante.keeper.case_body import in_a_month, open_case
from tests.answers import code, journal_page
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, chains, clock, forms, keyrings, open_house, rows, run
from tests.people import DIALLO, grant

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
WORDS = "Mots-a-moi-Zanzibar"
PHONE: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
COUNTER: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
REASON = "unknown"


async def lines(house: House, her: bytes) -> list[tuple[bytes, str]]:
    page = await journal_page(house, her)
    return list(zip(page.records, page.references, strict=True))


async def cases(house: House, her: bytes) -> list[d.CaseSeen]:
    return msgspec.msgpack.decode((await journal_page(house, her)).cases, type=list[d.CaseSeen])


async def queue(house: House, operator: bytes) -> list[d.CaseLine]:
    answer = await house.ask(operator, "list_cases", d.CaseListParams(), person="", key=b"")
    assert isinstance(answer, d.Done), answer
    return list(msgspec.msgpack.decode(answer.payload, type=d.CaseListAnswer).cases)


async def read_by(house: House, who: str, her: bytes, person: str) -> tuple[bytes, str]:
    """Let a professional list once; return his session and the reference of that line of her journal."""
    doctor = await house.sign_in(who)
    await house.ask(her, "grant_access", grant())
    listed = await house.ask(doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
    assert isinstance(listed, (d.Done, d.Refused))
    return doctor, listed.entry


async def contest(house: House, her: bytes, entry: str, *, block: bool = False, **way: Any) -> d.Answer:
    return await house.ask(her, "contest_access", d.ContestParams([entry], REASON, WORDS, block), **way)


async def answered(house: House, operator: bytes, case: str, text: str = "Il vous soignait ce jour-là.") -> d.Answer:
    return await house.ask(operator, "answer_case", d.AnswerCaseParams("justified", text), person=f"case:{case}")


async def confirmed(house: House, operator: bytes, case: str, text: str = "Il vous soignait ce jour-là.") -> d.Answer:
    asked = d.ConfirmCaseParams(hashlib.sha256(text.encode()).digest())
    return await house.ask(operator, "confirm_case_answer", asked, person=f"case:{case}")


def test_an_access_she_did_not_expect_is_answered_within_a_month_by_two_accounts(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            _, entry = await read_by(house, "diallo", her, person)
            opened = await contest(house, her, entry)
            assert isinstance(opened, d.Done)
            told = msgspec.msgpack.decode(opened.payload, type=d.CaseOpened)
            receipt = json.loads(told.receipt)["payload"]
            assert (receipt["words"], receipt["entries"], receipt["case"]) == (WORDS, [entry], told.case)
            (one,) = await cases(house, her)
            assert (one.practitioner, one.entries, one.kind) == (DIALLO, (entry,), "contest")
            assert date.fromisoformat(one.due) == in_a_month(date.fromisoformat(one.opened))
            assert not one.answered
            assert not one.late

            first, second = await house.sign_in("accueil"), await house.sign_in("astreinte")
            (line,) = await queue(house, first)
            assert (line.case, line.practitioner, line.reason, line.waits) == (told.case, DIALLO, REASON, False)
            assert isinstance(await answered(house, first, told.case), d.Done)
            assert not (await cases(house, her))[0].answers, "nothing is sent before a second account confirms"
            assert code(await confirmed(house, first, told.case)) == "second-account"
            assert code(await confirmed(house, second, told.case, "Autre chose.")) == "case-moved"
            before = (await rows(house.settings, "postgres", "SELECT count(*) AS n FROM notices.outbox"))[0]["n"]
            sent = await confirmed(house, second, told.case)
            assert isinstance(sent, d.Done)
            after = (await rows(house.settings, "postgres", "SELECT count(*) AS n FROM notices.outbox"))[0]["n"]
            assert after == before + 1
            (one,) = await cases(house, her)
            assert one.answered
            assert [(a.outcome, a.text) for a in one.answers] == [("justified", "Il vous soignait ce jour-là.")]
            assert await queue(house, first) == []
            assert code(await answered(house, first, told.case)) == "case-answered"
            page = await journal_page(house, her)
            mine = [json.loads(r) for r, ref in zip(page.records, page.references, strict=True) if ref == sent.entry]
            assert mine[0]["actor"]["name"] == "Exploitant, second compte"
            counted = await rows(
                house.settings, "postgres", "SELECT kind, number FROM counts.daily WHERE kind LIKE 'contest-%'"
            )
            assert {row["kind"]: row["number"] for row in counted} == {
                "contest-opened": 1,
                "contest-answered": 1,
                "contest-in-7": 1,
            }

    run(play())


def test_contesting_may_block_him_in_the_same_step_even_by_telephone(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, entry = await read_by(house, "diallo", her, person)
            agent = await house.sign_in("petit")
            done = await contest(house, agent, entry, block=True, person=f"id:{person}", **PHONE)
            assert isinstance(done, d.Done)
            assert done.effect == "provisional"
            refused = await house.ask(
                doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
            )
            assert code(refused) == ""
            views = msgspec.msgpack.decode((await journal_page(house, her)).blocks, type=list[d.BlockView])
            assert [(view.practitioner, view.what) for view in views] == [(DIALLO, "everything")]
            assert len(await cases(house, her)) == 1

    run(play())


def test_only_lines_of_somebody_else_in_her_own_journal_are_contested(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            other, _ = await house.open("karim")
            _, entry = await read_by(house, "diallo", her, person)
            lopez = await house.sign_in("lopez")
            sent = await house.deposit(lopez, f"id:{person}", b"text")
            assert isinstance(sent, d.Done)
            own = (await house.ask(her, "read_journal", d.JournalParams())).entry  # type: ignore[union-attr]  # a refusal has none, and fails here
            assert code(await contest(house, her, own)) == "entries-own"
            assert code(await contest(house, her, "0" * 20)) == "entries-unknown"
            assert code(await contest(house, her, "rien")) == "entries-unknown"
            assert code(await contest(house, other, entry)) == "entries-unknown", "of another's journal"
            many = d.ContestParams([entry, sent.entry], REASON, "", False)
            assert code(await house.ask(her, "contest_access", many)) == "entries-of-several"
            for wrong in (d.ContestParams([], REASON), d.ContestParams([entry, entry], REASON)):
                assert code(await house.ask(her, "contest_access", wrong)) == "entries-invalid"
            assert code(await house.ask(her, "contest_access", d.ContestParams([entry], "no"))) == "case-invalid"
            agent = await house.sign_in("petit")
            hidden = await house.ask(agent, "mask", d.MaskParams(b"", 5, ""), person=f"id:{person}", **COUNTER)
            assert isinstance(hidden, d.Done)
            assert code(await contest(house, her, hidden.entry, block=True)) == "block-nobody"
            assert await cases(house, her) == await cases(house, other) == []
            number = next(json.loads(r)["seq"] for r, ref in await lines(house, her) if ref == entry)
            assert isinstance(await contest(house, her, f"{number:03}"), d.Done), "by its number, as on paper"
            assert (await cases(house, her))[0].entries == (entry,)
            assert isinstance(await contest(house, her, hidden.entry), d.Done), "what an agent did may be contested too"
            assert code(await contest(house, her, "999999")) == "entries-unknown"

    run(play())


def test_a_wrong_document_is_reported_hidden_if_she_says_so_and_answered_by_one_account(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, _ = await read_by(house, "diallo", her, person)
            sent = await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"text")
            assert isinstance(sent, d.Done)
            document = msgspec.msgpack.decode(sent.payload, type=d.DepositAnswer).document
            row = bytes.fromhex(document[32:])
            unknown = d.MistakeParams(bytes(16), "false", "", hide=True)
            assert code(await house.ask(her, "report_mistake", unknown)) == "document-unknown"
            done = await house.ask(her, "report_mistake", d.MistakeParams(row, "false", WORDS, hide=True))
            assert isinstance(done, d.Done)
            seen = await house.ask(
                doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
            )
            assert isinstance(seen, d.Done)
            assert msgspec.msgpack.decode(seen.payload, type=d.ListAnswer).lines == []
            (one,) = await cases(house, her)
            assert (one.kind, one.entries, one.practitioner) == ("mistake", (done.entry,), "99900000045")
            operator = await house.sign_in("accueil")
            assert isinstance(await answered(house, operator, one.case), d.Done)
            assert (await cases(house, her))[0].answered

    run(play())


def test_late_is_said_to_her_and_to_the_operator(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            _, entry = await read_by(house, "diallo", her, person)
            await contest(house, her, entry)
            due = date.fromisoformat((await cases(house, her))[0].due)
            clock.ahead = timedelta(days=(due - date.today()).days)
            her, operator = await house.sign_in("jeanne"), await house.sign_in("accueil")
            assert not (await cases(house, her))[0].late, "the last day is not late"
            clock.ahead += timedelta(days=1)
            her, operator = await house.sign_in("jeanne"), await house.sign_in("accueil")
            assert (await cases(house, her))[0].late
            assert (await queue(house, operator))[0].late
            for _ in range(2):  # counted once, however often the round is made
                assert isinstance(await house.link.ask(d.Maintain(0, "purge")), d.Done)
            counted = await rows(house.settings, "postgres", "SELECT day, kind, number FROM counts.daily")
            assert (due + timedelta(days=1), "contest-late", 1) in [tuple(row.values()) for row in counted]

    run(play())


def test_nobody_but_the_operator_sees_or_answers_cases_and_he_only_by_their_number(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            other, stranger = await house.open("karim")
            doctor, entry = await read_by(house, "diallo", her, person)
            await contest(house, her, entry)
            case = (await cases(house, her))[0].case
            operator, agent = await house.sign_in("accueil"), await house.sign_in("petit")
            for session, proof in ((her, "login"), (other, "login"), (doctor, "professional"), (agent, "login")):
                asked = await house.ask(session, "list_cases", d.CaseListParams(), person="", proof=proof, key=b"")
                assert code(asked) == ""
                said = d.AnswerCaseParams("justified", "Non.")
                refused = await house.ask(session, "answer_case", said, person=f"case:{case}", proof=proof)
                assert code(refused) == ""
            for named in (f"id:{person}", f"id:{stranger}", "case:" + "0" * 32, f"ticket:{case[:20]}", ""):
                refused = await house.ask(
                    operator, "answer_case", d.AnswerCaseParams("justified", "Non."), person=named
                )
                assert code(refused) == "", named
            assert not (await cases(house, her))[0].answered

    run(play())


def test_a_case_says_nothing_of_her_and_nothing_leads_to_her_once_her_space_is_erased(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            who = house.provider.find("jeanne")
            _, entry = await read_by(house, "diallo", her, person)
            opened = await contest(house, her, entry)
            case = (await cases(house, her))[0].case
            settings = house.settings
            (row,) = await rows(settings, "postgres", "SELECT case_id, sealed FROM mailroom.case")
            _, service = await keyrings(settings)
            body = msgspec.msgpack.encode(open_case(service, row["case_id"], row["sealed"]))
            marks = [WORDS, who.birth_name, who.first_given, who.ins, person]
            assert isinstance(opened, d.Done)
            for mark in marks:
                for form in forms(mark.encode()).values():
                    assert form not in body, mark
            everything = await dumped(settings)
            for mark in [WORDS, DIALLO, entry, person]:
                for form in forms(mark.encode()).values():
                    assert form not in everything, mark
            operator = await house.sign_in("accueil")
            assert len(await queue(house, operator)) == 1
            assert isinstance(await house.ask(her, "close_space", d.CloseParams()), d.Done)
            assert isinstance(await house.link.ask(d.Maintain(0, "erase")), d.Done)
            assert await queue(house, operator) == [], "nobody is left to be answered"
            assert code(await answered(house, operator, case)) == ""
            terms = await rows(settings, "postgres", "SELECT * FROM identity.directory")
            assert terms == []
            assert len(await rows(settings, "postgres", "SELECT * FROM mailroom.case")) == 1
            assert await chains(settings)

    run(play())


async def dumped(settings: Any) -> bytes:
    """Every row of every table of the main database, as bytes."""
    tables = await rows(
        settings,
        "postgres",
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public')",
    )
    found = []
    for table in tables:
        for row in await rows(settings, "postgres", f"SELECT * FROM {table['name']}"):
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row.values()]
    return b"|".join(found)


def days() -> Iterator[tuple[str, str]]:
    yield "2026-01-31", "2026-02-28"
    yield "2028-01-31", "2028-02-29"
    yield "2026-12-05", "2027-01-05"
    yield "2026-11-26", "2026-12-26"


def test_a_month_later_is_the_same_day_or_the_last_of_that_month() -> None:
    for opened, due in days():
        assert in_a_month(date.fromisoformat(opened)).isoformat() == due
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", in_a_month(date(2026, 3, 31)).isoformat())


def test_so_many_cases_wait_for_an_answer_and_no_more(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contesting, "CASES_OPEN_MOST", 2)

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            _, entry = await read_by(house, "diallo", her, person)
            first = await contest(house, her, entry)
            assert isinstance(first, d.Done) and isinstance(await contest(house, her, entry), d.Done)
            assert code(await contest(house, her, entry)) == "cases-too-many"
            assert len(await cases(house, her)) == 2
            case = msgspec.msgpack.decode(first.payload, type=d.CaseOpened).case
            assert isinstance(await answered(house, await house.sign_in("accueil"), case), d.Done)
            assert code(await contest(house, her, entry)) == "cases-too-many", "one account alone answers nothing"
            assert isinstance(await confirmed(house, await house.sign_in("astreinte"), case), d.Done)
            assert isinstance(await contest(house, her, entry), d.Done)

    run(play())
