"""A folder of scans: what is clear is done once, the rest waits for a person, and a stop at any point loses and doubles nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, cast
from uuid import UUID

import pytest
from PIL import Image

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.act import Outcome, Upload
from espace_sante.actions.frame import Request
from espace_sante.actions.registry import REGISTRY
from espace_sante.adapters.coupon_scans import CouponScans
from espace_sante.channels.paper import form_coupon
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.scans import UNREADABLE, Counted, MailRoom
from espace_sante.formats.coupon import check_token
from espace_sante.keeper import demand as d
from espace_sante.keeper.coupon_body import coupon_key
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.settings import Settings
from tests.coupons.drawing import Hand, Pen
from tests.coupons.making import printed as drawn
from tests.coupons.scanning import Conditions, scanned
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, act, clock, frame_of, keyrings, open_house, rows, run
from tests.integration.test_coupons import lines, may_read, printed, started
from tests.people import DIALLO, grant

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
FLAT = Conditions(dpi=200, skew=1, upside_down=True, paper=245, noise=2, blur=0.2, folds=0, jpeg=0, shade=0)


class Agent:
    """What the command speaks to, without the network: the same acts, of the same account."""

    def __init__(self, house: House, session: bytes) -> None:
        self._house, self._session, self._loop = house, session, asyncio.get_running_loop()
        self.stops = False

    def sign_in(self, word: str) -> str:
        return word

    def act(self, name: str, values: dict[str, Any], *, token: str) -> dict[str, Any]:
        scan = values["scan"]
        sent = Upload("", scan["media_type"], base64.b64decode(scan["data"]))
        asked = act(self._house, self._session, ActId(name), {**values, "scan": sent})
        try:
            done = asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        except Problem as problem:
            raise ActRefused(400, problem.code, problem.code, problem.entry) from None
        if self.stops:  # the act is done, and nobody was told
            raise KeyboardInterrupt
        return {"entry": done.entry}


async def page(house: House, token: str, *boxes: int, signed: bool = True) -> bytes:
    """Print the coupon of a token, fill it in by hand, scan it (PNG)."""
    sealed = bytes.fromhex(token)
    _, service = await keyrings(house.settings)
    sheet = form_coupon(check_token(sealed, coupon_key(service)), sealed)
    image, origin = drawn(sheet, whole=False)
    hand = Hand(image, origin, Random(1), Pen("blue ballpoint", (45, 60, 150), 0.45))
    for box in boxes:
        hand.cross(sheet.geometry.boxes[box])
    if signed:
        hand.sign(sheet.geometry.signature)
    out = BytesIO()
    Image.fromarray(scanned(image, FLAT, Random(2))).save(out, "PNG")
    return out.getvalue()


def put(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.write_bytes(data)
    old = path.stat().st_mtime - 60
    os.utime(path, (old, old))


async def room_of(house: House, folder: Path) -> tuple[MailRoom, Agent]:
    agent = Agent(house, await house.sign_in("petit"))
    return MailRoom(folder, cast(Client, agent), CouponScans(Settings(preview_seconds=60)), "petit", ""), agent


async def waiting(house: House) -> tuple[d.PageLine, ...]:
    """Return the pages that wait for a person, as an agent sees them."""
    outcome = await act(house, await house.sign_in("vasseur"), ActId.HANDLE_PAGE, {"step": "list"})
    found: tuple[d.PageLine, ...] = outcome.result.pages
    return found


async def looked(house: House, agent: str, page: str) -> bytes:
    """Open a page as an agent does; return its picture."""
    session = await house.sign_in(agent)
    outcome = await act(house, session, ActId.HANDLE_PAGE, {"step": "look", "page": page}, channel=Channel.WEB)
    picture: bytes = await outcome.result.sheet.png(frame_of(house))
    return picture


async def decided(house: House, agent: str, page: str, box: int) -> Outcome:
    return await act(house, await house.sign_in(agent), ActId.RECEIVE_COUPON, {"page": page, "box": str(box)})


def names(folder: Path, under: str) -> list[str]:
    return sorted(one.name for one in (folder / under).glob("*"))


def test_a_clear_restrictive_page_is_done_and_the_same_page_again_changes_nothing(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            scan = await page(house, await printed(house, ActId.WITHDRAW_ACCESS, d.WithdrawParams(DIALLO)), 0)
            put(tmp_path, "scan.png", scan)
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(done=1)
            assert not await may_read(house, person)
            assert list(tmp_path.iterdir()) == [], "it stands sealed, and nothing is left in clear"
            await house.ask(her, "grant_access", grant())
            put(tmp_path, "scan.png", scan)
            assert await asyncio.to_thread(room.round) == Counted(done=1), "answered as the first time"
            assert await may_read(house, person), "and done once"
            assert await waiting(house) == ()

    run(play())


def test_what_gives_waits_sealed_for_a_person_who_looks_and_she_may_see_it_and_nobody_else(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            put(tmp_path, "a.png", await page(house, await started(house), 0))
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(to_read=1)
            assert not await may_read(house, person)
            assert list(tmp_path.iterdir()) == []
            # The sixteen bytes that begin every picture: four of them come by chance once in some gigabytes of sealed bytes.
            begins = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
            everything = [one for one in house.settings.home.rglob("*") if one.is_file()]
            assert everything and not [one for one in everything if begins in one.read_bytes()]
            (line,) = await waiting(house)
            assert (line.why, line.form, line.known, line.looked) == (("gives",), "ES-06", True, ())
            with pytest.raises(Problem, match="page-unseen"):
                await decided(house, "petit", line.page, 1)
            picture = await looked(house, "petit", line.page)
            assert picture.startswith(begins)
            assert [one.looked for one in await waiting(house)] == [("Mme Petit",)]
            with pytest.raises(Problem, match="page-unseen"):
                await decided(house, "vasseur", line.page, 1)
            await decided(house, "petit", line.page, 1)
            assert await may_read(house, person)
            assert await waiting(house) == ()
            for refused in ("petit", "vasseur"):
                with pytest.raises(Problem, match="page-gone"):
                    await looked(house, refused, line.page)
            said = await lines(house)
            steps = [one["objects"] for one in said if one["act"] in ("handle_page", "grant_access")]
            assert [one for one in steps if f"page:{line.page}" in one and "step:look" in one], (
                "her journal says who looked"
            )
            (number,) = [one["seq"] for one in said if one["act"] == "grant_access" and one["channel"] == "paper"]
            assert await hers(house, her, number) == picture
            assert hashlib.sha256(picture).hexdigest() in str(said)
            with pytest.raises(Problem, match="page-not-kept"):
                await hers(house, her, 1)
            with pytest.raises(Problem):
                await hers(house, await house.sign_in("diallo"), number, person=f"id:{person}")

    run(play())


async def hers(house: House, session: bytes, line: int, *, person: str = "self") -> bytes:
    """Have her see the page a line of her journal was made from."""
    asked = {"sheet": str(line), "count": "1"}
    outcome = await act(house, session, ActId.READ_JOURNAL, asked, channel=Channel.WEB, person=person)
    picture: bytes = await outcome.result.sheet.png(frame_of(house))
    return picture


def test_a_page_nobody_can_read_leads_to_a_letter_that_asks_again_and_its_coupon_still_serves(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            token = await started(house)
            put(tmp_path, "a.png", await page(house, token, 0, signed=False))
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(to_read=1)
            (line,) = await waiting(house)
            step = {"step": "again", "page": line.page}
            for agent in ("petit", "vasseur"):  # neither before anybody looked at it, nor because another agent did
                with pytest.raises(Problem, match="page-unseen"):
                    await act(house, await house.sign_in(agent), ActId.HANDLE_PAGE, step)
                await looked(house, "petit", line.page)
            due = "SELECT count(*) FROM notices.outbox WHERE urgent = 1"
            ((before,),) = await rows(house.settings, "es_keeper", due)
            await act(house, await house.sign_in("petit"), ActId.HANDLE_PAGE, step)
            ((after,),) = await rows(house.settings, "es_keeper", due)
            assert after == before + 1, "a letter asks her, at once"
            assert await waiting(house) == ()
            put(tmp_path, "b.png", await page(house, token, 0))
            assert await asyncio.to_thread(room.round) == Counted(to_read=1)
            (line,) = await waiting(house)
            await looked(house, "vasseur", line.page)
            await decided(house, "vasseur", line.page, 1)
            assert await may_read(house, person)

    run(play())


def test_each_page_is_counted_once_by_who_read_it_and_whether_in_time(
    empty_databases: Databases, tmp_path: Path, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await house.open("jeanne")
            asked = "SELECT kind, sum(number)::int AS n FROM counts.daily WHERE kind LIKE 'page-%' GROUP BY kind"
            room, _ = await room_of(house, tmp_path)
            for number, (boxes, days, wanted) in enumerate(
                (
                    ((1,), 0, {"page-machine": 1}),
                    ((0,), 0, {"page-machine": 1, "page-person": 1}),
                    ((0,), 8, {"page-machine": 1, "page-person": 1, "page-late": 1}),
                )
            ):
                put(tmp_path, f"{number}.png", await page(house, await started(house), *boxes))
                await asyncio.to_thread(room.round)
                clock.ahead += timedelta(days=days)
                for line in await waiting(house):
                    await looked(house, "petit", line.page)
                    await act(
                        house, await house.sign_in("petit"), ActId.HANDLE_PAGE, {"step": "again", "page": line.page}
                    )
                found = {row["kind"]: row["n"] for row in await rows(house.settings, "postgres", asked)}
                assert found == wanted

    run(play())


def test_an_agent_tied_to_her_does_nothing_with_her_page_and_another_one_does(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            token = await started(house)
            put(tmp_path, "a.png", await page(house, token, 0))
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(to_read=1)
            (line,) = await waiting(house)
            await looked(house, "petit", line.page)
            for values, name in (
                ({"step": "again", "page": line.page}, ActId.HANDLE_PAGE),
                ({"page": line.page, "box": "1"}, ActId.RECEIVE_COUPON),
            ):
                tied = replace(
                    Request(await house.sign_in("petit"), Channel.WEB, Proof.LOGIN, "", False, "", "tests"),
                    tie="family",
                )
                with pytest.raises(Problem, match="tie-declared"):
                    await REGISTRY[name].perform(frame_of(house), tied, REGISTRY[name].parse(dict(values)))
            with pytest.raises(Problem, match="tie-declared"):  # said once, it holds from then on, whatever he says
                await decided(house, "petit", line.page, 1)
            assert len(await waiting(house)) == 1 and not await may_read(house, person)
            await looked(house, "vasseur", line.page)
            await decided(house, "vasseur", line.page, 1)
            assert await may_read(house, person)

    run(play())


@pytest.mark.parametrize("asked", ["withdraw_access", "grant_access"])
def test_two_boxes_ticked_give_nothing_to_anybody_and_a_letter_asks_her_at_once(
    empty_databases: Databases, tmp_path: Path, asked: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            if asked == "withdraw_access":
                await house.ask(her, "grant_access", grant())
                token = await printed(house, ActId.WITHDRAW_ACCESS, d.WithdrawParams(DIALLO))
            else:
                token = await started(house)
            put(tmp_path, "a.png", await page(house, token, 0, 1))
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(done=1)
            assert not await may_read(house, person)
            (line,) = [one for one in await lines(house) if "read:doubt" in one["objects"]]
            assert line["act"] == (asked if asked == "withdraw_access" else "receive_coupon")
            due = await rows(house.settings, "es_keeper", "SELECT 1 FROM notices.outbox WHERE urgent = 1")
            assert len(due) == 1, "a letter asks her"
            put(tmp_path, "b.png", await page(house, token, 0))
            assert await asyncio.to_thread(room.round) == Counted(to_read=1), "its number served"

    run(play())


def test_a_page_that_leads_to_nobody_is_kept_for_thirty_days_once_it_was_seen_to_and_then_erased(
    empty_databases: Databases, tmp_path: Path, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            out = BytesIO()
            Image.new("L", (800, 1100), 255).save(out, "PNG")
            put(tmp_path, "a.png", out.getvalue())
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(to_read=1)
            (line,) = await waiting(house)
            assert (line.why, line.known) == (("no-code",), False)
            typed = {"step": "typed", "page": line.page}
            with pytest.raises(Problem, match="page-unseen"):
                await act(house, await house.sign_in("petit"), ActId.HANDLE_PAGE, typed)
            await looked(house, "petit", line.page)
            await act(house, await house.sign_in("petit"), ActId.HANDLE_PAGE, typed)
            row = UUID(hex=line.page)
            for days, kept in ((29, True), (31, False)):
                clock.ahead = timedelta(days=days)
                await house.link.ask(d.Maintain(0, "purge"))
                assert (row in {name for name, _ in house.objects.names()}) is kept

    run(play())


def test_an_erased_space_keeps_no_page(empty_databases: Databases, tmp_path: Path) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            put(tmp_path, "a.png", await page(house, await started(house), 0))
            room, _ = await room_of(house, tmp_path)
            await asyncio.to_thread(room.round)
            await house.ask(her, "close_space", d.CloseParams())
            await house.link.ask(d.Maintain(0, "erase"))
            assert await rows(house.settings, "es_keeper", "SELECT 1 FROM mailroom.page") == []
            assert list(house.objects.names()) == []

    run(play())


def test_a_stop_after_the_act_and_before_its_answer_makes_nothing_twice(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            token = await printed(house, ActId.WITHDRAW_ACCESS, d.WithdrawParams(DIALLO))
            put(tmp_path, "scan.png", await page(house, token, 0))
            room, agent = await room_of(house, tmp_path)
            agent.stops = True
            with pytest.raises(KeyboardInterrupt):
                raise await asyncio.to_thread(_stopped, room)
            assert (tmp_path / "scan.png").exists(), "not finished: still there"
            agent.stops = False
            assert await asyncio.to_thread(room.round) == Counted(done=1)
            assert not await may_read(house, person)

    run(play())


def _stopped(room: MailRoom) -> BaseException:
    try:
        room.round()
    except KeyboardInterrupt as stop:
        return stop
    raise AssertionError("not stopped")


def test_an_unsigned_page_a_foreign_file_and_a_broken_one_are_put_aside_once(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            token = await printed(house, ActId.WITHDRAW_ACCESS, d.WithdrawParams(DIALLO))
            put(tmp_path, "a.png", await page(house, token, 0, signed=False))
            put(tmp_path, "b.pdf", b"%PDF-1.7 not really")
            put(tmp_path, "c.exe", b"MZ")
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(to_read=1, unreadable=2)
            assert await may_read(house, person)
            assert names(tmp_path, UNREADABLE) == ["b.pdf", "b.pdf.txt", "c.exe", "c.exe.txt"]
            assert [one.why for one in await waiting(house)] == [("unsigned",)]
            assert await asyncio.to_thread(room.round) == Counted(), "nothing is read again in a loop"

    run(play())


def test_a_page_that_came_after_its_coupon_was_over_waits_for_a_person(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            token = await printed(house, ActId.WITHDRAW_ACCESS, d.WithdrawParams(DIALLO), days=-1)
            put(tmp_path, "a.png", await page(house, token, 0))
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(to_read=1)
            assert await may_read(house, person)
            assert [(one.why, one.known) for one in await waiting(house)] == [(("unknown",), False)]

    run(play())
