"""Where everything stands on a coupon, in millimetres from the upper left corner of its code A.

A function of how many boxes there are and of nothing else, so that whoever reads a scan knows it from the code alone.
Pure. Source: inclusion.md CPN-01, CPN-03; docs/specs/coupon.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

VERSION = 1
BOXES_MOST = 8
WIDTH = 170.0
CODE_SIDE = 22.0
BOX_SIDE = 7.0
# From the edge of a box to the edge of the next one, both ways. Source: inclusion.md CPN-03.
APART = 16.0
_COLUMNS = 2
_COLUMN = 86.0
_LEFT = 4.0
_TOP = 28.0
_BESIDE = 4.0
_LABEL = 6.0
_FREE_HEIGHT = 12.0
_GAP = 5.0
_SIGNATURE = (82.0, CODE_SIDE)
_SEND = (88.0, 54.0)


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle: its upper left corner and its size, in millimetres."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """Everything that is looked for on one coupon. `words` stand beside each box, `free` may be absent."""

    version: int
    width: float
    height: float
    code_a: Place
    code_b: Place
    head: Place
    boxes: tuple[Place, ...]
    words: tuple[Place, ...]
    free: Place | None
    signature: Place
    send: Place

    def described(self) -> dict[str, Any]:
        """Return it as plain values, for whoever reads a scan with another program."""
        return {"unit": "mm", "origin": "upper left corner of code A", **asdict(self)}


def geometry(boxes: int, *, free: bool) -> Geometry:
    """Return where everything stands on a coupon of so many boxes. Raises ValueError beyond BOXES_MOST."""
    if not 0 <= boxes <= BOXES_MOST:
        raise ValueError("a coupon has at most eight boxes")
    squares = tuple(_box(number) for number in range(boxes))
    beside = tuple(_words(box) for box in squares)
    y = max([box.y + BOX_SIDE + _GAP for box in squares] or [_TOP])
    field = None
    if free:
        field = Place(0.0, y + _LABEL, WIDTH, _FREE_HEIGHT)
        y = field.y + _FREE_HEIGHT + _GAP - 2.0
    signature = Place(0.0, y + _LABEL, *_SIGNATURE)
    bottom = signature.y + signature.height
    code_b = Place(WIDTH - CODE_SIDE, bottom - CODE_SIDE, CODE_SIDE, CODE_SIDE)
    return Geometry(
        VERSION,
        WIDTH,
        bottom,
        Place(0.0, 0.0, CODE_SIDE, CODE_SIDE),
        code_b,
        Place(CODE_SIDE + 6.0, 0.0, WIDTH - CODE_SIDE - 6.0, _TOP - 2.0),
        squares,
        beside,
        field,
        signature,
        Place(_SEND[0], signature.y, _SEND[1], CODE_SIDE),
    )


def _box(number: int) -> Place:
    row, column = divmod(number, _COLUMNS)
    return Place(_LEFT + column * _COLUMN, _TOP + row * (BOX_SIDE + APART), BOX_SIDE, BOX_SIDE)


def _words(box: Place) -> Place:
    # Beside the box, and lower than it when the words are long; the next row begins after them.
    left = box.x + BOX_SIDE + _BESIDE
    return Place(left, box.y, _COLUMN - BOX_SIDE - 2 * _BESIDE - 2.0, BOX_SIDE + _GAP)
