"""After somebody read in her space for the first time she is told, by letter or message; she says that she expected it, or contests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from espace_sante.keeper import demand as d
from tests.answers import code
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.integration.test_letters import emergency, printing, told, waiting
from tests.integration.test_notices_sent import HERS, given, letters, messages, send
from tests.mailbox import mailbox

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
DIALLO = "99900000011"


async def granted(house: House, her: bytes, account: str = "diallo") -> bytes:
    doctor = await house.sign_in(account)
    number = house.provider.accounts[account].rpps
    grant = d.GrantParams(number, "everything", [], [], "care", 3)
    assert isinstance(await house.ask(her, "grant_access", grant), d.Done)
    return doctor


async def reads(house: House, doctor: bytes, person: str) -> None:
    answer = await house.ask(doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
    assert isinstance(answer, d.Done), answer


async def watched(house: House) -> int:
    """Two rounds: up to where, then what."""
    found = 0
    for _ in range(2):
        answer = told(await house.link.ask(d.Maintain(0, "watch")), d.MaintainAnswer)
        found += answer.done["told"]
    return found


async def post_of(house: House, her: bytes) -> d.PostView:
    import msgspec

    page = told(await house.ask(her, "read_journal", d.JournalParams(count=1, sent=True)), d.JournalAnswer)
    return msgspec.msgpack.decode(page.post, type=d.PostView)


def test_a_first_access_is_told_once_by_letter_to_whoever_has_no_screen_and_names_the_line(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            other, _ = await house.open("karim")
            doctor = await granted(house, her)
            assert await watched(house) == 0, "nobody has read yet"
            await reads(house, doctor, person)
            assert await watched(house) == 1
            await reads(house, doctor, person)
            assert await watched(house) == 0, "the second time is not the first"
            (first,) = (await post_of(house, her)).firsts
            assert first.name and first.said == "" and (await post_of(house, other)).firsts == ()
            (letter,) = (await waiting(house)).waiting
            assert [one["due_on"] for one in await letters(house)] == [house.now().date()], "well within 48 hours"
            printed = told(await printing(house, letter), d.PrintedAnswer).letters
            assert [item.act for one in printed for item in one.items] == ["first_access"]
            assert printed[0].items[0].entry == first.entry

    run(play())


def test_she_says_that_she_expected_it_and_its_letter_is_not_needed_any_more(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await reads(house, await granted(house, her), person)
            await watched(house)
            (first,) = (await post_of(house, her)).firsts
            assert code(await house.ask(her, "expect_access", d.ExpectParams("0" * 20))) == "access-unknown"
            assert isinstance(await house.ask(her, "expect_access", d.ExpectParams(first.entry)), d.Done)
            assert [one.said for one in (await post_of(house, her)).firsts] == ["expected"]
            assert (await waiting(house)).waiting == ()
            doctor = await granted(house, her, "tran")
            await reads(house, doctor, person)
            await watched(house)
            (new, _) = (await post_of(house, her)).firsts
            contest = d.ContestParams([new.entry], "other", "", True)
            assert isinstance(await house.ask(her, "contest_access", contest), d.Done)
            answer = await house.ask(
                doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
            )
            assert isinstance(answer, d.Refused), "blocked from the next request on"

    run(play())


def test_by_message_it_leaves_at_once_and_says_nothing_of_who(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house, mailbox() as box:
            her, person = await house.open("jeanne")
            await given(house, person, mail=HERS)
            await reads(house, await granted(house, her), person)
            assert await watched(house) == 1
            assert await send(house, box) == 1
            (first,) = (await post_of(house, her)).firsts
            assert first.name not in box.texts[0] and first.name.split()[-1] not in box.texts[0]
            assert [one.kind for one in (await post_of(house, her)).sent] == ["first_access"]

    run(play())


def test_an_emergency_is_told_as_one_and_not_twice(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            await emergency(house, person, her, doctor)
            before = len((await waiting(house)).waiting)
            await reads(house, doctor, person)
            assert await watched(house) == 0
            assert len((await waiting(house)).waiting) == before

    run(play())


def test_each_access_is_told_on_monday_unless_she_chose_otherwise_and_never_when_she_chose_none(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house, mailbox() as box:
            her, person = await house.open("jeanne")
            await given(house, person, mail=HERS)
            doctor = await granted(house, her)
            await reads(house, doctor, person)
            await watched(house)
            await reads(house, doctor, person)
            await watched(house)
            assert await send(house, box) == 1, "the first one; the other waits for its day"
            assert len(await messages(house)) == 2
            clock.ahead += timedelta(days=7)
            assert await send(house, box) == 1
            her = await house.sign_in("jeanne")
            none = d.ChooseNoticesParams("access", ())
            assert isinstance(await house.ask(her, "choose_notices", none), d.Done)
            for kind in ("emergency", "first_access", "done", "contact"):
                silent = await house.ask(her, "choose_notices", d.ChooseNoticesParams(kind, ()))
                assert code(silent) == "notices-silent"
            late = await house.ask(her, "choose_notices", d.ChooseNoticesParams("emergency", ("mail",), "weekly"))
            assert code(late) == "notices-late"
            wrong = await house.ask(her, "choose_notices", d.ChooseNoticesParams("letter", ("mail",)))
            assert code(wrong) == "notices-invalid"
            await granted(house, her)
            await reads(house, await house.sign_in("diallo"), person)
            await watched(house)
            assert len(await messages(house)) == 2
            count = await rows(house.settings, "es_keeper", "SELECT count(*) AS n FROM notices.seen")
            assert count[0]["n"] == 1

    run(play())
