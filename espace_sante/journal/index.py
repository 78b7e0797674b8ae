"""The index of the log: every tag in its bucket, and a tree over the buckets, so that an absence can be shown.

A function of the leaves alone: whoever holds them computes the same root. The first k bits of a tag name its bucket; the whole
bucket and its siblings show that a tag is there, or that it is not. Pure. Guarantee: G6. Source: docs/specs/proof.md §1.
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from espace_sante.journal.merkle import HASH_BYTES, LIMIT, ProofRefused, node_hash

BUCKET_MEAN = 32  # at most, by bucket: with tags of 32 bytes, a proof stays below 2 kB at 10⁹ leaves
TAG_BYTES = 32
INDEX_LEAF_BYTES = 73
EMPTY_BUCKET = hashlib.sha256(b"\2").digest()
_LEAF = struct.Struct(">Q32sB32s")

NodeHash = Callable[[int, int], bytes]  # (level, number) → hash; level 0: buckets


class TagTwice(Exception):
    """A tag that is in the log already: no honest journal makes one, nothing may be signed over it."""


def bits_of(size: int) -> int:
    """Return k, how many first bits of a tag name its bucket among `size` leaves: the smallest with size ≤ 32 · 2^k."""
    if not 0 <= size < LIMIT:
        raise ValueError("no log has this size")
    return max(0, -(-size // BUCKET_MEAN) - 1).bit_length()


def bucket_number(tag: bytes, bits: int) -> int:
    """Return the bucket of a tag."""
    return int.from_bytes(tag[:8], "big") >> 64 - bits


def bucket_hash(tags: Iterable[bytes]) -> bytes:
    """Return the hash of a bucket; the tags come in increasing order."""
    return hashlib.sha256(b"\2" + b"".join(tags)).digest()


def index_root(bits: int, top: bytes) -> bytes:
    """Return the root of an index from the root of the tree over its 2^k buckets."""
    return hashlib.sha256(b"\3" + bytes([bits]) + top).digest()


def empty_hashes(bits: int) -> list[bytes]:
    """Return the hash of a subtree of empty buckets, for each level from the buckets to the top."""
    found = [EMPTY_BUCKET]
    for _ in range(bits):
        found.append(node_hash(found[-1], found[-1]))
    return found


def index_leaf(size: int, root: bytes, bits: int, of_index: bytes) -> bytes:
    """Return the leaf of the index log that joins a state of the journal to the root of its index; 73 bytes."""
    return _LEAF.pack(size, root, bits, of_index)


@dataclass(frozen=True, slots=True)
class IndexLeaf:
    """One leaf of the index log, read: so many leaves of the journal, their root, k and the root of the index."""

    size: int
    root: bytes
    bits: int
    index_root: bytes


def read_index_leaf(leaf: bytes) -> IndexLeaf:
    """Return what a leaf of the index log says. Raises ValueError for another form, or a k that is not that of the size."""
    if len(leaf) != INDEX_LEAF_BYTES:
        raise ValueError("not a leaf of the index log")
    read = IndexLeaf(*_LEAF.unpack(leaf))
    if read.bits != bits_of(read.size):
        raise ValueError("not the k of this size")
    return read


@dataclass(frozen=True, slots=True)
class BucketProof:
    """A whole bucket, its tags in increasing order, and the hashes that lead from it to the top, lowest first."""

    tags: tuple[bytes, ...]
    path: tuple[bytes, ...]

    def holds(self, tag: bytes) -> bool:
        """Say whether the tag is in the bucket."""
        at = bisect_left(self.tags, tag)
        return at < len(self.tags) and self.tags[at] == tag


def check_bucket(proof: BucketProof, tag: bytes, *, bits: int, root: bytes) -> None:
    """Check that this is the whole bucket of a tag, in the index of this root. Raises ProofRefused."""
    if len(tag) != TAG_BYTES or any(len(one) != TAG_BYTES for one in proof.tags):
        raise ProofRefused("not a tag")
    if len(proof.path) != bits or any(len(one) != HASH_BYTES for one in proof.path):
        raise ProofRefused("not the path of a bucket")
    if any(left >= right for left, right in pairwise(proof.tags)):
        raise ProofRefused("the tags of a bucket come in increasing order, each once")
    number = bucket_number(tag, bits)
    if any(bucket_number(one, bits) != number for one in proof.tags):
        raise ProofRefused("a tag of another bucket")
    seen = bucket_hash(proof.tags)
    for sibling in proof.path:
        seen = node_hash(sibling, seen) if number & 1 else node_hash(seen, sibling)
        number >>= 1
    if index_root(bits, seen) != root:
        raise ProofRefused("the bucket leads to another index")


def climbed(changed: Mapping[int, bytes], node: NodeHash, bits: int) -> list[dict[int, bytes]]:
    """Return, level by level from the buckets to the top, the hashes that change with those of some buckets.

    `node` gives the hashes that do not change.
    """
    levels = [dict(changed)]
    for level in range(bits):
        below, above = levels[-1], {}
        for number in below:
            parent = number >> 1
            if parent not in above:
                left, right = (
                    below[one] if one in below else node(level, one) for one in (parent << 1, parent << 1 | 1)
                )
                above[parent] = node_hash(left, right)
        levels.append(above)
    return levels


def with_tags(held: Sequence[bytes], added: Iterable[bytes]) -> list[bytes]:
    """Return the tags of a bucket with further ones, in increasing order. Raises TagTwice."""
    whole = sorted([*held, *added])
    if any(left == right for left, right in pairwise(whole)):
        raise TagTwice
    return whole


def by_bucket(tags: Iterable[bytes], bits: int) -> dict[int, list[bytes]]:
    """Return the tags of each bucket. Raises ValueError for what is not a tag."""
    found: dict[int, list[bytes]] = {}
    for tag in tags:
        if len(tag) != TAG_BYTES:
            raise ValueError("a tag has 32 bytes")
        found.setdefault(bucket_number(tag, bits), []).append(tag)
    return found


def tree_over(hashes: Iterable[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Yield every node (level, number, hash) above 2^k hashes that arrive in order, the top last; nothing of level 0."""
    waiting: list[tuple[int, bytes]] = []  # one left child at most for each level
    for number, seen in enumerate(hashes):
        level, here = 0, number
        while here & 1:
            level, here = level + 1, here >> 1
            seen = node_hash(waiting.pop()[1], seen)
            yield level, here, seen
        waiting.append((level, seen))


