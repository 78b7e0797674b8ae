"""A receipt is checked by anyone with the service's public key, and says its instant one way."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest

from espace_sante.keeper.receipts import Field, commitment, instant, key_id, signed
from tests.unit.keeper.situations import SERVICE, said

PAYLOAD: dict[str, Field] = {"v": 1, "kind": "receipt", "notice": {"version": "é"}, "list": ["b", "a"], "yes": True}


@pytest.mark.parametrize(
    ("microsecond", "text"),
    [(0, "000"), (999, "000"), (1000, "001"), (12_345, "012"), (123_999, "123"), (999_999, "999")],
)
def test_an_instant_is_cut_to_the_millisecond(microsecond: int, text: str) -> None:
    at = datetime(2026, 3, 4, 5, 6, 7, microsecond, UTC)
    assert instant(at) == f"2026-03-04T05:06:07.{text}Z"


def test_a_receipt_holds_its_payload_and_who_signed_it() -> None:
    receipt = signed(SERVICE, PAYLOAD)
    assert said(receipt) == PAYLOAD
    signature = json.loads(receipt)["signature"]
    kid = hashlib.sha256(SERVICE.verification_key).hexdigest()[:16]
    assert signature["kid"] == key_id(SERVICE) == kid
    assert len(base64.b64decode(signature["value"], validate=True)) == 64
    assert b'"notice":{"version":"\xc3\xa9"}' in receipt, "written as it is read"


def test_a_commitment_is_the_hash_of_what_the_receipt_says() -> None:
    text = '{"kind":"receipt","list":["b","a"],"notice":{"version":"é"},"v":1,"yes":true}'
    assert commitment(PAYLOAD) == hashlib.sha256(text.encode()).hexdigest()
