"""The mark of a person for one dossier: a keyed digest of four things written on the document she shows. Pure.

The key is the dossier's own: two lists cannot be compared, and once it is destroyed a list says nothing. Guarantee: G14.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import date

KEY_BYTES = 32
MARK_BYTES = 32
# Letters that have no compatible form of their own, and are typed apart: « Lecœur » and LECOEUR are one name.
_APART = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


class NotWritten(ValueError):
    """Something is missing, or is not a name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the document she shows says: birth name, first given name, day and place of birth."""

    birth_name: str
    given_name: str
    born_on: date
    birth_place: str


def mark_of(key: bytes, shown: Shown) -> bytes:
    """Return the mark of a person. Capitals, accents, joined letters, dashes and spaces do not matter. Raises NotWritten."""
    if len(key) != KEY_BYTES:
        raise ValueError("the key of a list has 32 bytes")
    parts = [
        _letters(shown.birth_name),
        _letters(shown.given_name),
        shown.born_on.isoformat(),
        _letters(shown.birth_place),
    ]
    return hmac.digest(key, "\0".join(("debate-envelope-v1", *parts)).encode(), hashlib.sha256)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_APART)
    kept = "".join(c for c in plain if c.isalnum())
    if not kept:
        raise NotWritten("a name or a place is missing")
    return kept
