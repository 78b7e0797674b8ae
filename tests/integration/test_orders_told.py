"""What is told at the day of a judge's order: published long before, proven by both verifiers, written to her, compared each day."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from espace_sante.assembly import connector
from espace_sante.keeper import demand as d
from espace_sante.keeper.counting import OVERDUE, Counting
from espace_sante.keeper.tally import Tally
from espace_sante.web.operator.letter_words import Writer
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.integration.test_orders import lines, person_with_a_report
from tests.integration.test_prove_journal import checked, played, proved
from tests.integration.test_reckoning import COUNTED, compared, gaps
from tests.orders import AUTHORITY, covered, gauge, listed, ordered, reveal, taken
from tests.publishing import Publisher

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
DAY = timedelta(days=1)
LEAF = "SELECT l.idx FROM log.leaf l JOIN journal.entry e ON e.id = l.entry_id WHERE e.com = $1"


async def due(house: House) -> None:
    """Make the order due now: these proofs are judged at the true hour."""
    statement = "UPDATE keeper.court_order SET reveal_on = $1, version = version + 1"
    await rows(house.settings, "postgres", statement, house.now().date())
    assert (await reveal(house))["revealed"] == 1


def test_what_was_sealed_was_published_before_and_her_proof_holds_with_it(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, _ = await person_with_a_report(house)
        order = await ordered(house, "jeanne")
        one = await house.sign_in("accueil")
        row = covered(await listed(house, one, order)).lines[0].row
        await taken(house, one, order, row)
        before = await publisher.publish()
        await due(house)
        await publisher.publish()
        told = await lines(house, her)
        assert len(told) == 3
        for line in told:
            record, salt = line["opened"]["record"].encode(), bytes.fromhex(line["opened"]["salt"])
            com = hashlib.sha256(b"espace-journal/v1/com\0" + salt + record).digest()
            (leaf,) = await rows(house.settings, "postgres", LEAF, com)
            assert leaf["idx"] < before, "published before she was told"
        _, data = await proved(house, her)
        assert checked(tmp_path, data, publisher).code == 0, "both verifiers say that it holds"

    played(empty_databases, play)


def test_a_document_that_somebody_is_still_to_tell_her_of_stays_unnamed(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("guerin")
            sealed = await house.sealed(doctor, f"id:{person}", b"to be told first")
            way = {"person": f"id:{person}", "proof": "professional"}
            sent = await house.ask(doctor, "deposit_document", msgspec.structs.replace(sealed, withheld=True), **way)
            assert isinstance(sent, d.Done)
            order = await ordered(house, "jeanne")
            one = await house.sign_in("accueil")
            row = covered(await listed(house, one, order)).lines[0].row
            _, clear = await taken(house, one, order, row)
            assert clear == b"to be told first", "her will, and what waits for her, stop no judge"
            await due(house)
            confirmed, _, read = await lines(house, her)
            assert read["objects"][0].startswith("document:sealed.")
            assert row not in json.dumps(read) and "key" not in read["opened"]
            assert "key" in confirmed["opened"], "nothing is named there"

    run(play())


def test_she_is_written_to_with_both_references_and_no_document(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await person_with_a_report(house)
            order = await ordered(house, "jeanne")
            operator = await house.sign_in("accueil")
            row = covered(await listed(house, operator, order)).lines[0].row
            await due(house)
            waiting = await house.ask(operator, "list_letters", d.LettersParams(), person="")
            assert isinstance(waiting, d.Done)
            (letter,) = msgspec.msgpack.decode(waiting.payload, type=d.LettersAnswer).waiting
            answer = await house.ask(operator, "print_letter", d.PrintLetterParams(), person=f"letter:{letter}")
            assert isinstance(answer, d.Done), answer
            printed = msgspec.msgpack.decode(answer.payload, type=d.PrintedAnswer)
            (sheet,) = Writer(house.settings, lambda number: "").sheets(printed)
            text = " ".join([sheet.title, *sheet.intro, *(words for _, part in sheet.parts for words in part)])
            first = (await lines(house, her))[0]
            assert sheet.title == "Une décision de justice a été suivie"
            for part in (AUTHORITY, "Dr Martin", first["basis"]["entry"], f"Ligne {first['seq']} de votre journal"):
                assert part in text, part
            assert row not in text

    run(play())


@pytest.mark.parametrize("keepers", [1, 2])
def test_a_day_of_a_judge_agrees_with_the_journal(empty_databases: Databases, clock: Clock, keepers: int) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=keepers, now=clock) as house:
            await person_with_a_report(house)
            order = await ordered(house, "jeanne", days=1)
            one = await house.sign_in("accueil")
            row = covered(await listed(house, one, order)).lines[0].row
            for _ in range(2):
                assert isinstance((await taken(house, one, order, row))[0], d.Done)
            clock.ahead += DAY
            await reveal(house)
            assert await compared(house) == {"reckoned": 1, "gaps": 0}
            clock.ahead += DAY
            assert await compared(house) == {"reckoned": 1, "gaps": 0}
            assert await gaps(house) == []
            counted = {r["kind"]: r["number"] for r in await rows(house.settings, "postgres", COUNTED)}
            assert counted["key"] == counted["entry:read_ordered"] == counted["answer:read_ordered"] == 2
            assert counted["entry:reveal_order"] == 4
            assert counted["notices-due"] == counted["notices-written"] == 1

    run(play())


def test_an_order_past_its_day_is_an_alarm_until_it_is_told(
    empty_databases: Databases, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await person_with_a_report(house)
            await ordered(house, "jeanne", days=1)
            counting = Counting(connector(house.settings, "es_keeper"), Tally(), 9, clock)
            clock.ahead += DAY
            await counting._look()
            assert OVERDUE not in caplog.text, "its day is not over"
            clock.ahead += DAY
            for _ in range(2):
                await counting._look()
            assert caplog.text.count(OVERDUE) == 1, "once an hour"
            assert (await gauge(house))[1] == 1
            await reveal(house)
            clock.ahead += 2 * timedelta(hours=1)
            await counting._look()
            assert caplog.text.count(OVERDUE) == 1
            counting._drop()

    with caplog.at_level(logging.ERROR):
        run(play())
