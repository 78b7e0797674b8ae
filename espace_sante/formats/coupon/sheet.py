"""A coupon as it is printed: two codes, what is asked, a box for each answer, a line for anything else, a frame to sign.

Every box is the same size and no answer is printed larger than another. Source: inclusion.md CPN-01, CPN-03.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from espace_sante.formats.coupon.layout import Geometry, geometry
from espace_sante.formats.coupon.token import LETTERS, Token, code_text
from espace_sante.formats.letter import BODY_POINTS, EPOCH, compiled, shared, svg_symbol

# What stands beside a box at 12 points, on two lines.
WORDS_MOST = 56
SENTENCE_MOST = 190
LABELS = {
    "free": "Autre chose à nous dire (une personne vous lira) :",
    "sign": "Signez dans ce cadre :",
}


@dataclass(frozen=True, slots=True)
class CouponSheet:
    """What is printed on one coupon. `choices` are the words beside each box, in the order its token's boxes are read.

    `sealed` is the token of the form with its checksum; `send`: where it goes, a few short lines.
    """

    title: str
    sentence: str
    choices: tuple[str, ...]
    token: Token
    sealed: bytes
    send: tuple[str, ...]
    cut: str = "À découper le long de ce trait"  # "" for a sheet that is sent back whole

    @property
    def geometry(self) -> Geometry:
        """Return where everything stands on it."""
        return geometry(self.token.boxes, free=self.token.free)


def coupon_data(sheet: CouponSheet) -> dict[str, Any]:
    """Return what `coupon.typ` asks for. Raises ValueError when words are too long to stand beside their box."""
    if len(sheet.choices) != sheet.token.boxes:
        raise ValueError("a coupon has one choice for each box of its token")
    if any(len(one) > WORDS_MOST for one in sheet.choices) or len(sheet.sentence) > SENTENCE_MOST:
        raise ValueError("words too long for a coupon")
    codes = [svg_symbol(code_text(sheet.sealed, letter)) for letter in LETTERS]
    return {
        "title": sheet.title,
        "sentence": sheet.sentence,
        "choices": list(sheet.choices),
        "send": list(sheet.send),
        "codes": codes,
        "alts": [f"Code {letter} du coupon, formulaire {sheet.token.form}" for letter in LETTERS],
        "labels": {**LABELS, "cut": sheet.cut},
        "place": asdict(sheet.geometry),
    }


def coupon_page(
    sheet: CouponSheet, *, at: datetime = EPOCH, points: float = BODY_POINTS
) -> tuple[bytes, dict[str, Any]]:
    """Return a page that holds one coupon (PDF), and where everything stands on it."""
    data = {**shared(sheet.title, "fr", points), "coupon": coupon_data(sheet)}
    return compiled("coupon_page.typ", data, at), sheet.geometry.described()
