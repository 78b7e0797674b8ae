"""Coupons filled in by an invented hand, and what each of them truly says. Seeded: the same number, the same page.

What is drawn here is not fitted to the reader: pens, marks and scanners are drawn over wide ranges, and what a page truly says is
written down before it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

import numpy as np
import pypdfium2
import segno
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from espace_sante.formats.coupon import Geometry, Token, code_text, issue_token
from espace_sante.formats.coupon.sheet import CouponSheet, coupon_page
from tests.coupons.drawing import DRAWN_DPI, MM, Hand, Pen
from tests.coupons.scanning import Conditions, any_conditions, scanned

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
HERE, ELSEWHERE = b"abc", b"xyz"
TODAY = date(2026, 11, 27)
CHOICES = (
    "Oui, je retire cette autorisation",
    "Non, je la garde",
    "Oui, mais dans un mois seulement",
    "Je ne connais pas ce professionnel",
    "Je ne sais pas : appelez-moi, s’il vous plaît",
    "J’ai déjà répondu",
    "Cachez aussi les documents qu’il a lus",
    "Ne m’écrivez plus à ce sujet",
)
LAYOUTS = (2, 3, 4, 8)


@dataclass(frozen=True, slots=True)
class Page:
    """A scanned page, what was done to it, and what it truly says: a box, or None when only a person may say."""

    kind: str
    picture: NDArray[np.uint8]
    truth: int | None
    sealed: bytes
    pen: str
    how: Conditions


def token_of(boxes: int, rng: Random) -> Token:
    """Draw a token that is good here and now."""
    return Token("ES-07", 1, boxes, rng.randbytes(8), TODAY + timedelta(days=60), HERE)


def sheet_of(token: Token, key: bytes = KEY) -> CouponSheet:
    """Return the coupon of a token."""
    return CouponSheet(
        "Votre réponse",
        "Vous pouvez retirer l’autorisation donnée le 3 mai. Cochez une seule case, signez, renvoyez ce coupon.",
        CHOICES[: token.boxes],
        token,
        issue_token(token, key),
        ("À envoyer à :", "Guichet des espaces de santé", "Réponse gratuite"),
    )


def printed(sheet: CouponSheet, *, whole: bool) -> tuple[Image.Image, tuple[float, float]]:
    """Return the printed page (300 dpi), whole or cut along its line, and where its coupon begins, in pixels.

    One page is printed for each layout; the codes of each token are drawn over, module by module, where they stand.
    """
    page, (x, y) = _printed(sheet.token.boxes)
    page, where = page.copy(), sheet.geometry
    for letter, place in zip("AB", (where.code_a, where.code_b), strict=True):
        modules = np.array(
            list(segno.make(code_text(sheet.sealed, letter), version=3, error="q", boost_error=False).matrix)
        )
        side = round(place.width * MM)
        drawn = Image.fromarray(np.where(modules, 0, 255).astype(np.uint8)).resize(
            (side, side), Image.Resampling.NEAREST
        )
        page.paste(drawn, (round(x + place.x * MM), round(y + place.y * MM)))
    if whole:
        return page, (x, y)
    edge = 8 * MM
    cut = (int(x - edge), int(y - edge), int(x + where.width * MM + edge), int(y + where.height * MM + edge))
    return page.crop(cut), (x - cut[0], y - cut[1])


@cache
def _printed(boxes: int) -> tuple[Image.Image, tuple[float, float]]:
    pdf, _ = coupon_page(sheet_of(token_of(boxes, Random(0))))
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=DRAWN_DPI / 72).to_pil().convert("RGB")
    (a,) = [one for one in zxingcpp.read_barcodes(np.asarray(page.convert("L"))) if one.text.startswith("ESA")]
    return page, (float(a.position.top_left.x), float(a.position.top_left.y))


def _clear(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    box = where.boxes[chosen]
    draw: Callable[[], None] = rng.choice(
        (
            lambda: hand.cross(box),
            lambda: hand.cross(box, rng.uniform(-1.6, -0.6)),
            lambda: hand.cross(box, rng.uniform(0.5, 2.0)),
            lambda: hand.tick(box),
            lambda: hand.tick(box),
            lambda: hand.slash(box),
        )
    )
    draw()
    hand.sign(where.signature)


def _other(chosen: int, where: Geometry, rng: Random) -> int:
    return (chosen + rng.randrange(1, len(where.boxes))) % len(where.boxes)


def _two(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    hand.cross(where.boxes[chosen])
    hand.tick(where.boxes[_other(chosen, where, rng)])
    hand.sign(where.signature)


def _crossed(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    hand.cross(where.boxes[chosen], -0.5)
    hand.scribble(where.boxes[chosen], rng.uniform(0.2, 2.0))
    hand.sign(where.signature)


def _corrected(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    hand.tick(where.boxes[_other(chosen, where, rng)])
    _crossed(hand, where, chosen, rng)


def _struck(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    """Tick a box, then strike the whole answer out, box and words."""
    hand.tick(where.boxes[chosen])
    box, words = where.boxes[chosen], where.words[chosen]
    hand.strike(replace(box, width=words.x + 50 - box.x), rng.uniform(0.8, 3), 0)
    hand.sign(where.signature)


def _struck_words(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    """Tick a box, then strike its words alone."""
    hand.tick(where.boxes[chosen])
    line = replace(where.words[chosen], y=where.words[chosen].y + 1.4, height=4.2)
    hand.strike(replace(line, width=_long(chosen)), rng.uniform(-0.5, 1.0), rng.uniform(0, 3))
    hand.sign(where.signature)


def _long(chosen: int) -> float:
    return len(CHOICES[chosen]) * 1.95


def _dot(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    hand.dot(where.boxes[chosen])
    hand.sign(where.signature)


def _none(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    hand.sign(where.signature)


def _unsigned(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    hand.cross(where.boxes[chosen])


def _written(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    _clear(hand, where, chosen, rng)
    assert where.free is not None
    hand.write(where.free.x + 5, where.free.y + 7, rng.uniform(12, 120))


def _cancelled(hand: Hand, where: Geometry, chosen: int, rng: Random) -> None:
    """Fill it in, then strike the whole coupon out."""
    _clear(hand, where, chosen, rng)
    hand.stroke([(20, 5), (where.width - 15, where.height - 5)])


Draw = Callable[[Hand, Geometry, int, Random], None]
# Each kind with how it is drawn, and whether the coupon says the chosen box.
MARKS: dict[str, tuple[Draw, bool]] = {
    "clear": (_clear, True),
    "two boxes": (_two, False),
    "crossed out": (_crossed, False),
    "corrected": (_corrected, False),
    "struck out": (_struck, False),
    "words struck out": (_struck_words, False),
    "a dot": (_dot, False),
    "no box": (_none, False),
    "not signed": (_unsigned, False),
    "something written": (_written, False),
    "cancelled": (_cancelled, False),
}
# Sheets that are not what they seem: marked clearly, and nothing may be done from any of them.
FALSE = ("forged", "other instance", "expired", "replayed", "copied")


def make(kind: str, boxes: int, seed: int, how: Conditions | None = None, pen: Pen | None = None) -> Page:
    """Make one page of a kind. For "replayed" and "copied" the first one is `clear` of the same seed."""
    rng = Random(f"{kind}|{boxes}|{seed}")
    token, key = _token(kind, boxes, seed)
    sheet = sheet_of(token, key)
    page, origin = printed(sheet, whole=seed % 8 == 0)
    hand = Hand(page, origin, rng, pen)
    chosen = rng.randrange(boxes)
    draw, says = MARKS.get(kind, (_clear, False))
    draw(hand, sheet.geometry, chosen, rng)
    how = how or any_conditions(rng)
    if kind == "copied":  # through a copier first
        page = Image.fromarray(
            scanned(page, replace(any_conditions(rng), dpi=DRAWN_DPI, folds=0, upside_down=False), rng)
        )
    return Page(kind, scanned(page, how, rng), chosen if says else None, sheet.sealed, hand.pen.name, how)


def _token(kind: str, boxes: int, seed: int) -> tuple[Token, bytes]:
    rng = Random(f"token|{boxes}|{seed}" if kind in ("clear", "replayed", "copied") else f"token|{kind}|{boxes}|{seed}")
    token = token_of(boxes, rng)
    match kind:
        case "forged":
            return token, rng.randbytes(32)
        case "other instance":
            return replace(token, instance=ELSEWHERE), OTHER_KEY
        case "expired":
            return replace(token, expires=TODAY - timedelta(days=rng.randint(1, 300))), KEY
        case _:
            return token, KEY
