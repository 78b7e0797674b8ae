"""An image file as pictures: only by the decoder of its declared type, turned as its camera says, without metadata."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from espace_sante.preview.picture import as_png, fitted
from espace_sante.preview.wire import Drawn, Format

# Named so that they are loaded before the locks, after which no file is read.
_DECODERS = {
    Format.PNG: PngImagePlugin.PngImageFile.format,
    Format.JPEG: JpegImagePlugin.JpegImageFile.format,
    Format.TIFF: TiffImagePlugin.TiffImageFile.format,
}
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def draw(data: bytes, form: Format, *, first: int, count: int, width: int, pixels: int) -> Iterator[Drawn | int]:
    """Yield the pages asked, then how many there are; raises what Pillow raises, a bomb included."""
    Image.MAX_IMAGE_PIXELS = pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    name = _DECODERS[form]
    assert name is not None
    with Image.open(BytesIO(data), formats=[name]) as image:
        total = _pages(image, form)
        for number in range(first, min(first + count, total + 1)):
            image.seek(number - 1)
            if image.width * image.height > pixels:
                # Pillow looks at the first page only.
                raise Image.DecompressionBombError
            yield _draw_page(image, number, wanted=width)
        yield total


def _pages(image: Image.Image, form: Format) -> int:
    # An animated PNG shows its first picture, as on paper.
    return image.n_frames if form is Format.TIFF and isinstance(image, TiffImagePlugin.TiffImageFile) else 1


def _draw_page(image: Image.Image, number: int, *, wanted: int) -> Drawn:
    # A JPEG may be decoded smaller than it is; whichever way it is turned, twice what is shown is enough.
    image.draft("RGB", (2 * wanted, 2 * wanted))
    # In place: a second copy of a large picture would not fit in the memory given.
    ImageOps.exif_transpose(image, in_place=True)
    size = fitted(*image.size, wanted=min(wanted, image.width))
    shown = _opaque(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Drawn(number, *size, as_png(shown), "")


def _opaque(image: Image.Image) -> Image.Image:
    """Return a grey or RGB picture, on white paper where the image is transparent."""
    if image.mode in _SIXTEEN_BITS:
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image if image.mode == "RGB" else image.convert("RGB")
