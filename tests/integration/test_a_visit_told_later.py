"""When a second agent had to come, she is told days later, where she was written to before, and ends all of it in one gesture.

HLP-16. Whoever was beside her at the counter is not there when the letter comes; the letter survives a restart, and is sent once.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.act import Outcome
from espace_sante.keeper import demand as d
from espace_sante.keeper.notice_body import PRESSED, open_notice
from espace_sante.kernel.errors import Problem
from tests.channels.each_act import GRANT
from tests.channels.lives import DIALLO, PROOFS, Life, begun
from tests.fixtures_database import Databases
from tests.helping import HELPER, NAME, accept
from tests.house import House
from tests.inside import Clock, act, clock, keyrings, open_house, rows, run

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
HOME, ELSEWHERE = ("1 rue du Puits", "63220 Arlanc"), ("9 rue Ailleurs", "75001 Paris")
HELPS = {"name": NAME, "reads": "no", "acts": "mask"}


def address(lines: tuple[str, ...]) -> dict[str, str]:
    return {"street": lines[0], "town": lines[1]}


async def with_agent(
    life: Life, who: str, wanted: ActId, values: Any, channel: Channel = Channel.COUNTER, key: str = ""
) -> Outcome:
    session = await life.house.sign_in(who)
    way: dict[str, Any] = {"channel": channel, "proof": PROOFS[channel], "person": life.reference, "on_behalf": True}
    return await act(life.house, session, wanted, dict(values), key=key, **way)


async def pressed(life: Life) -> d.NamedAnswer:
    """In one visit somebody beside her changes where she is written to and has a doctor read; the agent is stopped there."""
    await with_agent(life, "petit", ActId.GIVE_ADDRESS, address(ELSEWHERE))
    await with_agent(life, "petit", ActId.GRANT_ACCESS, GRANT)
    for _ in range(3):  # tried again and again
        with pytest.raises(Problem, match="second-agent"):
            await with_agent(life, "petit", ActId.NAME_HELPER, HELPS)
    made = await with_agent(life, "vasseur", ActId.NAME_HELPER, HELPS)
    return made.result  # type: ignore[no-any-return]  # a NamedAnswer


async def outbox(life: Life) -> Counter[str]:
    """Return what waits by post, by kind, on whatever day."""
    keys, _ = await keyrings(life.house.settings)
    found = await rows(life.house.settings, "postgres", "SELECT * FROM notices.outbox WHERE space_id = $1", life.space)
    assert life.space is not None
    return Counter(open_notice(row["sealed"], keys[life.space], row["notice_id"]).act for row in found)


async def posted(house: House) -> list[d.Letter]:
    """Print and post all that is due today."""
    mail = await house.sign_in("accueil")
    listed = await house.ask(mail, "list_letters", d.LettersParams(), person="")
    assert isinstance(listed, d.Done)
    found: list[d.Letter] = []
    for number in msgspec.msgpack.decode(listed.payload, type=d.LettersAnswer).waiting:
        printed = await house.ask(mail, "print_letter", d.PrintLetterParams(), person=f"letter:{number}")
        if isinstance(printed, d.Done):
            found += msgspec.msgpack.decode(printed.payload, type=d.PrintedAnswer).letters
            await house.ask(mail, "post_letter", d.PostLetterParams(), person=f"letter:{number}")
    return found


def of_the_visit(letters: list[d.Letter]) -> list[d.Letter]:
    return [one for one in letters if one.pressed]


async def seen(life: Life) -> d.JournalAnswer:
    answer = await life.house.ask(life.session, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done)
    return msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)


async def may_read(life: Life) -> bool:
    doctor = await life.house.sign_in("diallo")
    asked = d.ListParams()
    answer = await life.house.ask(doctor, "list_documents", asked, person=f"id:{life.public}", proof="professional")
    return isinstance(answer, d.Done)


async def opened(house: House) -> Life:
    life = await begun(house, ())
    await life.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
    await life.herself(ActId.GIVE_ADDRESS, address(HOME))
    return life


async def again(house: House, life: Life) -> Life:
    """Return the same person in a house that was started again."""
    other = Life(house, life.name, public=life.public, space=life.space)
    house.provider.accounts[life.name] = life.house.provider.accounts[life.name]
    other.session = await house.sign_in(life.name)
    return other


def test_days_later_one_letter_says_what_was_given_where_she_was_written_to_before_whatever_stops(
    empty_databases: Databases, clock: Clock
) -> None:
    settings = empty_databases.settings

    async def play() -> None:
        async with open_house(settings, now=clock) as house:
            life = await opened(house)
            await pressed(life)
            assert (await outbox(life))[PRESSED] == 1, "one, however often the agent tried"
            assert not of_the_visit(await posted(house)), "not the same day: whoever was beside her may be there"
            day = clock().date()
        async with open_house(settings, now=clock) as house:  # a restart loses nothing and begins nothing again
            life = await again(house, life)
            clock.ahead += timedelta(days=settings.pressure_letter_days - 1)
            assert not of_the_visit(await posted(house)), "nor the day before"
            clock.ahead += timedelta(days=1)
            brief, letter = of_the_visit(await posted(house))
            assert (brief.address, letter.address) == (HOME, ()), "never where that visit said"
            assert not brief.items and not brief.more, "who lives where she was reads neither what nor to whom"
            acts = [json.loads(one.record)["act"] for one in letter.items]
            assert acts == ["give_address", "grant_access", "name_helper"] and letter.pressed == day.isoformat()
            who = [json.loads(one.record)["actor"]["name"] for one in letter.items]
            assert who == ["Mme Petit", "Mme Petit", "M. Vasseur"]
            assert (await outbox(life))[PRESSED] == 0
            clock.ahead += timedelta(days=30)
            assert not of_the_visit(await posted(house)), "once"

    run(play())


def test_an_agent_who_comes_back_another_day_does_not_move_the_letter(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            life = await opened(house)
            await with_agent(life, "petit", ActId.NAME_HELPER, HELPS)
            await with_agent(life, "petit", ActId.GRANT_ACCESS, GRANT)
            with pytest.raises(Problem, match="second-agent"):
                await with_agent(life, "petit", ActId.GIVE_ADDRESS, address(ELSEWHERE))
            clock.ahead += timedelta(days=1)
            await with_agent(life, "petit", ActId.GIVE_ADDRESS, address(ELSEWHERE))
            clock.ahead += timedelta(days=house.settings.pressure_letter_days)
            brief, whole = of_the_visit([*await posted(house), *await posted(house)])
            assert (brief.address, whole.address) == (HOME, ())
            assert [json.loads(one.record)["act"] for one in whole.items] == ["name_helper", "grant_access"]
            assert not brief.items

    run(play())


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.PHONE])
def test_she_says_it_was_not_her_choice_and_all_that_visit_gave_ends_in_one_gesture(
    empty_databases: Databases, clock: Clock, channel: Channel
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            life = await opened(house)
            made = await pressed(life)
            checker = await house.sign_in("petit")
            checked = await house.ask(
                checker,
                "check_mandate",
                d.CheckMandateParams(made.number),
                person=life.reference,
                channel="counter",
                proof="identity_seen",
                on_behalf=True,
            )
            assert isinstance(checked, d.Done), checked
            helper = await house.sign_in(HELPER)
            assert isinstance(await accept(house, helper, made.code), d.Done)
            clock.ahead += timedelta(days=2)
            life.session = await house.sign_in(life.name)
            await life.look()
            await life.herself(ActId.GRANT_ACCESS, {**GRANT, "practitioner": "99900000029"})
            assert await may_read(life)
            page = await seen(life)
            line = next(
                page.references[n]
                for n, record in enumerate(page.records)
                if json.loads(record)["act"] == "give_address" and json.loads(record)["actor"]["behalf"]
            )
            said = {"entries": line, "reason": "not-my-choice", "block": "no"}
            if channel is Channel.WEB:
                outcome = await life.herself(ActId.CONTEST_ACCESS, said)
            else:
                outcome = await with_agent(life, "vasseur", ActId.CONTEST_ACCESS, said, channel)
            assert outcome.sentence.startswith("Tout ce qui a été donné ce jour-là s'arrête.")
            assert not await may_read(life), "the permission of that day ended"
            page = await seen(life)
            grants = msgspec.msgpack.decode(page.grants, type=list[d.GrantView])
            assert [one.practitioner for one in grants] == ["99900000029"], "what she gave since stays"
            assert not msgspec.msgpack.decode(page.mandates, type=list[d.MandateView]), "nobody decides for her"
            post = msgspec.msgpack.decode(page.post, type=d.PostView)
            if channel is Channel.WEB:
                assert post.address == HOME and not post.form.counter, "and she is written to where she was"
            else:  # who calls in her name is not given her letters
                assert post.address == ELSEWHERE and post.form.counter, "they wait for her at the counter"
            cases = msgspec.msgpack.decode(page.cases, type=list[d.CaseSeen])
            assert [(one.kind, one.reason, one.name) for one in cases] == [("contest", "not-my-choice", "Mme Petit")]
            clock.ahead += timedelta(days=30)
            told = [one.address for one in of_the_visit([*await posted(house), *await posted(house)])]
            said_by_herself: list[tuple[str, ...]] = []  # the letter says nothing more
            assert told == (said_by_herself if channel is Channel.WEB else [HOME, ()]), "nobody who calls keeps it back"

    run(play())


def test_who_acts_for_her_does_not_say_what_her_choice_was_and_another_line_opens_a_case_alone(
    databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(databases, now=clock) as house:
            life = await opened(house)
            await with_agent(life, "petit", ActId.GRANT_ACCESS, GRANT)
            await life.look()
            line = (await seen(life)).references[0]
            named = await life.herself(ActId.NAME_HELPER, {"name": NAME, "reads": "no", "acts": "contest_access"})
            helper = await house.sign_in(HELPER)
            code = msgspec.to_builtins(named.result)["code"]
            answer = await accept(house, helper, code)
            assert isinstance(answer, d.Done)
            whom = f"for:{msgspec.msgpack.decode(answer.payload, type=d.AcceptedAnswer).reference}"
            asked = d.ContestParams([line], "not-my-choice")
            refused = await house.ask(helper, "contest_access", asked, person=whom)
            assert isinstance(refused, d.Refused), refused
            await life.read()
            own = d.ContestParams([life.line], "not-my-choice")
            contested = await house.ask(life.session, "contest_access", own)
            assert isinstance(contested, d.Done)
            assert not msgspec.msgpack.decode(contested.payload, type=d.CaseOpened).undone, "no visit wrote that line"
            assert DIALLO in {
                one.practitioner for one in msgspec.msgpack.decode((await seen(life)).grants, type=list[d.GrantView])
            }

    run(play())
