"""A form that comes with files: texts are kept, within a bound, and each file is sealed to its object while it comes.

The fields may come in any order. Guarantee: G7, G13.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from espace_sante.actions.act import Upload, Value
from espace_sante.actions.frame import Frame
from espace_sante.actions.receiving import Receiving, discard
from espace_sante.formats.multipart import End, Event, Malformed, MultipartReader, Part
from espace_sante.kernel.errors import Kind, Problem

Pairs = list[tuple[str, Value]]
MOST_FILES = 10


async def read_posted(frame: Frame, content_type: str, pieces: AsyncIterator[bytes], *, max_files: int = 1) -> Pairs:
    """Return the fields of a multipart form, in order. Whoever calls gives them to `discard_files` in the end.

    A file that was not chosen is left out. Raises Problem: demand-invalid for a form that is malformed, cut or too full
    of parts or files, text-not-utf8, body-too-large, document-too-large, storage-full, and what `pieces` raises; then
    nothing is kept.
    """
    assert max_files <= MOST_FILES
    form = _Form(frame, max_files)
    try:
        reader = MultipartReader(content_type)
        async for piece in pieces:
            for event in reader.feed(piece):
                await form.take(event)
        reader.end()
    except Malformed:
        await form.abandon()
        raise Problem(Kind.INVALID, "demand-invalid") from None
    except BaseException:
        await form.abandon()
        raise
    return form.pairs


async def discard_files(frame: Frame, values: Iterable[Value]) -> None:
    """Delete the files among the values of a form that no row claimed."""
    for value in values:
        if isinstance(value, Upload):
            await discard(frame, value.content)


@dataclass(slots=True)
class _Form:
    frame: Frame
    files_left: int
    pairs: Pairs = field(default_factory=list)
    part: Part | None = None
    text: bytearray = field(default_factory=bytearray)
    texts: int = 0
    receiving: Receiving | None = None

    async def take(self, event: Event) -> None:
        match event:
            case Part():
                self.part, self.text = event, bytearray()
                if event.file:
                    self._begin_file()
            case bytes() if self.part is not None and self.part.file is not None:
                await (self.receiving or self._begin_file()).add(event)
            case bytes():
                self._add_text(event)
            case End():
                await self._end()

    async def abandon(self) -> None:
        if self.receiving is not None:
            self.receiving.abandon()
        await discard_files(self.frame, [value for _, value in self.pairs])

    def _begin_file(self) -> Receiving:
        self.files_left -= 1
        if self.files_left < 0:
            raise Malformed
        self.receiving = Receiving(self.frame, self.frame.settings.document_bytes)
        return self.receiving

    def _add_text(self, piece: bytes) -> None:
        most = self.frame.settings.form_bytes
        self.texts += len(piece)
        if self.texts > most:
            raise Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": most})
        self.text += piece

    async def _end(self) -> None:
        part, receiving = self.part, self.receiving
        self.part = None
        if part is None:
            raise Malformed
        if receiving is not None:
            received = await receiving.end()
            self.receiving = None
            self.pairs.append((part.field, Upload(_plain_name(part.file or ""), part.media_type, received)))
        elif part.file is None:
            try:
                self.pairs.append((part.field, self.text.decode("utf-8")))
            except UnicodeDecodeError:
                raise Problem(Kind.UNPROCESSABLE, "text-not-utf8") from None


def _plain_name(name: str) -> str:
    """Return the last part of a file's name, without what cannot be printed: never a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:250]
