"""Return coupons as they are printed: where everything stands, what the codes say and never say."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import numpy
import pypdfium2
import pytest
import zxingcpp

from espace_sante.formats.coupon import (
    BOXES_MOST,
    BlankCode,
    Place,
    Token,
    blank_code,
    geometry,
    issue_token,
    read_code,
)
from espace_sante.formats.coupon.sheet import CouponSheet, coupon_data, coupon_page
from espace_sante.formats.coupon.token import MAC_BYTES, ReadCode
from espace_sante.formats.letter import form_pdf
from espace_sante.formats.mail import Sheet, mail_pdf
from tests.pdf_text import text

KEY = bytes(range(32))
TOKEN = Token("ES-07", 1, 2, b"01234567", date(2027, 1, 31), b"abc")
SHEET = CouponSheet(
    "Votre réponse",
    "Cochez une seule case, signez, renvoyez ce coupon.",
    ("Oui, je retire cette autorisation", "Non, je la garde"),
    TOKEN,
    issue_token(TOKEN, KEY),
    ("À envoyer à :", "Guichet des espaces de santé"),
)
DPI = 200


def seen(pdf: bytes) -> tuple[dict[str, zxingcpp.Position], numpy.ndarray]:
    """The codes of a file's last page and where they stand, and the page."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    image = document[len(document) - 1].render(scale=DPI / 72, grayscale=True).to_numpy().squeeze()
    return {one.text: one.position for one in zxingcpp.read_barcodes(image) if one.valid}, image


@pytest.mark.parametrize("boxes", range(BOXES_MOST + 1))
@pytest.mark.parametrize("free", [True, False])
def test_boxes_are_large_all_alike_and_far_from_each_other_and_nothing_lies_on_anything(boxes: int, free: bool) -> None:
    where = geometry(boxes, free=free)
    assert all((box.width, box.height) == (7.0, 7.0) for box in where.boxes), "at least 6 mm, one size for all"
    for one, other in itertools.combinations(where.boxes, 2):
        across = max(one.x, other.x) - min(one.x, other.x) - 7.0
        down = max(one.y, other.y) - min(one.y, other.y) - 7.0
        assert max(across, down) >= 15.0
    places = [where.code_a, where.code_b, where.signature, where.send, *where.boxes, *where.words]
    places += [where.free] if where.free else []
    for one, other in itertools.combinations(places, 2):
        assert not overlap(one, other), (one, other)
    assert all(p.x >= 0 and p.x + p.width <= where.width and p.y + p.height <= where.height for p in places)


def test_a_coupon_of_nine_boxes_does_not_exist() -> None:
    with pytest.raises(ValueError, match="eight"):
        geometry(9, free=True)


def test_the_codes_are_printed_where_the_description_says() -> None:
    pdf, described = coupon_page(SHEET)
    found, _ = seen(pdf)
    codes = {read.letter: found[text] for text in found if isinstance(read := read_code(text), ReadCode)}
    assert set(codes) == {"A", "B"}
    a, b = described["code_a"], described["code_b"]
    mm = DPI / 25.4
    across = (codes["B"].top_left.x - codes["A"].top_left.x) / mm
    down = (codes["B"].top_left.y - codes["A"].top_left.y) / mm
    assert abs(across - (b["x"] - a["x"])) < 0.3
    assert abs(down - (b["y"] - a["y"])) < 0.3
    side = (codes["A"].top_right.x - codes["A"].top_left.x) / mm
    assert abs(side - a["width"]) < 0.3


def test_the_boxes_are_printed_where_the_description_says_and_are_empty() -> None:
    pdf, described = coupon_page(SHEET)
    found, image = seen(pdf)
    origin = next(where.top_left for text, where in found.items() if text.startswith("ESA"))
    mm = DPI / 25.4
    for box in described["boxes"]:
        left, top = origin.x + box["x"] * mm, origin.y + box["y"] * mm
        inner = image[int(top + mm) : int(top + 6 * mm), int(left + mm) : int(left + 6 * mm)]
        around = image[int(top - mm) : int(top + 8 * mm), int(left - mm) : int(left + 8 * mm)]
        assert inner.min() > 250
        assert around.min() < 60


def test_a_coupon_says_its_choices_in_full_and_nothing_of_anybody_in_its_codes() -> None:
    pdf, _ = coupon_page(SHEET)
    said = text(pdf)
    for words in (*SHEET.choices, SHEET.sentence, "Signez dans ce cadre", "Autre chose à nous dire"):
        assert words in said
    (a, b) = sorted(seen(pdf)[0])
    assert a[3:] == b[3:], "the same token twice"
    assert re.fullmatch("ESA[A-Z2-7]{44}", a)
    read = read_code(a)
    assert isinstance(read, ReadCode)
    assert read.token == TOKEN
    assert len(read.sealed) == 17 + MAC_BYTES, "these fields, the checksum, and nothing else"


def test_words_too_long_for_their_box_are_refused_and_never_cut() -> None:
    for wrong in (replace(SHEET, choices=("x" * 57, "non")), replace(SHEET, choices=("oui",))):
        with pytest.raises(ValueError, match=r"too long|one choice"):
            coupon_data(wrong)


def test_a_form_filled_in_for_someone_carries_a_coupon_and_a_blank_one_a_code_without_number() -> None:
    blank = form_pdf("ES-07", "Retirer", "Je retire.", ())
    assert list(seen(blank)[0]) == [blank_code("ES-07", "1")]
    assert read_code(blank_code("ES-07", "1")) == BlankCode("ES-07", "1")
    filled = form_pdf("ES-07", "Retirer", "Je retire.", (), coupon=coupon_data(SHEET))
    assert sorted(one[:3] for one in seen(filled)[0]) == ["ESA", "ESB"]


def test_a_letter_may_end_with_a_coupon_a_machine_reads() -> None:
    sheet = Sheet((), ("MME X",), "1", "Bonjour", ("Une phrase.",), (), SHEET)
    assert sorted(one[:3] for one in seen(mail_pdf("Lettres", (), [sheet]))[0]) == ["ESA", "ESB"]


@pytest.mark.parametrize(
    "foreign", ["", "https://example.org", "ESA", "ESC" + "A" * 44, "ES|ES-07|1|X-1", "esa" + "a" * 44]
)
def test_a_code_that_is_not_of_a_form_is_nothing(foreign: str) -> None:
    assert read_code(foreign) is None


def overlap(one: Place, other: Place) -> bool:
    apart = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (apart or one.y + one.height <= other.y or other.y + other.height <= one.y)
