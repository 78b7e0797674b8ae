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


class Sealing:
    """The sealed form of one document, made while its pieces come; it holds one chunk and one piece at most.

    `key` (32 bytes) is made for this version of this document alone. The size shows only by steps of 4 KiB.
    Guarantee: G7. Source: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption", 2015.
    """

    def __init__(self, key: bytes, context: bytes, *, random_bytes: RandomBytes = os.urandom) -> None:
        salt = random_bytes(_SALT)
        self._head = bytes((VERSION,)) + salt
        self._cipher = _cipher(key, salt, context)
        self._number = 0
        self._held = bytearray()

    def add(self, piece: bytes) -> None:
        """Hold one more piece; take every full chunk before adding another."""
        self._held += piece

    @property
    def full(self) -> bool:
        """Say whether a chunk that is not the last one can be taken."""
        return len(self._held) > CHUNK

    def take(self) -> bytes:
        """Return the next sealed chunk, the first one with what precedes it; only while `full`."""
        chunk = self._cipher.encrypt(_nonce(self._number, last=False), bytes(self._held[:CHUNK]), None)
        del self._held[:CHUNK]
        self._number += 1
        return self._begun() + chunk

    def end(self) -> bytes:
        """Return the last chunk, once no piece is to come and nothing is `full`."""
        held = self._held
        padding = bytes(_padded_size(len(held)) - 4 - len(held))
        clear = _LENGTH.pack(len(held)) + held + padding
        return self._begun() + self._cipher.encrypt(_nonce(self._number, last=True), clear, None)

    def _begun(self) -> bytes:
        head, self._head = self._head, b""
        return head


def seal_stream(
    key: bytes, chunks: Iterable[bytes], context: bytes, *, random_bytes: RandomBytes = os.urandom
) -> Iterator[bytes]:
    """Yield the sealed form of a document, given in pieces of any size; memory stays near 2 MiB."""
    sealing = Sealing(key, context, random_bytes=random_bytes)
    for piece in chunks:
        sealing.add(piece)
        while sealing.full:
            yield sealing.take()
    yield sealing.end()


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
    """Return the clear bytes from `start` to `stop` excluded: what `open_part` yields, in one piece."""
    return b"".join(open_part(key, read_at, context, start, stop, clear_size=clear_size))


def open_part(
    key: bytes,
    read_at: Callable[[int, int], bytes],
    context: bytes,
    start: int,
    stop: int,
    *,
    clear_size: int,
) -> Iterator[bytes]:
    """Yield the clear bytes from `start` to `stop` excluded, chunk by chunk, reading only the chunks that hold them.

    `read_at(place, length)` reads the sealed form; `clear_size` comes from the sealed row of the document. Raises
    ValueError outside of the document, SealBroken when what is read is not what was sealed there.
    """
    if not 0 <= start <= stop <= clear_size:
        raise ValueError("range outside of the document")
    layout = StreamLayout(clear_size)
    cipher = _cipher_of(key, read_at(0, HEADER), context)
    first, final = start // CHUNK, max(start, stop - 1) // CHUNK
    for number in range(min(first, layout.last), min(final, layout.last) + 1):
        place, length = layout.chunk(number)
        last = number == layout.last
        clear = _opened(cipher, number, read_at(place, length), last=last)
        offset = number * CHUNK
        if last and offset + len(clear) != clear_size:
            raise SealBroken
        yield clear[max(0, start - offset) : stop - offset]


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
