"""The tree as files that anybody can fetch: tiles of hashes and bundles of leaves (C2SP tlog-tiles).

Pure: reading is one function, path → bytes; writing is a set of files to be written by whoever asked. Nothing read is
believed: what does not fit the root it is read for is refused, or gives proofs that are. Layout: docs/specs/journal.md.
"""

from __future__ import annotations

import re
import struct
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from espace_sante.journal.merkle import HASH_BYTES, LIMIT, Frontier, leaf_hash, root_over, tree_root

Read: TypeAlias = Callable[[str], bytes | None]  # None: no such file

TILE_WIDTH = 256
LEAF_VERSION = b"\1"
LEAF_BYTES = 65
_HALF = 32  # of a tag, of a commitment
_LENGTH = struct.Struct(">H")
_LONGEST_LEAF = 0xFFFF
_HEIGHT = 8  # levels of the tree that one tile spans: 2⁸ = 256
_LEVELS = 8  # of tiles in the largest tree
_PATH = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?")


class TileRefused(Exception):
    """A file that is missing, or not what its name and the root say."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One file of the tree: `width` hashes of a level, or as many leaves when `level` is None (an entry bundle).

    Raises ValueError for a file that no tree below 2⁶³ leaves has.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        level = self.level or 0
        if level < 0 or self.index < 0 or not 1 <= self.width <= TILE_WIDTH:
            raise ValueError("no such tile")
        if (self.index * TILE_WIDTH + self.width) << _HEIGHT * level >= LIMIT:
            raise ValueError("beyond the largest tree")

    @property
    def path(self) -> str:
        """The file's path below the address of the log."""
        level = "entries" if self.level is None else self.level
        thousands = [f"{self.index:03d}"[-3:]]
        above = self.index // 1000
        while above:
            thousands.insert(0, f"x{above % 1000:03d}")
            above //= 1000
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(thousands)}{partial}"

    @property
    def full(self) -> Tile:
        """The same file once it is full."""
        return Tile(self.level, self.index)


