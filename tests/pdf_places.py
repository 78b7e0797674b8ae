"""Where each piece of text stands on a page of a PDF, as PDFium sees it: millimetres from the top left corner of the sheet."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

MM = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: where it stands, how large its font is (points), in which colour (0 to 255 each)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    points: float
    colour: tuple[int, int, int]

    def touches(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Say whether some of it is in a rectangle."""
        return self.left < right and self.right > left and self.top < bottom and self.bottom > top


def pages_of(pdf: bytes) -> list[list[Piece]]:
    """Return the pieces of each page, in the order they are drawn."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_pieces(page) for page in document]
    finally:
        document.close()


def drawn_in(pdf: bytes, page: int, left: float, top: float, right: float, bottom: float) -> int:
    """Return how many objects of any kind (text, picture, line) have some of themselves in a rectangle of a page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        height = document[page].get_height()
        found = 0
        for one in document[page].get_objects():
            x0, y0, x1, y1 = one.get_bounds()
            box = (x0 * MM, (height - y1) * MM, x1 * MM, (height - y0) * MM)
            found += box[0] < right and box[2] > left and box[1] < bottom and box[3] > top
        return found
    finally:
        document.close()


def _pieces(page: pypdfium2.PdfPage) -> list[Piece]:
    height = page.get_height()
    text = page.get_textpage()
    found = []
    for one in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT]):
        size = pdfium.FPDFTextObj_GetText(one, text, None, 0)
        buffer = (ctypes.c_ushort * max(size // 2, 1))()
        pdfium.FPDFTextObj_GetText(one, text, buffer, size)
        words = bytes(buffer).decode("utf-16-le").rstrip("\0")
        if not words.strip():
            continue
        points = ctypes.c_float()
        pdfium.FPDFTextObj_GetFontSize(one, points)
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        pdfium.FPDFPageObj_GetFillColor(one, red, green, blue, alpha)
        x0, y0, x1, y1 = one.get_bounds()
        scale = abs(one.get_matrix().d)
        colour = (red.value, green.value, blue.value)
        found.append(
            Piece(words, x0 * MM, (height - y1) * MM, x1 * MM, (height - y0) * MM, points.value * scale, colour)
        )
    return found


def contrast(colour: tuple[int, int, int]) -> float:
    """Return the contrast of a colour with white paper. Source: WCAG 2.2, contrast ratio and relative luminance."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in colour)]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
