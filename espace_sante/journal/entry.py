"""One entry of a journal: the sealed record of what was done, and the tag and commitment that others may see.

Pure: the instant and the randomness come in. An entry says who did what on which authority, never a health datum
beyond the identifiers of the documents named. Byte layout: docs/specs/entry.md.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from espace_sante.journal.merkle import MemoryTree, inclusion_proof, leaf_hash, root_over
from espace_sante.kernel.canonical import canonical
from espace_sante.kernel.readable import ALPHABET, CHARACTERS, readable

RandomBytes: TypeAlias = Callable[[int], bytes]
Row: TypeAlias = tuple[int, bytes, bytes, bytes]  # seq, tag, com, sealed

VERSION = 1
YEARS = 120  # committed to at opening; a longer life than any yet recorded, reached by no space opened at birth
# The members every record has besides v, space, seq, prev and at, which `append` writes itself.
FIELDS = frozenset({"actor", "act", "objects", "basis", "decision", "rules", "channel", "client", "build"})
_OWN = frozenset({"v", "space", "seq", "prev", "at"})
_PAD_STEP = 64
# What every record fills at least: longer than any ordinary one, so that its length does not tell who acted, nor for whom.
_ROOM_LEAST = 704
_NONCE = 12
_LENGTH = struct.Struct(">I")
_U64 = struct.Struct(">Q")
_U16 = struct.Struct(">H")
_TAG = b"espace-journal/v1/tag\0"
_SALT = b"espace-journal/v1/salt\0"
_COM = hashlib.sha256(b"espace-journal/v1/com\0")
_YEAR = b"espace-journal/v1/year\0"
_KEY = b"espace-journal/v1/key\0"
_RECORD = b"espace-journal/v1/record\0"
_INNER = bytes(x ^ 0x36 for x in range(256))
_OUTER = bytes(x ^ 0x5C for x in range(256))


class ChainBroken(Exception):
    """A journal that does not hold together, with the first number at which it does not."""

    def __init__(self, seq: int, what: str) -> None:
        super().__init__(f"entry {seq}: {what}")
        self.seq = seq
        self.what = what


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal stands: the next number, the last commitment, the year of tags and the number it began at."""

    n: int
    com: bytes
    year: int
    year_base: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored; `reference` is what an answer carries, meaningless without the journal."""

    seq: int
    tag: bytes
    com: bytes
    sealed: bytes
    reference: str

    @property
    def row(self) -> Row:
        """The entry as `check_chain` reads it back."""
        return self.seq, self.tag, self.com, self.sealed


@dataclass(frozen=True, slots=True)
class JournalKeys:
    """The journal key of a space (kJ), with its yearly subkeys and the cipher of its records, each made once.

    Keep it as long as the keys of the space, and no longer.
    """

    key: bytes = field(repr=False)
    _years: dict[int, _Prf] = field(default_factory=dict, init=False, repr=False, compare=False)
    _ciphers: dict[bytes, AESGCM] = field(default_factory=dict, init=False, repr=False, compare=False)

    def year_key(self, year: int) -> bytes:
        """Return kJ_y (32 bytes): shows the entries of one year to whoever receives it, and of no other."""
        return hmac.digest(self.key, _YEAR + _U16.pack(year), "sha256")

    def commitment(self, opening_year: int) -> bytes:
        """Return CJ (32 bytes), printed on the opening letter: the root over the keys of 120 years. About 0.5 ms."""
        return root_over(self._promises(opening_year))

    def year_path(self, opening_year: int, year: int) -> list[bytes]:
        """Return the 7 hashes that show kJ_y among the keys that CJ commits to. Raises ValueError for another year."""
        promised = MemoryTree(self._promises(opening_year))
        return inclusion_proof(promised.node, year - opening_year, YEARS)

    def year(self, year: int) -> _Prf:
        """Return the keyed function of a year's tags and salts."""
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = _Prf(self.year_key(year))
        return found

    def _promises(self, opening_year: int) -> list[bytes]:
        years = range(opening_year, opening_year + YEARS)
        return [leaf_hash(hashlib.sha256(_KEY + self.year_key(year)).digest()) for year in years]

    def cipher(self, record_key: bytes) -> AESGCM:
        """Return the cipher of this space's records."""
        found = self._ciphers.get(record_key)
        if found is None:
            found = self._ciphers[record_key] = AESGCM(record_key)
        return found


