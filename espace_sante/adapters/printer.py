"""A printer outside the operator: a batch of letters is sealed to its public key before it leaves, and nobody else opens it.

The same hybrid seal as deposits (ML-KEM-768 and X25519). Whoever holds the public key can seal a batch: a seal does not say
who made it. Layout: docs/specs/batch.md. Source: docs/decisions/0062.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile

from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.hpke import deposit_public, generate_deposit_keys, open_from, seal_to

MAGIC = b"espace-sante-lot/1\n"
_SECRET, _PUBLIC = "espace-sante-imprimeur-secret-1", "espace-sante-imprimeur-public-1"
_NUMBER = re.compile(rb"[0-9A-F]{12}")
_INFO = b"espace-sante/batch/v1|"
# What opening one may write; a batch of two hundred letters weighs a few megabytes.
_OPENED_MOST = 512 * 1024 * 1024


class NotABatch(ValueError):
    """A file that is no sealed batch, is sealed to somebody else, or was altered. It never says which."""


class NotAKey(ValueError):
    """A file that is no key of a printer."""


def new_keys() -> tuple[str, str]:
    """Return a new (secret, public) pair, each one line of text."""
    secret, public = generate_deposit_keys()
    return _line(_SECRET, secret), _line(_PUBLIC, public)


def public_key(text: str) -> bytes:
    """Return a public key from its line. Raises NotAKey, for a secret one too: it has nothing to do here."""
    return _bytes(_PUBLIC, text)


def secret_key(text: str) -> bytes:
    """Return a secret key from its line. Raises NotAKey."""
    found = _bytes(_SECRET, text)
    try:
        deposit_public(found)
    except SealBroken:
        raise NotAKey from None
    return found


def sealed_batch(public: bytes, number: str, archive: bytes) -> bytes:
    """Return an archive (ZIP) sealed to a printer, bound to the number of its batch. Raises NotAKey."""
    named = number.encode()
    try:
        return MAGIC + named + b"\n" + seal_to(public, archive, _INFO + named)
    except SealBroken:
        raise NotAKey from None


def opened_batch(secret: bytes, sealed: bytes) -> tuple[str, dict[str, bytes]]:
    """Return the number of a batch and its files. Raises NotABatch; no name it holds leads outside a folder."""
    named = sealed[len(MAGIC) : len(MAGIC) + 12]
    if not sealed.startswith(MAGIC) or not _NUMBER.fullmatch(named) or sealed[len(MAGIC) + 12 :][:1] != b"\n":
        raise NotABatch
    try:
        archive = open_from(secret, sealed[len(MAGIC) + 13 :], _INFO + named)
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            infos = packed.infolist()
            if sum(info.file_size for info in infos) > _OPENED_MOST or not all(_is_plain(i.filename) for i in infos):
                raise NotABatch
            return named.decode(), {info.filename: packed.read(info) for info in infos}
    except (SealBroken, zipfile.BadZipFile):
        raise NotABatch from None


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"(?:(?:braille|audio)/)?[A-Za-z0-9][A-Za-z0-9.-]{0,79}", name) is not None


def _line(kind: str, key: bytes) -> str:
    return f"{kind} {base64.b64encode(key).decode()}\n"


def _bytes(kind: str, text: str) -> bytes:
    name, _, value = text.strip().partition(" ")
    if name != kind:
        raise NotAKey
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise NotAKey from None
