"""Images drawn by us: a film, an ultrasound, a skin, a curve, a scanned paper. Nothing is anybody's picture.

Drawn when asked for, so that a command which draws nothing does not load what draws.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from espace_sante.demo.writing.lettering import lettering
from espace_sante.demo.writing.sheet import INVENTED, Sheet, Writer

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Drawing = Callable[["ImageDraw", int, int], None]
_DARK, _BONE, _PAPER, _INK = 18, 214, 248, 30


def png(draw: Drawing, width: int = 480, height: int = 360) -> Writer:
    """Return what draws a PNG."""
    return Writer("image/png", lambda sheet: _saved(_drawn(draw, width, height, _label(sheet)), "PNG"))


def jpeg(draw: Drawing, width: int = 640, height: int = 480) -> Writer:
    """Return what draws a JPEG."""
    return Writer("image/jpeg", lambda sheet: _saved(_drawn(draw, width, height, _label(sheet)), "JPEG", quality=80))


def tiff(draws: Sequence[Drawing], width: int = 620, height: int = 877) -> Writer:
    """Return what draws a TIFF, one page for each drawing: what a scanner gives."""

    def write(sheet: Sheet) -> bytes:
        label = _label(sheet)
        first, *others = [_drawn(draw, width, height, f"{label} ({n})") for n, draw in enumerate(draws, 1)]
        return _saved(first, "TIFF", save_all=True, append_images=others, compression="tiff_deflate")

    return Writer("image/tiff", write)


def inside(draw: Drawing, label: str) -> bytes:
    """Return a PNG to put inside a document."""
    return _saved(_drawn(draw, 320, 240, label), "PNG")


def bone(pen: ImageDraw, width: int, height: int) -> None:
    """Draw two long bones and a joint, clear on dark."""
    for left in (0.36, 0.52):
        pen.rounded_rectangle((width * left, 0, width * (left + 0.1), height * 0.55), 18, fill=_BONE)
    pen.ellipse((width * 0.32, height * 0.52, width * 0.68, height * 0.72), fill=_BONE - 20)
    for step in range(5):
        across = width * (0.33 + 0.07 * step)
        pen.rounded_rectangle((across, height * 0.74, across + width * 0.05, height * 0.95), 8, fill=_BONE - 40)


def echo(pen: ImageDraw, width: int, height: int) -> None:
    """Draw the fan of an ultrasound, with echoes in arcs."""
    pen.pieslice((width * 0.1, -height * 0.6, width * 0.9, height), 35, 145, fill=60)
    for step in range(9):
        edge = width * (0.14 + 0.03 * step)
        pen.arc((edge, height * 0.1, width - edge, height * 0.9), 50, 130, fill=90 + 14 * step, width=3)
    pen.ellipse((width * 0.44, height * 0.5, width * 0.56, height * 0.7), fill=190)


def curve(pen: ImageDraw, width: int, height: int) -> None:
    """Draw a heart's tracing over a grid."""
    pen.rectangle((0, 0, width, height), fill=_PAPER)
    for step in range(0, max(width, height), 20):
        pen.line((step, 0, step, height), fill=215)
        pen.line((0, step, width, step), fill=215)
    points = [(x, height / 2 - _beat(x % 120) * height * 0.3) for x in range(0, width, 2)]
    pen.line(points, fill=_INK, width=2)


def skin(pen: ImageDraw, width: int, height: int) -> None:
    """Draw a spot on a clear ground, with a ruler beside it."""
    pen.rectangle((0, 0, width, height), fill=205)
    pen.ellipse((width * 0.4, height * 0.35, width * 0.58, height * 0.58), fill=96)
    for step in range(11):
        x = width * 0.1 + step * width * 0.07
        pen.line((x, height * 0.82, x, height * (0.88 if step % 5 == 0 else 0.85)), fill=_INK, width=2)


def page(*lines: str) -> Drawing:
    """Return what draws a paper with these lines on it, as a scanner sees it."""

    def draw(pen: ImageDraw, width: int, height: int) -> None:
        pen.rectangle((0, 0, width, height), fill=_PAPER)
        words = _read(lettering(lines, width, height, size=13, margin=width // 10))
        pen.bitmap((0, 0), _negative(words), fill=_INK)
        pen.rectangle((width * 0.06, height * 0.05, width * 0.94, height * 0.93), outline=160)

    return draw


def _beat(x: float) -> float:
    return 1.0 - abs(x - 50) / 6 if abs(x - 50) < 6 else 0.15 * math.sin(x / 9)


def _label(sheet: Sheet) -> str:
    return f"{sheet.someone.called} - {sheet.created:%d/%m/%Y} - {INVENTED.partition(' :')[0]}"


def _drawn(draw: Drawing, width: int, height: int, label: str) -> Image:
    from PIL import Image, ImageDraw

    image = Image.new("L", (width, height), _DARK)
    pen = ImageDraw.Draw(image)
    draw(pen, width, height)
    pen.rectangle((0, height - 18, width, height), fill=_DARK)
    pen.bitmap((0, height - 18), _negative(_read(lettering((label,), width, 18, size=9, margin=4))), fill=240)
    return image


def _read(png: bytes) -> Image:
    from PIL import Image

    return Image.open(io.BytesIO(png)).convert("L")


def _negative(image: Image) -> Image:
    return image.point([255 - level for level in range(256)])


def _saved(image: Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
