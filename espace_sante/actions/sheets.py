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
        yield _checked(sent.content)
        return
    received = await receive(frame, cut(sent.content), frame.settings.document_bytes)
    try:
        yield _checked(received)
    finally:
        await discard(frame, received)


def _checked(received: Received) -> Received:
    if received.kind != "png":
        raise Problem(Kind.UNSUPPORTED_MEDIA, "media-type-unsupported")
    return received
