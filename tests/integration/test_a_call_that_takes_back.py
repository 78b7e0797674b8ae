"""Each act that takes something back, done by a call: at once, confirmed by a letter, in force unanswered, undone by a strong proof alone.

One person an act, in one house: the call, her letter, a year and a half of silence, a second call that would undo it, then her signed
form. Guarantee: G10. Source: inclusion.md PAR-06, PAR-07.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from espace_sante.access.request import ActId, Channel, Effect
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.actions.act import Outcome, Value
from espace_sante.channels.paper import UNDO, act_of_form, printed_receipt
from espace_sante.consent.rights import Rights
from espace_sante.keeper import demand as d
from espace_sante.keeper.rights_body import open_will
from espace_sante.web.operator.letter_words import Writer
from tests.channels.each_act import FIXTURES
from tests.channels.lives import DIALLO, Life, begun, done_by
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, census, clock, keyrings, open_house, rows, run
from tests.integration.test_letters import printing, told, waiting
from tests.pdf_text import text

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
SILENCE = timedelta(days=550)
# A no before any space leaves nothing to write to: test_a_no_by_telephone_… says what she gets instead.
OF_A_SPACE = sorted(set(RESTRICTIVE) - {ActId.REFUSE_SPACE})
# What gives nobody anything, either way: a letter more or a letter less, a word about what was read. Done and undone by a call.
FREE_BOTH_WAYS = {ActId.ASK_REMINDERS, ActId.STOP_REMINDERS, ActId.CHOOSE_LETTERS, ActId.EXPECT_ACCESS}
# Undone by nobody alone, or by nothing: two agents look at the papers; what is closed is not given again by one act.
NOT_UNDONE_BY_ONE_ACT = {ActId.CONTEST_REPRESENTATION, ActId.CLOSE_SPACE}
BY_CALL: tuple[tuple[ActId, Mapping[str, Value]], ...] = (
    (ActId.BLOCK, {"practitioner": DIALLO, "what": "everything"}),
    (ActId.REFUSE_DEPOSITS, {}),
)
DOCUMENT = {ActId.MASK, ActId.REPORT_MISTAKE}


def giving_back(act: ActId, life: Life) -> tuple[ActId, Mapping[str, Value]]:
    """Return the act that her receipt names to undo another, and what it is filled in with."""
    form = re.search(r"ES-\d+", UNDO[act])
    assert form is not None, act
    back = act_of_form(form[0]).id
    if act in DOCUMENT:
        return back, {"document": life.document}
    if act is ActId.DECLINE_REQUEST or back is ActId.UNBLOCK:
        return back, {"practitioner": DIALLO} | (FIXTURES[back].values(life) if back is ActId.GRANT_ACCESS else {})
    return back, FIXTURES[back].values(life)


async def will_of(life: Life) -> Rights:
    keys, _ = await keyrings(life.house.settings)
    found = "SELECT version, sealed FROM consent.rights WHERE space_id = $1"
    (row,) = await rows(life.house.settings, "postgres", found, life.space)
    return open_will(row["sealed"], row["version"], keys[life.space]).rights  # type: ignore[index]  # it is open


async def letters_due(house: House, life: Life) -> set[Any]:
    """Return the letters to her that may be printed today."""
    due = "SELECT notice_id FROM notices.outbox WHERE space_id = $1 AND due_on <= $2"
    return {row["notice_id"] for row in await rows(house.settings, "postgres", due, life.space, house.now().date())}


async def called(life: Life, act: ActId, values: Mapping[str, Value]) -> Outcome:
    return await life.by(act, values, Channel.PHONE)


async def posted_words(house: House, number: str) -> str:
    """Print a letter and return all that it says to her."""
    printed = told(await printing(house, number), d.PrintedAnswer)
    writer = Writer(house.settings, lambda _: "", {act.value: words for act, words in UNDO.items()})
    sheets = writer.sheets(printed)
    said = " ".join(text for sheet in sheets for _, lines in sheet.parts for text in lines)
    return said.replace("\N{NO-BREAK SPACE}", " ")


def test_a_call_takes_back_at_once_is_confirmed_by_letter_lasts_unanswered_and_only_a_strong_proof_undoes_it(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            lives = {act: await begun(house, FIXTURES[act].before) for act in OF_A_SPACE}
            for act, life in lives.items():
                await _called_and_confirmed(house, act, life)
            held = {act: await will_of(life) for act, life in lives.items()}
            clock.ahead = SILENCE
            for _ in range(2):
                for kind in ("erase", "presume", "purge", "watch", "mark"):
                    assert isinstance(await house.link.ask(d.Maintain(0, kind)), d.Done)
            await house.renew("petit")
            for act, life in lives.items():
                assert await will_of(life) == held[act], f"{act}: silence changed something"
            for act in sorted(set(OF_A_SPACE) - FREE_BOTH_WAYS - NOT_UNDONE_BY_ONE_ACT):
                await _undone_by_a_signature_alone(house, act, lives[act])

    run(play())


async def _called_and_confirmed(house: House, act: ActId, life: Life) -> None:
    values, before = FIXTURES[act].values(life), await will_of(life)
    waited = await letters_due(house, life)
    done = await called(life, act, values)
    assert done.effect is Effect.PROVISIONAL, act
    assert await will_of(life) != before or act is ActId.EXPECT_ACCESS, f"{act}: nothing is in force"
    assert await letters_due(house, life) - waited, f"{act}: no letter confirms it"


async def _undone_by_a_signature_alone(house: House, act: ActId, life: Life) -> None:
    held = await will_of(life)
    back, values = giving_back(act, life)
    started = await called(life, back, values)
    assert started.effect is Effect.STARTS, f"{back} by a call"
    assert await will_of(life) == held, f"{back}: a call undid {act}"
    signed, only_started = await done_by(life, back, values, Channel.PAPER)
    assert signed.effect is Effect.IMMEDIATE and not only_started
    assert await will_of(life) != held, f"{act} was not undone by {back}"


def test_the_letter_comes_even_to_who_is_told_by_message_and_says_that_it_lasts_and_how_it_is_undone(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            life = await begun(house, FIXTURES[ActId.MASK].before)
            await life.by(
                ActId.CHANGE_CONTACT, {"mail": life.mail}, Channel.COUNTER
            )  # proven: the agent saw who she is
            waited = await letters_due(house, life)
            await life.by(ActId.HIDE_NEW_DOCUMENTS, {}, Channel.COUNTER)
            assert await letters_due(house, life) == waited, "told by message, as she wishes"
            for act, values in BY_CALL:
                before = await letters_due(house, life)
                await called(life, act, values)
                assert len(await letters_due(house, life) - before) == 1, f"{act}: and by letter"
            sent = "SELECT way FROM notices.message WHERE space_id = $1 AND state = 0"
            assert len(await rows(house.settings, "postgres", sent, life.space)) > len(BY_CALL), (
                "by message all the same"
            )
            said = await posted_words(house, (await waiting(house)).waiting[0])
            assert said.count("L’effet est immédiat et provisoire : sans réponse de vous, il dure.") == len(BY_CALL)
            assert all(UNDO[act] in said for act, _ in BY_CALL)

    run(play())


def test_a_no_by_telephone_before_any_space_holds_alone_and_a_call_opens_nothing_after_it(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            life = await begun(house, ())
            done = await called(life, ActId.REFUSE_SPACE, {"remember": "no"})
            assert done.effect is Effect.PROVISIONAL
            said = text(printed_receipt(done.receipt))
            assert "provisoire" in said and UNDO[ActId.REFUSE_SPACE] in said.replace("\n", " ")
            everything = await census(house.settings)
            assert not everything["mailroom.invitation"] and not everything["notices.outbox"], (
                "nobody is kept to write to"
            )
            await house.invite(life.name)  # she asked for it again
            started = await called(life, ActId.OPEN_SPACE, {"deposits": "yes"})
            assert started.effect is Effect.STARTS
            assert not (await census(house.settings))["consent.rights"], "a call opens nothing"
            await life.by(ActId.OPEN_SPACE, {"deposits": "yes"}, Channel.PAPER)
            assert (await census(house.settings))["consent.rights"] == 1

    run(play())
