import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from espace_sante.kernel.canonical import canonical
from espace_sante.vault.destroy import CertificateRefused, certify_destruction, check_destruction
from espace_sante.vault.keys import new_service_keys

SERVICE = new_service_keys(lambda size: bytes(range(size)))
JOURNAL = b"\7" * 32
BLOB = b"the blob as it was before"
BLOB_SHA256 = hashlib.sha256(BLOB).digest()
BLOB_SHA256 = hashlib.sha256(BLOB).digest()
AT = datetime(2026, 11, 23, 22, 50, 1, 234567, tzinfo=UTC)
CERTIFICATE = certify_destruction(SERVICE.sign, journal=JOURNAL, blob_sha256=BLOB_SHA256, at=AT)


def test_a_certificate_says_what_was_destroyed_and_when_and_nothing_else():
    assert json.loads(CERTIFICATE.payload) == {
        "at": "2026-11-23T22:50:01.234Z",
        "blob": "40e1cc621a39f4e77356282d94f01ff43dd03e63c1767d1b8e2b2e3ff7cf22fb",
        "journal": "07" * 32,
        "kind": "destroyed",
        "v": 1,
    }
    check_destruction(SERVICE.verification_key, CERTIFICATE, journal=JOURNAL)
    check_destruction(SERVICE.verification_key, CERTIFICATE, journal=JOURNAL, blob=BLOB)


def test_the_hour_is_written_in_utc():
    paris = AT.astimezone(timezone(timedelta(hours=1)))
    assert certify_destruction(SERVICE.sign, journal=JOURNAL, blob_sha256=BLOB_SHA256, at=paris) == CERTIFICATE


def test_a_certificate_of_another_space_blob_or_service_is_refused():
    other = new_service_keys()
    for key, journal, blob in (
        (SERVICE.verification_key, b"\6" * 32, BLOB),
        (SERVICE.verification_key, JOURNAL, b"another blob"),
        (other.verification_key, JOURNAL, BLOB),
        (b"short", JOURNAL, BLOB),
    ):
        with pytest.raises(CertificateRefused):
            check_destruction(key, CERTIFICATE, journal=journal, blob=blob)


def test_an_altered_certificate_is_refused():
    for certificate in (
        replace(CERTIFICATE, payload=CERTIFICATE.payload.replace(b"2026", b"2025")),
        replace(CERTIFICATE, signature=CERTIFICATE.signature[:-1]),
        replace(CERTIFICATE, signature=bytes(64)),
    ):
        with pytest.raises(CertificateRefused):
            check_destruction(SERVICE.verification_key, certificate, journal=JOURNAL)


def test_another_thing_that_the_service_signed_is_not_a_certificate():
    said = json.loads(CERTIFICATE.payload)
    payloads = [
        canonical({**said, "kind": "receipt"}),
        canonical({**said, "v": 2}),
        canonical({**said, "more": 1}),
        canonical([said]),
        json.dumps(said).encode(),
        b"not JSON",
    ]
    for payload in payloads:
        with pytest.raises(CertificateRefused):
            check_destruction(
                SERVICE.verification_key,
                replace(CERTIFICATE, payload=payload, signature=SERVICE.sign(payload)),
                journal=JOURNAL,
            )


def test_a_certificate_needs_an_aware_instant_and_a_whole_commitment():
    for journal, blob_sha256, at in (
        (JOURNAL, BLOB_SHA256, AT.replace(tzinfo=None)),
        (b"short", BLOB_SHA256, AT),
        (JOURNAL, b"short", AT),
    ):
        with pytest.raises(ValueError, match="needed"):
            certify_destruction(SERVICE.sign, journal=journal, blob_sha256=blob_sha256, at=at)
