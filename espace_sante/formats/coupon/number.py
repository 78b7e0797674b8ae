"""The number of a coupon as people read and type it: what serves once, in letters that are not mistaken for one another.

Crockford's base 32 (no I, L, O, U), then one letter that a wrong or a swapped letter does not agree with. It proves nothing: whoever
types it is an agent, and only the keeper knows whose it is. Pure. Source: inclusion.md CPN-02; docs/specs/coupon.md.
"""

from __future__ import annotations

from espace_sante.formats.coupon.token import ONCE_BYTES

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", " -.")
_BASE = len(_LETTERS)
_DIGITS = -(-ONCE_BYTES * 8 // 5)
# A prime not above the base: each place weighs otherwise, so one wrong letter and two swapped ones both change the last.
_PRIME = 31
_GROUP = 5


class Mistyped(ValueError):
    """It has the length of a coupon's number, and one letter at least is not the one printed."""


def said_number(once: bytes) -> str:
    """Return the number printed on a coupon, cut so that it can be copied: 14 letters."""
    value = int.from_bytes(once, "big")
    digits = [value >> 5 * place & _BASE - 1 for place in reversed(range(_DIGITS))]
    letters = "".join(_LETTERS[one] for one in (*digits, _check(digits)))
    return " ".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def typed_number(text: str) -> bytes | None:
    """Return what serves once from what was typed, None when it is not a coupon's number at all. Raises Mistyped."""
    letters = text.upper().translate(_READ_AS)
    if len(letters) != _DIGITS + 1 or set(letters) - set(_LETTERS):
        return None
    *digits, check = (_LETTERS.index(one) for one in letters)
    value = sum(one << 5 * place for place, one in zip(reversed(range(_DIGITS)), digits, strict=True))
    if check != _check(digits) or value >> ONCE_BYTES * 8:
        raise Mistyped
    return value.to_bytes(ONCE_BYTES, "big")


def _check(digits: list[int]) -> int:
    return sum(place * one for place, one in enumerate(digits, 1)) % _PRIME
