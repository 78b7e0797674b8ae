"""A document's bytes, sealed to their object while they arrive: nothing of them stands in clear on a disk, or whole in memory.

Whoever receives gives up what he received in the end: `discard` deletes it unless a row claimed it. What a crash leaves is
swept by the keeper after a day. Guarantee: G7, G13. Source: docs/specs/deposit.md, "Receiving".
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from espace_sante.actions.frame import Frame, Writing
from espace_sante.formats.media import Look
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import content_context
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.stream import CHUNK, Sealing, open_stream

SILENCE_SECONDS = 60.0
T = TypeVar("T")


@dataclass(slots=True)
class Received:
    """Bytes that stand sealed under a fresh name and key: what was seen of them on the way.

    `kind` is what they are (formats.media); hashes are in base 16. `claimed` once what became of them is not for the
    receiver to decide any more: a row names them, or may.
    """

    row: UUID
    key: bytes = field(repr=False)
    size: int
    sha256: str
    sha1: str
    kind: str
    claimed: bool = False


class Receiving:
    """One document being received. Call `add` for each piece, then `end`; or `abandon`, at any time."""

    def __init__(self, frame: Frame, most: int, context: Callable[[UUID], bytes] = content_context) -> None:
        self._frame = frame
        self._most = most
        self._row = UUID(bytes=frame.random(16), version=4)
        self._key = frame.random(32)
        self._sealing = Sealing(self._key, context(self._row), random_bytes=frame.random)
        self._sha256 = hashlib.sha256()
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._look = Look()
        self._size = 0
        self._writing: Writing | None = None

    async def add(self, piece: bytes) -> None:
        """Take one more piece. Raises Problem: document-too-large as soon as there is too much, storage-full."""
        self._size += len(piece)
        if self._size > self._most:
            raise Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": self._most})
        self._sha256.update(piece)
        self._sha1.update(piece)
        self._look.feed(piece)
        self._sealing.add(piece)
        if self._sealing.full:
            await self._in_thread(self._write)

    async def end(self) -> Received:
        """Make what came durable, and say what it was. Raises Problem(storage-full)."""
        kind = self._look.end()
        await self._in_thread(self._finish)
        return Received(self._row, self._key, self._size, self._sha256.hexdigest(), self._sha1.hexdigest(), kind)

    def abandon(self) -> None:
        """Leave nothing."""
        if self._writing is not None:
            self._writing.abandon()

    async def _in_thread(self, step: Callable[[], None]) -> None:
        # The disk takes its time, and nobody else should wait for it; between two steps no thread is held.
        try:
            await asyncio.to_thread(step)
        except OSError:
            raise Problem(Kind.BUSY, "storage-full") from None

    def _write(self) -> None:
        if self._writing is None:
            self._writing = self._frame.objects.begin(self._row)
        while self._sealing.full:
            self._writing.write(self._sealing.take())

    def _finish(self) -> None:
        self._write()
        assert self._writing is not None
        self._writing.write(self._sealing.end())
        self._writing.finish()


async def receive(
    frame: Frame,
    pieces: AsyncIterator[bytes],
    most: int,
    context: Callable[[UUID], bytes] = content_context,
) -> Received:
    """Receive a document, piece by piece, and return what it was.

    Raises Problem: document-too-large as soon as `most` bytes are passed, storage-full, and what `pieces` raises; then
    nothing is kept. The receiver calls `discard` in the end.
    """
    receiving = Receiving(frame, most, context)
    try:
        async for piece in pieces:
            await receiving.add(piece)
        return await receiving.end()
    except BaseException:
        receiving.abandon()
        raise


async def in_time(coming: Awaitable[T]) -> T:
    """Wait for the next piece of a body; raises Problem(demand-invalid) when nothing comes for a minute."""
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await coming
    except TimeoutError:
        raise Problem(Kind.INVALID, "demand-invalid") from None


async def discard(frame: Frame, content: object) -> None:
    """Delete what was received, unless a row claimed it; anything but a Received is left alone."""
    if isinstance(content, Received) and not content.claimed:
        await asyncio.to_thread(frame.objects.delete, content.row)


async def cut(data: bytes) -> AsyncIterator[bytes]:
    """Yield bytes already in memory in pieces, so that one large document keeps nobody else waiting."""
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]


@asynccontextmanager
async def whole(frame: Frame, received: Received) -> AsyncIterator[bytes]:
    """Lend the clear bytes of what was received, read back from the sealed object: one document at a time.

    For what must be read before its metadata are sealed (an XML, whose ceiling is `xml_bytes`).
    """

    def read() -> bytes:
        return b"".join(open_stream(received.key, frame.objects.chunks(received.row), content_context(received.row)))

    async with frame.one_whole:
        try:
            data = await asyncio.to_thread(read)
        except (SealBroken, OSError):
            raise Problem(Kind.BUSY, "storage-full") from None
        yield data
