"""A scanned file is read behind the same locks as a document that is drawn, and never does more than its sender could tick."""

from __future__ import annotations

import asyncio
from io import BytesIO

import pytest
from PIL import Image

from espace_sante.actions.previews import CannotShow, Preview
from espace_sante.actions.previews import Page as DrawnPage
from espace_sante.actions.scans import ScannedPage
from espace_sante.adapters.coupon_scans import CouponScans
from espace_sante.kernel.settings import Settings
from tests.coupons.drawing import Pen
from tests.coupons.making import Page, make
from tests.coupons.scanning import Conditions
from tests.hostile.files_corpus import CORPUS, Hostile

FLAT = Conditions(dpi=200, skew=1, upside_down=True, paper=245, noise=2, blur=0.2, folds=0, jpeg=0, shade=0)
MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg", "TIFF": "image/tiff", "PDF": "application/pdf"}


@pytest.fixture(scope="module")
def page() -> Page:
    return make("clear", 2, 3, FLAT, Pen("black ballpoint", (35, 35, 40), 0.45))


def read(data: bytes, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
    return asyncio.run(CouponScans(Settings(preview_seconds=60)).read(data, media_type))


@pytest.mark.parametrize("form", MEDIA)
def test_a_coupon_is_read_from_each_kind_of_file(page: Page, form: str) -> None:
    out = BytesIO()
    Image.fromarray(page.picture).save(out, form)
    found = read(out.getvalue(), MEDIA[form])
    assert not isinstance(found, CannotShow), found
    (one,) = found
    assert (one.doubts, one.choice, one.sealed, one.form) == ((), page.truth, page.sealed, "ES-07")


def test_each_page_of_a_file_is_read_for_itself(page: Page) -> None:
    out = BytesIO()
    blank = Image.new("RGB", (600, 800), "white")
    Image.fromarray(page.picture).save(out, "TIFF", save_all=True, append_images=[blank])
    found = read(out.getvalue(), "image/tiff")
    assert not isinstance(found, CannotShow)
    assert [(one.number, one.choice, one.doubts) for one in found] == [(1, page.truth, ()), (2, None, ("no-code",))]


@pytest.mark.parametrize("hostile", CORPUS[::7], ids=lambda one: one.name)
def test_a_hostile_file_gives_nothing_to_act_on(hostile: Hostile) -> None:
    found = asyncio.run(CouponScans(Settings(preview_seconds=5)).read(hostile.made(), hostile.media_type))
    assert isinstance(found, CannotShow) or all(one.choice is None and not one.sealed for one in found)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "{}",
        '{"doubts":[],"sealed":"00","form":"ES-07","choice":0}',
        '{"doubts":["because"],"sealed":"","form":"","choice":null}',
        '{"doubts":[],"sealed":"","form":"","choice":0,"act":"grant_access"}',
    ],
)
def test_a_process_taken_over_by_its_file_is_not_believed(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    async def lies(*_: object, **__: object) -> Preview:
        return Preview(1, (DrawnPage(1, 1, 1, b"", words),))

    scans = CouponScans(Settings())
    monkeypatch.setattr(scans._drawing, "pages", lies)
    assert isinstance(asyncio.run(scans.read(b"", "image/png")), CannotShow)


def test_a_choice_with_a_doubt_or_without_a_token_is_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lies(*_: object, **__: object) -> Preview:
        doubtful = '{"doubts":["unsigned"],"sealed":"' + "00" * 27 + '","form":"ES-07","choice":0}'
        bare = '{"doubts":[],"sealed":"","form":"","choice":0}'
        return Preview(2, (DrawnPage(1, 1, 1, b"", doubtful), DrawnPage(2, 1, 1, b"", bare)))

    scans = CouponScans(Settings())
    monkeypatch.setattr(scans._drawing, "pages", lies)
    found = asyncio.run(scans.read(b"", "image/png"))
    assert not isinstance(found, CannotShow)
    assert [one.choice for one in found] == [None, None]
