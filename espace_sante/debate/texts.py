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
# Read in the compatible form of its letters; a NIR of Corsica has 2A or 2B for its department.
_PERSONAL = (
    re.compile(r"[\w.+-]+\s?@\s?[\w-]+\.\w{2,}"),
    re.compile(r"(?<!\d)(?:(?:\+|00)33[\s.]?(?:\(0\))?[\s.]?|0)[1-9](?:[\s./-]{0,2}\d{2}){4}(?!\d)"),
    re.compile(r"(?<!\d)[12](?:[\s.-]?\d){12,14}(?!\d)"),
    re.compile(r"(?<!\d)[12](?:[\s.-]?\d){4}[\s.-]?2[\s.-]?[ABab](?:[\s.-]?\d){6}", re.ASCII),
)
# Characters that draw nothing and are no control: fillers, joiners of marks, variations. Source: Unicode, Default_Ignorable_Code_Point.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_LINE_ENDS = re.compile("\r\n|[\u2028\u2029]")
_LINK = re.compile(r"https?://", re.IGNORECASE)
_LINKS_MOST = 2


def commitment(text: str, salt: bytes) -> str:
    """Return the digest that stands for a text in the log. Salted: a short text that is hidden cannot be guessed."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 16 bytes")
    return hashlib.sha256(_LABEL + salt + text.encode()).hexdigest()


def tidy(text: str) -> str:
    """Return a text without what nobody sees: control and unseen characters, lines of spaces, space around."""
    lined = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).replace("\u2800", " ")  # the last is a blank of Braille
    kept = "".join(c for c in lined if c == "\n" or unicodedata.category(c)[0] != "C")
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", kept).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_sound(text: str) -> bool:
    """Say whether a tidy text has an allowed length."""
    return SHORTEST <= len(text) <= LONGEST


def reason_to_hold(text: str) -> Reason | None:
    """Return why a moderator must look at a text before it is shown; None for nearly all."""
    plain = unicodedata.normalize("NFKC", text)
    if any(pattern.search(plain) for pattern in _PERSONAL):
        return Reason.PERSONAL_DATA
    return Reason.ADVERTISING if len(_LINK.findall(text)) > _LINKS_MOST else None
