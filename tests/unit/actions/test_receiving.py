"""What is received stands sealed, whole, or not at all; little of it is held meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from espace_sante.actions.depositing import Deposit, check_content
from espace_sante.actions.frame import Frame
from espace_sante.actions.receiving import Received, Receiving, discard, receive, whole
from espace_sante.adapters.object_folder import ObjectFolder, Writing
from espace_sante.adapters.previewer import Previewer
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Settings
from espace_sante.records.document import content_context
from espace_sante.vault.stream import CHUNK, StreamLayout, open_stream

MOST = 5 * CHUNK
DATA = b"%PDF-1.7\n" + hashlib.shake_256(b"d").digest(3 * CHUNK + 5)


@pytest.fixture
def frame(tmp_path: Path) -> Frame:
    (tmp_path / "objects").mkdir()
    no_keeper: Any = None
    objects, settings = ObjectFolder(tmp_path / "objects"), Settings(home=tmp_path)
    return Frame(no_keeper, objects, settings, utc_now, os.urandom, previews=Previewer(settings))


def files(frame: Frame) -> list[Path]:
    return [path for path in (frame.settings.home / "objects").rglob("*") if path.is_file()]


async def pieces(data: bytes, size: int, fault: Exception | None = None) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
    if fault is not None:
        raise fault


@pytest.mark.parametrize("data", [b"", b"a", DATA[:CHUNK], DATA[: CHUNK + 1], DATA], ids=len)
@pytest.mark.parametrize("size", [1000, 65_537, 10**9])
def test_what_was_received_is_what_stands(frame: Frame, data: bytes, size: int) -> None:
    received = asyncio.run(receive(frame, pieces(data, size), MOST))
    (stored,) = files(frame)
    assert stored.name == received.row.hex
    assert stored.stat().st_size == StreamLayout.sealed_size(len(data))
    assert b"".join(open_stream(received.key, [stored.read_bytes()], content_context(received.row))) == data
    assert (received.size, received.kind) == (len(data), "pdf" if data.startswith(b"%PDF-") else "text")
    assert received.sha256 == hashlib.sha256(data).hexdigest()
    assert received.sha1 == hashlib.sha1(data).hexdigest()
    assert not any(data[at : at + 64] in stored.read_bytes() for at in range(0, len(data) - 64, 4096))


@pytest.mark.parametrize(
    "fault", [ConnectionError(), Problem(Kind.INVALID, "demand-invalid"), asyncio.CancelledError()]
)
def test_a_source_that_fails_leaves_nothing(frame: Frame, fault: Any) -> None:
    with pytest.raises(type(fault)):
        asyncio.run(receive(frame, pieces(DATA, 300_000, fault), MOST))
    assert files(frame) == []


def test_too_much_is_refused_when_it_is_passed_and_not_later(frame: Frame) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(CHUNK)

    with pytest.raises(Problem) as refused:
        asyncio.run(receive(frame, endless(), MOST))
    assert (refused.value.code, refused.value.fields, taken) == ("document-too-large", {"maximum": MOST}, 6)
    assert files(frame) == []


@pytest.mark.parametrize("step", ["write", "finish"])
@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_disk_that_fills_up_on_the_way_leaves_nothing(
    frame: Frame, monkeypatch: pytest.MonkeyPatch, step: str, time: int
) -> None:
    original, seen = getattr(Writing, step), 0

    def full(self: Writing, *given: bytes) -> None:
        nonlocal seen
        seen += 1
        if seen == time or step == "finish":
            raise OSError(28, "No space left on device")
        original(self, *given)

    monkeypatch.setattr(Writing, step, full)
    with pytest.raises(Problem) as refused:
        asyncio.run(receive(frame, pieces(DATA, 300_000), MOST))
    assert refused.value.code == "storage-full"
    assert files(frame) == []


def test_one_chunk_and_one_piece_are_held_at_most(frame: Frame) -> None:
    async def play() -> int:
        receiving, held = Receiving(frame, MOST), 0
        for start in range(0, len(DATA), 100_000):
            await receiving.add(DATA[start : start + 100_000])
            held = max(held, len(receiving._sealing._held))
        await receiving.end()
        return held

    assert asyncio.run(play()) <= CHUNK + 100_000


def test_what_nobody_claimed_is_deleted_and_what_somebody_did_is_not(frame: Frame) -> None:
    async def play() -> None:
        received = await receive(frame, pieces(DATA, CHUNK), MOST)
        received.claimed = True
        await discard(frame, received)
        assert len(files(frame)) == 1
        received.claimed = False
        for _ in range(2):
            await discard(frame, received)
        assert files(frame) == []
        await discard(frame, b"bytes that stand nowhere")

    asyncio.run(play())


def test_one_document_at_a_time_is_lent_whole(frame: Frame) -> None:
    async def play() -> None:
        received = await receive(frame, pieces(DATA, CHUNK), MOST)
        lent = most = 0

        async def look() -> None:
            nonlocal lent, most
            async with whole(frame, received) as data:
                lent += 1
                most = max(most, lent)
                await asyncio.sleep(0)
                assert data == DATA
                lent -= 1

        await asyncio.gather(*[look() for _ in range(4)])
        assert most == 1

    asyncio.run(play())


def test_an_xml_has_a_ceiling_of_its_own(frame: Frame) -> None:
    xml_bytes = frame.settings.xml_bytes
    row: Any = None
    received = Received(row, b"", xml_bytes, "", "", "xml")
    deposit = Deposit(received, "text/xml", "Lettre", 5, "")
    check_content(frame, deposit, received)
    with pytest.raises(Problem) as refused:
        check_content(frame, deposit, replace(received, size=xml_bytes + 1))
    assert (refused.value.code, refused.value.fields) == ("document-too-large", {"maximum": xml_bytes})
    assert "key" not in repr(received)
