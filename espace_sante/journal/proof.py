"""The proof that a person keeps of her journal, and the receipt of one line: made here, checked by programs that share nothing.

Pure: the published files are read through functions, what is hers comes in. Nothing read is believed: each hash that goes into
a proof leads to a checkpoint signed by its log, or nothing is made. Guarantee: G6. Source: docs/specs/proof.md §2, §5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from orjson import Fragment

from espace_sante.journal.entry import tag_of
from espace_sante.journal.index import BucketProof, IndexLeaf, check_bucket, index_leaf, read_index_leaf
from espace_sante.journal.merkle import (
    NodeAt,
    ProofRefused,
    check_inclusion,
    inclusion_proof,
    leaf_hash,
)
from espace_sante.journal.notes import Checkpoint, Line, Note, NoteKey, open_checkpoint, parse_note
from espace_sante.journal.tiles import TILE_WIDTH, Read, TiledTree, make_leaf
from espace_sante.kernel.canonical import canonical

WINDOW = 64  # empty places shown after a year's last line, so that a missing number cannot be stepped over
RECEIPT_MOST = 1_370  # bytes: one code of version 30, correction M. Source: ISO/IEC 18004, table 7
_MAGIC = b"ESR1"
_NOTE_LINES_MOST = 32

Bucket = Callable[[bytes], BucketProof]


class NotPublished(Exception):
    """The index of this state of the journal is not published: nothing can be shown yet."""


class ProofImpossible(Exception):
    """What is published is not what her journal says. This is no delay: somebody must be told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of hers in the public journal: its leaf's number, its tag and commitment, the record committed to."""

    index: int
    tag: bytes
    com: bytes
    record: bytes


@dataclass(frozen=True, slots=True)
class Year:
    """One year of hers: kJ_y, the path from CJ_y to CJ, and every line of that year that is published, in order."""

    year: int
    key: bytes
    path: Sequence[bytes]
    entries: Iterable[Entry]


@dataclass(frozen=True, slots=True)
class Materials:
    """What is hers in a proof: CJ, the opening year, the space's identifier, the years shown, one after the other."""

    cj: bytes
    opening: int
    space: UUID
    years: Sequence[Year]


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A checkpoint, with the lines under it that whoever checks will know: the log's own, then cosignatures, in order."""

    checkpoint: Checkpoint
    own: Line
    cosigned: tuple[Line, ...]

    @property
    def note(self) -> str:
        """The note as it stands in a bundle."""
        return bytes(Note(str(self.checkpoint), (self.own, *self.cosigned))).decode()


@dataclass(frozen=True, slots=True)
class Indexed:
    """The leaf of the index log that belongs to a state of the journal: its number there, its path, what it says."""

    number: int
    path: tuple[bytes, ...]
    leaf: IndexLeaf


@dataclass(frozen=True, slots=True)
class Published:
    """One state of the public journal with its index. `node` reads the journal's tree, `bucket` the index as it was then."""

    log: SignedHead
    index_log: SignedHead
    indexed: Indexed
    node: NodeAt
    bucket: Bucket


def signed_head(content: bytes, log: NoteKey, cosigners: Collection[NoteKey] = ()) -> SignedHead:
    """Return a published checkpoint with the lines of known keys alone, each verified. Raises NoteRefused."""
    checkpoint = open_checkpoint(content, log, cosigners).checkpoint
    lines = {(line.name, line.key_id): line for line in parse_note(content).lines}
    others = sorted((key.name, key.key_id) for key in cosigners)
    kept = [lines[one] for one in others if one in lines][: _NOTE_LINES_MOST - 1]
    return SignedHead(checkpoint, lines[log.name, log.key_id], tuple(kept))


