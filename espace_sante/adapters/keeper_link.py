"""The link to the keeper: demands of one turn of the event loop leave as one message, answers are matched by number.

One connection per keeper; a demand always goes to the same keeper for the same person, so that heads are rarely contended
(correctness does not depend on it). After a loss the link reconnects at the next demand.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem

ANSWER_SECONDS = 30.0


class KeeperLink:
    """Speaks to the keepers whose sockets it is given. Fulfils `keeper.demand.Keeper`."""

    def __init__(self, sockets: Sequence[Path]) -> None:
        self._wires = [_Wire(path) for path in sockets]

    async def ask(self, demand: d.Demand) -> d.Answer:
        """Send a demand and wait for its answer; raises Problem(BUSY) when no answer can come."""
        person = getattr(demand, "person", "")
        if person in ("", "self"):
            person = getattr(demand, "session", b"").hex()
        wire = self._wires[zlib.crc32(person.encode()) % len(self._wires)]
        return await wire.ask(demand)

    async def close(self) -> None:
        """Close every connection."""
        for wire in self._wires:
            wire.close()


class _Wire:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()
        self._outgoing: list[d.Demand] = []
        self._waiting: dict[int, asyncio.Future[d.Answer]] = {}
        self._number = 0
        self._patience: asyncio.TimerHandle | None = None

    async def ask(self, demand: d.Demand) -> d.Answer:
        if self._writer is None or self._writer.is_closing():
            await self._connect()
        self._number += 1
        numbered = msgspec.structs.replace(demand, number=self._number)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[d.Answer] = loop.create_future()
        self._waiting[self._number] = future
        if not self._outgoing:
            loop.call_soon(self._flush)
        self._outgoing.append(numbered)
        try:
            if self._patience is None:
                self._patience = loop.call_later(ANSWER_SECONDS, self._lose_patience, self._number)
            return await future
        except ConnectionError:
            raise Problem(Kind.BUSY, "keeper-busy") from None
        finally:
            self._waiting.pop(numbered.number, None)

    def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
        if self._patience is not None:
            self._patience.cancel()

    async def _connect(self) -> None:
        async with self._connecting:
            if self._writer is not None and not self._writer.is_closing():
                return
            try:
                reader, self._writer = await asyncio.open_unix_connection(str(self._path))
            except OSError:
                raise Problem(Kind.BUSY, "keeper-busy") from None
            self._reading = asyncio.get_running_loop().create_task(self._read(reader, self._writer))

    def _lose_patience(self, oldest: int) -> None:
        """Give up on what was already waiting a whole period ago: one timer for all, rather than one for each."""
        self._patience = None
        self._fail(number for number in self._waiting if number <= oldest)
        if self._waiting:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(ANSWER_SECONDS, self._lose_patience, max(self._waiting))

    def _fail(self, numbers: Iterable[int]) -> None:
        for number in list(numbers):
            future = self._waiting.get(number)
            if future is not None and not future.done():
                future.set_exception(ConnectionError("keeper lost"))

    def _flush(self) -> None:
        if self._writer is not None and not self._writer.is_closing():
            frame = d.ENCODER.encode(self._outgoing)
            self._writer.write(len(frame).to_bytes(4, "big") + frame)
        else:
            self._fail(demand.number for demand in self._outgoing)
        self._outgoing.clear()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(4), "big")
                for answer in d.ANSWERS.decode(await reader.readexactly(size)):
                    future = self._waiting.get(answer.number)
                    if future is not None and not future.done():
                        future.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.MsgspecError):
            writer.close()
            self._fail(self._waiting)
