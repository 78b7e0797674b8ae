"""Reading one page: its codes first, then everything else where they say it is. Source: inclusion.md CPN-04, CPN-05."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from espace_sante.formats.coupon.layout import BOXES_MOST, Geometry, Place, geometry
from espace_sante.formats.coupon.reading.boxes import AROUND, Box, BoxState, read_box
from espace_sante.formats.coupon.reading.codes import FoundCode, find_codes
from espace_sante.formats.coupon.reading.ink import Black, black_of, ink_of, part, without_folds
from espace_sante.formats.coupon.reading.plane import FINE, Plane, look, plane_of
from espace_sante.formats.coupon.reading.verdict import Reading, doubts_of
from espace_sante.formats.coupon.reading.words import are_struck
from espace_sante.formats.coupon.reasons import Doubt
from espace_sante.formats.coupon.token import BlankCode, ReadCode

Picture = NDArray[np.uint8]
# A corner of a code farther than this (mm) from where the others say it is: the sheet is bent, its boxes are elsewhere.
BENT_MOST = 1.0
# Of the inside of the frame: a short name in thin ink is twice as much; a fold, a speck, less.
SIGNED_LEAST, WRITTEN_MOST = 0.004, 0.002
_INSET = 1.5  # mm inside a frame, clear of its line
_WIDE_LEAST = 6.0  # mm: what a signature spans at least, one way


def read_page(picture: Picture) -> Reading:
    """Read a page (rows, columns, three colours). Anything that is not clear is a doubt, never an error."""
    grey = np.ascontiguousarray(picture.mean(axis=-1).astype(np.uint8))
    found = find_codes(grey)
    tokens = {one.code.sealed: one.code for one in found if isinstance(one.code, ReadCode)}
    blanks = {one.code.form for one in found if isinstance(one.code, BlankCode)}
    if not tokens:
        return Reading((Doubt.BLANK,), form=blanks.pop()) if len(blanks) == 1 else Reading((Doubt.NO_CODE,))
    if len(tokens) > 1 or blanks:
        return Reading((Doubt.SEVERAL,))
    ((sealed, code),) = tokens.items()
    corners = {one.code.letter: one for one in found if isinstance(one.code, ReadCode) and one.corners}
    if set(corners) != {"A", "B"} or code.token.boxes > BOXES_MOST:
        return Reading((Doubt.ONE_CODE,), sealed, code.token.form)
    return _read_coupon(picture, code, corners["A"], corners["B"])


def _read_coupon(picture: Picture, code: ReadCode, a: FoundCode, b: FoundCode) -> Reading:
    where = geometry(code.token.boxes, free=code.token.free)
    plane = plane_of((where.code_a, where.code_b), (a.corners, b.corners))
    if plane is None or plane.bent > BENT_MOST:
        return Reading((Doubt.BENT,), code.sealed, code.token.form)
    black = black_of(look(picture, plane, where.code_a))
    pairs = zip(where.boxes, where.words, strict=True)
    boxes = tuple(_box(picture, plane, box, words, black) for box, words in pairs)
    written = where.free is not None and _written(picture, plane, where, black)
    signed = _signed(picture, plane, where, black)
    doubts = doubts_of(boxes, signed=signed, written=written)
    return Reading(doubts, code.sealed, code.token.form, boxes, signed, written)


def _box(picture: Picture, plane: Plane, box: Place, words: Place, black: Black) -> Box:
    read = read_box(look(picture, plane, box, AROUND), black)
    ink = ink_of(look(picture, plane, words), black)
    return replace(read, state=BoxState.UNCLEAR) if ink is None or are_struck(ink) else read


def _signed(picture: Picture, plane: Plane, where: Geometry, black: Black) -> bool:
    ink = ink_of(look(picture, plane, where.signature, -_INSET), black)
    if ink is None:
        return False
    left = without_folds(ink)
    if part(left) < SIGNED_LEAST:
        return False
    rows, columns = np.nonzero(left.any(axis=1))[0], np.nonzero(left.any(axis=0))[0]
    return bool(max(np.ptp(rows), np.ptp(columns)) >= _WIDE_LEAST * FINE)


def _written(picture: Picture, plane: Plane, where: Geometry, black: Black) -> bool:
    """Say whether anything stands on the line for anything else; what cannot be told is taken for a word."""
    assert where.free is not None
    ink = ink_of(look(picture, plane, where.free, -_INSET), black)
    return ink is None or part(ink) > WRITTEN_MOST
