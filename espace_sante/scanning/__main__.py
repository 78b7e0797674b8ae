"""Read one scanned file, then end: `python -I -m espace_sante.scanning`, a request and a file in, pages and readings out.

The same locks as for a document that is drawn (preview/locks.py); more is loaded before them, nothing after.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import NoReturn

import numpy as np
import numpy.ma  # loaded by numpy itself at the first percentile, too late here
import orjson
from PIL import Image, PngImagePlugin

from espace_sante.formats.coupon.reading import Reading, read_page
from espace_sante.preview import images, pdf, wire
from espace_sante.preview.__main__ import exactly, refusal_of, whole_document, written
from espace_sante.preview.locks import lock
from espace_sante.preview.wire import Drawn, Format, Request

# Of a page that holds nothing: everything a reading needs is loaded and started before the locks.
_BLANK = np.full((64, 64, 3), 255, np.uint8)
_PNG = PngImagePlugin.PngImageFile.format


def main() -> NoReturn:
    """Lock this process, read the file, say what each page holds; whatever happens then is an answer or the end of it."""
    request = wire.read_request(exactly(wire.REQUEST_BYTES))
    pdf.start()
    read_page(_BLANK)
    np.linalg.svd(np.eye(9))
    lock(seconds=request.seconds, megabytes=request.megabytes)
    try:
        for answer in _answers(request):
            written(answer)
    except Exception as fault:  # noqa: BLE001 - the entry point: the readers of documents raise anything
        written(wire.write_refusal(refusal_of(fault)))
    os._exit(0)


def _answers(request: Request) -> Iterator[bytes]:
    data = whole_document(request.document_bytes)
    left = wire.ANSWER_BYTES
    for each in _pages(request, data):
        answer = wire.write_total(each) if isinstance(each, int) else wire.write_page(_read(each))
        left -= len(answer)
        if left < 0:
            raise pdf.Refused(wire.Refusal.TOO_LARGE)
        yield answer


def _pages(request: Request, data: bytes) -> Iterator[Drawn | int]:
    first, count, width = request.first, request.pages, request.width
    if request.format is Format.PDF:
        return pdf.draw(data, first=first, count=count, width=width)
    return images.draw(data, request.format, first=first, count=count, width=width, pixels=request.pixels)


def _read(page: Drawn) -> Drawn:
    """Return a page with, in place of its text, what a coupon on it says."""
    assert _PNG is not None
    with Image.open(io.BytesIO(page.png), formats=[_PNG]) as image:
        picture = np.asarray(image.convert("RGB"))
    return page._replace(text=_said(read_page(picture)))


def _said(reading: Reading) -> str:
    return orjson.dumps(
        {
            "doubts": list(reading.doubts),
            "sealed": reading.sealed.hex(),
            "form": reading.form,
            "choice": reading.choice,
            "marked": list(reading.marked),
        }
    ).decode()


if __name__ == "__main__":
    main()