class MemoryIndex:
    """An index kept whole in memory, for what is small: its root is computed anew each time it is asked."""

    def __init__(self, tags: Iterable[bytes] = ()) -> None:
        self._tags: list[bytes] = []
        self.add(tags)

    def add(self, tags: Iterable[bytes]) -> None:
        """Add tags. Raises TagTwice, and then adds none."""
        self._tags = with_tags(self._tags, [tag for held in by_bucket(tags, 0).values() for tag in held])

    @property
    def size(self) -> int:
        """The number of tags."""
        return len(self._tags)

    @property
    def bits(self) -> int:
        """Its k."""
        return bits_of(self.size)

    @property
    def root(self) -> bytes:
        """Its root."""
        return index_root(self.bits, self._rows()[-1][0])

    def bucket(self, tag: bytes) -> BucketProof:
        """Return the bucket of a tag, there or not, with its path."""
        number, path = bucket_number(tag, self.bits), []
        for row in self._rows()[:-1]:
            path.append(row[number ^ 1])
            number >>= 1
        return BucketProof(tuple(by_bucket(self._tags, self.bits).get(bucket_number(tag, self.bits), ())), tuple(path))

    def _rows(self) -> list[list[bytes]]:
        held = by_bucket(self._tags, self.bits)
        rows = [[bucket_hash(held.get(number, ())) for number in range(1 << self.bits)]]
        while len(rows[-1]) > 1:
            below = rows[-1]
            rows.append([node_hash(left, right) for left, right in zip(below[::2], below[1::2], strict=True)])
        return rows
