"""Telling ink from paper on a small piece of a page, whatever the paper's grey and the pen's colour.

Ink is what is darker than the paper around it, in one colour at least, by a part of what the printed black is: a light blue
pen and a grey sheet are then both read. Source: inclusion.md CPN-04, CPN-05.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from espace_sante.formats.coupon.reading.plane import FINE, Pixels

Ink = NDArray[np.bool_]
# A part of the way from the paper to the printed black: a pencil is beyond, the shadow of a fold is not.
DARK_PART = 0.33
# The least difference between paper and printed black for anything to be told apart.
LEAST_CONTRAST = 40.0
_PAPER = 80  # percentile: most of what is looked at is paper
_NEIGHBOURS = 4  # of the nine pixels of its square: less is dust


@dataclass(frozen=True, slots=True)
class Black:
    """How dark the printed black of this page is, by colour."""

    level: Pixels


def black_of(code: Pixels) -> Black:
    """Return the printed black, from a code as it is seen: near half of it is black."""
    return Black(np.percentile(code.reshape(-1, code.shape[-1]), 12, axis=0).astype(np.float32))


def ink_of(seen: Pixels, black: Black) -> Ink | None:
    """Return which pixels are ink; None when paper and ink are too much alike to say."""
    paper = np.percentile(seen.reshape(-1, seen.shape[-1]), _PAPER, axis=0).astype(np.float32)
    contrast = paper - black.level
    if float(contrast.max()) < LEAST_CONTRAST:
        return None
    darker = ((paper - seen) / np.maximum(contrast, LEAST_CONTRAST)).max(axis=-1)
    return without_dust(darker > DARK_PART)


def without_dust(ink: Ink) -> Ink:
    """Return ink without the pixels that stand almost alone."""
    wide = np.pad(ink, 1).astype(np.uint8)
    height, width = ink.shape
    near = sum(
        (wide[y : y + height, x : x + width] for y in range(3) for x in range(3)), np.zeros((height, width), np.uint8)
    )
    return ink & (near >= _NEIGHBOURS)


def without_folds(ink: Ink) -> Ink:
    """Return ink without the lines that cross a whole piece straight from edge to edge: a fold, a fault of the glass."""
    left = ink.copy()
    high = FINE  # a fold that is not quite straight stays within a millimetre
    for lines in (left, left.T):
        for start in range(0, lines.shape[0] - high + 1, high // 2):
            band = lines[start : start + high]
            if band.any(axis=0).mean() > 0.9:
                band[:] = False
    return left


def part(ink: Ink) -> float:
    """Return how much of a piece is ink, from 0 to 1."""
    return float(ink.mean()) if ink.size else 0.0
