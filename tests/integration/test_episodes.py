"""Documents she keeps together: what follows an episode, what a visit brings to it, and what undoing it never gives."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code, journal_page, row, seen
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import census, open_house, run
from tests.people import DIALLO, grant

pytestmark = [pytest.mark.database]
VISIT, OTHER_VISIT = "urn:oid:1.2.250.1.999|42", "urn:oid:1.2.250.1.999|43"
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}


def kept(answer: d.Answer) -> d.EpisodeAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.EpisodeAnswer)


async def sent(house: House, person: str, content: bytes, visit: str = "", sender: str = "lopez", **said: Any) -> str:
    """Deposit a document that comes from a visit; return its public id."""
    session = await house.sign_in(sender)
    params = await house.sealed(session, f"id:{person}", content)
    params = msgspec.structs.replace(params, visit=visit, **said)
    answer = await house.ask(session, "deposit_document", params, person=f"id:{person}", proof="professional")
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def episodes(house: House, her: bytes) -> list[d.EpisodeView]:
    return msgspec.msgpack.decode((await journal_page(house, her)).episodes, type=list[d.EpisodeView])


def for_episode(number: str, whom: str = DIALLO) -> d.GrantParams:
    return d.GrantParams(whom, "episode", [], [], "care", 30, episode=number)


def test_a_permission_for_an_episode_shows_what_is_in_it_and_what_joins_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one, two, three = [await sent(house, person, content) for content in (b"1", b"2", b"3")]
            doctor = await house.sign_in("diallo")
            made = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "mon genou", [row(one)])))
            assert not made.shown
            assert await seen(house, doctor, person) == set(), "an episode gives nothing by itself"
            await house.ask(her, "grant_access", for_episode(made.number))
            assert await seen(house, doctor, person) == {one}
            more = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams(made.number, "", [row(two)])))
            assert more.shown and more.number == made.number
            assert await seen(house, doctor, person) == {one, two}
            out = d.KeepEpisodeParams(made.number, "", [], out=[row(one)])
            await house.ask(her, "keep_episode", out)
            assert await seen(house, doctor, person) == {two}
            (view,) = await episodes(house, her)
            assert (view.name, view.documents, view.hidden_from, view.follows) == ("mon genou", [two], [], False)
            grants = msgspec.msgpack.decode((await journal_page(house, her)).grants, type=list[d.GrantView])
            assert [one.episode for one in grants] == ["mon genou"]
            await house.ask(her, "end_episode", d.EndEpisodeParams(made.number))
            assert await seen(house, doctor, person) == set() and await episodes(house, her) == []
            assert three not in await seen(house, doctor, person)

    run(play())


def test_a_permission_may_wait_for_the_first_document_of_an_episode(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            made = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "ma grossesse", [])))
            await house.ask(her, "grant_access", for_episode(made.number))
            grants = msgspec.msgpack.decode((await journal_page(house, her)).grants, type=list[d.GrantView])
            shorter = d.LimitParams(bytes.fromhex(grants[0].grant), days=2)
            assert isinstance(await house.ask(her, "limit_grant", shorter), d.Done)
            one = await sent(house, person, b"1")
            await house.ask(her, "keep_episode", d.KeepEpisodeParams(made.number, "", [row(one)]))
            assert await seen(house, doctor, person) == {one}

    run(play())


def test_what_comes_from_the_same_visit_joins_by_itself_and_nothing_else(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            first = await sent(house, person, b"1", VISIT)
            second = await sent(house, person, b"2", VISIT)
            await sent(house, person, b"3", OTHER_VISIT)
            await sent(house, person, b"4", VISIT, sender="guerin")
            made = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "séjour", [], row(first))))
            await house.ask(her, "grant_access", for_episode(made.number))
            assert await seen(house, doctor, person) == {first, second}
            third = await sent(house, person, b"5", VISIT)
            await sent(house, person, b"6", OTHER_VISIT)
            await sent(house, person, b"7", VISIT, sender="guerin")
            await sent(house, person, b"8")
            assert await seen(house, doctor, person) == {first, second, third}
            (view,) = await episodes(house, her)
            assert view.follows and set(view.documents) == {first, second, third}

    run(play())


def test_hiding_an_episode_hides_what_joins_it_and_showing_it_gives_back_only_that(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            await house.ask(her, "grant_access", grant())
            first = await sent(house, person, b"1", VISIT)
            alone = await sent(house, person, b"2", VISIT)
            await house.ask(her, "mask", d.MaskParams(row(alone), 0, ""))
            made = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "séjour", [], row(first))))
            hidden = d.MaskParams(b"", 0, DIALLO, made.number)
            assert isinstance(await house.ask(her, "mask", hidden), d.Done)
            assert await seen(house, doctor, person) == set()
            later = await sent(house, person, b"3", VISIT)
            assert await seen(house, doctor, person) == set()
            (view,) = await episodes(house, her)
            assert view.hidden_from == [DIALLO]
            assert code(await house.ask(her, "unmask", d.UnmaskParams(b"", 0, "", episode=made.number))) == "not-hidden"
            shown = d.UnmaskParams(b"", 0, DIALLO, episode=made.number)
            answer = await house.ask(her, "unmask", shown)
            assert isinstance(answer, d.Done)
            assert msgspec.msgpack.decode(answer.payload, type=d.ReceiptAnswer).still, "one is hidden for itself"
            assert await seen(house, doctor, person) == {first, later}
            await house.ask(her, "mask", hidden)
            await house.ask(her, "end_episode", d.EndEpisodeParams(made.number))
            assert await seen(house, doctor, person) == set(), "undoing an episode shows nothing"
            await house.ask(her, "unmask", d.UnmaskParams(row(first), 0, DIALLO))
            assert await seen(house, doctor, person) == {first}

    run(play())


def test_what_she_is_to_be_told_of_first_joins_when_it_was_told(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            first = await sent(house, person, b"1", VISIT)
            made = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "séjour", [], row(first))))
            await house.ask(her, "mask", d.MaskParams(b"", 0, "", made.number))
            await house.ask(her, "grant_access", grant())
            waiting = await sent(house, person, b"2", VISIT, withheld=True)
            (view,) = await episodes(house, her)
            assert view.documents == [first]
            named = d.KeepEpisodeParams(made.number, "", [row(waiting)])
            assert code(await house.ask(her, "keep_episode", named)) == "document-unknown"
            assert await seen(house, await house.sign_in("diallo"), person) == set(), "it is born hidden"
            await house.ask(her, "let_authors_read", d.ChoiceParams())
            lopez = await house.sign_in("lopez")
            told = d.AnnounceParams(row(waiting))
            assert isinstance(
                await house.ask(lopez, "announce_document", told, person=f"id:{person}", proof="professional"), d.Done
            )
            (view,) = await episodes(house, her)
            assert set(view.documents) == {first, waiting}

    run(play())


def test_a_depositor_does_the_same_work_whether_an_episode_follows_the_visit_or_not(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            counted = []
            for word, follows in (("jeanne", True), ("karim", False)):
                her, person = await house.open(word)
                first = await sent(house, person, b"1", VISIT)
                if follows:
                    made = d.KeepEpisodeParams("", "séjour", [], row(first))
                    number = kept(await house.ask(her, "keep_episode", made)).number
                    await house.ask(her, "mask", d.MaskParams(b"", 0, "", number))
                before = await census(empty_databases.settings)
                await sent(house, person, b"2", VISIT)
                after = await census(empty_databases.settings)
                counted.append({name: after[name] - before[name] for name in after})
            assert counted[0] == counted[1]

    run(play())


def test_by_telephone_an_episode_is_undone_and_not_made_nor_told(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            agent = await house.sign_in("petit")
            one = await sent(house, person, b"1")
            made = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "mon genou", [row(one)])))
            await house.ask(her, "grant_access", for_episode(made.number))
            whom = {"person": f"ins:{house.provider.find('jeanne').ins}"} | PHONE
            for asked in (d.KeepEpisodeParams("", "autre", []), d.KeepEpisodeParams("999999", "", [])):
                answer = await house.ask(agent, "keep_episode", asked, **whom)
                assert isinstance(answer, d.Done) and answer.effect == "starts"
            assert [view.name for view in await episodes(house, her)] == ["mon genou"]
            answer = await house.ask(agent, "grant_access", for_episode("999999"), **whom)
            assert isinstance(answer, d.Done) and answer.effect == "starts"
            answer = await house.ask(agent, "end_episode", d.EndEpisodeParams(made.number), **whom)
            assert isinstance(answer, d.Done) and answer.effect == "provisional"
            assert await seen(house, await house.sign_in("diallo"), person) == set()

    run(play())


def test_what_is_said_wrongly_is_refused_and_keeps_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            two, three = await sent(house, person, b"2", VISIT), await sent(house, person, b"3", OTHER_VISIT)
            made = kept(await house.ask(her, "keep_episode", d.KeepEpisodeParams("", "a", [], row(two)))).number
            wrong = [
                (d.KeepEpisodeParams("", "", [row(one)]), "episode-name"),
                (d.KeepEpisodeParams("", "x" * 81, [row(one)]), "episode-name"),
                (d.KeepEpisodeParams("000000", "x", []), "episode-unknown"),
                (d.KeepEpisodeParams("", "x", [bytes(16)]), "document-unknown"),
                (d.KeepEpisodeParams("", "x", [b"1"]), "document-unknown"),
                (d.KeepEpisodeParams("", "x", [], bytes(16)), "document-unknown"),
                (d.KeepEpisodeParams("", "x", [], b"", [bytes(16)]), "document-unknown"),
                (d.KeepEpisodeParams("", "x", [], row(one)), "visit-unknown"),
                (d.KeepEpisodeParams(made, "", [], row(three)), "episode-visit"),
            ]
            for params, expected in wrong:
                assert code(await house.ask(her, "keep_episode", params)) == expected, params
            assert code(await house.ask(her, "end_episode", d.EndEpisodeParams("000000"))) == "episode-unknown"
            assert code(await house.ask(her, "mask", d.MaskParams(b"", 0, "", "000000"))) == "episode-unknown"
            shown = d.UnmaskParams(b"", 0, "", episode="000000")
            assert code(await house.ask(her, "unmask", shown)) == "episode-unknown"
            assert code(await house.ask(her, "grant_access", for_episode("000000"))) == "episode-unknown"
            (view,) = await episodes(house, her)
            assert (view.number, view.documents) == (made, [two])

    run(play())
