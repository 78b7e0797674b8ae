"""The sealed form of one row, versioned, and the wrapping of one key under another.

Knows neither what a row says nor who may read it. Byte layout: docs/specs/envelope.md.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable
from typing import NewType, TypeAlias

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from espace_sante.vault.dictionaries import LEVEL, SUMS, dictionary

Sealed = NewType("Sealed", bytes)
Clear = NewType("Clear", bytes)
RandomBytes: TypeAlias = Callable[[int], bytes]

VERSION = 1
RAW = 0
ZSTD = 1  # identifiers from 2 on name public dictionaries
PAD_STEP = 64
_HEADERS = {compression: bytes((VERSION, compression)) for compression in (RAW, ZSTD, *SUMS)}
_KNOWN = frozenset(_HEADERS.values())
_NONCE = 12
_OVERHEAD = 2 + _NONCE + 16
_LENGTH = struct.Struct(">I")
_WRAP = b"W"  # first byte of the associated data of a wrapped key; of a sealed body it is the version
_SMALL = 96  # below this, compression saves no padding step worth its time
_LARGEST_CLEAR = 64 * 1024 * 1024  # a row, not a document: bounds what a frame may inflate to


class SealBroken(Exception):
    """Sealed bytes that do not open: altered, cut, of another key, place or version. It never says which."""


class _Zstd(threading.local):
    """One compressor and one decompressor per thread: zstandard releases the lock of Python while it works."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=1, write_checksum=False)
        self.decompressor = zstandard.ZstdDecompressor()
        self._with: dict[int, tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]] = {}

    def of(self, number: int) -> tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]:
        """Return the two of this thread for a dictionary, which is shared by all."""
        found = self._with.get(number)
        if found is None:
            words = dictionary(number)
            compressor = zstandard.ZstdCompressor(
                level=LEVEL, dict_data=words, write_checksum=False, write_dict_id=False
            )
            found = self._with[number] = (compressor, zstandard.ZstdDecompressor(dict_data=words))
        return found


_zstd = _Zstd()


def seal(
    key: bytes,
    clear: bytes,
    context: bytes,
    *,
    random_bytes: RandomBytes = os.urandom,
    compress: bool = True,
    words: int = ZSTD,
) -> Sealed:
    """Seal a body under a key of 32 bytes, bound to a context that must be given again to open it.

    `words` is the number of the public dictionary of what such bodies say, where there is one (vault/dictionaries).
    The length shows only by steps of 64 bytes; without compression it depends on the length of the body alone.
    At most 64 MiB and 2**32 bodies per key. Guarantee: G7.
    Source: NIST SP 800-38D; docs/specs/envelope.md.
    """
    if len(clear) > _LARGEST_CLEAR:
        raise ValueError("body too large for one envelope")
    compression, body = RAW, clear
    if compress and len(clear) > _SMALL:
        compressor = _zstd.compressor if words == ZSTD else _zstd.of(words)[0]
        packed = compressor.compress(clear)
        if len(packed) < len(clear):
            compression, body = words, packed
    padded = _LENGTH.pack(len(body)) + body + bytes(-(len(body) + 4) % PAD_STEP)
    header = _HEADERS[compression]
    nonce = random_bytes(_NONCE)
    return Sealed(header + nonce + AESGCM(key).encrypt(nonce, padded, header + context))


def open_sealed(key: bytes, sealed: bytes, context: bytes) -> Clear:
    """Return the clear body, or raise SealBroken when anything at all differs from what was sealed."""
    header = sealed[:2]
    if len(sealed) < _OVERHEAD + PAD_STEP or header not in _KNOWN:
        raise SealBroken
    try:
        padded = AESGCM(key).decrypt(sealed[2:14], sealed[14:], header + context)
    except (InvalidTag, ValueError, OverflowError):
        raise SealBroken from None
    end = 4 + _LENGTH.unpack_from(padded)[0]
    if not 0 <= len(padded) - end < PAD_STEP or padded[end:].strip(b"\0"):
        raise SealBroken
    body = padded[4:end]
    return Clear(body if header[1] == RAW else _inflated(body, header[1]))


def wrap(key: bytes, secret: bytes, context: bytes, *, random_bytes: RandomBytes = os.urandom) -> bytes:
    """Wrap a key under another, bound to a context: 28 bytes longer than the secret."""
    nonce = random_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret, _WRAP + context)


def unwrap(key: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Return the wrapped key, or raise SealBroken."""
    try:
        return AESGCM(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _WRAP + context)
    except (InvalidTag, ValueError, OverflowError):
        raise SealBroken from None


def _inflated(body: bytes, words: int) -> bytes:
    try:
        size = zstandard.frame_content_size(body)
        if not 0 < size <= _LARGEST_CLEAR:
            raise SealBroken
        decompressor = _zstd.decompressor if words == ZSTD else _zstd.of(words)[1]
        return decompressor.decompress(body, allow_extra_data=False)
    except zstandard.ZstdError:
        raise SealBroken from None
