"""What people wrote: its bounds, its commitment, and what holds it for a moderator. Pure.

Guarantee: G14. Format: docs/specs/debate.md §3.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from espace_sante.debate.words import Reason

SHORTEST, LONGEST = 3, 4000
SALT_BYTES = 16
_LABEL = b"espace-sante/debate-text/v1\0"
# Only what a machine can see without judging: an address, a number to call, a long number of a card or a form.
_PERSONAL = (
    re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}"),
    re.compile(r"(?<!\d)(?:\+33\s?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d)"),
    re.compile(r"(?<!\d)[12](?:\s?\d){12,14}(?!\d)"),
)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_LINKS_MOST = 2


def commitment(text: str, salt: bytes) -> str:
    """Return the digest that stands for a text in the log. Salted: a short text that is hidden cannot be guessed."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return hashlib.sha256(_LABEL + salt + text.encode()).hexdigest()


def tidy(text: str) -> str:
    """Return a text without what nobody sees: control characters, lines of spaces, space around."""
    kept = "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or unicodedata.category(c)[0] != "C")
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", kept).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_sound(text: str) -> bool:
    """Say whether a tidy text has an allowed length."""
    return SHORTEST <= len(text) <= LONGEST


def reason_to_hold(text: str) -> Reason | None:
    """Return why a moderator must look at a text before it is shown; None for nearly all."""
    if any(pattern.search(text) for pattern in _PERSONAL):
        return Reason.PERSONAL_DATA
    return Reason.ADVERTISING if len(_LINK.findall(text)) > _LINKS_MOST else None
