"""A picture as a small PNG that holds nothing but its pixels."""

from __future__ import annotations

from io import BytesIO
from math import sqrt

from PIL import Image, ImageChops

from espace_sante.preview.wire import DRAWN_PIXELS

# Measured on pages of letters: a third less work than 6, and smaller.
_LEVEL = 3
_COLOURS = 256
# No side is longer; with the other one at least 1, the pixels of a page hold too.
_SIDE = 10_000


def fitted(width: float, height: float, *, wanted: int) -> tuple[int, int]:
    """Return the size at which something is drawn: as wide as wanted, within the side and the pixels of a page."""
    scale = min(wanted / width, _SIDE / width, _SIDE / height, sqrt(DRAWN_PIXELS / (width * height)))
    return max(1, int(width * scale)), max(1, int(height * scale))


def as_png(picture: Image.Image) -> bytes:
    """Return an RGB or grey picture as PNG: grey, or in few colours, when nothing is lost; no metadata at all."""
    small = _grey(picture) or _palette(picture) or picture
    small.info.clear()
    out = BytesIO()
    small.save(out, "PNG", compress_level=_LEVEL)
    return out.getvalue()


def _grey(picture: Image.Image) -> Image.Image | None:
    if picture.mode == "L":
        return picture
    red, green, blue = picture.split()
    if ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox():
        return None
    return green


def _palette(picture: Image.Image) -> Image.Image | None:
    colours = picture.getcolors(_COLOURS)
    return picture.quantize(len(colours), dither=Image.Dither.NONE) if colours else None
