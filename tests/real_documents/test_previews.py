"""The pages shown are those another reader of PDF draws: poppler, on real documents and on ours."""

from __future__ import annotations

import asyncio
import base64
import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from espace_sante.actions.previews import Preview
from espace_sante.adapters.previewer import Previewer
from espace_sante.kernel.settings import Settings
from tests import needs
from tests.hostile.made import pdf
from tests.real_documents.examples import FOLDER

_BODY = re.compile(rb">\s*(JVBERi[A-Za-z0-9+/=\s]+)<")


def real_pdfs() -> dict[str, bytes]:
    """Return the distinct PDF that stand inside the real documents, by the name of the first one that holds it."""
    found: dict[bytes, str] = {}
    for path in sorted(FOLDER.glob("cda/*.xml")):
        for number, body in enumerate(_BODY.findall(path.read_bytes())):
            found.setdefault(base64.b64decode(body), f"{path.stem}-{number}")
    return {name: data for data, name in found.items()}


PDFS = real_pdfs()


def preview(data: bytes) -> Preview:
    result = asyncio.run(Previewer(Settings()).pages(data, "application/pdf", count=50))
    assert isinstance(result, Preview), result
    return result


def words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text))


@needs.shared("data/interop-fr/cda")
def test_there_are_real_pdfs() -> None:
    assert len(PDFS) >= 5


@needs.shared("data/interop-fr/cda")
@pytest.mark.parametrize("name", PDFS)
def test_a_real_pdf_is_shown(name: str) -> None:
    shown = preview(PDFS[name])
    assert shown.total == len(shown.pages) >= 1
    for page in shown.pages:
        with Image.open(BytesIO(page.png)) as image:
            assert len(set(image.convert("L").getextrema())) == 2, "an empty page"


@needs.program("pdftoppm", "poppler-utils")
@needs.program("pdftotext", "poppler-utils")
@pytest.mark.parametrize("name", ["ours", *PDFS])
def test_another_reader_sees_the_same_pages_and_the_same_words(name: str, tmp_path: Path) -> None:
    data = pdf() if name == "ours" else PDFS[name]
    shown = preview(data)
    file = tmp_path / "document.pdf"
    file.write_bytes(data)
    subprocess.run(["pdftoppm", "-png", "-scale-to-x", "900", "-scale-to-y", "-1", file, tmp_path / "page"], check=True)
    drawn = sorted(tmp_path.glob("page-*.png"))
    assert shown.total == len(drawn)
    for page, other in zip(shown.pages, drawn, strict=True):
        ours, theirs = Image.open(BytesIO(page.png)).convert("L"), Image.open(other).convert("L")
        assert abs(ours.height - theirs.height) <= 2
        empty = Image.new("L", ours.size, "white")
        assert _difference(ours, theirs.resize(ours.size)) < 0.5 * _difference(ours, empty)
    said = subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True, text=True).stdout
    theirs_words, our_words = words(said), words(" ".join(page.text for page in shown.pages))
    assert len(theirs_words & our_words) >= 0.95 * len(theirs_words)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pages are, on average; letters of two readers never fall on the same points: a little blur
    compares what the eye compares.
    """
    soft = (page.filter(ImageFilter.GaussianBlur(3)) for page in (one, other))
    return float(ImageStat.Stat(ImageChops.difference(*soft)).mean[0])
