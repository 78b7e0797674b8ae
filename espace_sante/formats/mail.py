"""Letters to be posted: an address in the window of the envelope, a few paragraphs in large type, a coupon to send back.

Through the window nothing shows but a name and an address. Many letters make one file, each on pages of its own; the same
arguments give the same bytes. Knows words and boxes, nothing of our domain.
Source: inclusion.md LET-01 to LET-07, CPN-01, CPN-03; NF Z 10-011; docs/decisions/0031.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from espace_sante.formats.coupon.sheet import CouponSheet, coupon_data
from espace_sante.formats.letter import EPOCH, compiled, shared, svg_code

# Large enough to be read at arm's length, small enough for two pages. Source: inclusion.md LET-05.
LETTER_POINTS = 14.0
# Of large print. Source: inclusion.md LET-06.
LARGE_LETTER_POINTS = 18.0
LINES_MOST = 6
LINE_CHARACTERS = 38
_UPPER = 3
_NOT_WRITTEN = re.compile(r"[^\w\s/'-]")


@dataclass(frozen=True, slots=True)
class Coupon:
    """What is cut, filled in by hand and sent back, for a person to read; a `CouponSheet` is one a machine reads."""

    title: str
    sentence: str
    boxes: tuple[str, ...]
    lines: tuple[str, ...]
    send: tuple[str, ...]
    code: str
    alt: str


@dataclass(frozen=True, slots=True)
class SheetCode:
    """Bytes to be read by a machine, as they are; the words under them; `alt` for whoever does not see them."""

    data: bytes
    words: str
    alt: str


@dataclass(frozen=True, slots=True)
class CardSlip:
    """What is cut out and kept: its code to be read by eyes, and by a machine (`content`); `said`: how the code is said ("%(code)s")."""

    title: str
    code: str
    content: str
    lines: tuple[str, ...]
    alt: str
    said: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter. `to` stands in the window, `sender` beside it; `parts` are headings with their paragraphs; `points` its size.

    `first` stands alone under the title: what was decided, by whom, what can be done, until when. `after`: what follows on
    pages of its own, headings with their paragraphs. `card`: what is to be cut out of it and kept.
    """

    sender: tuple[str, ...]
    to: tuple[str, ...]
    number: str
    title: str
    intro: tuple[str, ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    coupon: Coupon | CouponSheet | None = None
    code: SheetCode | None = None
    points: float = LETTER_POINTS
    first: str = ""
    after: tuple[tuple[str, tuple[str, ...]], ...] = ()
    card: CardSlip | None = None


def envelope_lines(name: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Return what stands in the window: at most six lines of 38 characters, the last three in capitals, without punctuation.

    A name too long is shortened to its last words, never in silence elsewhere: lines longer than that raise ValueError.
    """
    while len(name) > LINE_CHARACTERS and " " in name:
        name = name.partition(" ")[2]
    found = [name[:LINE_CHARACTERS], *lines]
    if len(found) > LINES_MOST or any(len(line) > LINE_CHARACTERS for line in found):
        raise ValueError("an address that no envelope holds")
    start = max(1, len(found) - _UPPER)
    return (*found[:start], *(_NOT_WRITTEN.sub(" ", line).upper() for line in found[start:]))


def mail_pdf(
    title: str,
    slip: Sequence[tuple[str, str]],
    sheets: Sequence[Sheet],
    *,
    at: datetime = EPOCH,
    heads: tuple[str, str] = ("Numéro", "Où elle va"),
) -> bytes:
    """Return one file of letters, after a slip for whoever posts them (none when it has no line): no name on it.

    Each letter begins on a sheet of paper of its own, its pages counted from 1.
    """
    data = {
        **shared(title, "fr", LETTER_POINTS),
        "slip": [list(row) for row in slip],
        "heads": list(heads),
        "sheets": [_sheet(one) for one in sheets],
    }
    return compiled("mail.typ", data, at)


def _sheet(one: Sheet) -> dict[str, Any]:
    return {
        "sender": list(one.sender),
        "to": list(one.to),
        "number": one.number,
        "size": one.points,
        "title": one.title,
        "first": one.first,
        "intro": list(one.intro),
        "parts": [{"title": title, "lines": list(lines)} for title, lines in one.parts],
        "after": [{"title": title, "lines": list(lines)} for title, lines in one.after],
        "coupon": _coupon(one.coupon) if one.coupon is not None else None,
        "card": _card(one.card) if one.card is not None else None,
        "code": None
        if one.code is None
        else {"svg": svg_code(one.code.data), "words": one.code.words, "alt": one.code.alt},
    }


def _card(one: CardSlip) -> dict[str, Any]:
    return {
        "title": one.title,
        "code": one.code,
        "svg": svg_code(one.content),
        "alt": one.alt,
        "lines": list(one.lines),
    }


def _coupon(one: Coupon | CouponSheet) -> dict[str, Any]:
    if isinstance(one, CouponSheet):
        return coupon_data(one)
    return {
        "title": one.title,
        "sentence": one.sentence,
        "boxes": list(one.boxes),
        "lines": list(one.lines),
        "send": list(one.send),
        "code": svg_code(one.code),
        "alt": one.alt,
    }
