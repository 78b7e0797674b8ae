"""The log of the debate in its database: read once, kept as a tree and a book, written at its end only.

Guarantee: G14. Format: docs/specs/debate.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from espace_sante.debate.book import Book
from espace_sante.debate.events import Event, event_of, leaf_of
from espace_sante.debate.signing import Signer
from espace_sante.journal.merkle import MemoryTree, leaf_hash
from espace_sante.kernel.database import Connection, queries

SQL = queries("espace_sante.debate")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its salt, which together give its commitment."""

    com: str
    salt: bytes
    body: str


@dataclass(slots=True)
class Log:
    """What one process knows of the log: it only ever grows."""

    book: Book = field(default_factory=Book)
    tree: MemoryTree = field(default_factory=MemoryTree)

    def forget(self) -> None:
        """Forget it all, when lines it holds were undone: it is read again."""
        self.book, self.tree = Book(), MemoryTree()

    async def refresh(self, connection: Connection) -> Book:
        """Read what was written since; return the book."""
        for row in await connection.fetch(SQL["leaves"], self.tree.size):
            leaf = bytes(row["leaf"])
            self.book.add(event_of(leaf))
            self.tree.append(leaf_hash(leaf))
        return self.book

    async def append(
        self, connection: Connection, signer: Signer, events: Sequence[Event], texts: Sequence[Text] = ()
    ) -> None:
        """Write events, their texts and the new signed head, inside a transaction of the caller, which holds the lock.

        Raises NotFitting when one does not fit: the caller's transaction is then undone, and this value is thrown away.
        """
        await self.refresh(connection)
        start = self.tree.size
        leaves = [leaf_of(event) for event in events]
        for event, leaf in zip(events, leaves, strict=True):
            self.book.add(event)
            self.tree.append(leaf_hash(leaf))
        await connection.execute(SQL["add_leaves"], start, leaves)
        if texts:
            columns = [one.com for one in texts], [one.salt for one in texts], [one.body for one in texts]
            await connection.execute(SQL["add_texts"], *columns)
        await connection.execute(SQL["set_head"], self.tree.size, signer.head_of(self.tree))
