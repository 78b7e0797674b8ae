"""What a mirror says besides holding every leaf: no tag is there twice, and every index root is that of the leaves.

    tags.sqlite   the tags of the leaves, in the form of the log's own index; made again from the leaves when it is lost
    checked       how many leaves of the index log were recomputed and are right

Both lie in the folders of the logs they are about.
"""

from __future__ import annotations

import logging
import tempfile
from itertools import islice
from pathlib import Path

from espace_sante.journal.index import IndexLeaf, TagTwice, read_index_leaf
from espace_sante.journal.index_store import IndexMoved, IndexStore
from espace_sante.journal.tiles import read_leaf
from espace_sante.witness.alarm import Fault
from espace_sante.witness.copying import Copy, Wrong
from espace_sante.witness.durable import write_whole

TAGS_AT_ONCE = 4_096
_log = logging.getLogger("espace_sante.witness")


class NotYet(Exception):
    """An index leaf speaks of journal leaves that are not held yet."""


class Checker:
    """Grows an index of its own from the held leaves of the journal, and compares. For one thread."""

    def __init__(self, journal: Copy, index: Copy, store: IndexStore, done: Path | None) -> None:
        self._journal = journal
        self._index = index
        self._store = store
        self._done = done
        self.checked = self._read_done()
        self.tags = store.size

    def check_tags(self, size: int) -> None:
        """Check that no tag is twice among the first leaves of the journal. Raises Wrong."""
        while self.tags < size:
            until = min(size, self.tags + TAGS_AT_ONCE)
            self._added(self._store, self.tags, until)
            self.tags = until

    def check_index(self, count: int) -> None:
        """Check the first leaves of the index log. Raises Wrong, and NotYet when the journal is not held that far."""
        leaves = islice(self._index.leaves(self.checked, count), max(count - self.checked, 0))
        for number, leaf in enumerate(leaves, self.checked):
            self._check(read_index_leaf(leaf), number)
            self.checked = number + 1
            if self.checked % 1_000 == 0:
                _log.info("index : %d états vérifiés sur %d", self.checked, count)
                self._write_done()
        self._write_done()

    def _check(self, leaf: IndexLeaf, number: int) -> None:
        if leaf.size > self._journal.size:
            raise NotYet
        if leaf.root != self._journal.root_at(leaf.size):
            raise Wrong(
                Fault.INDEX, f"état {number} : la racine du journal à {leaf.size} n'est pas la bonne", settled=True
            )
        if leaf.index_root != self._index_root(leaf.size):
            raise Wrong(Fault.INDEX, f"état {number} : l'index de {leaf.size} lignes n'est pas le bon", settled=True)

    def _index_root(self, size: int) -> bytes:
        """Return the root of the index over the first leaves of the journal."""
        self.check_tags(size)
        if self._store.size == size:
            return self._store.root
        try:
            return self._store.view(size, lambda now: self._tags(size, now)).root
        except IndexMoved:  # it was cut in more buckets since
            return self._from_nothing(size)

    def _from_nothing(self, size: int) -> bytes:
        with tempfile.TemporaryDirectory(dir=self._journal.log.folder) as folder:
            store = IndexStore.open(Path(folder) / "tags.sqlite", writable=True)
            try:
                for begin in range(0, size, TAGS_AT_ONCE):
                    self._added(store, begin, min(size, begin + TAGS_AT_ONCE))
                return store.root
            finally:
                store.close()

    def _added(self, store: IndexStore, begin: int, end: int) -> None:
        try:
            store.grown(self._tags(begin, end))
        except TagTwice:
            raise Wrong(Fault.TWICE, f"entre les lignes {begin} et {end - 1}, ou déjà avant", settled=True) from None
        store.commit()

    def _tags(self, begin: int, end: int) -> list[bytes]:
        return [read_leaf(leaf)[0] for leaf in self._journal.leaves(begin, end)]

    def _read_done(self) -> int:
        if self._done is None or not self._done.exists():
            return 0
        content = self._done.read_text(encoding="ascii").strip()
        return min(int(content), self._index.size) if content.isdecimal() else 0

    def _write_done(self) -> None:
        if self._done is not None:
            write_whole(self._done, b"%d\n" % self.checked)
