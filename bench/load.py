"""A closed-loop HTTP generator on loopback: so many connections, each waiting for its answer before it asks again.

Its own CPU is not counted with the house's. Bounded in time and count; it stops by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Result:
    """What a run measured: latencies in seconds, answers by status."""

    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    wall: float = 0.0

    def percentile(self, share: float) -> float:
        """Return a percentile of the latencies, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


async def run(port: int, make: Callable[[int], bytes], *, connections: int, seconds: float) -> Result:
    """Send requests made by `make(number)` for so long over so many connections."""
    result = Result()
    began = time.perf_counter()
    end = began + seconds
    numbers = iter(range(10**9))
    await asyncio.gather(*[_client(port, make, numbers, end, result) for _ in range(connections)])
    result.wall = time.perf_counter() - began
    return result


async def _client(port: int, make: Callable[[int], bytes], numbers: object, end: float, result: Result) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < end:
            began = time.perf_counter()
            writer.write(make(next(numbers)))  # type: ignore[call-overload]  # an iterator of int
            status = await _answer(reader)
            result.latencies.append(time.perf_counter() - began)
            result.statuses[status] = result.statuses.get(status, 0) + 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    if at >= 0:
        length = int(lowered[at + 15 : lowered.index(b"\r\n", at)])
        await reader.readexactly(length)
    elif b"transfer-encoding: chunked" in lowered:
        while size := int((await reader.readline()).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return status
