"""Coupons filled in and scanned in every way are read, or go to a person; never the wrong way. Source: CPN-04, CPN-05.

A few pages of each kind, seeded; `make coupons` reads hundreds.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from espace_sante.formats.coupon.reading import read_page
from espace_sante.formats.coupon.reasons import Doubt
from tests.coupons.campaign import Count, take
from tests.coupons.drawing import Pen
from tests.coupons.making import FALSE, MARKS, make
from tests.coupons.scanning import Conditions

FLAT = Conditions(dpi=200, skew=0, upside_down=False, paper=250, noise=2, blur=0.2, folds=0, jpeg=0, shade=0)
BALLPOINT = Pen("blue ballpoint", (45, 60, 150), 0.45)


@pytest.mark.parametrize(
    "how",
    [
        FLAT,
        replace(FLAT, upside_down=True),
        replace(FLAT, skew=3.0),
        replace(FLAT, skew=-3.0, upside_down=True),
        replace(FLAT, dpi=150, noise=5),
        replace(FLAT, dpi=300, jpeg=50),
        replace(FLAT, paper=205, shade=20),
        replace(FLAT, folds=2, dpi=150),
    ],
    ids=["flat", "upside down", "skew", "both", "150 dpi", "300 dpi", "grey", "folds"],
)
def test_a_clear_coupon_is_read_however_it_is_scanned(how: Conditions) -> None:
    page = make("clear", 2, 3, how, BALLPOINT)
    reading = read_page(page.picture)
    assert (reading.doubts, reading.choice) == ((), page.truth)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("two boxes", Doubt.SEVERAL_MARKS),
        ("no box", Doubt.NO_MARK),
        ("crossed out", Doubt.UNCLEAR),
        ("struck out", Doubt.UNCLEAR),
        ("words struck out", Doubt.UNCLEAR),
        ("not signed", Doubt.UNSIGNED),
        ("something written", Doubt.WRITTEN),
        ("cancelled", Doubt.WRITTEN),
    ],
)
def test_what_is_not_clear_goes_to_a_person_and_says_why(kind: str, why: Doubt) -> None:
    reading = read_page(make(kind, 2, 1, FLAT, BALLPOINT).picture)
    assert reading.choice is None
    assert why in reading.doubts


def test_a_page_that_holds_nothing_or_two_coupons_is_for_a_person() -> None:
    one, other = (make("clear", 2, seed, FLAT, BALLPOINT).picture for seed in (1, 2))
    assert read_page(np.full_like(one, 255)).doubts == (Doubt.NO_CODE,)
    assert read_page(np.concatenate([one, other[:, : one.shape[1]]])).doubts == (Doubt.SEVERAL,)


def test_a_coupon_of_which_one_code_is_torn_off_is_known_and_goes_to_a_person() -> None:
    page = make("clear", 2, 5, FLAT, BALLPOINT)
    torn = page.picture.copy()
    torn[:, : torn.shape[1] // 4] = 255
    reading = read_page(torn)
    assert reading.doubts == (Doubt.ONE_CODE,)
    assert reading.sealed == page.sealed


def test_no_page_is_decided_the_wrong_way_and_most_clear_ones_need_nobody() -> None:
    count = Count()
    rng = Random(7)
    kinds = ["clear"] * 12 + [kind for kind in (*MARKS, *FALSE) if kind not in ("clear", "replayed", "copied")]
    for seed, kind in enumerate(kinds):
        take(count, make(kind, rng.choice((2, 4)), seed), kind, seed)
    assert count.wrong == []
    assert set(count.automatic) == {"clear"}
    assert count.automatic["clear"] >= 9


@pytest.mark.parametrize("kind", ["replayed", "copied"])
def test_a_coupon_that_comes_twice_is_decided_once(kind: str) -> None:
    count = Count()
    take(count, make("clear", 2, 3, FLAT, BALLPOINT), "clear", 3)
    again = make(kind, 2, 3, FLAT, BALLPOINT)
    assert read_page(again.picture).sealed == make("clear", 2, 3, FLAT, BALLPOINT).sealed
    take(count, again, kind, 3)
    assert (count.automatic["clear"], count.automatic[kind]) == (1, 0)
