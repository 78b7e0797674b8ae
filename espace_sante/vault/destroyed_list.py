"""The list of destroyed keys: its lines in order, each joined to the one before and signed, and how a restore checks it.

Pure. A line cut out, moved, added or changed is seen with the public key alone; a list cut at its end is a true list of before,
and is seen only beside something that knows more (the database restored, another copy, a number noted elsewhere).
Form: docs/specs/entry.md §7. Guarantee: G8.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from espace_sante.kernel.canonical import canonical
from espace_sante.vault.destroy import Certificate

START = bytes(32)
_LABEL = b"espace-destroyed/v1\0"
_U64 = struct.Struct(">Q")


class ListRefused(Exception):
    """A list that this service did not sign, or that was changed; `number` is the first line at fault, 0 for an intention."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Line:
    """One destruction in its place; `reference` is that of the last entry of the journal, `signed` the service's signature."""

    number: int
    space: UUID
    reference: str
    certificate: Certificate
    link: bytes
    signed: bytes


@dataclass(frozen=True, slots=True)
class Intended:
    """A destruction that was begun: its key may be gone, its certificate is not given yet."""

    space: UUID
    journal: bytes
    blob_sha256: bytes
    signature: bytes


def next_line(
    sign: Callable[[bytes], bytes], after: Line | None, *, space: UUID, reference: str, certificate: Certificate
) -> Line:
    """Return the line that follows another, None for the first; `sign` is the service's."""
    number, before = (after.number + 1, after.link) if after is not None else (1, START)
    link = _link(before, number, space, reference, certificate)
    return Line(number, space, reference, certificate, link, sign(_said(number, link)))


def intend(sign: Callable[[bytes], bytes], *, space: UUID, journal: bytes, blob_sha256: bytes) -> Intended:
    """Return the signed intention to destroy the blob of a space."""
    return Intended(space, journal, blob_sha256, sign(_intention(space, journal, blob_sha256)))


def check_list(verification_key: bytes, lines: Sequence[Line], intended: Sequence[Intended]) -> None:
    """Check that the service signed every line and every certificate, in this order from the first, and every intention.

    Raises ListRefused otherwise. `verification_key` is the service's, 32 bytes. Guarantee: G8.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(verification_key)
    except ValueError:
        raise ListRefused(0) from None
    before = START
    for number, line in enumerate(lines, 1):
        link = _link(before, number, line.space, line.reference, line.certificate)
        if line.number != number or line.link != link:
            raise ListRefused(number)
        _verify(key, line.certificate.signature, line.certificate.payload, number)
        _verify(key, line.signed, _said(number, link), number)
        before = link
    for one in intended:
        _verify(key, one.signature, _intention(one.space, one.journal, one.blob_sha256), 0)


def _verify(key: Ed25519PublicKey, signature: bytes, payload: bytes, number: int) -> None:
    try:
        key.verify(signature, payload)
    except InvalidSignature:
        raise ListRefused(number) from None


def _link(before: bytes, number: int, space: UUID, reference: str, certificate: Certificate) -> bytes:
    said = hashlib.sha256(certificate.payload).digest()
    return hashlib.sha256(_LABEL + before + _U64.pack(number) + space.bytes + reference.encode("ascii") + said).digest()


def _said(number: int, link: bytes) -> bytes:
    return canonical({"v": 1, "kind": "destroyed-list", "number": number, "link": link.hex()})


def _intention(space: UUID, journal: bytes, blob_sha256: bytes) -> bytes:
    said = {"space": space.hex, "journal": journal.hex(), "blob": blob_sha256.hex()}
    return canonical({"v": 1, "kind": "intended", **said})
