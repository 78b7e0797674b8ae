"""The picture of a page that came by the post: sealed as it is received, opened for one answer. Guarantee: G5, G7."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from espace_sante.actions.act import Upload, Values
from espace_sante.actions.frame import Frame
from espace_sante.actions.receiving import Received, cut, discard, receive
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import content_context
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.stream import open_stream

_LABEL = "la page scannée"
# A sheet of A4 at 600 dots an inch is 35 million points.
PIXELS_MOST, SIDE_MOST = 40_000_000, 10_000
_HEAD = 24  # what says how large a PNG is. Source: PNG 5.2, 11.2.2


@dataclass(frozen=True, slots=True)
class ClearSheet:
    """A page opened for one answer; its key is dropped with it. `png` is its picture."""

    page: str
    key: bytes = field(repr=False)

    async def png(self, frame: Frame) -> bytes:
        """Return the clear picture; raises Problem when what is stored was altered or is gone."""
        row = UUID(hex=self.page)

        def read() -> bytes:
            return b"".join(open_stream(self.key, frame.objects.chunks(row), content_context(row)))

        try:
            return await asyncio.to_thread(read)
        except (SealBroken, FileNotFoundError):
            raise Problem(Kind.INTERNAL, "internal", {"reference": self.page[:8]}) from None


def picture(values: Values) -> Upload:
    """Return the picture that was sent; raises Problem when there is none."""
    found = values.get("scan")
    if not isinstance(found, Upload):
        raise Problem(Kind.INVALID, "field-missing", {"field": _LABEL})
    return found


@asynccontextmanager
async def sealed(frame: Frame, sent: Upload) -> AsyncIterator[Received]:
    """Lend a picture as it stands sealed; it is deleted again unless it is claimed. Raises Problem for anything but a PNG."""
    if isinstance(sent.content, Received):  # whoever received it discards it
        yield await _checked(frame, sent.content)
        return
    received = await receive(frame, cut(sent.content), frame.settings.document_bytes)
    try:
        yield await _checked(frame, received)
    finally:
        await discard(frame, received)


async def _checked(frame: Frame, received: Received) -> Received:
    """Return what came when it is a picture that a page may show: not one that says to be larger than a sheet of paper."""
    if received.kind != "png" or not await asyncio.to_thread(_is_shown, frame, received):
        raise Problem(Kind.UNSUPPORTED_MEDIA, "media-type-unsupported")
    return received


def _is_shown(frame: Frame, received: Received) -> bool:
    pieces = open_stream(received.key, frame.objects.chunks(received.row), content_context(received.row))
    head = next(iter(pieces), b"")[:_HEAD]
    width, height = (int.from_bytes(head[start : start + 4]) for start in (16, 20))
    sides = 0 < width <= SIDE_MOST and 0 < height <= SIDE_MOST
    return len(head) == _HEAD and head[12:16] == b"IHDR" and sides and width * height <= PIXELS_MOST
