"""The codes of the debate: printed, drawn blind from a box, each good for one voice in one dossier.

An envelope holds two codes that nothing links: one to write, one to vote. The register keeps a keyed digest of each, never the
code. The code also gives its bearer, by another keyed digest, the right to contest what became of her text: whoever reads the
register cannot tell which code wrote which text. Guarantee: G14. Format: docs/specs/debate-token.md.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from enum import StrEnum

from espace_sante.kernel.typed_code import new_code, normal_code

DRAWN = 16  # 80 bits: a digest of the register cannot be tried against every code, even with the key
RANDOM_BYTES = 10
KEY_BYTES = 32


class Use(StrEnum):
    """What a code is good for, once."""

    WRITE = "write"
    VOTE = "vote"


def draw(random: bytes) -> str:
    """Return the code that 10 random bytes give, as it is printed."""
    return new_code(random, DRAWN)


def normal(text: str) -> str | None:
    """Return a typed code in its one form, None when it is not one or one character is wrong."""
    return normal_code(text, DRAWN)


def tag_of(key: bytes, dossier: str, use: Use, code: str) -> bytes:
    """Return what the register keeps of a code. `code` is in its one form."""
    return _digest(key, use.value, dossier, code)


def contest_tag_of(key: bytes, dossier: str, code: str) -> bytes:
    """Return what lets the bearer of a code find her text again: nobody can tell it from any other digest."""
    return _digest(key, "contest", dossier, code)


def desk_tag_of(key: bytes, code: str) -> bytes:
    """Return what the register keeps of the code of a desk that types in letters."""
    return _digest(key, "desk", "", code)


def moderator_mark(key: bytes, contribution: str, name: str) -> str:
    """Return the mark of who moderates a text: the same name gives the same one there, and another one for any other text.

    Capitals, accents, spaces and hyphens do not count, nor does the order of the words. Says nothing to whoever has not the key.
    """
    bare = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    words = sorted("".join(one if one.isalnum() else " " for one in bare).split())
    return _digest(key, "moderator", contribution, " ".join(words)).hex()[:16] if words else ""


def _digest(key: bytes, *parts: str) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError("the key of the codes has 32 bytes")
    return hmac.digest(key, "\0".join(("debate-token-v1", *parts)).encode(), hashlib.sha256)
