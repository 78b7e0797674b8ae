"""The copy of one log: its leaves as they were published, its tiles as we compute them, up to a checkpoint it signed.

Only leaves are taken from the log; every hash is ours. What is *held* was verified against a signed root; what is *under way*
is whole bundles on the way to the next one, kept so that a copy of days can be stopped and go on.

    held       the note of the checkpoint whose leaves are all there and give its root; missing before the first
    under-way  size and root of what was written since: two lines
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

from espace_sante.journal.merkle import EMPTY_ROOT
from espace_sante.journal.notes import Checkpoint, NoteRefused
from espace_sante.journal.tiles import (
    TILE_WIDTH,
    Tile,
    TiledTree,
    TileRefused,
    grow,
    pack_bundle,
    parse_path,
    unpack_bundle,
)
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.alarm import Fault
from espace_sante.witness.durable import write_whole
from espace_sante.witness.folder import Log
from espace_sante.witness.rules import signed_checkpoint

BUNDLES_AT_ONCE = 64
_UNDER_WAY = re.compile(rb"(0|[1-9][0-9]{0,18})\n([0-9a-f]{64})\n")
_log = logging.getLogger("espace_sante.witness")


class Wrong(Exception):
    """What the log published is not what it signed. `settled`: no second look could change it."""

    def __init__(self, fault: Fault, detail: str = "", *, settled: bool) -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault = fault
        self.detail = detail
        self.settled = settled


class Files(Protocol):
    """Where the log's files come from."""

    def get(self, path: str) -> bytes | None:
        """Return a file, None when there is none."""
        ...


