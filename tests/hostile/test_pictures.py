"""An image is shown as its author sees it, and only its pixels leave."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from espace_sante.actions.previews import Page, Preview
from espace_sante.adapters.previewer import Previewer
from espace_sante.kernel.settings import Settings
from espace_sante.preview.picture import as_png, fitted
from espace_sante.preview.plain_png import is_plain_png
from espace_sante.preview.wire import DRAWN_PIXELS
from tests.hostile.made import chunk, exif, picture, png_of

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg", "TIFF": "image/tiff"}


def pages(data: bytes, form: str, **given: Any) -> tuple[Page, ...]:
    result = asyncio.run(Previewer(Settings()).pages(data, MEDIA[form], **given))
    assert isinstance(result, Preview), result
    return result.pages


def image(page: Page) -> Image.Image:
    opened = Image.open(BytesIO(page.png))
    assert opened.size == (page.width, page.height)
    return opened.convert("RGB")


def near(seen: Any, wanted: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) <= 3


@pytest.mark.parametrize("form", MEDIA)
def test_an_image_is_shown_as_it_is_never_enlarged(form: str) -> None:
    (page,) = pages(picture(form), form)
    assert (page.width, page.height, page.text) == (320, 200, "")
    shown = image(page)
    assert near(shown.getpixel((20, 100)), RED)
    assert near(shown.getpixel((300, 100)), BLUE)


@pytest.mark.parametrize("form", MEDIA)
def test_a_large_image_is_shown_as_wide_as_asked(form: str) -> None:
    (page,) = pages(picture(form, (3_000, 2_000)), form, width=300)
    assert (page.width, page.height) == (300, 200)
    assert near(image(page).getpixel((20, 100)), RED)


# Where the left of the picture (red) lies once the camera's position is undone. Source: EXIF 2.32, 4.6.4.
TURNED = {
    1: (20, 100),
    2: (300, 100),
    3: (300, 100),
    4: (20, 100),
    5: (100, 20),
    6: (100, 20),
    7: (100, 300),
    8: (100, 300),
}


@pytest.mark.parametrize("orientation", TURNED)
def test_a_photograph_stands_as_the_camera_was_held(orientation: int) -> None:
    (page,) = pages(picture("JPEG", exif=exif(orientation)), "JPEG")
    assert (page.width, page.height) == ((320, 200) if orientation < 5 else (200, 320))
    shown = image(page)
    x, y = TURNED[orientation]
    assert near(shown.getpixel((x, y)), RED)
    assert near(shown.getpixel((page.width - 1 - x, page.height - 1 - y)), BLUE)


def test_each_page_of_a_tiff_is_shown() -> None:
    several = [Image.new("RGB", (40, 30 + number), (number, 0, 0)) for number in range(7)]
    out = BytesIO()
    several[0].save(out, "TIFF", save_all=True, append_images=several[1:], compression="tiff_lzw")
    result = asyncio.run(Previewer(Settings()).pages(out.getvalue(), "image/tiff", first=3, count=2))
    assert isinstance(result, Preview)
    assert result.total == 7
    assert [(page.number, page.height, image(page).getpixel((5, 5))) for page in result.pages] == [
        (3, 32, (2, 0, 0)),
        (4, 33, (3, 0, 0)),
    ]


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "group4"])
def test_a_scan_is_shown_whatever_its_compression(compression: str) -> None:
    scan = Image.new("1" if compression == "group4" else "L", (200, 100), 1 if compression == "group4" else 255)
    scan.paste(0, (0, 0, 100, 100))
    out = BytesIO()
    scan.save(out, "TIFF", compression=compression)
    shown = image(pages(out.getvalue(), "TIFF")[0])
    assert near(shown.getpixel((10, 50)), (0, 0, 0))
    assert near(shown.getpixel((190, 50)), WHITE)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_an_image_of_any_depth_is_shown_on_white_paper(mode: str) -> None:
    made = Image.new("RGBA", (100, 50), (0, 0, 0, 0) if mode in ("LA", "RGBA") else WHITE)
    made.paste((0, 0, 0, 255), (0, 0, 50, 50))
    wide = Image.new("I;16", (100, 50), 65_535)
    wide.paste(0, (0, 0, 50, 50))
    out = BytesIO()
    form = "TIFF" if mode == "CMYK" else "PNG"
    (wide if mode == "I;16" else made.convert(mode)).save(out, form)
    shown = image(pages(out.getvalue(), form)[0])
    assert near(shown.getpixel((10, 25)), (0, 0, 0))
    assert near(shown.getpixel((90, 25)), WHITE)


def test_what_a_camera_wrote_beside_the_picture_does_not_leave() -> None:
    beside = Image.Exif()
    beside[0x010F] = "Marque secrète"
    beside.get_ifd(0x8825)[1] = "N"
    for form, marks in (("JPEG", {"exif": beside, "comment": b"secret"}), ("PNG", {"exif": beside, "dpi": (300, 300)})):
        source = picture(form, **marks)
        (page,) = pages(source, form)
        assert b"secr" in source or b"eXIf" in source
        assert is_plain_png(page.png, page.width, page.height)


def test_few_colours_make_a_small_picture_and_none_is_lost() -> None:
    made = Image.new("RGB", (300, 300), RED)
    made.paste(BLUE, (10, 10, 50, 50))
    png = as_png(made.copy())
    with Image.open(BytesIO(png)) as small:
        assert small.mode == "P"
        assert small.convert("RGB").tobytes() == made.tobytes()
    assert len(png) < 1_000


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (595, 842), (1e9, 1e9), (1, 1e9), (1e9, 1), (1e-9, 1), (14_400, 3)]
)
def test_no_page_is_larger_than_a_screen_can_use(width: float, height: float) -> None:
    across, down = fitted(width, height, wanted=2_000)
    assert 1 <= across <= 2_000
    assert 1 <= down <= 10_000
    assert across * down <= DRAWN_PIXELS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        png_of(10, 10)[:-1],
        png_of(10, 10) + b"x",
        png_of(10, 10, chunk(b"tEXt", b"a\x00b")),
        png_of(10, 10, chunk(b"IHDR", bytes(13))),
        png_of(10, 10, chunk(b"IEND", b"")),
        png_of(10, 11),
        png_of(10, 10).replace(b"IDAT", b"IDAU"),
    ],
)
def test_only_a_plain_picture_of_its_size_is_believed(data: bytes) -> None:
    assert is_plain_png(png_of(10, 10), 10, 10)
    assert not is_plain_png(data, 10, 10)
