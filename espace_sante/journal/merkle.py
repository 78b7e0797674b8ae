"""The Merkle tree of RFC 6962 §2.1: hashes, roots, proofs, and the checks of proofs.

Pure, and a stranger to what the leaves say. Makers of proofs read the tree through one function, `NodeAt`: the same code
proves from memory and from published tiles. Numbers count leaves and stay below 2⁶³.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

# (level, index) → hash of the perfect subtree over the leaves [index × 2^level, (index + 1) × 2^level).
NodeAt: TypeAlias = Callable[[int, int], bytes]

HASH_BYTES = 32
LIMIT = 1 << 63  # what every other implementation can count (C2SP tlog-cosignature; signed 64 bits)
EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofRefused(Exception):
    """A proof that does not show what it should, with the step at which it fails."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf. Source: RFC 6962 §2.1."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node. Source: RFC 6962 §2.1."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_over(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, or over the roots of perfect subtrees of one same size."""
    row = list(hashes) or [EMPTY_ROOT]
    while len(row) > 1:
        pairs = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[len(pairs) * 2 :]  # an odd last one goes up as it is
    return row[0]


def tree_root(node: NodeAt, size: int) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return _range_root(node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(node: NodeAt, index: int, size: int) -> list[bytes]:
    """Return the hashes that show leaf `index` in the tree of `size` leaves, from the leaf up.

    Raises ValueError when there is no such leaf. Source: RFC 9162 §2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf in this tree")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(node, middle, end))
            end = middle
        else:
            path.append(_range_root(node, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(node: NodeAt, old_size: int, new_size: int) -> list[bytes]:
    """Return the hashes that show the tree of `old_size` leaves as the beginning of that of `new_size`.

    Empty when the sizes are equal, or the old one 0: every tree begins with the empty one. Raises ValueError when the old
    tree is the larger. Source: RFC 9162 §2.1.4.1.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError("the old tree is larger than the new one")
    if old_size == 0:
        return []
    start, end, path = 0, new_size, []
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_range_root(node, middle, end))
            end = middle
        else:
            path.append(_range_root(node, start, middle))
            start = middle
    if start:
        path.append(_range_root(node, start, end))
    return path[::-1]


def check_inclusion(leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, root: bytes) -> None:
    """Check that the leaf of hash `leaf` is number `index` in the tree of `size` leaves and this root.

    `size` and `root` must come together from one signed checkpoint: a proof alone does not tell a tree of 3 leaves from
    one of 4. Raises ProofRefused. Source: RFC 9162 §2.1.3.2.
    """
    _check_hashes([leaf, root, *proof])
    if not 0 <= index < size < LIMIT:
        raise ProofRefused("no such leaf in this tree")
    here, last, seen = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofRefused("the proof is too long")
        if here & 1 or here == last:
            seen = node_hash(step, seen)
            here, last = _where_left_joins(here, last)
        else:
            seen = node_hash(seen, step)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short")
    if seen != root:
        raise ProofRefused("the proof leads to another root")


def check_consistency(
    proof: Sequence[bytes], *, old_size: int, old_root: bytes, new_size: int, new_root: bytes
) -> None:
    """Check that the new tree begins with the whole old one, unchanged.

    Each size and its root must come together from one signed checkpoint. Raises ProofRefused. Source: RFC 9162 §2.1.4.2.
    """
    _check_hashes([old_root, new_root, *proof])
    if not 0 <= old_size <= new_size < LIMIT:
        raise ProofRefused("the old tree is larger than the new one")
    if old_size in (0, new_size):
        _check_without_steps(proof, old_root, new_root if old_size == new_size else EMPTY_ROOT)
        return
    steps = list(proof) if old_size & old_size - 1 else [old_root, *proof]
    if not steps:
        raise ProofRefused("the proof is too short")
    here, last = _without_low_ones(old_size - 1, new_size - 1)
    old_seen = new_seen = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofRefused("the proof is too long")
        if here & 1 or here == last:
            old_seen, new_seen = node_hash(step, old_seen), node_hash(step, new_seen)
            here, last = _where_left_joins(here, last)
        else:
            new_seen = node_hash(new_seen, step)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofRefused("the proof is too short")
    if old_seen != old_root:
        raise ProofRefused("the proof leads to another old root")
    if new_seen != new_root:
        raise ProofRefused("the proof leads to another new root")


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to go on with a tree: its size and the roots of its perfect subtrees, left to right.

    At most 63 hashes, whatever the size. Raises ValueError when their number is not that of the size.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size < LIMIT or len(self.roots) != self.size.bit_count():
            raise ValueError("not the subtrees of a tree of this size")

    @classmethod
    def of(cls, node: NodeAt, size: int) -> Frontier:
        """Return the frontier of a tree that can be read."""
        return cls(size, tuple(_perfect_roots(node, 0, size)))

    def extended(self, hashes: Iterable[bytes]) -> Frontier:
        """Return the frontier after further leaves, given by their hashes."""
        size, roots = self.size, list(self.roots)
        for seen in hashes:
            for _ in range(_trailing_ones(size)):
                seen = node_hash(roots.pop(), seen)
            roots.append(seen)
            size += 1
        return Frontier(size, tuple(roots))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return _folded(self.roots) if self.roots else EMPTY_ROOT


class MemoryTree:
    """A tree kept whole in memory, for what is small or short-lived: 64 bytes a leaf."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for seen in hashes:
            self.append(seen)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    def append(self, seen: bytes) -> None:
        """Add a leaf, by its hash."""
        for row in self._levels:
            row.append(seen)
            if len(row) % 2:
                return
            seen = node_hash(row[-2], row[-1])
        self._levels.append([seen])

    def node(self, level: int, index: int) -> bytes:
        """Return a node, as `NodeAt` says."""
        return self._levels[level][index]


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofRefused("not a hash")


def _check_without_steps(proof: Sequence[bytes], old_root: bytes, expected: bytes) -> None:
    if proof:
        raise ProofRefused("the proof is too long")
    if old_root != expected:
        raise ProofRefused("the proof leads to another old root")


def _split(count: int) -> int:
    """Return the largest power of two below a count of at least two: what goes to the left (RFC 6962 §2.1)."""
    return 1 << (count - 1).bit_length() - 1


def _perfect_roots(node: NodeAt, start: int, end: int) -> list[bytes]:
    """Return the roots of the perfect subtrees that cover [start, end), `start` being aligned as proofs cut it."""
    roots = []
    while start < end:
        level = (end - start).bit_length() - 1
        roots.append(node(level, start >> level))
        start += 1 << level
    return roots


def _range_root(node: NodeAt, start: int, end: int) -> bytes:
    return _folded(_perfect_roots(node, start, end))


def _folded(roots: Sequence[bytes]) -> bytes:
    seen = roots[-1]
    for left in roots[-2::-1]:
        seen = node_hash(left, seen)
    return seen


def _where_left_joins(here: int, last: int) -> tuple[int, int]:
    """Climb from a node that is not the first of its row to where it has a left sibling: a last one goes up as it is."""
    while not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _without_low_ones(here: int, last: int) -> tuple[int, int]:
    while here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _trailing_ones(number: int) -> int:
    return (number ^ number + 1).bit_length() - 1
