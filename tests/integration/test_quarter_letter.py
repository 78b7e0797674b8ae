"""Her journal of each quarter, by letter: asked for once, due after each quarter, one letter for each, until she stops it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.consent.letters import quarter_of
from espace_sante.journal.entry import reference
from espace_sante.keeper import demand as d
from espace_sante.keeper.acts import proving
from espace_sante.kernel.readable import in_fives
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, rows
from tests.integration.test_letters import PHONE, posting, told, waiting
from tests.integration.test_prove_journal import COUNTER, played
from tests.integration.test_year_letter import codes_on, paper, printed
from tests.pdf_text import text
from tests.people import grant
from tests.publishing import Publisher

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
JOURNAL = d.RemindersParams(0, "journal")
DUE = "SELECT due_on FROM notices.outbox"


async def lived(house: House) -> None:
    """She opens a space, a document comes, and one doctor reads it by her permission."""
    her, person = await house.open("jeanne")
    sent = told(await house.deposit(await house.sign_in("tran"), f"id:{person}", b"1"), d.DepositAnswer).document
    assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
    assert (await house.read(await house.sign_in("diallo"), sent))[1] is not None


def at(clock: Clock, day: date) -> None:
    """Move the clock to a day at noon."""
    clock.ahead = datetime.combine(day, time(12), UTC) - datetime.now(UTC)


async def due(house: House) -> list[date]:
    return sorted(row["due_on"] for row in await rows(house.settings, "postgres", DUE))


async def asked(house: House, act: str, params: d.RemindersParams, way: dict[str, Any] | None = None) -> d.Answer:
    if way is None:
        return await house.ask(await house.sign_in("jeanne"), act, params)
    ins = f"ins:{house.provider.find('jeanne').ins}"
    return await house.ask(await house.sign_in("petit"), act, params, person=ins, **way)


async def shown(house: House, publisher: Publisher | None = None) -> tuple[str, d.YearLines, d.PrintedAnswer]:
    (number,) = (await waiting(house)).waiting
    if publisher is not None:
        await publisher.publish()
    answer = await printed(house, number)
    (letter,) = [one for one in answer.letters if one.year is not None]
    assert letter.year is not None
    return number, letter.year, answer


def seqs(one: d.YearLines) -> list[int]:
    return [msgspec.json.decode(record)["seq"] for record in one.records]


def test_each_quarter_has_one_letter_and_each_line_is_in_one_of_them(empty_databases: Databases, clock: Clock) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        await lived(house)
        first = quarter_of(clock().date())
        second, third = first.following, first.following.following
        assert isinstance(await asked(house, "ask_reminders", JOURNAL), d.Done)
        assert isinstance(await asked(house, "ask_reminders", JOURNAL), d.Done), "asked again: still one"
        assert await due(house) == [second.begins]
        assert (await waiting(house)).waiting == ()
        at(clock, second.begins - timedelta(days=1))
        assert (await waiting(house)).waiting == (), "the quarter runs still"
        at(clock, second.begins + timedelta(days=5))
        number, one, answer = await shown(house, publisher)
        assert (one.year, one.quarter) == (first.year, first.number)
        assert seqs(one) == list(range(one.count - 1, -1, -1)), "from the opening on"
        assert sum(one.counts.values()) == one.counted == one.count
        pdf = paper(house, answer)
        said = text(pdf)
        assert "Votre journal, " in said and str(first.year) in said and "chaque trimestre" in said
        assert "Dr Awa Diallo" in said and "Vous l’avez autorisé à lire, depuis le" in said
        assert "nous ne savons pas si" in said or "à l’écran, sur nos pages" in said
        assert in_fives(reference(one.com)) in said
        assert [code for code in codes_on(pdf) if code.startswith(b"ESR1")]
        assert isinstance(await posting(house, number), d.Done)
        assert await due(house) == [third.begins]
        assert (await waiting(house)).waiting == (), "one letter for a quarter"
        at(clock, third.following.begins + timedelta(days=40))
        number, two, _ = await shown(house)
        assert (two.year, two.quarter) == (second.year, second.number), "late, and none is left out"
        assert seqs(two)[-1] == one.count, "where the one before ended"
        assert isinstance(await posting(house, number), d.Done)
        number, three, answer = await shown(house)
        assert (three.year, three.quarter, three.count) == (third.year, third.number, 0)
        assert "Aucune ligne." in text(paper(house, answer))
        assert isinstance(await posting(house, number), d.Done)
        assert await due(house) == [third.following.following.begins]

    played(empty_databases, play, now=clock)


def test_both_letters_are_asked_for_and_stopped_together_or_alone(empty_databases: Databases) -> None:
    async def play(house: House, _: Publisher) -> None:
        await lived(house)
        months = [d.RemindersParams(6, "both"), d.RemindersParams(0, "both"), d.RemindersParams(6, "all")]
        for wrong, code in zip(months[1:], ("months-invalid", "demand-invalid"), strict=True):
            answer = await asked(house, "ask_reminders", wrong)
            assert isinstance(answer, d.Refused) and answer.code == code
        answer = await asked(house, "stop_reminders", months[2])
        assert isinstance(answer, d.Refused) and answer.code == "demand-invalid"
        for stopped, left in (("open", 1), ("journal", 1), ("both", 0)):
            assert isinstance(await asked(house, "ask_reminders", months[0]), d.Done)
            assert len(await due(house)) == 2
            assert isinstance(await asked(house, "stop_reminders", d.RemindersParams(0, stopped)), d.Done)
            assert len(await due(house)) == left
        her = await house.sign_in("jeanne")
        for asks, has in ((months[0], True), (None, False)):
            act = "ask_reminders" if asks else "stop_reminders"
            await asked(house, act, asks or d.RemindersParams(0, "both"))
            page = told(await house.ask(her, "read_journal", d.JournalParams()), d.JournalAnswer)
            post = msgspec.msgpack.decode(page.post, type=d.PostView)
            assert (bool(post.quarterly), bool(post.months)) == (has, has)
            assert b'"wanted:both"' in page.records[0]

    played(empty_databases, play)


@pytest.mark.parametrize("way", [COUNTER, PHONE], ids=["counter", "phone"])
def test_it_is_asked_for_without_a_screen(empty_databases: Databases, way: dict[str, Any]) -> None:
    async def play(house: House, _: Publisher) -> None:
        await lived(house)
        before = await due(house)
        assert isinstance(await asked(house, "ask_reminders", JOURNAL, way), d.Done)
        new = quarter_of(house.now().date()).following.begins
        assert new in await due(house) and new not in before
        assert isinstance(await asked(house, "stop_reminders", JOURNAL, way), d.Done)
        assert new not in await due(house)

    played(empty_databases, play)


def test_a_busy_quarter_says_its_most_recent_lines_and_how_many_there_are(
    empty_databases: Databases, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "QUARTER_LINES_MOST", 3)

    async def play(house: House, _: Publisher) -> None:
        await lived(house)
        await asked(house, "ask_reminders", JOURNAL)
        at(clock, quarter_of(clock().date()).following.begins)
        _, one, answer = await shown(house)
        assert len(one.records) == 3 and one.counted == one.count > 3
        said = text(paper(house, answer))
        assert f"compte {one.count} lignes" in said and "Voici les 3 plus récentes" in said
        assert f"Parmi les {one.counted} plus récentes" in said

    played(empty_databases, play, now=clock)


def test_what_she_stopped_since_it_was_due_is_dropped(empty_databases: Databases, clock: Clock) -> None:
    async def play(house: House, _: Publisher) -> None:
        await lived(house)
        await asked(house, "ask_reminders", JOURNAL)
        at(clock, quarter_of(clock().date()).following.begins)
        assert len((await waiting(house)).waiting) == 1
        await asked(house, "stop_reminders", JOURNAL)
        assert (await waiting(house)).waiting == () and await due(house) == []

    played(empty_databases, play, now=clock)


def test_of_an_archive_nothing_is_printed_until_it_is_opened_again(empty_databases: Databases, clock: Clock) -> None:
    async def play(house: House, _: Publisher) -> None:
        await lived(house)
        await asked(house, "ask_reminders", JOURNAL)
        closed = await house.ask(await house.sign_in("jeanne"), "close_space", d.CloseParams(archive_years=5))
        assert isinstance(closed, d.Done), closed
        day = quarter_of(clock().date()).following.begins
        at(clock, day)
        (number,) = (await waiting(house)).waiting
        operator = await house.sign_in("accueil")
        answer = await house.ask(operator, "print_letter", d.PrintLetterParams(), person=f"letter:{number}")
        assert isinstance(answer, d.Refused) and answer.code == "letter-over"
        assert await due(house) == [quarter_of(day).following.begins], "it waits for the next quarter"
        assert (await waiting(house)).waiting == ()

    played(empty_databases, play, now=clock)
