"""What a box holds: nothing, one clear mark, or something nobody but a person should read.

Two thresholds: below the low one nothing was drawn; above the high one something was; between, nobody knows. A mark is not
clear when the box is blackened, or when a line goes through it from side to side. Source: inclusion.md CPN-05, PAR-08.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from espace_sante.formats.coupon.layout import BOX_SIDE
from espace_sante.formats.coupon.reading.ink import Black, Ink, ink_of, part
from espace_sante.formats.coupon.reading.plane import FINE, Pixels

# Parts of the inside of the box, measured by `make coupons` (docs/campaigns.md).
LOW, HIGH, MOST = 0.012, 0.045, 0.55
AROUND = 3.0  # mm looked at beyond the frame; the words of the choice begin at 4
# A mark spans at least so many millimetres one way: a pen that rested in a box is no mark, however thick.
_SPAN = 2.6
_INSET = 1.1  # mm left out along the frame: half its line, and how far it may be from where it is looked for
_MOVES = 12  # tenths of a millimetre, each way, a frame is looked for
# Beyond the frame: from 0.7 to 2.7 mm, between the corners, where a mark that overflows seldom goes straight through.
_NEAR, _FAR, _CORNER = 0.7, 2.7, 1.2
_STRUCK = 0.02


class BoxState(StrEnum):
    """What a box holds."""

    EMPTY = "empty"
    MARKED = "marked"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Box:
    """One box as it was read: its state, and how much of its inside is ink (0 to 1)."""

    state: BoxState
    ink: float


def read_box(seen: Pixels, black: Black) -> Box:
    """Read one box, seen with AROUND millimetres on each side."""
    ink = ink_of(seen, black)
    if ink is None:
        return Box(BoxState.UNCLEAR, 0.0)
    left, top = _frame(ink)
    side = round(BOX_SIDE * FINE)
    inset = round(_INSET * FINE)
    inside = ink[top + inset : top + side - inset, left + inset : left + side - inset]
    doubtful = _struck(ink, left, top, side) or (part(inside) >= HIGH and _span(inside) < _SPAN * FINE)
    return Box(_state(part(inside), doubtful=doubtful), round(part(inside), 4))


def _state(filled: float, *, doubtful: bool) -> BoxState:
    if filled < LOW and not doubtful:
        return BoxState.EMPTY
    return BoxState.MARKED if HIGH <= filled <= MOST and not doubtful else BoxState.UNCLEAR


def _span(inside: Ink) -> int:
    """Return how wide or high what was drawn is, in pixels."""
    rows, columns = np.nonzero(inside.any(axis=1))[0], np.nonzero(inside.any(axis=0))[0]
    return int(max(np.ptp(rows), np.ptp(columns))) if rows.size else 0


def _frame(ink: Ink) -> tuple[int, int]:
    """Return where the printed frame is, in pixels: where most of it is ink, near where it should be."""
    side, at = round(BOX_SIDE * FINE), round(AROUND * FINE)
    best, where = -1.0, (at, at)
    for top in range(at - _MOVES, at + _MOVES + 1):
        for left in range(at - _MOVES, at + _MOVES + 1):
            score = _line_score(ink, left, top, side)
            # Of equals, the nearest to where it is expected.
            score -= 0.001 * (abs(top - at) + abs(left - at))
            if score > best:
                best, where = score, (left, top)
    return where


def _line_score(ink: Ink, left: int, top: int, side: int) -> float:
    right, bottom = left + side - 1, top + side - 1
    across = ink[(top, bottom), left : right + 1].mean()
    down = ink[top : bottom + 1, (left, right)].mean()
    return float(across + down)


def _struck(ink: Ink, left: int, top: int, side: int) -> bool:
    """Say whether something goes through the box and out on two opposite sides, as when one strikes out what one wrote."""
    near, far, corner = (round(mm * FINE) for mm in (_NEAR, _FAR, _CORNER))
    middle_y, middle_x = slice(top + corner, top + side - corner), slice(left + corner, left + side - corner)
    west = ink[middle_y, max(0, left - far) : left - near]
    east = ink[middle_y, left + side + near : left + side + far]
    north = ink[max(0, top - far) : top - near, middle_x]
    south = ink[top + side + near : top + side + far, middle_x]
    out = [bool(part(one) > _STRUCK) for one in (west, east, north, south)]
    return bool(np.array([out[0] and out[1], out[2] and out[3]]).any()) or sum(out) >= 3
