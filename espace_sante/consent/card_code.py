"""The code of a card: sixteen characters drawn (80 bits), then one that tells a mistyped code before anything is looked for.

Guarantee: G3. Source: docs/decisions/0025.
"""

from __future__ import annotations

from espace_sante.kernel.typed_code import ALPHABET, check, new_code, normal_code

__all__ = ["ALPHABET", "DRAWN", "PREFIX", "RANDOM_BYTES", "check", "new_card_code", "normal_card_code"]

DRAWN = 16
RANDOM_BYTES = 10
PREFIX = "card:"


def new_card_code(random: bytes) -> str:
    """Return the code drawn from 10 random bytes, in groups of four, its check character last."""
    return new_code(random, DRAWN)


def normal_card_code(text: str) -> str | None:
    """Return a typed code in its one form, None when it is not one or its check character is wrong."""
    return normal_code(text, DRAWN)
