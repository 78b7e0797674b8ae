"""Deposits compared with the published vector of the draft, with our own reading of it, and with pyhpke."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from espace_sante.vault import hpke
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.hpke import generate_deposit_keys, open_from, seal_to

VECTOR = {
    name: bytes.fromhex(value)
    for name, value in json.loads(Path(__file__).with_name("hpke_pq_vector.json").read_text()).items()
    if name != "source"
}
SECRET, PUBLIC = generate_deposit_keys(lambda size: bytes(range(size)))


def decapsulated(seed: bytes, enc: bytes) -> bytes:
    """MLKEM768-X25519 as the draft defines it, from the two key exchanges and SHA3-256 alone."""
    expanded = hashlib.shake_256(seed).digest(96)
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    ours = x25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    theirs = enc[1088:]
    one = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(enc[:1088])
    two = x25519.exchange(X25519PublicKey.from_public_bytes(theirs))
    return hashlib.sha3_256(one + two + theirs + ours + b"\\.//^\\").digest()


def scheduled(shared: bytes, info: bytes, aead: int) -> tuple[bytes, bytes]:
    """The key and base nonce of RFC 9180 §5.1, base mode, HKDF-SHA256, a key of 32 bytes."""
    suite = b"HPKE" + (0x647A).to_bytes(2, "big") + (1).to_bytes(2, "big") + aead.to_bytes(2, "big")

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(prk: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
        return hmac.digest(prk, labelled + b"\1", "sha256")[:length]

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)


def test_the_public_key_of_the_published_seed_is_the_published_one():
    assert hpke.deposit_public(b"\1" + VECTOR["skRm"]) == b"\1" + VECTOR["pkRm"]


def test_our_reading_of_the_draft_gives_the_published_secret_key_and_nonce():
    shared = decapsulated(VECTOR["skRm"], VECTOR["enc"])
    assert shared == VECTOR["shared_secret"]
    assert scheduled(shared, VECTOR["info"], 3) == (VECTOR["key"], VECTOR["base_nonce"])


def test_the_library_opens_the_published_message():
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    private = hpke._private(b"\1" + VECTOR["skRm"])
    # The published message has associated data, which the library's public one-shot interface leaves empty.
    opened = rust_openssl.hpke._decrypt_with_aad(
        suite, VECTOR["enc"] + VECTOR["ct"], private, VECTOR["info"], VECTOR["aad"]
    )
    assert opened == VECTOR["pt"]


def test_our_reading_of_the_draft_opens_a_deposit():
    sealed = seal_to(PUBLIC, b"une analyse", b"info")
    assert sealed[0] == 1
    enc, body = sealed[1:1121], sealed[1121:]
    key, nonce = scheduled(decapsulated(SECRET[1:], enc), b"espace-vault/v1/deposit\0\1info", 2)
    assert AESGCM(key).decrypt(nonce, body, b"") == b"une analyse"


def test_the_key_schedule_of_the_library_is_that_of_an_independent_one():
    """The classical half alone, the only suite that pyhpke knows too."""
    private = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private.public_key()
    ours = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    theirs = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
    sealed = ours.encrypt(b"clear", public, b"info")
    recipient = theirs.create_recipient_context(sealed[:32], KEMKey.from_pyca_cryptography_key(private), info=b"info")
    assert recipient.open(sealed[32:]) == b"clear"
    enc, sender = theirs.create_sender_context(KEMKey.from_pyca_cryptography_key(public), info=b"info")
    assert ours.decrypt(enc + sender.seal(b"clear"), private, b"info") == b"clear"


def test_keys_and_deposits_have_the_sizes_of_the_specification():
    assert (len(SECRET), len(PUBLIC)) == (33, 1217)
    assert len(seal_to(PUBLIC, b"x" * 32, b"")) == 32 + 1137


def test_who_deposits_cannot_open_what_he_deposited():
    sealed = seal_to(PUBLIC, b"clear", b"info")
    other, _ = generate_deposit_keys()
    for secret in (other, PUBLIC[:33], b"\1" + PUBLIC[1:33]):
        with pytest.raises(SealBroken):
            open_from(secret, sealed, b"info")


@pytest.mark.parametrize("place", [1, 500, 1088, 1089, 1120, 1121, -1])
def test_a_deposit_with_one_bit_changed_does_not_open(place):
    sealed = bytearray(seal_to(PUBLIC, b"clear", b"info"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        open_from(SECRET, bytes(sealed), b"info")


def test_a_deposit_opens_only_where_it_was_meant():
    with pytest.raises(SealBroken):
        open_from(SECRET, seal_to(PUBLIC, b"clear", b"info"), b"other")


@pytest.mark.parametrize("suite", [0, 2, 255])
def test_an_unknown_suite_is_refused_everywhere(suite):
    first = bytes((suite,))
    with pytest.raises(SealBroken):
        open_from(SECRET, first + seal_to(PUBLIC, b"clear", b"")[1:], b"")
    with pytest.raises(SealBroken):
        seal_to(first + PUBLIC[1:], b"clear", b"")
    with pytest.raises(SealBroken):
        hpke.deposit_public(first + SECRET[1:])
    with pytest.raises(SealBroken):
        open_from(first + SECRET[1:], seal_to(PUBLIC, b"clear", b""), b"")


@pytest.mark.parametrize("size", [0, 1, 100, 1120, 1121, 1136])
def test_a_cut_deposit_does_not_open(size):
    with pytest.raises(SealBroken):
        open_from(SECRET, seal_to(PUBLIC, b"clear", b"")[:size], b"")


def test_a_malformed_public_key_is_refused():
    for public in (b"", PUBLIC[:-1], PUBLIC + b"\0", b"\1" + b"\xff" * 1216):
        with pytest.raises(SealBroken):
            seal_to(public, b"clear", b"")


def test_a_public_key_of_low_order_is_refused():
    """An all-zero exchange would leave the classical half without secret."""
    with pytest.raises(SealBroken):
        seal_to(PUBLIC[:-32] + bytes(32), b"clear", b"")
