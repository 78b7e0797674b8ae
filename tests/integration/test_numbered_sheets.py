"""Numbered sheets on a real house: written while it was down, entered afterwards, once, by the counter that printed them (PAR-20)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, date, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.line_said import line_of
from espace_sante.adapters.dev_provider import ISSUER
from espace_sante.consent.sheets import PRINTS_A_DAY, begins, last_entry, said_sheet
from espace_sante.identity.ages import day_in_paris
from espace_sante.keeper import demand as d
from espace_sante.keeper.sheet_body import prints_term, sheet_term
from tests.answers import code
from tests.channels.lives import DIALLO, Life, begun
from tests.fixtures_database import Databases
from tests.house import ENCODE, House
from tests.inside import Clock, chains, clock, keyrings, open_house, rows, run
from tests.people import grant

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
DAY = timedelta(days=1)
PAPER: dict[str, Any] = {"channel": "paper", "proof": "signed_form", "on_behalf": True}
WITHDRAW, GRANT, BLOCK = d.WithdrawParams(DIALLO), grant(), d.BlockParams(DIALLO, "everything")
ACTS: dict[type, str] = {
    d.WithdrawParams: "withdraw_access",
    d.GrantParams: "grant_access",
    d.BlockParams: "block",
    d.ListParams: "list_documents",
    d.OpenParams: "open_space",
    d.LimitParams: "limit_grant",
}


def in_a_house(test: Callable[[House, Life, Clock], Awaitable[None]], databases: Databases, clock: Clock) -> None:
    async def lived() -> None:
        async with open_house(databases, now=clock) as house:
            life = await begun(house, ())
            await life.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
            await test(house, life, clock)

    run(lived())


async def keep(house: House, what: str, agent: str = "petit", **said: Any) -> d.SheetsAnswer:
    answer = await house.ask(await house.sign_in(agent), "keep_sheets", d.SheetsParams(what, **said), person="")
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.SheetsAnswer)


async def kept_wrong(house: House, what: str, **said: Any) -> str:
    agent = await house.sign_in("petit")
    return code(await house.ask(agent, "keep_sheets", d.SheetsParams(what, **said), person=""))


async def enter(
    house: House,
    life: Life,
    sheet: str,
    params: Any = WITHDRAW,
    agent: str = "petit",
    since: date | None = None,
    **way: Any,
) -> d.Answer:
    day = (since or day_in_paris(house.now())).isoformat()
    data, asked = ENCODE(params), PAPER | {"session": await house.sign_in(agent), "person": life.reference} | way
    body = hashlib.sha256(data).digest()
    return await house.link.ask(
        d.Ask(
            0, ACTS[type(params)], params=data, idempotency=os.urandom(16), body=body, sheet=sheet, since=day, **asked
        )
    )


async def may_read(house: House, life: Life) -> bool:
    doctor = await house.sign_in("diallo")
    asked = {"person": f"id:{life.public}", "proof": "professional"}
    return isinstance(await house.ask(doctor, "list_documents", d.ListParams(), **asked), d.Done)  # type: ignore[arg-type]  # by name


async def lines(house: House, life: Life, act: str) -> list[dict[str, Any]]:
    assert life.space is not None
    return [one for one in (await chains(house.settings))[life.space] if one["act"] == act]


def test_what_was_taken_back_on_a_sheet_counts_from_its_day_and_the_sheet_serves_once(
    databases: Databases, clock: Clock
) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        await house.ask(life.session, "grant_access", GRANT)
        sheet, other = (await keep(house, "print", count=2)).moved
        written = day_in_paris(house.now())
        clock.ahead += 2 * DAY
        assert await may_read(house, life)
        done = await enter(house, life, said_sheet(sheet), since=written)
        assert isinstance(done, d.Done) and done.effect == "immediate", done
        assert not await may_read(house, life)
        (line,) = await lines(house, life, "withdraw_access")
        assert {f"sheet:{sheet}", f"since:{written}"} <= set(line["objects"])
        assert line["at"][:10] > written.isoformat(), "the line carries both days"
        said = line_of(line, "", "", str, lambda _: "").sentence
        assert f"Écrit le {written:%d/%m/%Y} sur la feuille {said_sheet(sheet)}" in said
        receipt = json.loads(msgspec.msgpack.decode(done.payload, type=d.ReceiptAnswer).receipt)["payload"]
        assert (receipt["sheet"], receipt["since"], receipt["channel"]) == (sheet, written.isoformat(), "paper")
        assert code(await enter(house, life, sheet)) == "sheet-used"
        assert isinstance(await enter(house, life, other, d.WithdrawParams(DIALLO)), d.Done)

    in_a_house(story, databases, clock)


def test_what_gives_waits_until_another_agent_entered_the_same(databases: Databases, clock: Clock) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        (sheet,) = (await keep(house, "print", count=1)).moved
        first = await enter(house, life, sheet, GRANT)
        assert isinstance(first, d.Done) and (first.effect, first.payload) == ("starts", b"")
        assert not await may_read(house, life)
        assert [(one.number, one.waits) for one in (await keep(house, "")).out] == [(sheet, True)]
        again = await enter(house, life, sheet, GRANT)
        assert isinstance(again, d.Done) and again.effect == "starts", "the same agent confirms nothing"
        wider = msgspec.structs.replace(GRANT, days=GRANT.days + 1)
        assert code(await enter(house, life, sheet, wider, "morel")) == "sheet-differs"
        assert code(await enter(house, life, sheet, GRANT, "morel", day_in_paris(house.now()) - DAY)) == "sheet-day"
        assert not await may_read(house, life)
        done = await enter(house, life, sheet, GRANT, "morel")
        assert isinstance(done, d.Done) and done.effect == "immediate", done
        assert await may_read(house, life)
        assert code(await enter(house, life, sheet, GRANT)) == "sheet-used"
        entered = [one for one in await lines(house, life, "grant_access") if one["decision"]["result"] == "permit"]
        assert [(one["actor"]["name"], one.get("effect")) for one in entered] == [
            ("Mme Petit", "starts"),
            ("Mme Petit", "starts"),
            ("M. Morel", None),
        ]
        (first_line, *_) = entered
        assert "attend qu’un autre agent" in line_of(first_line, "", "", str, lambda _: "").why

    in_a_house(story, databases, clock)


def test_an_entry_leaves_the_same_will_as_the_form_sent_by_post(databases: Databases, clock: Clock) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        other = await begun(house, ())
        await other.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
        values = {"practitioner": DIALLO, "what": "everything"}
        await other.by(ActId.BLOCK, values, Channel.PAPER)
        (sheet,) = (await keep(house, "print", count=1)).moved
        assert isinstance(await enter(house, life, sheet, BLOCK), d.Done)
        seen = []
        for one in (life, other):
            answer = await house.ask(one.session, "read_journal", d.JournalParams())
            assert isinstance(answer, d.Done)
            blocks = msgspec.msgpack.decode(msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer).blocks)
            seen.append([{**block, "since": ""} if isinstance(block, dict) else block for block in blocks])
        assert seen[0] == seen[1] != []

    in_a_house(story, databases, clock)


def test_a_sheet_unknown_of_another_counter_too_late_or_that_only_reads_is_refused(
    databases: Databases, clock: Clock
) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        (sheet,) = (await keep(house, "print", count=1)).moved
        written = day_in_paris(house.now())
        wrong = sheet[:-1] + str((int(sheet[-1]) + 1) % 10)
        assert code(await enter(house, life, wrong)) == "sheet-unknown"
        assert code(await enter(house, life, "0000000198")) == "sheet-unknown"
        assert code(await enter(house, life, sheet, agent="vasseur")) == "sheet-unknown", "another counter's"
        assert code(await enter(house, life, sheet, since=written + DAY)) == "sheet-day"
        assert code(await enter(house, life, sheet, since=written - DAY)) == "sheet-day", "before it was printed"
        at_the_desk = {"channel": "counter", "proof": "identity_seen"}
        assert code(await enter(house, life, sheet, **at_the_desk)) == "sheet-unknown"
        assert code(await enter(house, life, sheet, d.ListParams())) == "sheet-unknown", "nothing is read from a sheet"
        alone = {"person": "self", "session": life.session, "channel": "web", "proof": "login", "on_behalf": False}
        assert code(await enter(house, life, sheet, **alone)) == "sheet-unknown", "she has no need of one"
        clock.ahead += (last_entry(written) - written) + DAY
        assert code(await enter(house, life, sheet, since=written)) == "sheet-late"
        assert isinstance(await enter(house, life, sheet), d.Done), "written today, it still serves"

    in_a_house(story, databases, clock)


def test_what_she_took_back_since_is_not_given_by_a_sheet_written_before(databases: Databases, clock: Clock) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        first, second, third = (await keep(house, "print", count=3)).moved
        written = day_in_paris(house.now())
        assert isinstance(await enter(house, life, first, d.WithdrawParams(DIALLO)), d.Done)
        assert isinstance(await enter(house, life, second, GRANT), d.Done), "two sheets of one visit"
        await house.ask(life.session, "grant_access", GRANT)
        await house.ask(life.session, "withdraw_access", WITHDRAW)
        assert code(await enter(house, life, second, GRANT, "morel", written)) == "sheet-overtaken"
        assert code(await enter(house, life, third, GRANT, since=written)) == "sheet-overtaken"
        assert not await may_read(house, life)
        clock.ahead += DAY
        assert isinstance(await enter(house, life, third, GRANT), d.Done), "written since, it says what she wants now"

    in_a_house(story, databases, clock)


def test_a_shorter_permission_ends_so_many_days_after_the_day_written(databases: Databases, clock: Clock) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        await house.ask(life.session, "grant_access", GRANT)
        (sheet,) = (await keep(house, "print", count=1)).moved
        written = day_in_paris(house.now())
        answer = await house.ask(life.session, "read_journal", d.JournalParams())
        assert isinstance(answer, d.Done)
        journal = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
        (held,) = msgspec.msgpack.decode(journal.grants, type=list[d.GrantView])
        clock.ahead += 2 * DAY
        done = await enter(house, life, sheet, d.LimitParams(bytes.fromhex(held.grant), 3), since=written)
        assert isinstance(done, d.Done), done
        receipt = json.loads(msgspec.msgpack.decode(done.payload, type=d.ReceiptAnswer).receipt)["payload"]
        ends = begins(written + 3 * DAY).astimezone(UTC)
        assert receipt["ends"] == f"{ends:%Y-%m-%dT%H:%M:%S}.000Z"
        assert await may_read(house, life)
        clock.ahead += DAY
        assert not await may_read(house, life), "three days after she wrote it, not after it was entered"

    in_a_house(story, databases, clock)


def test_what_was_written_before_an_archive_was_reopened_gives_nothing_in_it(
    databases: Databases, clock: Clock
) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        (sheet,) = (await keep(house, "print", count=1)).moved
        assert isinstance(await house.ask(life.session, "close_space", d.CloseParams(2)), d.Done)
        clock.ahead += DAY
        written = day_in_paris(house.now())
        clock.ahead += DAY
        session = await house.sign_in(life.name)
        assert isinstance(await house.ask(session, "reopen_space", d.ReopenParams(True)), d.Done)
        assert code(await enter(house, life, sheet, GRANT, since=written)) == "sheet-overtaken"
        assert not await may_read(house, life)

    in_a_house(story, databases, clock)


def test_a_round_takes_sheets_and_each_comes_back_is_entered_or_is_never_used(
    databases: Databases, clock: Clock
) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        before = (await keep(house, "")).ready
        await keep(house, "print", count=4)
        back = day_in_paris(house.now()) + DAY
        taken = await keep(house, "out", count=4, back=back.isoformat())
        assert (taken.ready, len(taken.moved)) == (before, 4)
        a, b, c, e = taken.moved
        assert not any(one.late for one in taken.out)
        clock.ahead += 2 * DAY
        assert all(one.late for one in (await keep(house, "")).out if one.number in taken.moved)
        assert isinstance(await enter(house, life, a), d.Done)
        assert (await keep(house, "back", numbers=(b,))).ready == before + 1
        await keep(house, "void", numbers=(c,))
        assert e in (await keep(house, "lost", numbers=(said_sheet(e),))).lost
        left = {one.number for one in (await keep(house, "")).out}
        assert not left & set(taken.moved)
        for gone in (c, e):
            assert code(await enter(house, life, gone)) == "sheet-over"
        assert await kept_wrong(house, "back", numbers=(e,)) == "sheet-move", "lost is for ever"
        assert await kept_wrong(house, "void", numbers=(a,)) == "sheet-unknown", "used, it is on no list"
        assert await kept_wrong(house, "out", count=1) == "sheets-back"
        assert await kept_wrong(house, "out", count=999, back=back.isoformat()) == "sheets-back"
        soon = (day_in_paris(house.now()) + DAY).isoformat()
        assert await kept_wrong(house, "out", count=999, back=soon) == "sheets-few"
        assert await kept_wrong(house, "print", count=101) == "sheets-count"
        elsewhere = await keep(house, "", agent="vasseur")
        assert (elsewhere.ready, elsewhere.out, elsewhere.lost) == (0, (), ()), "each counter sees its own"
        nobody = await house.ask(await house.sign_in("accueil"), "keep_sheets", d.SheetsParams(), person="")
        assert code(nobody) == ""

    in_a_house(story, databases, clock)


def test_a_counter_prints_so_many_times_a_day_and_its_numbers_are_nobody_elses(
    databases: Databases, clock: Clock
) -> None:
    """Numbers of all counters in one heap would be used up by one agent, and every other counter could print no more."""

    async def story(house: House, life: Life, clock: Clock) -> None:
        for name in ("petit", "morel"):
            account = house.provider.find(name)
            house.provider.accounts[name] = msgspec.structs.replace(account, structure_id="75071218400099")
        (first,) = (await keep(house, "print", count=1)).moved
        _, service = await keyrings(house.settings)
        place = f"{ISSUER}|75071218400099"
        counted = "UPDATE keeper.agent_day SET number = $1 WHERE agent_term = $2 RETURNING 1"
        assert await rows(house.settings, "postgres", counted, PRINTS_A_DAY, prints_term(service, place))
        for agent in ("petit", "morel"):
            asked = d.SheetsParams("print", 1)
            assert code(await house.ask(await house.sign_in(agent), "keep_sheets", asked, person="")) == "sheets-count"
        assert sheet_term(service, "a counter", first) != sheet_term(service, "another", first)
        clock.ahead += DAY
        assert (await keep(house, "print", count=1)).moved

    in_a_house(story, databases, clock)


def test_a_sheet_opens_a_space_and_what_is_kept_of_it_names_nobody(databases: Databases, clock: Clock) -> None:
    async def story(house: House, life: Life, clock: Clock) -> None:
        new = await begun(house, ())
        (sheet,) = (await keep(house, "print", count=1)).moved
        yes = d.OpenParams(True, "2026-11-1", "fr", "00" * 32)
        for agent, effect in (("petit", "starts"), ("morel", "immediate")):
            answer = await enter(house, new, sheet, yes, agent)
            assert isinstance(answer, d.Done) and answer.effect == effect, answer
        kept = await rows(house.settings, "postgres", "SELECT * FROM keeper.sheet")
        clear = b"".join(bytes(one["sealed"]) + one["sheet_term"] + one["place_term"] for one in kept)
        for words in (sheet.encode(), new.name.encode(), b"99900010000011"):
            assert words not in clear
        opened = [
            line for chain in (await chains(house.settings)).values() for line in chain if line["act"] == "open_space"
        ]
        named = [line for line in opened if sheet in str(line)]
        assert len(named) == 1 and named[0]["seq"] == 0, "her own journal names the sheet, the institution's does not"

    in_a_house(story, databases, clock)
