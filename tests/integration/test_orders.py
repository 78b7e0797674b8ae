"""Readings ordered by a judge, on a real house: two accounts, a trace at once, sealed to her until its date, then in her journal."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from espace_sante.journal.entry import commitment_start
from espace_sante.keeper import demand as d
from espace_sante.keeper.order_body import open_name
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, chains, clock, open_house, rows, run, space_of, watched
from tests.orders import (
    AUTHORITY,
    confirm,
    covered,
    gauge,
    listed,
    noted,
    ordered,
    prolong,
    record,
    reveal,
    states,
    taken,
    terms,
)

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
DAY = timedelta(days=1)


def code(answer: d.Answer) -> str:
    assert isinstance(answer, d.Refused), answer
    return answer.code


async def person_with_a_report(house: House, **changes: Any) -> tuple[bytes, str]:
    her, person = await house.open("jeanne")
    answer = await house.deposit(await house.sign_in("guerin"), f"id:{person}", b"the report", **changes)
    assert isinstance(answer, d.Done), answer
    return her, person


async def lines(house: House, her: bytes, act: str = "reveal_order") -> list[dict[str, Any]]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    found = [json.loads(one) for one in page.records]
    return [one for one in reversed(found) if one["act"] == act]


async def institution(house: House) -> list[dict[str, Any]]:
    """Return the records of the institution's chains: those whose first one is the keeper's own beginning."""
    every = (await chains(house.settings)).values()
    return [one for chain in every if chain[0]["act"] == "begin" for one in chain[1:]]


def test_two_accounts_read_what_an_order_covers_and_the_trace_is_there_at_once(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await person_with_a_report(house)
            other = await house.deposit(await house.sign_in("guerin"), f"id:{person}", b"a picture", category=7)
            assert isinstance(other, d.Done)
            outside = msgspec.msgpack.decode(other.payload, type=d.DepositAnswer).document[32:]
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            said = terms(house.now().date())
            first = noted(await record(house, one, "jeanne", said))
            assert not first.confirmed
            assert code(await listed(house, one, first.order)) == "", "nothing before a second account"
            assert code(await confirm(house, one, "jeanne", first.order, said)) == "second-account"
            assert code(await confirm(house, two, "karim", first.order, said)) == "order-of-another"
            moved = msgspec.structs.replace(said, law="another")
            assert code(await confirm(house, two, "jeanne", first.order, moved)) == "order-moved"
            assert noted(await confirm(house, two, "jeanne", first.order, said)).confirmed
            assert code(await confirm(house, two, "jeanne", first.order, said)) == "", "once"
            seen = covered(await listed(house, one, first.order))
            assert seen.total == 1 and len(seen.lines) == 1
            answer, clear = await taken(house, two, first.order, seen.lines[0].row)
            assert clear == b"the report"
            refused, _ = await taken(house, two, first.order, outside)
            assert code(refused) == "", "not covered: as an unknown one"
            unknown, _ = await taken(house, two, first.order, "0" * 31 + "1")
            assert code(unknown) == ""
            await written_at_once(house, answer, first.order, her)

    run(play())


async def written_at_once(house: House, read: d.Answer, order: str, her: bytes) -> None:
    """Her name, her space, her document and the judge are in no clear word of the institution's records; the entry is there."""
    space = await space_of(house.settings, house, her)
    said = [one for one in await institution(house) if one["act"] in ("record_order", "confirm_order", "read_ordered")]
    results = [(one["act"], one["decision"]["result"], one["decision"]["rule"]) for one in said]
    assert ("record_order", "permit", "order") in results
    assert ("confirm_order", "permit", "order-confirmed") in results
    assert ("confirm_order", "refuse", "second-account") in results
    assert ("read_ordered", "permit", "order") in results
    assert ("read_ordered", "refuse", "order-does-not-cover") in results
    permitted = [one for one in said if one["decision"]["result"] == "permit"]
    for one in permitted:
        assert one["objects"][0] == f"order:{order}"
        assert len(one["objects"]) == 2 and one["objects"][1].startswith("sealed:")
        assert one["actor"]["kind"] == "operator" and one["actor"]["name"]
    assert len({len(one["objects"][1]) for one in permitted}) == 1, "its length tells nothing"
    text = json.dumps(said)
    for mark in (str(space), space.hex, AUTHORITY, "2026/1234", "56-3", "Martin"):
        assert mark not in text
    assert isinstance(read, d.Done)
    found = await rows(
        house.settings,
        "postgres",
        "SELECT 1 FROM journal.entry WHERE substr(com, 1, 12) = $1",
        commitment_start(read.entry),
    )
    assert len(found) == 1, "what is released has its entry"


