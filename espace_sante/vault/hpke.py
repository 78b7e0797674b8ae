"""Deposits: anyone who holds a space's public key can seal to it, and cannot open what he sealed.

Hybrid of ML-KEM-768 and X25519: safe as long as one of the two is. Byte layout: docs/specs/deposit.md.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from espace_sante.vault.envelope import RandomBytes, SealBroken

HYBRID = 1  # MLKEM768-X25519, HKDF-SHA256, AES-256-GCM
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_ID = bytes((HYBRID,))
_SEED = 32
_MLKEM_PUBLIC = 1184
_PUBLIC = _MLKEM_PUBLIC + 32
_ENC = 1088 + 32
_LABEL = b"espace-vault/v1/deposit\0"


def generate_deposit_keys(random_bytes: RandomBytes = os.urandom) -> tuple[bytes, bytes]:
    """Return a new (secret, public) pair: 33 and 1,217 bytes, each beginning with the identifier of its suite."""
    secret = _ID + random_bytes(_SEED)
    return secret, deposit_public(secret)


def deposit_public(secret: bytes) -> bytes:
    """Return the public key of a secret. Raises SealBroken for an unknown suite."""
    mlkem, x25519 = _halves(_seed(secret))
    return _ID + mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal_to(public: bytes, clear: bytes, info: bytes) -> bytes:
    """Seal bytes to a public key, bound to `info`: 1,137 bytes longer than the clear ones.

    Raises SealBroken for a malformed public key or an unknown suite. Guarantee: G3.
    Source: RFC 9180, base mode; draft-ietf-hpke-pq, MLKEM768-X25519.
    """
    try:
        return _ID + _SUITE.encrypt(clear, _public(public), _LABEL + _ID + info)
    except ValueError:  # a point of low order, known only once the exchange is computed
        raise SealBroken from None


def open_from(secret: bytes, sealed: bytes, info: bytes) -> bytes:
    """Return what was sealed to the public key of this secret, or raise SealBroken."""
    if len(sealed) < 1 + _ENC + 16 or sealed[0] != HYBRID:
        raise SealBroken
    try:
        return _SUITE.decrypt(sealed[1:], _private(secret), _LABEL + _ID + info)
    except (InvalidTag, ValueError):
        raise SealBroken from None


def _seed(secret: bytes) -> bytes:
    if len(secret) != 1 + _SEED or secret[0] != HYBRID:
        raise SealBroken
    return secret[1:]


def _halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    # Expansion of the seed: draft-irtf-cfrg-concrete-hybrid-kems (MLKEM768-X25519), the same as X-Wing.
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


@lru_cache(maxsize=64)
def _private(secret: bytes) -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(*_halves(_seed(secret)))


@lru_cache(maxsize=256)
def _public(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != 1 + _PUBLIC or public[0] != HYBRID:
        raise SealBroken
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[1 : 1 + _MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[1 + _MLKEM_PUBLIC :]),
        )
    except ValueError:
        raise SealBroken from None
