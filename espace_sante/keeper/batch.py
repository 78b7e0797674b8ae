"""Many demands, one statement: the queue of the keeper and the lanes that empty it.

A lane is one connection to the main database with its own institution's chain, so that no two lanes wait for the same
head. As soon as a lane is free it takes what waits, up to the limit: readings together, changes together, at most one
change per person in a batch and none beside her readings. Correctness never rests on this: the head decides.
Source: docs/decisions/0003.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import msgspec

from espace_sante.journal.entry import ChainBroken
from espace_sante.keeper.behind import read_behind
from espace_sante.keeper.commit import Move, StartAgain, move, write
from espace_sante.keeper.demand import Answer, Failed
from espace_sante.keeper.gather import Gatherer
from espace_sante.keeper.gathered import Pending
from espace_sante.keeper.release import Decided, Decider, is_reading
from espace_sante.keeper.tally import ENTRY, FAILED, LINES, NOTICES_DUE, NOTICES_WRITTEN, UNKNOWN, Tally
from espace_sante.kernel.database import Connection
from espace_sante.vault.envelope import SealBroken

MOST_TRIES = 12
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection cut in the middle of an exchange
    ConnectionError,
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
_AGAIN = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError, StartAgain)
_log = logging.getLogger("espace_sante.keeper")


@dataclass(slots=True)
class Waiting:
    """One demand in the queue, and where its answer goes."""

    pending: Pending
    answer: Callable[[Answer], None]
    alone: bool = False


class Queue:
    """Demands waiting, and whose space is in flight on another lane."""

    def __init__(self, batch_max: int) -> None:
        self._waiting: deque[Waiting] = deque()
        self._busy: set[str] = set()
        self._batch_max = batch_max
        self._some = asyncio.Event()

    def put(self, waiting: Waiting, *, first: bool = False) -> None:
        """Add a demand, at the front when it has to start again."""
        (self._waiting.appendleft if first else self._waiting.append)(waiting)
        self._some.set()

    async def take(self) -> list[Waiting]:
        """Wait for work and return the next batch: of one kind, no person twice when it changes."""
        while True:
            await self._some.wait()
            batch = self._cut()
            if batch:
                return batch
            self._some.clear()

    def done(self, batch: Sequence[Waiting]) -> None:
        """Say that a batch is no more in flight."""
        self._busy.difference_update(_whose(w) for w in batch)
        if self._waiting:
            self._some.set()

    def __len__(self) -> int:
        return len(self._waiting)

    def _cut(self) -> list[Waiting]:
        batch: list[Waiting] = []
        left: deque[Waiting] = deque()
        passed: set[str] = set()
        taken: set[str] = set()
        reading: bool | None = None
        while self._waiting and len(batch) < self._batch_max:
            one = self._waiting.popleft()
            whose, kind = _whose(one), is_reading(one.pending)
            fits = reading is None or (kind == reading and not one.alone)
            if not fits or whose in self._busy or whose in passed or (not kind and whose in taken):
                left.append(one)
                passed.add(whose)  # never overtake an earlier demand about the same person
                continue
            batch.append(one)
            taken.add(whose)
            reading = kind
            if one.alone:
                break
        left.extend(self._waiting)
        self._waiting = left
        self._busy |= taken
        return batch


def _whose(waiting: Waiting) -> str:
    ask = waiting.pending.ask
    return f"self:{waiting.pending.session.account}" if ask.person == "self" else ask.person or f"#{ask.number}"


class Lane:
    """One connection that serves batches, for ever, reconnecting when the database comes back."""

    def __init__(
        self,
        queue: Queue,
        connect: Callable[[], Awaitable[Connection]],
        gatherer: Gatherer,
        decider: Decider,
        institution: UUID,
        after: Callable[[Decided], None],
        tally: Tally | None = None,
    ) -> None:
        self._tally = tally or Tally()
        self._queue = queue
        self._connect = connect
        self._gatherer = gatherer
        self._decider = decider
        self._institution = institution
        self._after = after
        self._connection: Connection | None = None

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            batch = await self._queue.take()
            try:
                await self._serve(batch)
            finally:
                self._queue.done(batch)

    async def _serve(self, batch: list[Waiting]) -> None:
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
            await self._attempt(self._connection, batch)
        except _LOST as lost:
            # Unknown outcome is treated as not released: nothing leaves, the caller asks again with its key.
            _log.warning("database lost: %s", type(lost).__name__)
            self._tally.add(UNKNOWN)
            await self._drop_connection()
            self._fail(batch, "busy")
        except _AGAIN as again:
            _log.info("batch starts again: %s", type(again).__name__)
            self._again(batch, alone=True)
        except (asyncpg.PostgresError, SealBroken, LookupError, ValueError, msgspec.MsgspecError) as fault:
            if len(batch) == 1:
                _log.error("demand failed: %s", type(fault).__name__)
                self._fail(batch, "internal")
            else:  # one bad demand never fails the others
                self._again(batch, alone=True)

    async def _attempt(self, connection: Connection, batch: list[Waiting]) -> None:
        pending = [w.pending for w in batch]
        facts = await self._gatherer.gather(connection, pending, self._institution)
        await read_behind(connection, pending, facts, self._decider.permitted(pending, facts))
        decided, chains = self._decider.decide(pending, facts)
        moves = [chain.as_move() for chain in chains]
        if is_reading(pending[0]):
            moved = await move(connection, moves)
        else:
            moved = await self._change(connection, decided, moves)
        self._count(decided, moves, moved)
        for waiting, one in zip(batch, decided, strict=True):
            if one.gathered.chain not in moved:
                self._again([waiting], alone=False)
                continue
            waiting.answer(self._released(one))
            self._after(one)

    async def _change(self, connection: Connection, decided: Sequence[Decided], moves: Sequence[Move]) -> set[UUID]:
        """Move the heads and write the effects of those that moved, in one transaction."""
        for one in decided:  # two databases are never one transaction: the blob first, an orphan if the rest fails
            if one.effect is not None and one.effect.change.new_space is not None:
                await self._gatherer.keep_keys(one.effect.change.new_space.keys, one.effect.day)
        async with connection.transaction():
            moved = await move(connection, moves)
            effects = [d.effect for d in decided if d.effect is not None and d.gathered.chain in moved]
            written = await write(connection, effects)
        self._tally.add(NOTICES_DUE, number=sum(effect.change.notices_due for effect in effects))
        self._tally.add(NOTICES_WRITTEN, number=written)
        self._tally.add(LINES, number=sum(effect.change.new_space is not None for effect in effects))
        return moved

    def _count(self, decided: Sequence[Decided], moves: Sequence[Move], moved: set[UUID]) -> None:
        """Count the lines that are committed, and whose they are, before anything is answered."""
        self._tally.add(LINES, number=sum(len(one.entries) for one in moves if one.space in moved))
        for one in decided:
            if one.gathered.chain in moved:
                self._tally.add(ENTRY, one.pending.ask.act)

    def _again(self, batch: Sequence[Waiting], *, alone: bool) -> None:
        for waiting in reversed(batch):
            waiting.pending.tries += 1
            if waiting.pending.tries > MOST_TRIES:
                self._fail([waiting], "busy")
            else:
                waiting.alone = alone
                self._queue.put(waiting, first=True)

    def _fail(self, batch: Sequence[Waiting], code: str) -> None:
        for waiting in batch:
            waiting.answer(Failed(waiting.pending.ask.number, code))

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            connection.terminate()

    def _released(self, decided: Decided) -> Answer:
        """Return what is said after the commit; what does not open any more fails alone, its entry standing."""
        try:
            return decided.answer()
        except (SealBroken, ChainBroken, msgspec.MsgspecError, LookupError, ValueError) as fault:
            _log.error("release failed: %s", type(fault).__name__)
            self._tally.add(FAILED, decided.pending.ask.act)
            return Failed(decided.pending.ask.number, "internal")
