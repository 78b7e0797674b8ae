"""What the service signs when the keys of a space are destroyed, and how anyone checks it.

The certificate names no person and no space: only the commitment printed on the opening letter, which its holder can
compare, and the hash of the blob that was destroyed. It is given only after the destruction. Form: docs/specs/entry.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from espace_sante.kernel.canonical import canonical

_KIND = "destroyed"
_MEMBERS = {"at", "blob", "journal", "kind", "v"}


class CertificateRefused(Exception):
    """A certificate that was not signed by this service, or does not say a destruction."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The canonical payload of a destruction and its Ed25519 signature."""

    payload: bytes
    signature: bytes


def certify_destruction(
    sign: Callable[[bytes], bytes], *, journal: bytes, blob_sha256: bytes, at: datetime
) -> Certificate:
    """Return the signed certificate that the blob of the space of this journal commitment was destroyed.

    `sign` is the service's; `journal` is CJ and `blob_sha256` the hash of the blob (32 bytes each); `at` is aware.
    Guarantee: G8.
    """
    if at.tzinfo is None or len(journal) != 32 or len(blob_sha256) != 32:
        raise ValueError("an aware instant and a commitment of 32 bytes are needed")
    payload = canonical(
        {
            "v": 1,
            "kind": _KIND,
            "journal": journal.hex(),
            "at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "blob": blob_sha256.hex(),
        }
    )
    return Certificate(payload, sign(payload))


def check_destruction(
    verification_key: bytes, certificate: Certificate, *, journal: bytes, blob: bytes | None = None
) -> None:
    """Check that the service certified the destruction of this journal's keys, and of this blob when given.

    Raises CertificateRefused otherwise. `verification_key` is the service's, 32 bytes. Guarantee: G8.
    """
    try:
        Ed25519PublicKey.from_public_bytes(verification_key).verify(certificate.signature, certificate.payload)
        said = orjson.loads(certificate.payload)
        canonical_again = canonical(said)
    except (InvalidSignature, ValueError):
        raise CertificateRefused from None
    if canonical_again != certificate.payload or not isinstance(said, dict) or said.keys() != _MEMBERS:
        raise CertificateRefused
    if said["v"] != 1 or said["kind"] != _KIND or said["journal"] != journal.hex():
        raise CertificateRefused
    if blob is not None and said["blob"] != hashlib.sha256(blob).hexdigest():
        raise CertificateRefused
