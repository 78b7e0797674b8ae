"""Codes that people copy from paper: drawn at random, with a last character that tells a mistyped one.

The last character is a sum in the field of 32 elements, so that one wrong character, or two changed over, never pass.
What a code gives, and for how long, is for its own package to say. Source: docs/decisions/0025.
"""

from __future__ import annotations

from collections.abc import Iterable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U
_GROUP = 4
_READ = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code(random: bytes, drawn: int) -> str:
    """Return the code of `drawn` characters that these random bytes give, in groups of four, its check character last.

    Eight characters take five bytes.
    """
    value = int.from_bytes(random[: drawn * 5 // 8], "big")
    digits = [(value >> (5 * i)) & 31 for i in range(drawn)]
    return _written([*digits, check(digits)])


def normal_code(text: str, drawn: int) -> str | None:
    """Return a typed code in its one form, None when it is not one or its check character is wrong."""
    plain = text.upper().translate(_READ)
    if len(plain) != drawn + 1 or any(c not in ALPHABET for c in plain):
        return None
    digits = [ALPHABET.index(c) for c in plain]
    return _written(digits) if digits[-1] == check(digits[:-1]) else None


def check(digits: Iterable[int]) -> int:
    """Return the check digit: a polynomial's value in GF(32), the field whose doubling folds x^5 into x^2 + 1."""
    found = 0
    for digit in digits:
        found = _doubled(found ^ digit)
    return found


def _doubled(value: int) -> int:
    return (value << 1) ^ 0b100101 if value >= 16 else value << 1


def _written(digits: list[int]) -> str:
    letters = "".join(ALPHABET[d] for d in digits)
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))
