import itertools
from dataclasses import FrozenInstanceError
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.hpke import open_from, seal_to
from espace_sante.vault.keys import (
    ServiceKeys,
    derive,
    master_version_of,
    new_service_keys,
    new_space_keys,
    pack_blob,
    pack_service_blob,
    short_term,
    term,
    unpack_blob,
    unpack_service_blob,
)

SPACE, OTHER = UUID(int=1), UUID(int=2)
MASTER = bytes(range(32))


def counting():
    numbers = itertools.count()
    return lambda size: bytes((next(numbers),)) * size


KEYS = new_space_keys(SPACE, counting())
NAMES = ["rights_key", "identity_key", "record_key", "term_key", "receipt_key"]


def test_derivation_is_hkdf_expand():
    expected = HKDFExpand(SHA256(), 32, b"espace-vault/v1/rights\0").derive(KEYS.root)
    assert KEYS.rights_key == derive(KEYS.root, "rights") == expected
    expected = HKDFExpand(SHA256(), 32, b"espace-vault/v1/compartment\0\0\7").derive(KEYS.root)
    assert KEYS.compartment_key(7) == expected


def test_every_derived_key_differs_from_every_other():
    keys = [getattr(KEYS, name) for name in NAMES]
    keys += [KEYS.summary_key(category) for category in range(200)]
    keys += [KEYS.compartment_key(category) for category in range(200)]
    keys += [KEYS.root, KEYS.journal]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_derived_keys_are_frozen():
    assert KEYS.rights_key.hex() == "f0a6eaed44458f3e5f9df4d01e27d4677a246ac989e4835e4855f1e41d377429"
    assert KEYS.summary_key(3).hex() == "198b9dd4b2558358d588cb94039be4e37cf0dd8e7b2217dcf946887c7f50646b"


def test_a_derived_key_is_computed_once():
    assert KEYS.rights_key is KEYS.rights_key
    assert KEYS.compartment_key(1) is KEYS.compartment_key(1)
    assert KEYS.deposit_public is KEYS.deposit_public


def test_the_deposit_keys_of_a_space_belong_together():
    assert open_from(KEYS.deposit_secret, seal_to(KEYS.deposit_public, b"clear", b""), b"") == b"clear"


def test_keys_are_not_shown_and_not_changed():
    for keys in (KEYS, new_service_keys(counting())):
        assert "\\x" not in repr(keys)
        assert "signing" not in repr(keys)
    with pytest.raises(FrozenInstanceError):
        KEYS.root = bytes(32)


def test_a_blob_comes_back_under_its_master_key():
    blob = pack_blob(KEYS, MASTER, 3)
    assert len(blob) == 130
    assert master_version_of(blob) == 3
    back = unpack_blob(blob, {2: bytes(32), 3: MASTER}, SPACE)
    assert back == KEYS
    assert back.record_key == KEYS.record_key


def test_a_blob_opens_for_no_other_space_key_or_version():
    blob = pack_blob(KEYS, MASTER, 3)
    for masters, space in (({3: MASTER}, OTHER), ({3: bytes(32)}, SPACE), ({2: MASTER}, SPACE), ({}, SPACE)):
        with pytest.raises(SealBroken):
            unpack_blob(blob, masters, space)
    with pytest.raises(SealBroken):
        unpack_blob(blob[:1] + b"\0\0\0\2" + blob[5:], {2: MASTER}, SPACE)


@pytest.mark.parametrize("size", [0, 1, 4, 5, 17, 33, 129])
def test_a_cut_blob_does_not_open(size):
    with pytest.raises(SealBroken):
        unpack_blob(pack_blob(KEYS, MASTER, 1)[:size], {1: MASTER}, SPACE)


def test_an_overwritten_blob_opens_nothing():
    with pytest.raises(SealBroken):
        unpack_blob(bytes(130), {0: MASTER}, SPACE)


def test_the_blob_of_the_service_is_never_taken_for_a_space_s():
    service = new_service_keys(counting())
    blob = pack_service_blob(service, MASTER, 1)
    assert unpack_service_blob(blob, {1: MASTER}) == service
    with pytest.raises(SealBroken):
        unpack_blob(blob, {1: MASTER}, SPACE)
    with pytest.raises(SealBroken):
        unpack_service_blob(pack_blob(KEYS, MASTER, 1), {1: MASTER})


def test_the_service_signs_with_the_key_it_shows():
    service = ServiceKeys(*(bytes((number,)) * 32 for number in range(5)))
    public = Ed25519PublicKey.from_public_bytes(service.verification_key)
    public.verify(service.sign(b"payload"), b"payload")
    with pytest.raises(InvalidSignature):
        public.verify(service.sign(b"payload"), b"other")


def test_new_keys_are_all_different():
    one, two = new_space_keys(SPACE), new_space_keys(SPACE)
    parts = [one.root, one.journal, one.deposit_secret, two.root, two.journal, two.deposit_secret]
    assert len(set(parts)) == 6
    service = new_service_keys()
    assert len({service.signing_seed, service.directory, service.session, service.mailroom, service.idempotency}) == 5


def test_a_term_depends_on_key_kind_and_value():
    terms = {
        term(MASTER, "ins", "12"),
        term(MASTER, "ins1", "2"),
        term(MASTER, "local", "12"),
        term(KEYS.root, "ins", "12"),
    }
    assert len(terms) == 4
    assert term(MASTER, "ins", "12") == term(MASTER, "ins", "12")
    with pytest.raises(ValueError, match="kind"):
        term(MASTER, "k" * 256, "")


def test_a_short_term_fits_a_signed_column():
    values = [short_term(MASTER, "type", str(number)) for number in range(200)]
    assert all(-(2**63) <= value < 2**63 for value in values)
    assert min(values) < 0 < max(values)
    assert values[0].to_bytes(8, "big", signed=True) == term(MASTER, "type", "0")[:8]
