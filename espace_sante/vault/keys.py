"""Who holds which key: the keys of one space, the keys of the service, and the blobs that hold them at rest.

Only the keeper imports this. Nothing here reads a file or a database; the master keys come in as arguments.
Byte layouts and labels: docs/specs/envelope.md, part 4.
"""

from __future__ import annotations

import hmac
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from espace_sante.vault import hpke
from espace_sante.vault.envelope import RandomBytes, SealBroken

VERSION = 1
_HEADER = struct.Struct(">BI")  # version of the layout, version of the master key
_CATEGORY = struct.Struct(">H")
_NONCE = 12
_KEY = 32
_SPACE = b"espace-vault/v1/space|"
_SERVICE = b"espace-vault/v1/service"
_DEPOSIT_SECRET = 33


def derive(key: bytes, label: str, suffix: bytes = b"") -> bytes:
    """Return the key of 32 bytes that `label` names under a uniformly random key of 32 bytes.

    HKDF-Expand alone: RFC 5869 §3.3 lets the extraction be left out when the input is already a random key, and one
    block of output is then one HMAC.
    """
    return hmac.digest(key, b"espace-vault/v1/" + label.encode() + b"\0" + suffix + b"\1", "sha256")


@dataclass(frozen=True, slots=True)
class SpaceKeys:
    """Everything that opens one space: destroyed with it, never shown, never written outside of its blob."""

    space: UUID
    root: bytes = field(repr=False)
    journal: bytes = field(repr=False)
    deposit_secret: bytes = field(repr=False)
    _derived: dict[str | int, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def deposit_public(self) -> bytes:
        """The public key to which deposits are sealed; computed once (about 0.2 ms), to be stored in clear."""
        found = self._derived.get("deposit-public")
        if found is None:
            found = self._derived["deposit-public"] = hpke.deposit_public(self.deposit_secret)
        return found

    @property
    def rights_key(self) -> bytes:
        """Seals the facts of the space: grants, masks, blocks."""
        return self._once("rights")

    @property
    def identity_key(self) -> bytes:
        """Seals identity traits and contacts."""
        return self._once("identity")

    @property
    def record_key(self) -> bytes:
        """Seals the records of the journal."""
        return self._once("record")

    @property
    def term_key(self) -> bytes:
        """Keys the terms searched inside this space."""
        return self._once("term")

    @property
    def receipt_key(self) -> bytes:
        """Seals the receipts kept with the space."""
        return self._once("receipt")

    @property
    def origin_key(self) -> bytes:
        """Seals who deposited each document, and its chain of versions."""
        return self._once("origin")

    @property
    def name_key(self) -> bytes:
        """Seals the number of a document in an entry, where she is not to know it yet."""
        return self._once("name")

    @property
    def page_key(self) -> bytes:
        """Wraps the keys of the pages that came back by the post for her."""
        return self._once("page")

    def summary_key(self, category: int) -> bytes:
        """Seals the summaries of a compartment; never leaves the keeper."""
        # Even keys of the cache are compartments, odd ones their summaries.
        return self._compartment(category * 2 + 1, "summary", category)

    def compartment_key(self, category: int) -> bytes:
        """Wraps the keys of the rows of a compartment; never leaves the keeper."""
        return self._compartment(category * 2, "compartment", category)

    def _once(self, label: str) -> bytes:
        found = self._derived.get(label)
        if found is None:
            found = self._derived[label] = derive(self.root, label)
        return found

    def _compartment(self, slot: int, label: str, category: int) -> bytes:
        found = self._derived.get(slot)
        if found is None:
            found = self._derived[slot] = derive(self.root, label, _CATEGORY.pack(category))
        return found


@dataclass(frozen=True, slots=True)
class ServiceKeys:
    """The keys of the service itself: they sign, find and carry, and open nobody's space."""

    signing_seed: bytes = field(repr=False)
    directory: bytes = field(repr=False)
    session: bytes = field(repr=False)
    mailroom: bytes = field(repr=False)
    idempotency: bytes = field(repr=False)
    _signer: list[Ed25519PrivateKey] = field(default_factory=list, init=False, repr=False, compare=False)

    def sign(self, payload: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of a payload that says by itself what it is."""
        return self._private().sign(payload)

    @property
    def verification_key(self) -> bytes:
        """The public key (32 bytes) that checks what `sign` signed."""
        return self._private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def _private(self) -> Ed25519PrivateKey:
        if not self._signer:
            self._signer.append(Ed25519PrivateKey.from_private_bytes(self.signing_seed))
        return self._signer[0]


def new_space_keys(space: UUID, random_bytes: RandomBytes = os.urandom) -> SpaceKeys:
    """Draw the keys of a new space."""
    secret, _ = hpke.generate_deposit_keys(random_bytes)
    return SpaceKeys(space, random_bytes(_KEY), random_bytes(_KEY), secret)


def new_service_keys(random_bytes: RandomBytes = os.urandom) -> ServiceKeys:
    """Draw the keys of a new instance of the service."""
    return ServiceKeys(*(random_bytes(_KEY) for _ in range(5)))


def pack_blob(keys: SpaceKeys, master: bytes, master_version: int, *, random_bytes: RandomBytes = os.urandom) -> bytes:
    """Return the blob of a space (130 bytes), sealed under the master key and bound to the space. Guarantee: G7, G8."""
    secrets = keys.root + keys.journal + keys.deposit_secret
    return _packed(secrets, _SPACE + keys.space.bytes, master, master_version, random_bytes)


def unpack_blob(blob: bytes, masters: Mapping[int, bytes], space: UUID) -> SpaceKeys:
    """Return the keys of a space, or raise SealBroken: altered, of another space, of an unknown master key."""
    secrets = _unpacked(blob, masters, _SPACE + space.bytes)
    if len(secrets) != 2 * _KEY + _DEPOSIT_SECRET:
        raise SealBroken
    return SpaceKeys(space, secrets[:32], secrets[32:64], secrets[64:])


def pack_service_blob(
    keys: ServiceKeys, master: bytes, master_version: int, *, random_bytes: RandomBytes = os.urandom
) -> bytes:
    """Return the blob of the service's keys, sealed under the master key."""
    secrets = keys.signing_seed + keys.directory + keys.session + keys.mailroom + keys.idempotency
    return _packed(secrets, _SERVICE, master, master_version, random_bytes)


def unpack_service_blob(blob: bytes, masters: Mapping[int, bytes]) -> ServiceKeys:
    """Return the service's keys, or raise SealBroken."""
    secrets = _unpacked(blob, masters, _SERVICE)
    if len(secrets) != 5 * _KEY:
        raise SealBroken
    return ServiceKeys(*(secrets[start : start + _KEY] for start in range(0, len(secrets), _KEY)))


def master_version_of(blob: bytes) -> int:
    """Return the version of the master key a blob is sealed under, so that a rotation finds the old ones."""
    if len(blob) < _HEADER.size or blob[0] != VERSION:
        raise SealBroken
    version: int = _HEADER.unpack_from(blob)[1]
    return version


def term(key: bytes, kind: str, value: str) -> bytes:
    """Return the keyed hash (32 bytes) under which a value of one kind is found without being written.

    The value is taken as it stands: the caller normalises it. Raises ValueError for a kind beyond 255 bytes.
    """
    name = kind.encode()
    if len(name) > 255:
        raise ValueError("kind too long")
    return hmac.digest(key, b"espace-vault/v1/term\0" + bytes((len(name),)) + name + value.encode(), "sha256")


def short_term(key: bytes, kind: str, value: str) -> int:
    """Return the first 64 bits of `term` as a signed integer, for a column of a space's own rows."""
    return int.from_bytes(term(key, kind, value)[:8], "big", signed=True)


def _packed(secrets: bytes, context: bytes, master: bytes, master_version: int, random_bytes: RandomBytes) -> bytes:
    header = _HEADER.pack(VERSION, master_version)
    nonce = random_bytes(_NONCE)
    return header + nonce + AESGCM(master).encrypt(nonce, secrets, context + b"|" + header)


def _unpacked(blob: bytes, masters: Mapping[int, bytes], context: bytes) -> bytes:
    master = masters.get(master_version_of(blob))
    if master is None:
        raise SealBroken
    header, nonce, body = (
        blob[: _HEADER.size],
        blob[_HEADER.size : _HEADER.size + _NONCE],
        blob[_HEADER.size + _NONCE :],
    )
    try:
        return AESGCM(master).decrypt(nonce, body, context + b"|" + header)
    except (InvalidTag, ValueError):
        raise SealBroken from None