def parse_path(path: str) -> Tile:
    """Return the file a path names. Raises TileRefused unless it is the one way of writing it."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise TileRefused("not the path of a tile")
    level, index, width = found.groups()
    try:
        tile = Tile(
            None if level == "entries" else int(level),
            int(index.replace("/", "").replace("x", "")),
            TILE_WIDTH if width is None else int(width),
        )
    except ValueError as impossible:
        raise TileRefused(str(impossible)) from None
    if tile.path != path:
        raise TileRefused("not the one way of writing this path")
    return tile


def make_leaf(tag: bytes, commitment: bytes) -> bytes:
    """Return the leaf of an entry: version, tag, commitment; 65 bytes that say nothing to a stranger."""
    if len(tag) != _HALF or len(commitment) != _HALF:
        raise ValueError("a tag and a commitment have 32 bytes each")
    return LEAF_VERSION + tag + commitment


def read_leaf(leaf: bytes) -> tuple[bytes, bytes]:
    """Return the tag and the commitment of a leaf. Raises TileRefused for any other form."""
    if len(leaf) != LEAF_BYTES or leaf[:1] != LEAF_VERSION:
        raise TileRefused("a leaf of no known form")
    return leaf[1 : 1 + _HALF], leaf[1 + _HALF :]


def pack_bundle(leaves: Sequence[bytes]) -> bytes:
    """Return the content of an entry bundle. Raises ValueError for a leaf of more than 65,535 bytes."""
    if any(len(leaf) > _LONGEST_LEAF for leaf in leaves):
        raise ValueError("a leaf too long for a bundle")
    return b"".join(_LENGTH.pack(len(leaf)) + leaf for leaf in leaves)


def unpack_bundle(content: bytes, width: int) -> list[bytes]:
    """Return the leaves of a bundle. Raises TileRefused unless it holds exactly `width` of them and nothing else."""
    leaves, at = [], 0
    while at < len(content):
        begin = at + _LENGTH.size
        at = begin + int.from_bytes(content[at:begin], "big")
        leaves.append(content[begin:at])
    if at != len(content) or len(leaves) != width:
        raise TileRefused("a bundle of another length")
    return leaves


def files_of_growth(old_size: int, new_size: int) -> list[Tile]:
    """Return the files a tree needs that grew from one size to another: bundles, then tiles, level by level.

    Of partial files, only those of the new size: sizes between, which no checkpoint names, leave none. From 0, every file
    of the tree. Raises ValueError when the tree shrinks.
    """
    if not 0 <= old_size <= new_size < LIMIT:
        raise ValueError("a tree never shrinks")
    levels: list[int | None] = [None, *range(_LEVELS)]
    return [tile for level in levels for tile in _of_level(level, _count(level, old_size), _count(level, new_size))]


def _of_level(level: int | None, old: int, new: int) -> list[Tile]:
    if old == new:
        return []
    indexes = range(old // TILE_WIDTH, -(-new // TILE_WIDTH))
    return [Tile(level, index, min(TILE_WIDTH, new - index * TILE_WIDTH)) for index in indexes]


class TiledTree:
    """A tree of a known size, read from its files; keeps what it read, so make one for each task.

    Its `node` serves the makers of proofs of `merkle`. What it returns is as good as the files: check the root, or the
    proofs made, against a checkpoint. Everything raises TileRefused for a file missing or of another length, and
    ValueError for what a tree of this size does not have.
    """

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self.size = size
        self._kept: dict[Tile, list[bytes]] = {}

    @property
    def root(self) -> bytes:
        """The root that the files give."""
        return tree_root(self.node, self.size)

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a perfect subtree, as `merkle.NodeAt` says."""
        level, height = divmod(level, _HEIGHT)
        number, begin = divmod(index << height, TILE_WIDTH)
        hashes = self._items(self.tile(level, number))[begin : begin + (1 << height)]
        if len(hashes) != 1 << height:
            raise ValueError("no such subtree in this tree")
        return root_over(hashes)

    def leaves(self, index: int) -> list[bytes]:
        """Return the leaves of a bundle, each being the one its tile has the hash of."""
        leaves = self._items(self.tile(None, index))
        if [leaf_hash(leaf) for leaf in leaves] != self._items(self.tile(0, index)):
            raise TileRefused("a bundle whose leaves are not those of its tile")
        return leaves

    def last(self, level: int | None) -> list[bytes]:
        """Return what the last file of a level holds when it is partial, otherwise nothing."""
        index, width = divmod(_count(level, self.size), TILE_WIDTH)
        if not width:
            return []
        return self.leaves(index) if level is None else self._items(self.tile(level, index))

    def tile(self, level: int | None, index: int) -> Tile:
        """Return the file of this level and index, with the width it has in a tree of this size."""
        return Tile(level, index, min(TILE_WIDTH, _count(level, self.size) - index * TILE_WIDTH))

    def _items(self, tile: Tile) -> list[bytes]:
        if tile not in self._kept:
            self._kept[tile] = self._fetched(tile)
        return self._kept[tile]

    def _fetched(self, tile: Tile) -> list[bytes]:
        for file in (tile, tile.full):  # a log may remove a partial file once the full one is there
            content = self._read(file.path)
            if content is not None:
                return _unpacked(file, content)[: tile.width]
        raise TileRefused(f"missing: {tile.path}")


@dataclass(frozen=True, slots=True)
class Growth:
    """The files that a tree of `size` leaves and this root needs beyond those it had."""

    files: dict[str, bytes]
    size: int
    root: bytes


def grow(read: Read, leaves: Sequence[bytes], *, size: int, root: bytes) -> Growth:
    """Return what to write so that the tree of `size` leaves and this root gets further leaves.

    A function of its arguments: done again after a crash, on whatever part was written, it gives the same bytes. Raises
    TileRefused, and gives nothing, when the files at hand are not those of this root: a damaged or older copy is never
    built upon.
    """
    before = TiledTree(read, size)
    if before.root != root:
        raise TileRefused("the files are not those of this root")
    hashes = [leaf_hash(leaf) for leaf in leaves]
    tiles = files_of_growth(size, size + len(leaves))
    rows = {level: deque(before.last(level)) for level in dict.fromkeys(tile.level for tile in tiles)}
    if leaves:
        rows[None] += leaves
        rows[0] += hashes
    files = {}
    for tile in tiles:
        held = [rows[tile.level].popleft() for _ in range(tile.width)]
        files[tile.path] = pack_bundle(held) if tile.level is None else b"".join(held)
        if tile.level is not None and tile.width == TILE_WIDTH:
            rows[tile.level + 1].append(root_over(held))
    return Growth(files, size + len(leaves), Frontier.of(before.node, size).extended(hashes).root)


def _count(level: int | None, size: int) -> int:
    """Return how many hashes, or leaves, a level has in a tree of this size."""
    return size >> _HEIGHT * (level or 0)


def _unpacked(tile: Tile, content: bytes) -> list[bytes]:
    if tile.level is None:
        return unpack_bundle(content, tile.width)
    if len(content) != tile.width * HASH_BYTES:
        raise TileRefused("a tile of another length")
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
