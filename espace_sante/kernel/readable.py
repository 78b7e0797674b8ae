"""Long numbers as people copy and compare them: twenty characters, none of which looks like another.

Source: Crockford's base 32 (no i, l, o, u); docs/specs/entry.md §4.
"""

from __future__ import annotations

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CHARACTERS = 20
_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]


def readable(data: bytes) -> str:
    """Return the first 100 bits as 20 characters; `data` has 13 bytes at least."""
    bits = int.from_bytes(data[:13], "big") >> 4
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(90, -1, -10)])


def in_fives(text: str) -> str:
    """Return such a text cut so that it can be copied by hand."""
    return " ".join(text[start : start + 5] for start in range(0, len(text), 5))
