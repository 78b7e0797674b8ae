"""Giving out the messages that are due, one person at a time, and writing down what became of each.

Nothing here sends. Whoever asks is told where a message goes and what kind it is, never whose it is; where it goes is read in her will
at this moment, so that a contact she took back is written to no more; after a death, only what says so leaves, the rest waits.
Guarantee: G7, G10. Source: docs/decisions/0061, 0067.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from espace_sante.consent.rights import Rights
from espace_sante.keeper.asking import put_next, put_now
from espace_sante.keeper.commit import StartAgain
from espace_sante.keeper.contact_lost import Losing
from espace_sante.keeper.demand import Outgoing, TakenNotices
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.message_body import WAY_OF, Message, open_message
from espace_sante.keeper.rights_body import open_will
from espace_sante.kernel.database import Connection
from espace_sante.vault.keys import SpaceKeys

WAITS, TAKEN, SENT, FAILED, NEEDLESS, RETURNED = range(6)
# After so many failures, the letter. Between two, twice as long as before. Source: docs/decisions/0067.
TRIES_MOST = 3
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
SECONDS_MOST = 3600
OUTCOMES = frozenset({"sent", "later", "away", "refused", "returned"})
MOST = 500
# How long what is said to nobody after a death waits before it is looked at again.
_QUIET = timedelta(days=7)
_AGAIN_MOST = 12


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many failures."""
    return min(_FIRST_PAUSE * (1 << max(tries - 1, 0)), _LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class _Row:
    """One message that was taken, opened."""

    space: UUID
    message_id: UUID
    way: int
    tries: int
    batch: UUID | None
    said: Message


class Sending:
    """Gives out what is due, over its own connection."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], keyring: Keyring, losing: Losing) -> None:
        self._connect = connect
        self._keyring = keyring
        self._losing = losing

    async def take(self, most: int, seconds: int, now: datetime) -> TakenNotices:
        """Return what is due, no more than so many rows; it is not given out again for some seconds."""
        until = now + timedelta(seconds=min(max(seconds, 1), SECONDS_MOST))
        connection = await self._connect()
        try:
            async with connection.transaction():
                rows = await connection.fetch(SQL["take_messages"], now, until, min(max(most, 0), MOST))
                rights = {space: await self._rights(connection, space) for space in {row["space_id"] for row in rows}}
                found = await self._opened(rows)
                quiet = [row for row in found if _is_quiet(row, rights)]
                await _end(connection, quiet, WAITS, now, due=now + _QUIET)
                said = [row for row in found if not _is_quiet(row, rights)]
                over = [row for row in said if not await self._is_asked(connection, row, rights, now)]
                goes, needless = _addressed([row for row in said if row not in over], rights)
                needless += over
                await _end(connection, needless, NEEDLESS, now)
                await _hasten(connection, needless, now)  # the contact is hers no more, or was lost: the letter
                named = [(row.space, row.message_id, batch) for batch, _, group in goes for row in group]
                if named:
                    await connection.execute(SQL["put_batches"], *map(list, zip(*named, strict=True)))
            return TakenNotices(tuple(_outgoing(batch, to, group) for batch, to, group in goes))
        finally:
            await connection.close()

    async def gone(self, number: UUID, outcome: str, now: datetime) -> bool:
        """Write down what became of one message; said twice, it changes nothing. Return whether it is known."""
        connection = await self._connect()
        try:
            for _ in range(_AGAIN_MOST):
                try:
                    return await self._gone(connection, number, outcome, now)
                except StartAgain:  # she, or somebody, did something in her space meanwhile
                    continue
            raise LookupError("her space never stood still")
        finally:
            await connection.close()

    async def _gone(self, connection: Connection, number: UUID, outcome: str, now: datetime) -> bool:
        lost = False
        async with connection.transaction():
            rows = await connection.fetch(SQL["messages_of_batch"], number)
            ended = [row for row in rows if row["state"] in (WAITS, TAKEN)]
            if outcome == "returned":
                ended = [row for row in rows if row["state"] in (WAITS, TAKEN, SENT)]
            if ended:
                lost = await self._ended(connection, ended, outcome, now)
        if lost:
            self._losing.count(now)
        return bool(rows)

    async def _opened(self, rows: Sequence[Record]) -> list[_Row]:
        held = await self._keyring.of(sorted({row["space_id"] for row in rows})) if rows else {}
        return [
            _Row(
                row["space_id"],
                row["message_id"],
                row["way"],
                row["tries"],
                row["batch"],
                open_message(row["sealed"], held[row["space_id"]].space, row["message_id"]),
            )
            for row in sorted(rows, key=lambda one: (one["space_id"], one["message_id"]))
        ]

    async def _is_asked(
        self, connection: Connection, row: _Row, rights: Mapping[UUID, Rights | None], now: datetime
    ) -> bool:
        """Say whether what a message asks is still to be asked, at a number that is still hers; any other asks nothing."""
        if row.said.part and row.said.to != _contact(rights[row.space], row.way):
            return False
        return await put_now(connection, await self._keys(row.space), row.said, now)

    async def _rights(self, connection: Connection, space: UUID) -> Rights | None:
        row = await connection.fetchrow(SQL["rights_of"], space)
        return open_will(row["sealed"], row["version"], await self._keys(space)).rights if row is not None else None

    async def _keys(self, space: UUID) -> SpaceKeys:
        return (await self._keyring.of([space]))[space].space

    async def _ended(self, connection: Connection, rows: Sequence[Record], outcome: str, now: datetime) -> bool:
        """Write it; return whether the contact it went to is used no more from now on."""
        held = (await self._keyring.of([rows[0]["space_id"]]))[rows[0]["space_id"]]
        found = self._opened_rows(rows, held.space)
        tries = max(row.tries for row in found) + 1
        if outcome == "sent":
            await _end(connection, found, SENT, now)
            silent = [(row.space, UUID(hex=row.said.notice)) for row in found if row.said.notice and not row.said.paper]
            await _each(connection, "drop_unprinted", silent)
            for row in found:
                await put_next(connection, held.space, row.said, now)
        elif outcome in ("later", "away") and tries < TRIES_MOST:
            await _end(connection, found, WAITS, now, due=now + pause_after(tries), tries=tries)
        else:
            await _end(connection, found, RETURNED if outcome == "returned" else FAILED, now, tries=tries)
            lost = False
            if outcome != "away":  # our own server's absence says nothing of her mailbox
                said = [row.said for row in found]
                lost = await self._losing.lose(connection, held, WAY_OF[found[0].way], said, now)
            await _hasten(connection, found, now)  # after her head, as every batch does: neither waits for the other
            return lost
        return False

    def _opened_rows(self, rows: Sequence[Record], keys: SpaceKeys) -> list[_Row]:
        return [
            _Row(
                row["space_id"],
                row["message_id"],
                row["way"],
                row["tries"],
                None,
                open_message(row["sealed"], keys, row["message_id"]),
            )
            for row in rows
        ]


def _addressed(
    found: Sequence[_Row], rights: Mapping[UUID, Rights | None]
) -> tuple[list[tuple[UUID, str, list[_Row]]], list[_Row]]:
    """Return the messages with where each goes, those of one person by one way together, and what is not needed any more."""
    groups: dict[tuple[object, ...], list[_Row]] = {}
    needless: list[_Row] = []
    for row in found:
        to = row.said.to or _contact(rights[row.space], row.way)
        if not to:
            needless.append(row)
        elif row.batch is not None:
            groups.setdefault((row.space, row.batch, to), []).append(row)
        else:
            alone = row.message_id if row.said.to else None
            groups.setdefault((row.space, row.way, to, alone), []).append(row)
    return [(group[0].batch or group[0].message_id, str(key[2]), group) for key, group in groups.items()], needless


def _contact(rights: Rights | None, number: int) -> str:
    way = WAY_OF.get(number)
    if rights is None or way is None or not rights.contact.is_proven(way):
        return ""
    point = rights.contact.of(way)
    return point.value if point is not None else ""


def _is_quiet(row: _Row, rights: Mapping[UUID, Rights | None]) -> bool:
    """Say whether a message is kept back: her death is sure, and it says something else."""
    hers = rights[row.space]
    return hers is not None and hers.is_dead and not row.said.death


def _outgoing(batch: UUID, to: str, group: Sequence[_Row]) -> Outgoing:
    kinds = tuple(dict.fromkeys(row.said.kind for row in group if row.said.kind))
    word = next((row.said.word for row in group if row.said.word), "")
    said = group[0].said  # what asks for a yes is alone in its message
    return Outgoing(batch.hex, WAY_OF[group[0].way].value, to, kinds, word, said.part, said.mandate, said.days)


async def _end(
    connection: Connection,
    rows: Sequence[_Row],
    state: int,
    now: datetime,
    *,
    due: datetime | None = None,
    tries: int = 0,
) -> None:
    done = None if state == WAITS else now.date()
    values = [(row.space, row.message_id, state, due or now, tries or row.tries, done) for row in rows]
    await _each(connection, "end_messages", values)


async def _hasten(connection: Connection, rows: Sequence[_Row], now: datetime) -> None:
    letters = [(row.space, UUID(hex=row.said.notice), now.date()) for row in rows if row.said.notice]
    await _each(connection, "hasten_notices", letters)


async def _each(connection: Connection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        await connection.execute(SQL[name], *map(list, zip(*rows, strict=True)))
