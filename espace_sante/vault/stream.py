"""The sealed form of a document: chunks that can be read from any place, none of which can be moved or left out.

STREAM construction over AES-256-GCM with a key for each file. Byte layout: docs/specs/envelope.md, part 3.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from espace_sante.vault.envelope import RandomBytes, SealBroken

VERSION = 1
CHUNK = 1024 * 1024
PAD_STEP = 4096  # one block of a usual file system: hiding the exact size costs nothing on disk
HEADER = 33
_SALT = 32
_TAG = 16
_FULL = CHUNK + _TAG
_LAST_LARGEST = CHUNK + PAD_STEP + _TAG
_LENGTH = struct.Struct(">I")
_LABEL = b"espace-vault/v1/stream\0"


@dataclass(frozen=True, slots=True)
class StreamLayout:
    """Where the chunks of a document of `clear_size` bytes lie once it is sealed."""

    clear_size: int

    @staticmethod
    def sealed_size(clear_size: int) -> int:
        """Return the length in bytes of the sealed form of a document of `clear_size` bytes."""
        return StreamLayout(clear_size).size

    @property
    def last(self) -> int:
        """The number of the last chunk, from 0; an empty document has one chunk."""
        return max(0, self.clear_size - 1) // CHUNK

    @property
    def size(self) -> int:
        """The whole length in bytes once sealed."""
        return sum(self.chunk(self.last))

    def chunk(self, number: int) -> tuple[int, int]:
        """Return the place and length in bytes of one sealed chunk."""
        if number < self.last:
            return HEADER + number * _FULL, _FULL
        rest = self.clear_size - self.last * CHUNK
        return HEADER + self.last * _FULL, _padded_size(rest) + _TAG


def seal_stream(
    key: bytes, chunks: Iterable[bytes], context: bytes, *, random_bytes: RandomBytes = os.urandom
) -> Iterator[bytes]:
    """Yield the sealed form of a document, given in pieces of any size; memory stays near 2 MiB.

    `key` (32 bytes) is made for this version of this document alone. The size shows only by steps of 4 KiB.
    Guarantee: G7. Source: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption", 2015.
    """
    salt = random_bytes(_SALT)
    yield bytes((VERSION,)) + salt
    cipher = _cipher(key, salt, context)
    number = 0
    held = bytearray()
    for piece in chunks:
        held += piece
        while len(held) > CHUNK:
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:CHUNK]), None)
            del held[:CHUNK]
            number += 1
    padding = bytes(_padded_size(len(held)) - 4 - len(held))
    yield cipher.encrypt(_nonce(number, last=True), _LENGTH.pack(len(held)) + held + padding, None)


def open_stream(key: bytes, chunks: Iterable[bytes], context: bytes) -> Iterator[bytes]:
    """Yield the clear document, from sealed pieces of any size.

    Every piece yielded is authentic and in its place; that none is missing is known only when the iterator ends
    without SealBroken, so what was yielded before must then be thrown away.
    """
    held = bytearray()
    cipher: AESGCM | None = None
    number = 0
    for piece in chunks:
        held += piece
        if cipher is None and len(held) >= HEADER:
            cipher = _cipher_of(key, bytes(held[:HEADER]), context)
            del held[:HEADER]
        while cipher is not None and len(held) > _LAST_LARGEST:
            yield _opened(cipher, number, bytes(held[:_FULL]), last=False)
            del held[:_FULL]
            number += 1
    if cipher is None:
        raise SealBroken
    rest = _opened(cipher, number, bytes(held), last=True)
    if number and not rest:
        raise SealBroken
    yield rest


def open_range(
    key: bytes,
    read_at: Callable[[int, int], bytes],
    context: bytes,
    start: int,
    stop: int,
    *,
    clear_size: int,
) -> bytes:
    """Return the clear bytes from `start` to `stop` excluded, reading only the chunks that hold them.

    `read_at(place, length)` reads the sealed form; `clear_size` comes from the sealed row of the document. Raises
    ValueError outside of the document, SealBroken when what is read is not what was sealed there.
    """
    if not 0 <= start <= stop <= clear_size:
        raise ValueError("range outside of the document")
    layout = StreamLayout(clear_size)
    cipher = _cipher_of(key, read_at(0, HEADER), context)
    first, final = start // CHUNK, max(start, stop - 1) // CHUNK
    clear = bytearray()
    for number in range(min(first, layout.last), min(final, layout.last) + 1):
        place, length = layout.chunk(number)
        clear += _opened(cipher, number, read_at(place, length), last=number == layout.last)
    offset = min(first, layout.last) * CHUNK
    if len(clear) < stop - offset:
        raise SealBroken
    return bytes(clear[start - offset : stop - offset])


def _padded_size(rest: int) -> int:
    return -(-(rest + 4) // PAD_STEP) * PAD_STEP


def _cipher_of(key: bytes, header: bytes, context: bytes) -> AESGCM:
    if len(header) != HEADER or header[0] != VERSION:
        raise SealBroken
    return _cipher(key, header[1:], context)


def _cipher(key: bytes, salt: bytes, context: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=_LABEL + context).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _opened(cipher: AESGCM, number: int, sealed: bytes, *, last: bool) -> bytes:
    try:
        clear = cipher.decrypt(_nonce(number, last=last), sealed, None)
    except (InvalidTag, ValueError):
        raise SealBroken from None
    if not last:
        if len(clear) != CHUNK:
            raise SealBroken
        return clear
    if len(clear) < 4:
        raise SealBroken
    length = _LENGTH.unpack_from(clear)[0]
    if length > CHUNK or len(clear) != _padded_size(length) or clear[4 + length :].strip(b"\0"):
        raise SealBroken
    return clear[4 : 4 + length]