class Copy:
    """The copy of one log in a folder. One thread grows it; others may read what is held."""

    def __init__(self, log: Log, place: Path, prefix: str, form: Callable[[bytes], object]) -> None:
        self.log = log
        self._place = place
        self._prefix = prefix
        self._form = form  # raises ValueError or TileRefused for a leaf of another form
        self._turn = threading.Lock()
        self.checkpoint, self.note = self._held()

    @property
    def size(self) -> int:
        """How many leaves are held."""
        return self.checkpoint.size if self.checkpoint else 0

    @property
    def root(self) -> bytes:
        """The root of what is held."""
        return self.checkpoint.root if self.checkpoint else EMPTY_ROOT

    def root_at(self, size: int) -> bytes:
        """Return the root of the first leaves. Raises ValueError beyond what is held, TileRefused for a damaged copy."""
        if size > self.size:
            raise ValueError("not held yet")
        with self._turn:
            return TiledTree(self._read, size).root

    def leaves(self, begin: int, end: int) -> Iterator[bytes]:
        """Yield the held leaves from one number to another, excluded. Raises TileRefused for a damaged copy."""
        tree = TiledTree(self._read, self.size)
        for index in range(begin // TILE_WIDTH, -(-end // TILE_WIDTH)):
            tile = tree.tile(None, index)
            with self._turn:
                content = self._read(tile.path)
            if content is None:
                raise TileRefused(f"missing: {tile.path}")
            first = index * TILE_WIDTH
            yield from unpack_bundle(content, tile.width)[max(begin - first, 0) : end - first]

    def contradiction(self, checkpoint: Checkpoint) -> bytes | None:
        """Return our note if a signed checkpoint, within what is held, is not of this tree."""
        if self.note is None or checkpoint.size > self.size or self.root_at(checkpoint.size) == checkpoint.root:
            return None
        return self.note

    def published(self, path: str) -> bytes | None:
        """Return a file of the held tree, as the log publishes it; None for any other."""
        try:
            tile = parse_path(path)
        except TileRefused:
            return None
        if ((tile.index * TILE_WIDTH + tile.width) << 8 * (tile.level or 0)) > self.size:
            return None
        with self._turn:
            return self._read(path)

    def grow_to(self, checkpoint: Checkpoint, note: bytes, source: Files) -> None:
        """Copy up to a checkpoint signed by the log, verify, then hold it.

        Raises Wrong when what is published is not what was signed, and whatever the source raises when it is silent.
        """
        if self.contradiction(checkpoint) is not None:
            raise Wrong(Fault.FORK, "un état signé n'est pas le début de celui que nous gardons", settled=True)
        if checkpoint.size <= self.size and self.checkpoint is not None:
            return
        size, root = self._under_way()
        if size > checkpoint.size:  # left by a larger checkpoint that was never reached
            size, root = self.size, self.root
        while size < checkpoint.size:
            size, root = self._grown(size, root, min(checkpoint.size, _boundary(size)), checkpoint.size, source)
        if root != checkpoint.root:
            (self.log.folder / "under-way").unlink(missing_ok=True)
            raise Wrong(Fault.ROOT, f"à la taille {checkpoint.size}", settled=False)
        for leaf in self._between(self.size, checkpoint.size):
            self._checked(leaf)
        write_whole(self.log.folder / "held", note)
        (self.log.folder / "under-way").unlink(missing_ok=True)
        self.checkpoint, self.note = checkpoint, note

    def _grown(self, size: int, root: bytes, until: int, goal: int, source: Files) -> tuple[int, bytes]:
        """Fetch some bundles and write what they give; return the size and the root they lead to."""
        if until < goal and until - size > TILE_WIDTH:
            _log.info("%s : %d lignes copiées sur %d", self.log.key.name, size, goal)
        leaves: list[bytes] = []
        for index in range(size // TILE_WIDTH, -(-until // TILE_WIDTH)):
            leaves += self._fetched(index, goal, source)[max(size - index * TILE_WIDTH, 0) :]
        try:
            with self._turn:
                grown = grow(self._read, leaves, size=size, root=root)
                self._write(grown.files)
        except TileRefused as damaged:
            raise OperatorRefusal(f"La copie de {self.log.key.name} est abîmée sur ce disque : {damaged}.") from None
        write_whole(self.log.folder / "under-way", b"%d\n%s\n" % (grown.size, grown.root.hex().encode()))
        return grown.size, grown.root

    def _fetched(self, index: int, goal: int, source: Files) -> list[bytes]:
        """Return the leaves of a bundle as the log publishes it for a size."""
        tile = Tile(None, index, min(TILE_WIDTH, goal - index * TILE_WIDTH))
        for file in dict.fromkeys((tile, tile.full)):
            content = source.get(self._prefix + file.path)
            if content is not None:
                try:
                    return unpack_bundle(content, file.width)[: tile.width]
                except TileRefused as refused:
                    raise Wrong(Fault.FORM, f"{file.path} : {refused}", settled=False) from None
        raise Wrong(Fault.MISSING, tile.path, settled=False)

    def _checked(self, leaf: bytes) -> None:
        try:
            self._form(leaf)
        except (TileRefused, ValueError) as refused:
            raise Wrong(Fault.FORM, str(refused), settled=True) from None

    def _between(self, begin: int, end: int) -> Iterator[bytes]:
        """Yield the leaves that were just copied and verified, not held yet."""
        tree = TiledTree(self._read, end)
        for index in range(begin // TILE_WIDTH, -(-end // TILE_WIDTH)):
            tile = tree.tile(None, index)
            content = self._read(tile.path)
            assert content is not None
            yield from islice(unpack_bundle(content, tile.width), max(begin - index * TILE_WIDTH, 0), None)

    def _read(self, path: str) -> bytes | None:
        """Return a file of the copy; the beginning of a wider one when only that is kept."""
        file = self._place / path
        try:
            return file.read_bytes()
        except OSError:
            tile = parse_path(path)
        if tile.width == TILE_WIDTH:
            return None
        for wider in sorted(_widths(file.parent)):
            if wider > tile.width:
                return _cut((file.parent / str(wider)).read_bytes(), tile, wider)
        try:
            return _cut((self._place / tile.full.path).read_bytes(), tile, TILE_WIDTH)
        except OSError:
            return None

    def _write(self, files: dict[str, bytes]) -> None:
        """Write files, then remove what they make useless: narrower beginnings of the same."""
        for path, content in files.items():
            file = self._place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, content)
        for path in files:
            tile = parse_path(path)
            for width in _widths((self._place / Tile(tile.level, tile.index, 1).path).parent):
                if width < tile.width:
                    (self._place / Tile(tile.level, tile.index, width).path).unlink()

    def _under_way(self) -> tuple[int, bytes]:
        try:
            found = _UNDER_WAY.fullmatch((self.log.folder / "under-way").read_bytes())
        except OSError:
            found = None
        if found is None or int(found[1]) < self.size:
            return self.size, self.root
        return int(found[1]), bytes.fromhex(found[2].decode())

    def _held(self) -> tuple[Checkpoint | None, bytes | None]:
        path = self.log.folder / "held"
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None, None
        try:
            return signed_checkpoint(content, self.log.key)
        except NoteRefused:
            raise OperatorRefusal(f"{path} est abîmé : ce miroir ne sait plus ce qu'il garde.") from None


def _boundary(size: int) -> int:
    """Return the size at which the next batch of bundles ends."""
    return (size // TILE_WIDTH + BUNDLES_AT_ONCE) * TILE_WIDTH


def _widths(folder: Path) -> list[int]:
    try:
        return [int(file.name) for file in folder.iterdir() if file.name.isdecimal()]
    except OSError:
        return []


def _cut(content: bytes, tile: Tile, width: int) -> bytes:
    """Return the beginning of a wider file."""
    if tile.level is not None:
        return content[: tile.width * (len(content) // width)]
    return pack_bundle(unpack_bundle(content, width)[: tile.width])
