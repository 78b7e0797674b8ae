"""What whoever acts for her could do with a power that is over or not his, and what it could tell of what is kept apart."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import journal_page, row
from tests.fixtures_database import Databases
from tests.helping import accept, mandated, mandates, naming
from tests.house import House
from tests.inside import Clock, clock, open_house, run
from tests.integration.test_representation import (
    APART,
    CHILD,
    DAY,
    ONE,
    OTHER,
    born,
    child,
    code,
    deposited,
    note,
    paper,
    representing,
)
from tests.people import DIALLO, grant

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
# Each may be asked by a parent, and done by both alone.
BOTH, NO_MORE = "accept_deposits", d.ChoiceParams()


async def code_told(house: House, who: str, **said: Any) -> str:
    """Have a power noted by two agents; return the code its holder accepts with."""
    params = paper(house, who, **said)
    assert isinstance(await note(house, "petit", "record_representation", params), d.Done)
    answer = await note(house, "vasseur", "confirm_representation", params)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.RepresentationNoted).code


async def nearly_of_age(house: House, days: int) -> tuple[bytes, str]:
    today = house.now().date()
    born(house, CHILD, today.replace(year=today.year - 18) + days * DAY)
    return await house.open(CHILD)


async def effect(house: House, session: bytes, whom: str) -> str:
    answer = await house.ask(session, BOTH, NO_MORE, person=whom)
    assert isinstance(answer, d.Done), answer
    return answer.effect


@pytest.mark.parametrize("changes_her_mind", [True, False])
def test_a_code_given_before_she_was_of_age_opens_nothing_after(
    empty_databases: Databases, clock: Clock, *, changes_her_mind: bool
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await nearly_of_age(house, 3)
            secret = d.MaskParams(bytes.fromhex((await deposited(house, person))[32:]), 0, APART)
            told = await code_told(house, ONE)
            assert isinstance(await house.ask(her, "mask", secret), d.Done)
            clock.ahead += 4 * DAY
            her = await house.sign_in(CHILD)
            if changes_her_mind:  # her will is written anew, without what is over
                assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            parent = await house.sign_in(ONE)
            wrong = await accept(house, parent, "ABCD-EFGH-JKMN")
            assert code(await accept(house, parent, told)) == code(wrong)
            assert await mandates(house, her) == [], "it is not shown as hers either"

    run(play())


def test_one_account_is_never_both_parents(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await child(house)
            one, for_one = await representing(house, ONE)
            again = await code_told(house, ONE, starts="2020-01-02")
            stranger = await house.sign_in(OTHER)
            assert code(await accept(house, one, again)) == code(await accept(house, stranger, again))
            assert await effect(house, one, for_one) == await effect(house, one, for_one) == "starts"

    run(play())


def test_the_word_of_a_parent_whose_power_is_over_counts_no_more(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await child(house)
            one, for_one = await representing(house, ONE, ends=(house.now().date() + 2 * DAY).isoformat())
            _, for_other = await representing(house, OTHER)
            assert await effect(house, one, for_one) == "starts"
            clock.ahead += 3 * DAY
            assert await effect(house, await house.sign_in(OTHER), for_other) == "starts"

    run(play())


async def lines_known(house: House, her: bytes) -> list[str]:
    """Return how every line of her journal may be named: by its number, by its reference; and what names none."""
    page = await journal_page(house, her)
    return [*map(str, range(len(page.references) + 2)), *page.references, "0" * 20]


async def tried(house: House, session: bytes, whom: str, lines: list[str]) -> dict[str, str]:
    """Contest each line under a power; return the code of each refusal, and all that is told of the others."""
    found = {}
    for line in lines:
        answer = await house.ask(session, "contest_access", d.ContestParams([line], "unknown"), person=whom)
        found[line] = answer.payload.hex() if isinstance(answer, d.Done) else code(answer)
    return found


@pytest.mark.parametrize("by_law", [True, False])
def test_who_acts_for_her_learns_nothing_of_her_journal_by_contesting_its_lines(
    empty_databases: Databases, *, by_law: bool
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await child(house, 15)
            if by_law:
                session, whom = await representing(house, ONE)
            else:
                session, whom = await mandated(house, her, naming("contest_access"))
            await deposited(house, person, apart=True)
            assert set((await tried(house, session, whom, await lines_known(house, her))).values()) == {
                "entries-unknown"
            }

    run(play())


def test_whoever_contests_by_a_power_is_given_no_receipt_and_she_keeps_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            session, whom = await mandated(house, her, naming("contest_access", "block"))
            listed = await house.ask(session, "block", d.BlockParams(DIALLO, "everything"), person=whom)
            assert isinstance(listed, d.Done)
            contest = d.ContestParams([listed.entry], "unknown")
            answer = await house.ask(session, "contest_access", contest, person=whom)
            assert isinstance(answer, d.Done), answer
            assert msgspec.msgpack.decode(answer.payload, type=d.CaseOpened).receipt == b""
            export = await house.ask(her, "export_journal", d.ExportParams())
            assert isinstance(export, d.Done) and listed.entry.encode() in export.payload

    run(play())


@pytest.mark.parametrize("named", [(), ("mask", "block")])
def test_what_is_done_in_the_same_step_needs_its_own_tick(empty_databases: Databases, named: tuple[str, ...]) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            row = bytes.fromhex((await deposited(house, person))[32:])
            asked = naming("report_mistake", "contest_access", *named, reads=True)
            session, whom = await mandated(house, her, asked)
            plain = await house.ask(session, "report_mistake", d.MistakeParams(row, "false"), person=whom)
            assert isinstance(plain, d.Done), plain
            hide = await house.ask(session, "report_mistake", d.MistakeParams(row, "false", "", True), person=whom)
            block = await house.ask(
                session, "contest_access", d.ContestParams(["0" * 20], "unknown", "", True), person=whom
            )
            if named:
                assert isinstance(hide, d.Done) and code(block) == "entries-unknown"
            else:
                assert code(hide) == code(block) == "power-beyond"

    run(play())


async def episode_of(house: House, her: bytes, document: str) -> str:
    kept = await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "à moi", documents=[row(document)]))
    assert isinstance(kept, d.Done), kept
    return msgspec.msgpack.decode(kept.payload, type=d.EpisodeAnswer).number


async def about(house: House, session: bytes, whom: str, documents: list[bytes], episode: str) -> list[str]:
    """Name documents, and an episode, in every way a power may; return what is said."""
    part, of_one = (
        msgspec.structs.replace(grant(), scope="documents", documents=documents),
        msgspec.structs.replace(grant(), scope="episode", episode=episode),
    )
    asked = (
        ("report_mistake", d.MistakeParams(documents[0], "false")),
        ("mask", d.MaskParams(documents[0], 0, "")),
        ("grant_access", part),
        ("grant_access", of_one),
        ("mask", d.MaskParams(b"", 0, DIALLO, episode)),
    )
    answers = [await house.ask(session, act, params, person=whom) for act, params in asked]
    return [one.code if isinstance(one, d.Refused) else "done" for one in answers]


@pytest.mark.parametrize("whole", [True, False])
def test_naming_what_is_kept_apart_is_answered_as_naming_what_is_not_there(
    empty_databases: Databases, *, whole: bool
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await child(house, 15)
            session, whom = await representing(house, ONE)
            seen, apart = await deposited(house, person), await deposited(house, person, apart=not whole)
            shown, secret = await episode_of(house, her, seen), await episode_of(house, her, apart)
            if whole:
                assert isinstance(await house.ask(her, "mask", d.MaskParams(b"", 0, APART, secret)), d.Done)
            nothing = await about(house, session, whom, [b"\1" * 16], "000001")
            assert await about(house, session, whom, [row(apart)], secret) == nothing
            assert set(nothing) == {"document-unknown", "episode-unknown"}
            assert await about(house, session, whom, [row(seen)], shown) == ["done"] * 5

    run(play())


def test_a_helper_names_no_more_than_he_sees(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            session, whom = await mandated(house, her, naming("report_mistake", "mask", "grant_access", reads=True))
            seen, hidden = await deposited(house, person), await deposited(house, person)
            number = await episode_of(house, her, hidden)
            assert isinstance(await house.ask(her, "mask", d.MaskParams(row(hidden), 0, "")), d.Done)
            nothing = await about(house, session, whom, [b"\1" * 16], "000001")
            assert await about(house, session, whom, [row(hidden)], number) == nothing
            assert (await about(house, session, whom, [row(seen)], number))[:2] == ["done", "done"]

    run(play())