def find_indexed(log: Checkpoint, index_log: Checkpoint, read: Read) -> Indexed:
    """Return the leaf of the index log that is about this state of the journal, looked for from the last one back.

    `read` gives the files of the index log. Raises NotPublished when there is none, TileRefused for files that are missing.
    """
    tree = TiledTree(read, index_log.size)
    for bundle in range((index_log.size - 1) // TILE_WIDTH, -1, -1):
        for place, content in reversed(list(enumerate(tree.leaves(bundle)))):
            leaf = read_index_leaf(content)
            if leaf.size < log.size:
                raise NotPublished
            if leaf.size == log.size:
                return _indexed(log, index_log, tree.node, bundle * TILE_WIDTH + place, leaf)
    raise NotPublished


def make_bundle(hers: Materials, published: Published) -> Iterator[bytes]:
    """Yield the lines of a proof, then the one that closes it: whatever its length, one line is in memory.

    Raises ProofImpossible at the line where what is published is not what her journal says, ValueError for materials without
    a year. Whatever was given before that is refused by every verifier, being without its last line.
    """
    seal = hashlib.sha256()
    for value in _lines(hers, published):
        line = canonical(value) + b"\n"
        seal.update(line)
        yield line
    yield seal.hexdigest().encode() + b"\n"


def make_receipt(entry: Entry, log: SignedHead, node: NodeAt) -> bytes:
    """Return the receipt of one line, which says nothing of what the line says; 1,370 bytes at most.

    Cosignatures that would not fit are left out, the last by key id first. Raises ProofImpossible.
    """
    path = _log_path(entry, log.checkpoint, node)
    head = b"".join(
        [
            _MAGIC,
            log.checkpoint.size.to_bytes(8, "big"),
            entry.index.to_bytes(8, "big"),
            entry.tag,
            entry.com,
            *path,
            log.own.key_id,
            log.own.signature,
        ]
    )
    others = [line.key_id + line.signature for line in sorted(log.cosigned, key=lambda line: line.key_id)]
    room = (RECEIPT_MOST - len(head) - 1) // (len(others[0]) if others else 1)
    kept = others[:room]
    return head + bytes([len(kept)]) + b"".join(kept)


def _indexed(log: Checkpoint, index_log: Checkpoint, node: NodeAt, number: int, leaf: IndexLeaf) -> Indexed:
    if leaf.root != log.root:
        raise ProofImpossible("the index is of another journal")
    path = inclusion_proof(node, number, index_log.size)
    said = leaf_hash(index_leaf(leaf.size, leaf.root, leaf.bits, leaf.index_root))
    try:
        check_inclusion(said, path, index=number, size=index_log.size, root=index_log.root)
    except ProofRefused as refused:
        raise ProofImpossible(f"the index log: {refused}") from None
    return Indexed(number, tuple(path), leaf)


def _lines(hers: Materials, published: Published) -> Iterator[dict[str, object]]:
    indexed = published.indexed
    if not hers.years:
        raise ValueError("a proof shows a year at least")
    yield {
        "kind": "espace-preuve",
        "v": 1,
        "cj": hers.cj.hex(),
        "opening": hers.opening,
        "space": str(hers.space),
        "years": [hers.years[0].year, hers.years[-1].year],
    }
    yield {"kind": "log", "checkpoint": published.log.note}
    yield {
        "kind": "index",
        "checkpoint": published.index_log.note,
        "number": indexed.number,
        "path": _hexes(indexed.path),
        "k": indexed.leaf.bits,
        "root": indexed.leaf.index_root.hex(),
    }
    for year in hers.years:
        yield {"kind": "year", "year": year.year, "key": year.key.hex(), "path": _hexes(year.path)}
        yield from _of_year(year, published)


def _of_year(year: Year, published: Published) -> Iterator[dict[str, object]]:
    count = 0
    for entry in year.entries:
        if entry.tag != tag_of(year.key, count):
            raise ProofImpossible(f"line {count} of {year.year} has another tag")
        path = _log_path(entry, published.log.checkpoint, published.node)
        shown = {"kind": "entry", "record": Fragment(entry.record), "index": entry.index, "log_path": _hexes(path)}
        yield shown | _bucket(entry.tag, published, there=True)
        count += 1
    for number in range(count, count + WINDOW):
        yield {"kind": "absent"} | _bucket(tag_of(year.key, number), published, there=False)


def _log_path(entry: Entry, log: Checkpoint, node: NodeAt) -> list[bytes]:
    path = inclusion_proof(node, entry.index, log.size)
    try:
        check_inclusion(
            leaf_hash(make_leaf(entry.tag, entry.com)), path, index=entry.index, size=log.size, root=log.root
        )
    except ProofRefused as refused:
        raise ProofImpossible(f"leaf {entry.index}: {refused}") from None
    return path


def _bucket(tag: bytes, published: Published, *, there: bool) -> dict[str, object]:
    found, leaf = published.bucket(tag), published.indexed.leaf
    try:
        check_bucket(found, tag, bits=leaf.bits, root=leaf.index_root)
    except ProofRefused as refused:
        raise ProofImpossible(f"the index: {refused}") from None
    if found.holds(tag) is not there:
        raise ProofImpossible("the index knows a line that she does not" if not there else "a line is not in the index")
    return {"bucket": b"".join(found.tags).hex(), "path": _hexes(found.path)}


def _hexes(path: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in path]
