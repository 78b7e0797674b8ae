"""A log made by a test, with its index log, published in a folder; and the ways in which one can lie."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.add_checkpoint import AddCheckpoint
from espace_sante.journal.index import MemoryIndex, index_leaf
from espace_sante.journal.merkle import EMPTY_ROOT, MemoryTree, consistency_proof, leaf_hash, tree_root
from espace_sante.journal.notes import Checkpoint, Kind, Note, NoteKey, sign
from espace_sante.journal.tiles import grow, make_leaf

ORIGIN = "journal.example/essai"


def private(word: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(word.encode()).digest())


def leaf(word: str) -> bytes:
    return make_leaf(hashlib.sha256(f"tag {word}".encode()).digest(), hashlib.sha256(f"com {word}".encode()).digest())


def leaves(count: int, word: str = "true", begin: int = 0) -> list[bytes]:
    return [leaf(f"{word} {number}") for number in range(begin, begin + count)]


@dataclass
class InventedLog:
    """One log: its leaves in memory, its files in `files`."""

    origin: str = ORIGIN
    leaves: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tree = MemoryTree(map(leaf_hash, self.leaves))
        self.private = private(self.origin)
        self.key = NoteKey(self.origin, Kind.ED25519, self.private.public_key().public_bytes_raw())
        self._written = (0, EMPTY_ROOT)

    @property
    def size(self) -> int:
        return len(self.leaves)

    def add(self, more: Sequence[bytes]) -> InventedLog:
        self.leaves += more
        for one in more:
            self.tree.append(leaf_hash(one))
        return self

    def root(self, size: int | None = None) -> bytes:
        return tree_root(self.tree.node, self.size if size is None else size)

    def signed(self, size: int | None = None, root: bytes | None = None) -> bytes:
        size = self.size if size is None else size
        text = str(Checkpoint(self.origin, size, self.root(size) if root is None else root))
        return bytes(Note(text, (sign(text, self.origin, self.private),)))

    def proof(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        return tuple(consistency_proof(self.tree.node, old, self.size if size is None else size))

    def asks(self, old: int, size: int | None = None) -> bytes:
        return bytes(AddCheckpoint(old, self.proof(old, size), self.signed(size)))

    def grown(self) -> dict[str, bytes]:
        """Return the files since the last call; the checkpoint is not among them."""
        size, root = self._written
        after = grow(self.files.get, self.leaves[size:], size=size, root=root)
        self.files |= after.files
        self._written = after.size, after.root
        return after.files


@dataclass
class InventedJournal:
    """A journal and its index log, published together below a folder."""

    folder: Path
    log: InventedLog = field(default_factory=InventedLog)
    index: InventedLog = field(default_factory=partial(InventedLog, ORIGIN + "/index"))

    def publish(self, more: Sequence[bytes] = (), *, of_index: bytes | None = None, root: bytes | None = None) -> None:
        """Add leaves and one state of the index, write every file, then both checkpoints."""
        self.log.add(more)
        known = MemoryIndex({one[1:33] for one in self.log.leaves})
        right = index_leaf(self.log.size, root or self.log.root(), known.bits, of_index or known.root)
        self.index.add([right])
        self.write(self.log.grown())
        self.write({f"index/{path}": content for path, content in self.index.grown().items()})
        self.sign()

    def sign(self) -> None:
        self.write({"checkpoint": self.log.signed(), "index/checkpoint": self.index.signed()})

    def write(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = (
        True  # head and body are two writes: the second would wait for the first to be acknowledged
    )

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path, handler: type[SimpleHTTPRequestHandler] = _Quiet) -> Iterator[str]:
    """Serve a folder on the loopback address; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
