"""A scanner, and what the post did before it: folds, grey paper, skew, upside down, few points, noise, JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tests.coupons.drawing import DRAWN_DPI


@dataclass(frozen=True, slots=True)
class Conditions:
    """How one page was scanned."""

    dpi: int
    skew: float
    upside_down: bool
    paper: int
    noise: float
    blur: float
    folds: int
    jpeg: int
    shade: float


def any_conditions(rng: Random) -> Conditions:
    """Draw how a page is scanned, over the whole range of CPN-04."""
    return Conditions(
        dpi=rng.choice((150, 200, 240, 300)),
        skew=rng.uniform(-3, 3),
        upside_down=rng.random() < 0.3,
        paper=rng.randint(200, 255),
        noise=rng.uniform(1, 8),
        blur=rng.uniform(0, 0.7),
        folds=rng.choice((0, 0, 1, 2, 2)),
        jpeg=rng.choice((0, 50, 70, 85)),
        shade=rng.uniform(0, 25),
    )


def scanned(page: Image.Image, how: Conditions, rng: Random) -> NDArray[np.uint8]:
    """Return what a scanner makes of a page."""
    scale = how.dpi / DRAWN_DPI
    image = page
    if scale != 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BOX)
    image = folded(image, how.folds, rng)
    angle = how.skew + (180 if how.upside_down else 0)
    image = image.rotate(angle, Image.Resampling.BICUBIC, expand=abs(how.skew) > 2, fillcolor=(255, 255, 255))
    if how.blur:
        image = image.filter(ImageFilter.GaussianBlur(how.blur * how.dpi / 200))
    across = np.linspace(0, how.shade, image.width, dtype=np.float32)[None, :]
    noise = np.random.default_rng(rng.getrandbits(32)).standard_normal((image.height, image.width), np.float32)
    noise *= how.noise
    noise -= across
    pixels = np.asarray(image, np.float32) * np.float32(how.paper / 255)
    pixels += noise[..., None]
    done = np.clip(pixels, 0, 255, out=pixels).astype(np.uint8)
    if not how.jpeg:
        return done
    out = BytesIO()
    Image.fromarray(done).save(out, "JPEG", quality=how.jpeg)
    return np.asarray(Image.open(out).convert("RGB"))


def folded(page: Image.Image, folds: int, rng: Random) -> Image.Image:
    """Fold a page across: a grey line, and what is below it a little aside."""
    if not folds:
        return page
    pixels = np.array(page)
    unit = page.width / 2000  # lines and shifts are of the paper, however finely it is scanned
    for _ in range(folds):
        y = rng.randrange(page.height // 6, page.height * 5 // 6)
        slope = rng.uniform(-0.01, 0.01)
        pixels[y:] = np.roll(pixels[y:], round(rng.uniform(-5, 5) * unit), axis=1)
        depth, wide = rng.uniform(15, 70), rng.uniform(2, 4) * unit
        top, bottom = max(0, y - 60), min(page.height, y + 60)
        rows = np.arange(top, bottom, dtype=np.float32)[:, None]
        line = y + slope * (np.arange(page.width, dtype=np.float32)[None, :] - page.width / 2)
        grey = (depth * np.exp(-((rows - line) ** 2) / (2 * wide**2)))[..., None]
        pixels[top:bottom] = np.clip(pixels[top:bottom] - grey, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)
