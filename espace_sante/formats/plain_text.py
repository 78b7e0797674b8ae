"""A letter as text alone: for a braille device, for a voice, for whoever reads by another way than the eyes.

Short lines, one idea after another, no drawing, no column, nothing that a braille table has no sign for. The device of who
reads turns it into braille: contracted or not is her setting, not ours. Source: inclusion.md LET-06; docs/decisions/0062.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata

from espace_sante.formats.mail import Sheet

# What the widest common desk displays show at once; a shorter one cuts at the same spaces.
BRAILLE_COLUMNS = 40
# Typographic signs are written as the keyboard has them: braille tables know these for sure.
_KEYBOARD = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "•": "-",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "œ": "oe",
        "Œ": "Oe",
    }
)
_INSIDE_QUOTES = re.compile(r'"\s*([^"]*?)\s*"')


def paragraphs_of(sheet: Sheet, *, spelled: bool = False) -> list[str]:
    """Return what a letter says in the order it is read, titles numbered; the coupon is said, not drawn.

    `spelled`: the code of a card is said sign by sign, for whoever writes it down by ear.
    """
    said = [sheet.number, sheet.title, sheet.first, *sheet.intro]
    for number, (title, lines) in enumerate(sheet.parts, 1):
        said += [f"{number}. {title}" if title else f"{number}.", *lines]
    if sheet.card is not None:
        code = ", ".join(" ".join(group) for group in sheet.card.code.split("-")) if spelled else sheet.card.code
        said += [sheet.card.title, sheet.card.said % {"code": code}, *sheet.card.lines]
    if sheet.coupon is not None:
        said += [sheet.coupon.title, sheet.coupon.sentence]
    if sheet.code is not None:
        said.append(sheet.code.words)
    return [text for text in said if text]


def braille_text(sheet: Sheet) -> bytes:
    """Return a letter as a text file for a braille device: UTF-8, lines of forty characters at most, LF, one final line."""
    paragraphs = [_keyboard(text) for text in paragraphs_of(sheet)]
    wrapped = ("\n".join(textwrap.wrap(text, BRAILLE_COLUMNS, break_on_hyphens=False)) for text in paragraphs)
    return ("\n\n".join(wrapped) + "\n").encode()


def _keyboard(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).translate(_KEYBOARD)
    return _INSIDE_QUOTES.sub(r'"\1"', plain)
