"""Where a place of the layout is on the picture of a page: the plane that the corners of both codes define.

Source: R. Hartley and A. Zisserman, Multiple View Geometry, 2nd edition, algorithm 4.2 (normalised direct linear transform).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from espace_sante.formats.coupon.layout import Place
from espace_sante.formats.coupon.reading.codes import Point

Floats = NDArray[np.float64]
Pixels = NDArray[np.float32]
# How finely a place is looked at, in pixels for a millimetre: about 250 dpi.
FINE = 10


@dataclass(frozen=True, slots=True)
class Plane:
    """From millimetres of the layout to pixels of the page. `bent`: how far, at most, a corner is from where it should be (mm)."""

    matrix: Floats
    bent: float
    pixels_per_mm: float

    def points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where places given in millimetres are on the page."""
        stacked = self.matrix @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
        return (stacked[0] / stacked[2]).reshape(x.shape), (stacked[1] / stacked[2]).reshape(x.shape)


def plane_of(places: Sequence[Place], corners: Sequence[Sequence[Point]]) -> Plane | None:
    """Return the plane through the corners of codes printed at `places`; None when there is none."""
    here = np.array([point for place in places for point in _corners(place)])
    there = np.array([point for four in corners for point in four])
    into, back = _normal(here), _normal(there)
    a, b = _apply(into, here), _apply(back, there)
    rows = []
    for (x, y), (u, v) in zip(a, b, strict=True):
        rows += [[-x, -y, -1, 0, 0, 0, u * x, u * y, u], [0, 0, 0, -x, -y, -1, v * x, v * y, v]]
    matrix = np.linalg.inv(back) @ np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3) @ into
    found = _apply(matrix, here)
    scale = float(np.linalg.norm(there[1] - there[0]) / np.linalg.norm(here[1] - here[0]))
    if not np.isfinite(found).all() or scale <= 0:
        return None
    return Plane(matrix, float(np.abs(found - there).max()) / scale, scale)


def look(picture: NDArray[np.uint8], plane: Plane, place: Place, around: float = 0.0) -> Pixels:
    """Return what stands at a place and `around` it (mm), seen straight, FINE pixels for a millimetre: rows, columns, colours.

    What lies outside the picture is white, as the glass of a scanner is.
    """
    columns = np.arange(round((place.width + 2 * around) * FINE)) / FINE + place.x - around + 0.5 / FINE
    rows = np.arange(round((place.height + 2 * around) * FINE)) / FINE + place.y - around + 0.5 / FINE
    x, y = plane.points(*np.meshgrid(columns, rows))
    height, width = picture.shape[:2]
    inside = (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, down = (x - left)[..., None], (y - top)[..., None]
    upper = picture[top, left] * (1 - right) + picture[top, left + 1] * right
    lower = picture[top + 1, left] * (1 - right) + picture[top + 1, left + 1] * right
    seen = upper * (1 - down) + lower * down
    seen[~inside] = 255
    return seen.astype(np.float32)


def _corners(place: Place) -> tuple[Point, ...]:
    right, bottom = place.x + place.width, place.y + place.height
    return (place.x, place.y), (right, place.y), (right, bottom), (place.x, bottom)


def _normal(points: Floats) -> Floats:
    centre = points.mean(axis=0)
    scale = np.sqrt(2) / max(float(np.linalg.norm(points - centre, axis=1).mean()), 1e-9)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])


def _apply(matrix: Floats, points: Floats) -> Floats:
    moved = matrix @ np.column_stack([points, np.ones(len(points))]).T
    found: Floats = (moved[:2] / moved[2]).T
    return found
