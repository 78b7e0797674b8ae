"""A folder of scans: what is clear is done once, the rest waits for a person, and a stop at any point loses and doubles nothing."""

from __future__ import annotations

import asyncio
import json
import os
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from PIL import Image

from espace_sante.access.request import ActId
from espace_sante.adapters.coupon_scans import CouponScans
from espace_sante.channels.paper import form_coupon
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.scans import DONE, TO_READ, UNREADABLE, Counted, MailRoom
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
from tests.inside import act, keyrings, open_house, run
from tests.integration.test_coupons import may_read, printed, started
from tests.people import DIALLO, grant

pytestmark = [pytest.mark.database]
FLAT = Conditions(dpi=200, skew=1, upside_down=True, paper=245, noise=2, blur=0.2, folds=0, jpeg=0, shade=0)


class Agent:
    """What the command speaks to, without the network: the same acts, of the same account."""

    def __init__(self, house: House, session: bytes) -> None:
        self._house, self._session, self._loop = house, session, asyncio.get_running_loop()
        self.stops = False

    def sign_in(self, word: str) -> str:
        return word

    def act(self, name: str, values: dict[str, str], *, token: str) -> dict[str, Any]:
        asked = act(self._house, self._session, ActId(name), dict(values))
        try:
            done = asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        except Problem as problem:
            raise ActRefused(400, problem.code, problem.code, problem.entry) from None
        if self.stops:  # the act is done, and nobody was told
            raise KeyboardInterrupt
        return {"entry": done.entry}


async def page(house: House, token: str, box: int, *, signed: bool = True) -> bytes:
    """Print the coupon of a token, fill it in by hand, scan it (PNG)."""
    sealed = bytes.fromhex(token)
    _, service = await keyrings(house.settings)
    sheet = form_coupon(check_token(sealed, coupon_key(service)), sealed)
    image, origin = drawn(sheet, whole=False)
    hand = Hand(image, origin, Random(1), Pen("blue ballpoint", (45, 60, 150), 0.45))
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
            assert names(tmp_path, DONE) == ["scan.png"]
            await house.ask(her, "grant_access", grant())
            put(tmp_path, "scan.png", scan)
            assert await asyncio.to_thread(room.round) == Counted(done=1), "answered as the first time"
            assert await may_read(house, person), "and done once"
            assert names(tmp_path, DONE) == ["scan-2.png", "scan.png"]

    run(play())


def test_what_gives_waits_for_a_person_who_read_it(empty_databases: Databases, tmp_path: Path) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            put(tmp_path, "a.png", await page(house, await started(house), 0))
            room, _ = await room_of(house, tmp_path)
            assert await asyncio.to_thread(room.round) == Counted(to_read=1)
            assert not await may_read(house, person)
            (words,) = (tmp_path / TO_READ).glob("*.json")
            assert json.loads(words.read_text())["why"] == ["coupon-to-be-read"]
            assert await asyncio.to_thread(room.seen, words.stem, 1) == Counted(done=1)
            assert await may_read(house, person)
            assert names(tmp_path, TO_READ) == []

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
            (words,) = (tmp_path / TO_READ).glob("*.json")
            assert json.loads(words.read_text())["why"] == ["Il n’y a pas de signature."]
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

    run(play())
