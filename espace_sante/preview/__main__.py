"""Draw one document, then end: `python -I -m espace_sante.preview`, a request and a document in, pages out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

from PIL import Image

from espace_sante.preview import images, pdf, wire
from espace_sante.preview.locks import lock
from espace_sante.preview.wire import Drawn, Format, Refusal, Request

_PIECE = 1_000_000


def main() -> NoReturn:
    """Lock this process, read the document, draw it; whatever happens then is an answer or the end of the process."""
    request = wire.read_request(exactly(wire.REQUEST_BYTES))
    pdf.start()
    lock(seconds=request.seconds, megabytes=request.megabytes)
    try:
        for answer in _answers(request):
            written(answer)
    except Exception as fault:  # noqa: BLE001 - the entry point: the readers of documents raise anything
        written(wire.write_refusal(refusal_of(fault)))
    # Nothing of Python's own ending is wanted: it would touch what the locks forbid.
    os._exit(0)


def _answers(request: Request) -> Iterator[bytes]:
    data = whole_document(request.document_bytes)
    left = wire.ANSWER_BYTES
    for each in _drawing(request, data):
        answer = wire.write_total(each) if isinstance(each, int) else wire.write_page(each)
        left -= len(answer)
        if left < 0:
            raise pdf.Refused(Refusal.TOO_LARGE)
        yield answer


def _drawing(request: Request, data: bytes) -> Iterator[Drawn | int]:
    first, count, width = request.first, request.pages, request.width
    if request.format is Format.PDF:
        return pdf.draw(data, first=first, count=count, width=width)
    return images.draw(data, request.format, first=first, count=count, width=width, pixels=request.pixels)


def refusal_of(fault: Exception) -> Refusal:
    """Return why nothing is shown, from whatever the readers raised."""
    match fault:
        case pdf.Refused():
            return fault.refusal
        case MemoryError() | Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return Refusal.TOO_LARGE
        case _:
            return Refusal.DAMAGED


def whole_document(most: int) -> bytes:
    """Return everything sent until the pipe closes; raises Refused beyond the bound."""
    pieces: list[bytes] = []
    left = most
    while piece := os.read(0, _PIECE):
        left -= len(piece)
        if left < 0:
            raise pdf.Refused(Refusal.TOO_LARGE)
        pieces.append(piece)
    return b"".join(pieces)


def exactly(count: int) -> bytes:
    """Return so many bytes of what is sent, or end the process."""
    data = b""
    while len(data) < count:
        piece = os.read(0, count - len(data))
        if not piece:
            raise SystemExit(2)
        data += piece
    return data


def written(data: bytes) -> None:
    """Write all of an answer."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    main()
