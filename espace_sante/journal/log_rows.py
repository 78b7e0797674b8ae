"""The rows of the log, as the sequencer reads and writes them: what is published is a function of these and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from espace_sante.journal.publication import Batch, Head, Log, Publication, Waiting
from espace_sante.kernel.database import Connection, queries

NODE = 0  # the one cluster of entries there is today
_SQL = queries("espace_sante.journal")


class SeatLost(Exception):
    """Somebody else has moved the cursor: there are two sequencers, and this one stops."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last entry taken, and the last one that a restored backup held (0: never restored)."""

    cursor: int
    restored_through: int


class Rows(Protocol):
    """What the sequencer asks of the database. Each call is one transaction."""

    async def position(self) -> Position:
        """Return where the sequencer stands."""
        ...

    async def newest_entry(self) -> int:
        """Return the number of the newest entry that is visible, 0 when there is none."""
        ...

    async def fence(self) -> int:
        """Return a transaction number: every entry numbered before was so by a transaction with a smaller one."""
        ...

    async def is_passed(self, fence: int) -> bool:
        """Say whether every transaction of a smaller number has ended."""
        ...

    async def waiting(self, after: int, through: int, limit: int) -> list[Waiting]:
        """Return the entries numbered above `after` up to `through`, in order."""
        ...

    async def publish(self, taken: tuple[int, int], batch: Batch, publication: Publication) -> None:
        """Write the leaves, the checkpoints and the cursor, from its place to the next; all or nothing.

        Raises SeatLost when the cursor was not at its place.
        """
        ...

    async def newest(self, below: int | None, limit: int) -> list[Publication]:
        """Return the newest publications of fewer than `below` leaves (None: all), the newest first."""
        ...

    async def following(self, above: int, limit: int) -> list[Publication]:
        """Return the publications of more than `above` leaves, the oldest first."""
        ...

    async def publication(self, log: Log, size: int) -> Publication | None:
        """Return the publication at which a log had this size, if there is one."""
        ...

    async def leaves(self, start: int, end: int) -> list[tuple[bytes, bytes]]:
        """Return the tags and commitments of leaves `start` to `end` − 1."""
        ...

    async def padded_day(self, before: date) -> tuple[date, int] | None:
        """Return the last day before another on which something was published, and the number of its dummies."""
        ...


class PostgresRows:
    """The rows in PostgreSQL, through the one connection that holds the seat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def position(self) -> Position:
        """Return where the sequencer stands."""
        await self._connection.execute(_SQL["first_state"], NODE)
        row = await self._connection.fetchrow(_SQL["state"], NODE)
        assert row is not None  # put there one line above
        return Position(row["cursor"], row["restored_through"])

    async def newest_entry(self) -> int:
        """Return the number of the newest entry that is visible, 0 when there is none."""
        return int(await self._connection.fetchval(_SQL["newest_entry"]) or 0)

    async def fence(self) -> int:
        """Return a transaction number, drawn now."""
        return int(await self._connection.fetchval(_SQL["fence"]))

    async def is_passed(self, fence: int) -> bool:
        """Say whether every transaction of a smaller number has ended."""
        return int(await self._connection.fetchval(_SQL["oldest_running"])) >= fence

    async def waiting(self, after: int, through: int, limit: int) -> list[Waiting]:
        """Return the entries numbered above `after` up to `through`, in order."""
        rows = await self._connection.fetch(_SQL["waiting"], after, through, limit)
        return [Waiting(row["id"], row["tag"], row["com"]) for row in rows]

    async def publish(self, taken: tuple[int, int], batch: Batch, publication: Publication) -> None:
        """Write the leaves, the checkpoints and the cursor; all or nothing. Raises SeatLost."""
        first = publication.size - len(batch.leaves)
        async with self._connection.transaction():
            if await self._connection.fetchval(_SQL["move_cursor"], NODE, *taken) is None:
                raise SeatLost
            await self._connection.execute(
                _SQL["put_leaves"],
                list(range(first, publication.size)),
                NODE,
                [leaf.entry_id for leaf in batch.leaves],
                [leaf.tag + leaf.com if leaf.entry_id is None else None for leaf in batch.leaves],
            )
            await self._connection.execute(
                _SQL["put_checkpoint"],
                *(publication.journal.size, publication.journal.root, publication.journal.note),
                *(publication.index.size, publication.index.root, publication.index.note),
                publication.index_leaf,
                publication.at,
                publication.day,
                publication.dummies,
            )

    async def newest(self, below: int | None, limit: int) -> list[Publication]:
        """Return the newest publications of fewer than `below` leaves, the newest first."""
        return [_publication(row) for row in await self._connection.fetch(_SQL["newest"], below, limit)]

    async def following(self, above: int, limit: int) -> list[Publication]:
        """Return the publications of more than `above` leaves, the oldest first."""
        return [_publication(row) for row in await self._connection.fetch(_SQL["following"], above, limit)]

    async def publication(self, log: Log, size: int) -> Publication | None:
        """Return the publication at which a log had this size, if there is one."""
        name = "of_size" if log is Log.JOURNAL else "of_index_size"
        row = await self._connection.fetchrow(_SQL[name], size)
        return None if row is None else _publication(row)

    async def leaves(self, start: int, end: int) -> list[tuple[bytes, bytes]]:
        """Return the tags and commitments of leaves `start` to `end` − 1."""
        rows = await self._connection.fetch(_SQL["leaves"], start, end)
        return [(row["tag"], row["com"]) for row in rows]

    async def padded_day(self, before: date) -> tuple[date, int] | None:
        """Return the last day before another on which something was published, and the number of its dummies."""
        row = await self._connection.fetchrow(_SQL["padded_day"], before)
        return None if row is None else (row["day"], row["dummies"])


def _publication(row: Any) -> Publication:
    return Publication(
        Head(row["size"], row["root"], row["note"]),
        Head(row["index_size"], row["index_root"], row["index_note"]),
        *(row[name] for name in ("index_leaf", "at", "day", "dummies")),
    )
