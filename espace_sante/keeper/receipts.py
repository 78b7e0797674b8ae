"""Receipts: what was done, at whose request, signed by the service's key, handed to whoever asked.

Canonical JSON `{"payload": …, "signature": {"alg", "kid", "value"}}`; the signature covers the canonical payload.
A refusal's receipt holds a random salt and only its SHA-256 is kept, in the institution's chain: nothing else remains.
Guarantee: G2. Source: docs/specs/receipt.md.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from espace_sante.consent.sheets import sheet_number
from espace_sante.kernel.canonical import canonical
from espace_sante.vault.keys import ServiceKeys

if TYPE_CHECKING:
    from espace_sante.keeper.situation import Situation

Field = str | int | bool | dict[str, str] | list[str]


def instant(at: datetime) -> str:
    """Return an instant as every record and receipt writes it: UTC, milliseconds, Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def signed(service: ServiceKeys, payload: dict[str, Field]) -> bytes:
    """Return the receipt of a payload."""
    body = canonical(payload)
    value = base64.b64encode(service.sign(body)).decode()
    return canonical({"payload": payload, "signature": {"alg": "Ed25519", "kid": key_id(service), "value": value}})


def late_said(s: Situation) -> dict[str, Field]:
    """Return what a receipt says of what was written on a numbered sheet first: the sheet, and the day written on it."""
    number = sheet_number(s.ask.sheet) if s.ask.sheet else None
    return {"sheet": number, "since": s.ask.since} if number is not None else {}


def commitment(payload: dict[str, Field]) -> str:
    """Return the hexadecimal SHA-256 of a payload that holds its own salt."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def key_id(service: ServiceKeys) -> str:
    """Return the short name of the service's signing key: the first 16 hexadecimal characters of its SHA-256."""
    return hashlib.sha256(service.verification_key).hexdigest()[:16]