class _Prf:
    """HMAC-SHA256 under one key, its two first blocks hashed once: a third of the time of a whole HMAC."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(block.translate(_INNER))
        self._outer = hashlib.sha256(block.translate(_OUTER))

    def __call__(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


def first_head(keys: JournalKeys, opening_year: int) -> Head:
    """Return the head of a journal without entries: its last commitment is CJ."""
    return Head(0, keys.commitment(opening_year), opening_year, 0)


def append(
    keys: JournalKeys,
    record_key: bytes,
    space: UUID,
    head: Head,
    at: datetime,
    fields: Mapping[str, Any],
    *,
    random_bytes: RandomBytes = os.urandom,
) -> tuple[Entry, Head]:
    """Return the next entry of a journal and the head after it.

    `at` is aware, cut to the millisecond; `fields` holds the nine FIELDS and may hold more, each with a canonical form;
    a value made by `kernel.canonical.fragment` is placed as it stands. Tags use the year of `at` in UTC, or the head's
    when it is later. Raises ValueError for missing fields or a value without canonical form. Guarantee: G5, G6.
    Source: docs/specs/entry.md.
    """
    if not fields.keys() >= FIELDS or not fields.keys().isdisjoint(_OWN):
        raise ValueError("fields of the record missing, or that the journal writes itself")
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError("an instant without time zone")
        at = at.astimezone(UTC)
    year, base = (at.year, head.n) if at.year > head.year else (head.year, head.year_base)
    record = canonical(
        {
            **fields,
            "v": VERSION,
            "space": str(space),
            "seq": head.n,
            "prev": head.com.hex(),
            "at": _stamp(at),
        }
    )
    tag, com = _tag_and_commitment(keys.year(year), head.n - base, record)
    sealed = _seal_record(keys.cipher(record_key), space, head.n, record, random_bytes(_NONCE))
    return Entry(head.n, tag, com, sealed, reference(com)), Head(head.n + 1, com, year, base)


def tag_of(year_key: bytes, number: int) -> bytes:
    """Return the tag of entry `number` of the year of a key (kJ_y), whether it exists or not."""
    return hmac.digest(year_key, _TAG + _U64.pack(number), "sha256")


def salt_of(year_key: bytes, number: int) -> bytes:
    """Return what opens the commitment of entry `number` of the year of a key (kJ_y), with its record; of no other entry."""
    return hmac.digest(year_key, _SALT + _U64.pack(number), "sha256")


def reference(com: bytes) -> str:
    """Return the 20 characters by which an entry is named outside: the first 100 bits of its commitment."""
    return readable(com)


def commitment_start(reference: str) -> bytes | None:
    """Return the first 12 bytes of the commitment a reference names, None when it is not a reference."""
    if len(reference) != CHARACTERS or any(c not in ALPHABET for c in reference):
        return None
    bits = 0
    for character in reference:
        bits = bits << 5 | ALPHABET.index(character)
    return (bits >> 4).to_bytes(12, "big")


def open_record(record_key: bytes, space: UUID, seq: int, sealed: bytes) -> dict[str, Any]:
    """Return the record of an entry. Raises ChainBroken when it is not the one sealed there."""
    said: dict[str, Any] = orjson.loads(_open_record(record_key, space, seq, sealed))
    return said


def open_record_bytes(record_key: bytes, space: UUID, seq: int, sealed: bytes) -> bytes:
    """Return the record of an entry in its canonical bytes. Raises ChainBroken when it is not the one sealed there."""
    return _open_record(record_key, space, seq, sealed)


def check_chain(
    key: bytes,
    record_key: bytes,
    space: UUID,
    opening_year: int,
    rows: Iterable[Row],
    *,
    head: Head | None = None,
) -> None:
    """Check a whole journal, in order from number 0: numbers, tags, commitments, links, and its head when given.

    Without the head, entries missing at the end are not seen. Raises ChainBroken at the first fault. Guarantee: G6.
    """
    keys = JournalKeys(key)
    now = first_head(keys, opening_year)
    for seq, tag, com, sealed in rows:
        if seq != now.n:
            raise ChainBroken(now.n, f"missing or double: {seq} stands in its place")
        record = _open_record(record_key, space, seq, sealed)
        said = _said(seq, record)
        if said["space"] != str(space) or said["seq"] != seq or said["v"] != VERSION:
            raise ChainBroken(seq, "the record names another entry")
        if said["prev"] != now.com.hex():
            raise ChainBroken(seq, "the record does not follow the one before")
        at_year = int(said["at"][:4])
        year, base = (at_year, seq) if at_year > now.year else (now.year, now.year_base)
        if year >= opening_year + YEARS:
            raise ChainBroken(seq, "beyond the years committed to")
        true_tag, true_com = _tag_and_commitment(keys.year(year), seq - base, record)
        if not hmac.compare_digest(tag, true_tag):
            raise ChainBroken(seq, "wrong tag")
        if not hmac.compare_digest(com, true_com):
            raise ChainBroken(seq, "wrong commitment")
        now = Head(seq + 1, com, year, base)
    if head is not None and head != now:
        raise ChainBroken(now.n, "the head does not follow from the entries")


@lru_cache(maxsize=4)  # the entries of one batch share their instant
def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")[:23] + "Z"


def _said(seq: int, record: bytes) -> dict[str, Any]:
    said = orjson.loads(record)
    if not isinstance(said, dict) or not said.keys() >= FIELDS | _OWN or canonical(said) != record:
        raise ChainBroken(seq, "the record is not in canonical form")
    return said


def _tag_and_commitment(prf: _Prf, number: int, record: bytes) -> tuple[bytes, bytes]:
    counter = _U64.pack(number)
    com = _COM.copy()
    com.update(prf(_SALT + counter))
    com.update(record)
    return prf(_TAG + counter), com.digest()


def _seal_record(cipher: AESGCM, space: UUID, seq: int, record: bytes, nonce: bytes) -> bytes:
    padded = _LENGTH.pack(len(record)) + record
    padded += bytes(_room(len(padded)) - len(padded))
    return b"\1" + nonce + cipher.encrypt(nonce, padded, _RECORD + space.bytes + _U64.pack(seq))


def _open_record(record_key: bytes, space: UUID, seq: int, sealed: bytes) -> bytes:
    if len(sealed) < 1 + _NONCE + _PAD_STEP + 16 or sealed[0] != VERSION:
        raise ChainBroken(seq, "the sealed record has no known form")
    try:
        padded = AESGCM(record_key).decrypt(sealed[1:13], sealed[13:], _RECORD + space.bytes + _U64.pack(seq))
    except (InvalidTag, ValueError):
        raise ChainBroken(seq, "the sealed record does not open") from None
    end = 4 + int(_LENGTH.unpack_from(padded)[0])
    # Written before there was a least room, a record fills the steps it needs and no more.
    known = end <= len(padded) and (len(padded) == _room(end) or len(padded) - end < _PAD_STEP)
    if not known or padded[end:].strip(b"\0"):
        raise ChainBroken(seq, "the sealed record has no known form")
    return padded[4:end]


def _room(length: int) -> int:
    return max(_ROOM_LEAST, length + -length % _PAD_STEP)
