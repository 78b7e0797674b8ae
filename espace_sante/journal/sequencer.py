"""The sequencer's process: one in the house holds the seat; it publishes, and asks the cosigners beside.

Whatever fails, it begins again from the rows. When nothing may be signed it stays, says so in the log and in a file that the public
pages show, and looks again every minute: accesses never depend on it. Guarantee: G6. Source: docs/decisions/0038.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import asyncpg

from espace_sante.journal.cosigners import Cosigner, Quorum
from espace_sante.journal.front import Front
from espace_sante.journal.guard import SigningRefused
from espace_sante.journal.healing import Index
from espace_sante.journal.index_store import IndexStore, IndexUnusable
from espace_sante.journal.log_files import Folder
from espace_sante.journal.log_rows import PostgresRows, SeatLost
from espace_sante.journal.publication import Log, LogKeys
from espace_sante.journal.publisher import Parts, Publisher
from espace_sante.journal.tiles import TileRefused
from espace_sante.kernel.database import Connection, queries

KEYS = "journal-keys.json"
INCIDENT = "incident.json"
INDEX = "index.db"
FOLDER = "journal"
ASK_AGAIN_SECONDS = 600
ANSWER_SECONDS = 20
_REFUSED_SECONDS = 60.0
_SQL = queries("espace_sante.journal")
_log = logging.getLogger("espace_sante.sequencer")
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, SeatLost, TileRefused)


@dataclass(frozen=True, slots=True)
class Seat:
    """What the sequencer works with. `public` is the folder that holds what it writes, published or not.

    `keys` is asked for once the database answers, with the origin that signed the last checkpoint, None before the first.
    """

    connect: Callable[[], Awaitable[Connection]]
    public: Path
    keys: Callable[[str | None], LogKeys]
    now: Callable[[], datetime]
    checkpoint_seconds: int
    padding_multiple: int
    cosigners: Sequence[Cosigner] = ()
    quorum: Quorum = field(default_factory=Quorum)
    pause_seconds: float = 1.0


async def run(seat: Seat) -> None:
    """Take the seat and keep it, for ever; a second process waits for it."""
    unusable = 0  # how many times in a row the index failed: once may be a reader that stayed too long
    while True:
        try:
            await _sit(seat, fresh_index=unusable > 1)
            unusable = 0
        except IndexUnusable as fault:
            _log.warning("the index failed: %s", fault)
            unusable += 1
            await asyncio.sleep(seat.pause_seconds)
        except SigningRefused as refused:
            _log.error("nothing is signed any more: %s", refused)
            await asyncio.to_thread(tell_incident, seat.public, refused, seat.now())
            await asyncio.sleep(_REFUSED_SECONDS)
        except _LOST as lost:
            _log.warning("seat lost: %s: %s", type(lost).__name__, lost)
            await asyncio.sleep(seat.pause_seconds)


async def _sit(seat: Seat, *, fresh_index: bool) -> None:
    connection = await seat.connect()
    try:
        await connection.execute(_SQL["take_seat"])
        _log.info("seat taken")
        rows = PostgresRows(connection)
        last = next(iter(await rows.newest(None, 1)), None)
        keys = seat.keys(None if last is None else last.journal.note.decode().partition("\n")[0])
        index = await asyncio.to_thread(open_index, seat.public / INDEX, fresh=fresh_index)
        try:
            await _publish(seat, rows, keys, index)
        finally:
            index.close()
    finally:
        connection.terminate()


async def _publish(seat: Seat, rows: PostgresRows, keys: LogKeys, index: Index) -> None:
    files = Folder(seat.public / FOLDER)
    front = Front(files, keys, seat.now, cosigners=seat.cosigners, quorum=seat.quorum, together=side_by_side)
    publisher = Publisher(
        Parts(rows, files, index, keys, front, seat.now, seat.checkpoint_seconds, seat.padding_multiple)
    )
    await publisher.start()
    await asyncio.to_thread(write_keys, seat.public, keys)  # once they are known to be those that signed
    if front.waits and publisher.last is not None:
        await front.ask(publisher.last)
    (seat.public / INCIDENT).unlink(missing_ok=True)
    moved = asyncio.Event()
    tasks = [asyncio.create_task(_turns(seat, publisher, moved))]
    if front.waits:
        tasks.append(asyncio.create_task(_rounds(publisher, front, moved)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


async def _turns(seat: Seat, publisher: Publisher, moved: asyncio.Event) -> None:
    while True:
        if await publisher.turn():
            moved.set()
        else:
            await asyncio.sleep(seat.pause_seconds)


async def _rounds(publisher: Publisher, front: Front, moved: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(moved.wait(), ASK_AGAIN_SECONDS)
        moved.clear()
        if publisher.last is not None:
            await front.ask(publisher.last)


async def side_by_side(asked: Sequence[Awaitable[None]]) -> None:
    """Ask all at once, each for a bounded time; whoever takes longer has said nothing."""

    async def bounded(one: Awaitable[None]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await one

    await asyncio.gather(*(bounded(one) for one in asked))


def open_index(path: Path, *, fresh: bool = False) -> IndexStore:
    """Open the index for writing, a new one when the file cannot be used: it is made again from the rows."""
    try:
        if fresh:
            raise IndexUnusable("it failed twice")
        store = IndexStore.open(path, writable=True)
    except IndexUnusable as fault:
        _log.warning("the index is made again: %s", fault)
        for one in (path, path.with_name(path.name + "-journal")):
            one.unlink(missing_ok=True)
        store = IndexStore.open(path, writable=True)
    path.chmod(0o640)
    return store


def write_keys(public: Path, keys: LogKeys) -> None:
    """Write the public keys of both logs, for every process of the house."""
    said = {"log": str(keys.public(Log.JOURNAL)), "index": str(keys.public(Log.INDEX))}
    _write(public / KEYS, said)


def tell_incident(public: Path, refused: SigningRefused, at: datetime) -> None:
    """Write why nothing is signed any more, and since when; the first instant stays as long as the cause does."""
    path = public / INCIDENT
    said = {"cause": refused.cause.value, "size": refused.size, "since": at.isoformat(timespec="seconds")}
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
        if before["cause"] == said["cause"]:
            return
    except (OSError, ValueError, KeyError, TypeError):
        pass
    _write(path, said)


def _write(path: Path, said: Mapping[str, object]) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(json.dumps(said) + "\n", encoding="utf-8")
    draft.chmod(0o640)
    draft.replace(path)
