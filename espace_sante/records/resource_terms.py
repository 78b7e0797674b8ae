"""What is kept of the terms of a resource, so that a search by equality opens fewer of them: short digests in one fixed length.

They stand inside the sealed origin of a row, never in clear: nothing is told to whoever holds the disk, not even how many there are.
A digest that two values share only makes one resource more be opened; the opened resource decides.
Source: docs/decisions/0046, 0051; docs/specs/resource.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

# An Observation with its categories, codes, month, visit and identifiers has some ten.
MOST = 16
DIGEST = 4
LENGTH = MOST * DIGEST
# What a row carries when its terms are not known, or too many: a search never passes it over.
UNKNOWN = bytes(LENGTH)
_EMPTY = bytes(DIGEST)
_NEVER_EMPTY = b"\0\0\0\1"


def digest(parameter: str, value: str) -> bytes:
    """Return the four bytes that stand for a value of a parameter; never four zeros."""
    found = hashlib.sha256(b"espace-sante/v1/resource-term\0" + parameter.encode() + b"\0" + value.encode()).digest()
    return found[:DIGEST] if found[:DIGEST] != _EMPTY else _NEVER_EMPTY


def packed(terms: Iterable[tuple[str, str]]) -> bytes:
    """Return what a row carries of its terms: 64 bytes, whatever they are."""
    found = sorted({digest(parameter, value) for parameter, value in terms})
    return UNKNOWN if len(found) > MOST else b"".join(found).ljust(LENGTH, b"\0")


def among(rows: Iterable[tuple[bytes, int]]) -> bytes:
    """Return what stands for a set of rows (16 bytes) and versions: their SHA-256, each version as 4 bytes, by increasing row."""
    return hashlib.sha256(b"".join(row + version.to_bytes(4, "big") for row, version in sorted(rows))).digest()


def carries(terms: bytes, groups: Iterable[Collection[bytes]]) -> bool:
    """Say whether a row may be what a search wants: it carries one digest of each group, or nothing is known of its terms.

    The end of a digest and the beginning of the next may look like a third: one more resource is then opened, none is missed.
    """
    if terms[:DIGEST] in (b"", _EMPTY):
        return True
    return all(any(one in terms for one in group) for group in groups)
