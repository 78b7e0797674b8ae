"""A hand that fills in a coupon: pens, marks, signatures, hesitations. Invented, seeded; real ones are CPN-10's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw

from espace_sante.formats.coupon import Place

Points = list[tuple[float, float]]
DRAWN_DPI = 300
MM = DRAWN_DPI / 25.4
PENS = (
    ("black ballpoint", (35, 35, 40), (0.3, 0.6)),
    ("blue ballpoint", (45, 60, 150), (0.3, 0.6)),
    ("light blue pen", (90, 130, 215), (0.35, 0.7)),
    ("green pen", (40, 120, 70), (0.35, 0.7)),
    ("red pen", (190, 45, 50), (0.35, 0.7)),
    ("black felt pen", (20, 20, 20), (0.8, 1.4)),
    ("pencil", (120, 120, 122), (0.4, 0.8)),
)


@dataclass(frozen=True, slots=True)
class Pen:
    """One pen: its colour, and how wide it draws (mm)."""

    name: str
    colour: tuple[int, int, int]
    width: float


class Hand:
    """Draws on a page whose coupon begins at a point (pixels); everything is given in millimetres of the layout."""

    def __init__(self, page: Image.Image, origin: tuple[float, float], rng: Random, pen: Pen | None = None) -> None:
        self._draw = ImageDraw.Draw(page)
        self._origin = origin
        self._rng = rng
        self.pen = pen or any_pen(rng)

    def stroke(self, points: Points, shake: float = 0.12) -> None:
        """Draw through points, not quite straight, pressing more or less."""
        rng, fine = self._rng, []
        for (x0, y0), (x1, y1) in pairwise(points):
            steps = max(2, int(math.dist((x0, y0), (x1, y1)) / 0.35))
            fine += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps + 1)]
        wander_x = wander_y = 0.0
        before = None
        for x, y in fine:
            wander_x = 0.85 * wander_x + rng.gauss(0, shake / 3)
            wander_y = 0.85 * wander_y + rng.gauss(0, shake / 3)
            here = (self._origin[0] + (x + wander_x) * MM, self._origin[1] + (y + wander_y) * MM)
            wide = max(1.5, self.pen.width * MM * rng.uniform(0.8, 1.15))
            if before is not None:
                self._draw.line([before, here], fill=self.pen.colour, width=round(wide))
            radius = wide / 2
            self._draw.ellipse(
                (here[0] - radius, here[1] - radius, here[0] + radius, here[1] + radius), fill=self.pen.colour
            )
            before = here

    def cross(self, box: Place, over: float = 0.0) -> None:
        """Draw a cross; `over` millimetres beyond the corners, or short of them when negative."""
        r = self._rng
        left, top, right, bottom = box.x - over, box.y - over, box.x + box.width + over, box.y + box.height + over

        def near(x: float, y: float) -> tuple[float, float]:
            return x + r.gauss(0, 0.45), y + r.gauss(0, 0.45)

        self.stroke([near(left, top), near(right, bottom)])
        self.stroke([near(right, top), near(left, bottom)])

    def tick(self, box: Place) -> None:
        """Draw a tick, its long arm often out of the box."""
        r = self._rng
        x, y, s = box.x, box.y, box.width
        start = (x + s * r.uniform(0.1, 0.25), y + s * r.uniform(0.45, 0.6))
        low = (x + s * r.uniform(0.35, 0.5), y + s * r.uniform(0.75, 0.92))
        end = (x + s * r.uniform(0.8, 1.25), y + s * r.uniform(-0.2, 0.25))
        self.stroke([start, low, end])

    def slash(self, box: Place) -> None:
        """Draw one stroke across a box."""
        r = self._rng
        s = box.width
        self.stroke(
            [
                (box.x + s * r.uniform(0.05, 0.2), box.y + s * r.uniform(0.8, 0.95)),
                (box.x + s * r.uniform(0.8, 0.95), box.y + s * r.uniform(0.05, 0.2)),
            ]
        )

    def dot(self, box: Place) -> None:
        """Rest the pen in a box."""
        x, y = box.x + box.width * self._rng.uniform(0.35, 0.6), box.y + box.height * self._rng.uniform(0.35, 0.6)
        self.stroke([(x, y), (x + 0.4, y + 0.3)])

    def scribble(self, box: Place, over: float = 1.5) -> None:
        """Black a box out, as when one was wrong."""
        r = self._rng
        points = []
        count = r.randint(8, 16)
        for i in range(count):
            x = box.x - over + (box.width + 2 * over) * i / (count - 1) + r.gauss(0, 0.3)
            y = box.y - over + r.uniform(-0.4, 0.8) if i % 2 else box.y + box.height + over - r.uniform(-0.4, 0.8)
            points.append((x, y))
        self.stroke(points)

    def strike(self, place: Place, before: float, after: float) -> None:
        """Draw a line through a place, from `before` its left edge to `after` its right edge (mm)."""
        y = place.y + place.height / 2 + self._rng.uniform(-0.6, 0.6)
        slope = self._rng.uniform(-0.8, 0.8)
        self.stroke([(place.x - before, y), (place.x + place.width + after, y + slope)])

    def write(self, x: float, y: float, length: float) -> None:
        """Write some words."""
        r, points = self._rng, []
        at = x
        while at < x + length:
            points.append((at, y + r.uniform(-2.2, 1.2)))
            at += r.uniform(0.6, 1.6)
        self.stroke(points)

    def sign(self, frame: Place) -> None:
        """Sign, small or large, somewhere in the frame."""
        r = self._rng
        wide, high = r.uniform(18, 60), r.uniform(5, 14)
        x, y = frame.x + r.uniform(4, max(5, frame.width - wide - 4)), frame.y + frame.height / 2 + r.uniform(-3, 3)
        points, at = [], 0.0
        while at < wide:
            points.append((x + at + r.gauss(0, 1.2), y + r.uniform(-high / 2, high / 2)))
            at += r.uniform(1.5, 4.5)
        self.stroke(points)
        if r.random() < 0.5:
            self.stroke([(x - 2, y + high / 2), (x + wide, y + high / 2 - r.uniform(0, 3))])


def any_pen(rng: Random) -> Pen:
    """Take a pen that lies there."""
    name, colour, (least, most) = PENS[rng.randrange(len(PENS))]
    return Pen(name, colour, rng.uniform(least, most))
