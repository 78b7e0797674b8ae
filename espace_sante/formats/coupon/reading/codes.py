"""Finding the codes of a page, and the corners of each.

Several passes, each only when the ones before left something to find: the picture as it is, another way to tell black from
white, the picture softened, then enlarged; and zbar when this machine has it. Source: inclusion.md CPN-04.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from espace_sante.formats.coupon.token import BlankCode, ReadCode, read_code

try:  # now: once the process that reads is locked in, nothing more is loaded
    from pyzbar import pyzbar
except ImportError:  # its system library, libzbar0, is nobody's requirement
    pyzbar = None

Grey = NDArray[np.uint8]
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code of a form on a page. `corners`: upper left, upper right, lower right, lower left of the code itself, in pixels.

    `corners` is empty when the decoder that found it does not say which is which.
    """

    code: ReadCode | BlankCode
    corners: tuple[Point, ...]


def find_codes(grey: Grey) -> tuple[FoundCode, ...]:
    """Return every code of a form on a page, each once."""
    found: dict[str, FoundCode] = {}
    for one_pass in _passes(grey):
        for text, corners in one_pass():
            code = read_code(text)
            if code is not None and (text not in found or not found[text].corners):
                found[text] = FoundCode(code, corners)
        if _both(found):
            break
    return tuple(found.values())


def _both(found: dict[str, FoundCode]) -> bool:
    letters = {one.code.letter for one in found.values() if isinstance(one.code, ReadCode) and one.corners}
    return letters == {"A", "B"}


def _passes(grey: Grey) -> Iterator[Callable[[], list[tuple[str, tuple[Point, ...]]]]]:
    yield lambda: _zxing(grey, zxingcpp.Binarizer.LocalAverage)
    yield lambda: _zxing(grey, zxingcpp.Binarizer.GlobalHistogram)
    yield lambda: _zxing(softened(grey), zxingcpp.Binarizer.LocalAverage)
    yield lambda: _zxing(_twice(grey), zxingcpp.Binarizer.LocalAverage, scale=2.0)
    yield lambda: _zbar(grey)


def _zxing(grey: Grey, binarizer: zxingcpp.Binarizer, scale: float = 1.0) -> list[tuple[str, tuple[Point, ...]]]:
    results = zxingcpp.read_barcodes(grey, formats=_QR, binarizer=binarizer)
    return [(one.text, _corners(one.position, scale)) for one in results if one.valid]


def _corners(where: zxingcpp.Position, scale: float) -> tuple[Point, ...]:
    points = (where.top_left, where.top_right, where.bottom_right, where.bottom_left)
    return tuple((point.x / scale, point.y / scale) for point in points)


def _zbar(grey: Grey) -> list[tuple[str, tuple[Point, ...]]]:
    """Return what zbar reads, where it is installed: it says which coupon this is, not where its boxes are."""
    if pyzbar is None:
        return []
    results = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [(one.data.decode("ascii", "replace"), ()) for one in results]


def softened(grey: Grey) -> Grey:
    """Return a picture whose pixels are the mean of nine: what a dirty glass adds is then no module of a code."""
    wide = np.pad(grey.astype(np.uint16), 1, mode="edge")
    height, width = grey.shape
    total = sum(
        (wide[y : y + height, x : x + width] for y in range(3) for x in range(3)), np.zeros_like(grey, np.uint16)
    )
    return (total // 9).astype(np.uint8)


def _twice(grey: Grey) -> Grey:
    return np.ascontiguousarray(np.repeat(np.repeat(grey, 2, axis=0), 2, axis=1))
