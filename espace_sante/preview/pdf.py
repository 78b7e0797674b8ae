"""Pages of a PDF as pictures and text, by pdfium built without JavaScript and without XFA.

Notes and form fields are drawn as they stand. No action is run, no link followed, no attached file opened: nothing here
asks for one, and what pdfium would ask of us (a dialogue, a page, a sending) has no function to call.
"""

from __future__ import annotations

import codecs
import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pypdfium2_raw as pdfium
from PIL import Image

from espace_sante.preview.picture import as_png, fitted
from espace_sante.preview.wire import Drawn, Refusal

_CHARACTERS = 100_000
_WHITE = 0xFFFFFFFF
# Found now: after the locks no file is read, not even of Python.
_UTF_16 = codecs.lookup("utf-16-le")


class Refused(Exception):
    """The document is not shown."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class _Fields(NamedTuple):
    handle: object
    asks: object


def start() -> None:
    """Start pdfium; before the locks, since it prepares itself."""
    pdfium.FPDF_InitLibrary()


def draw(data: bytes, *, first: int, count: int, width: int) -> Iterator[Drawn | int]:
    """Yield the pages asked, then how many the document has; raises Refused."""
    # Never closed: the process ends with the document.
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        raise Refused(_why())
    total = pdfium.FPDF_GetPageCount(document)
    if total < 1:
        raise Refused(Refusal.DAMAGED)
    fields = _fields(document)
    for number in range(first, min(first + count, total + 1)):
        yield _draw_page(document, fields, number=number, wanted=width)
    yield total


def _why() -> Refusal:
    locked = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
    return Refusal.ENCRYPTED if pdfium.FPDF_GetLastError() in locked else Refusal.DAMAGED


def _fields(document: object) -> _Fields:
    """Return what draws the fields of forms: without it a filled form looks empty."""
    asks = pdfium.FPDF_FORMFILLINFO(version=2)
    fields = pdfium.FPDFDOC_InitFormFillEnvironment(document, asks)
    pdfium.FPDF_SetFormFieldHighlightAlpha(fields, 0)
    # pdfium keeps the address of `asks`.
    return _Fields(fields, asks)


def _draw_page(document: object, fields: _Fields, *, number: int, wanted: int) -> Drawn:
    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        raise Refused(Refusal.DAMAGED)
    try:
        across, down = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        if not (across > 0 and down > 0):
            raise Refused(Refusal.DAMAGED)
        width, height = fitted(across, down, wanted=wanted)
        return Drawn(number, width, height, as_png(_picture(page, fields, width, height)), _text(page))
    finally:
        pdfium.FPDF_ClosePage(page)


def _picture(page: object, fields: _Fields, width: int, height: int) -> Image.Image:
    with _bitmap(width, height) as bitmap:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        pdfium.FPDF_FFLDraw(fields.handle, bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pixels = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", stride, 1)


@contextmanager
def _bitmap(width: int, height: int) -> Iterator[object]:
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGRx, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        yield bitmap
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _text(page: object) -> str:
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return ""
    try:
        count = min(pdfium.FPDFText_CountChars(text), _CHARACTERS)
        if count < 1:
            return ""
        units = (ctypes.c_ushort * (count + 1))()
        written = pdfium.FPDFText_GetText(text, 0, count, units)
        words, _ = _UTF_16.decode(bytes(units)[: 2 * max(0, written - 1)], "replace")
        return words
    finally:
        pdfium.FPDFText_ClosePage(text)
