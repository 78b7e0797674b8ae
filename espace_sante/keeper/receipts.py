"""Receipts: what was done, at whose request, signed by the service's key, handed to whoever asked.

Canonical JSON `{"payload": …, "signature": {"alg", "kid", "value"}}`; the signature covers the canonical payload.
A refusal's receipt holds a random salt and only its SHA-256 is kept, in the institution's chain: nothing else remains.
Guarantee: G2. Source: docs/specs/receipt.md.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from espace_sante.kernel.canonical import canonical
from espace_sante.vault.keys import ServiceKeys

Field = str | int | bool | dict[str, str] | list[str]


def instant(at: datetime) -> str:
    """Return an instant as every record and receipt writes it: UTC, milliseconds, Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def signed(service: ServiceKeys, payload: dict[str, Field]) -> bytes:
    """Return the receipt of a payload."""
    body = canonical(payload)
    value = base64.b64encode(service.sign(body)).decode()
    return canonical({"payload": payload, "signature": {"alg": "Ed25519", "kid": key_id(service), "value": value}})


def commitment(payload: dict[str, Field]) -> str:
    """Return the hexadecimal SHA-256 of a payload that holds its own salt."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def key_id(service: ServiceKeys) -> str:
    """Return the short name of the service's signing key: the first 16 hexadecimal characters of its SHA-256."""
    return hashlib.sha256(service.verification_key).hexdigest()[:16]