def test_at_its_date_each_sealed_line_is_copied_once_with_both_references(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await person_with_a_report(house)
            order = await ordered(house, "jeanne", days=10)
            one = await house.sign_in("accueil")
            row = covered(await listed(house, one, order)).lines[0].row
            answer, _ = await taken(house, one, order, row)
            assert isinstance(answer, d.Done)
            assert await lines(house, her) == []
            assert await gauge(house) == (1, 0, 0, 0, 0)
            clock.ahead += 9 * DAY
            assert await reveal(house) == {"revealed": 0, "without_space": 0}, "not before its day"
            clock.ahead += DAY
            assert await reveal(house) == {"revealed": 1, "without_space": 0}
            assert await reveal(house) == {"revealed": 0, "without_space": 0}, "once"
            assert await gauge(house) == (0, 0, 1, 0, 0)
            her = await house.sign_in("jeanne")
            told = await lines(house, her)
            assert [one["told"]["act"] for one in told] == ["confirm_order", "list_ordered", "read_ordered"]
            assert [one["objects"] for one in told] == [["order"], ["list"], [f"document:{row}"]]
            last = told[-1]
            assert last["basis"] == {"order": order, "entry": answer.entry}
            assert last["told"]["authority"] == AUTHORITY and last["told"]["attended"].startswith("Dr Martin")
            assert len(last["told"]["accounts"]) == 2 and last["told"]["lines"] == 3
            await opens(house, last, order, row)
            kept = await rows(house.settings, "postgres", "SELECT count(*) AS n FROM keeper.sealed_line")
            assert kept[0]["n"] == 0
            outbox = await rows(house.settings, "postgres", "SELECT count(*) AS n FROM notices.outbox")
            assert outbox[0]["n"] == 1, "she is written to, once"

    run(play())


async def opens(house: House, line: dict[str, Any], order: str, row: str) -> None:
    """What her line opens is the very commitment that was in the institution's chain, and its key opens the name in it."""
    record, salt, key = (
        line["opened"]["record"],
        bytes.fromhex(line["opened"]["salt"]),
        bytes.fromhex(line["opened"]["key"]),
    )
    com = hashlib.sha256(b"espace-journal/v1/com\0" + salt + record.encode()).digest()
    found = await rows(house.settings, "postgres", "SELECT seq FROM journal.entry WHERE com = $1", com)
    assert len(found) == 1
    said = json.loads(record)
    assert said["act"] == "read_ordered" and said["at"] == line["told"]["at"]
    name = open_name(key, UUID(hex=order), said["objects"][1])
    assert name["objects"] == [f"document:{row}"] and name["space"] == line["space"]


def test_an_order_is_noted_and_confirmed_alike_for_somebody_without_a_space(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            order = await ordered(house, "karim", days=3)
            assert code(await listed(house, await house.sign_in("accueil"), order)) == ""
            assert await gauge(house) == (1, 0, 0, 0, 0)
            clock.ahead += 3 * DAY
            assert await reveal(house) == {"revealed": 0, "without_space": 1}
            assert await gauge(house) == (0, 0, 0, 1, 0)

    run(play())


def test_noting_and_confirming_are_the_same_work_whether_she_has_a_space_or_not(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await person_with_a_report(house)
            await ordered(house, "jeanne")
            work = []
            for account in ("jeanne", "karim") * 2:
                with watched() as seen:
                    await ordered(house, account)
                work.append([name for name, _ in seen.rows() if not name.startswith("put_session")])
            assert work[0] and work[0] == work[1] == work[2] == work[3]

    run(play())


@pytest.mark.parametrize("archived", [False, True])
def test_a_space_closed_before_the_date_has_nothing_to_be_told_in_and_an_archive_is_told(
    empty_databases: Databases, clock: Clock, archived: bool
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await person_with_a_report(house)
            order = await ordered(house, "jeanne", days=5)
            one = await house.sign_in("accueil")
            assert covered(await listed(house, one, order)).total == 1
            closed = await house.ask(her, "close_space", d.CloseParams(archive_years=2 if archived else 0))
            assert isinstance(closed, d.Done), closed
            again = await listed(house, one, order)
            assert isinstance(again, d.Done) if archived else code(again) == ""
            assert isinstance(await house.link.ask(d.Maintain(0, "erase")), d.Done)
            clock.ahead += 20 * DAY
            assert await gauge(house) == (0, 1, 0, 0, 0), "overdue until the round passes"
            told = {"revealed": int(archived), "without_space": int(not archived)}
            assert await reveal(house) == told
            assert await gauge(house) == ((0, 0, 1, 0, 0) if archived else (0, 0, 0, 1, 0))
            if archived:
                assert len(await lines(house, await house.sign_in("jeanne"))) == 3

    run(play())


def test_what_nobody_told_is_overdue_in_public_until_it_is(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await person_with_a_report(house)
            await ordered(house, "jeanne", days=2)
            clock.ahead += 2 * DAY
            assert await gauge(house) == (1, 0, 0, 0, 0), "its day is not over"
            clock.ahead += DAY
            assert await gauge(house) == (0, 1, 0, 0, 0)
            await reveal(house)
            assert await gauge(house) == (0, 0, 1, 0, 0)

    run(play())


def test_a_day_is_put_off_by_two_accounts_and_counted(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await person_with_a_report(house)
            order = await ordered(house, "jeanne", days=5)
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            today = house.now().date()
            assert code(await prolong(house, one, order, today + 5 * DAY)) == "order-too-long", "later, not the same"
            assert code(await prolong(house, one, order, today + 366 * DAY)) == "order-too-long"
            assert not noted(await prolong(house, one, order, today + 365 * DAY)).confirmed
            assert await gauge(house) == (1, 0, 0, 0, 0)
            assert code(await prolong(house, one, order, today + 365 * DAY)) == "second-account"
            assert code(await prolong(house, two, order, today + 364 * DAY)) == "order-moved"
            assert noted(await prolong(house, two, order, today + 365 * DAY)).confirmed
            assert await gauge(house) == (1, 0, 0, 0, 1)
            clock.ahead += 300 * DAY
            assert await reveal(house) == {"revealed": 0, "without_space": 0}
            clock.ahead += 65 * DAY
            assert await reveal(house) == {"revealed": 1, "without_space": 0}
            told = await lines(house, await house.sign_in("jeanne"))
            assert [line["told"]["act"] for line in told] == ["confirm_order", "prolong_order"]

    run(play())


def test_what_an_order_does_not_say_is_refused(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            one, today = await house.sign_in("accueil"), house.now().date()
            tomorrow = (today + DAY).isoformat()
            scopes: list[dict[str, Any]] = [
                {"categories": ()},
                {"categories": (99,)},
                {"first": "x"},
                {"last": "2026-13-01"},
            ]
            scopes.append({"first": "2026-02-02", "last": "2026-02-01"})
            words: list[dict[str, Any]] = [{"authority": " "}, {"number": ""}, {"law": ""}, {"attended": ""}]
            words += [{"dated": tomorrow}, {"dated": ""}, {"law": "x" * 201}]
            days: list[dict[str, Any]] = [{"reveal": today.isoformat()}, {"reveal": ""}]
            days.append({"reveal": (today + 366 * DAY).isoformat()})
            wrong = {"order-scope": scopes, "order-invalid": words, "order-too-long": days}
            for expected, changes in wrong.items():
                for change in changes:
                    assert code(await record(house, one, "jeanne", terms(today, **change))) == expected, change
            said = terms(today, first="2026-02-01", last="2026-02-01", days=365)
            assert isinstance(await record(house, one, "jeanne", said), d.Done)
            answer = await house.ask(one, "record_order", d.RecordOrderParams(said), person="ins:123")
            assert code(answer) == "reference-invalid"
            for account in ("jeanne", "diallo", "petit"):
                answer = await record(house, await house.sign_in(account), "jeanne", said)
                assert code(answer) == "", "the operator's staff alone"

    run(play())


def test_so_many_orders_a_day_and_no_more(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            one, said = await house.sign_in("accueil"), terms(house.now().date())
            for _ in range(house.settings.orders_per_day):
                assert isinstance(await record(house, one, "jeanne", said), d.Done)
            assert code(await record(house, one, "jeanne", said)) == "orders-too-many"
            clock.ahead += DAY
            said = terms(house.now().date())
            assert isinstance(await record(house, await house.sign_in("accueil"), "jeanne", said), d.Done)

    run(play())


def test_an_order_nobody_confirms_in_a_month_gives_nothing_and_names_nobody(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await person_with_a_report(house)
            said = terms(house.now().date(), days=300)
            order = noted(await record(house, await house.sign_in("accueil"), "jeanne", said)).order
            clock.ahead += 30 * DAY
            await reveal(house)
            assert await states(house) == [1]
            clock.ahead += DAY
            await reveal(house)
            assert await states(house) == [5]
            two = await house.sign_in("astreinte")
            assert code(await confirm(house, two, "jeanne", order, said)) == ""
            clock.ahead += 300 * DAY
            assert await reveal(house) == {"revealed": 0, "without_space": 0}
            assert await gauge(house) == (0, 0, 0, 0, 0)

    run(play())


def test_a_period_is_a_bound_and_reading_ends_after_thirty_days(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await person_with_a_report(house, created="2026-11-02T09:00:00+00:00")
            inside = await ordered(house, "jeanne", first="2026-11-02", last="2026-11-02")
            outside = await ordered(house, "jeanne", first="2026-11-03")
            before = await ordered(house, "jeanne", last="2026-11-01")
            one = await house.sign_in("accueil")
            assert [covered(await listed(house, one, each)).total for each in (inside, outside, before)] == [1, 0, 0]
            clock.ahead += 31 * DAY
            assert code(await listed(house, await house.sign_in("accueil"), inside)) == ""

    run(play())


def test_the_orders_that_are_not_over_are_listed_without_whom_they_are_about(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await person_with_a_report(house)
            order = await ordered(house, "jeanne")
            answer = await house.ask(await house.sign_in("astreinte"), "list_orders", d.ListOrdersParams())
            assert isinstance(answer, d.Done)
            (line,) = msgspec.msgpack.decode(answer.payload, type=d.OrdersAnswer).orders
            assert (line.order, line.confirmed, line.mine, line.read) == (order, True, False, 1)
            who = house.provider.find("jeanne")
            for mark in (person, who.ins, who.birth_name, who.name):
                assert mark.encode() not in answer.payload

    run(play())
