"""`make load`: a load that does not wait for its answers, at multiples of the national means of deposits and of human readings.

Arrivals are drawn from a seed (a Poisson process); a request that finds every connection taken waits, and its wait counts.
At the end of each step every confirmed deposit is asked for again: what does not come back is lost. The last line is that of
the highest multiple whose 99th centile holds, or of the first one when none does. Source: TARGETS, 13.3 deposits and 43 human
readings a second; documents of 50 kB.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import random
import sys
import time
from dataclasses import dataclass, field

from bench import cpu, requests, seed
from bench.house import Running, running
from espace_sante.assembly import frame_of, keeper_link

DEPOSITS_PER_SECOND, READINGS_PER_SECOND = 13.3, 43.0
MOST_MS = 250.0
CONNECTIONS = 64


@dataclass
class Step:
    """What one multiple gave: latencies in milliseconds from the drawn instant, errors, the documents confirmed."""

    multiple: float
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    lost: int = 0
    confirmed: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return a percentile of the latencies."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    @property
    def holds(self) -> bool:
        """Say whether the target is met, with nothing in error and nothing lost."""
        return self.percentile(0.99) <= MOST_MS and not self.errors and not self.lost


class Connections:
    """Connections kept open, lent one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request over the first free connection; return status and body."""
        held = await self._free.get()
        try:
            reader, writer = held or await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(request)
            answer = await _answer(reader)
            held = (reader, writer)
            return answer
        except (OSError, asyncio.IncompleteReadError):
            held = None
            return 0, b""
        finally:
            self._free.put_nowait(held)

    async def close(self) -> None:
        """Close them all."""
        while not self._free.empty():
            held = self._free.get_nowait()
            if held is not None:
                held[1].close()


def main() -> int:
    """Start a house, fill it, load it step by step, stop it."""
    parser = argparse.ArgumentParser(
        description="Charge : arrivées au hasard, à des multiples de la moyenne nationale."
    )
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS") or 60))
    parser.add_argument("--multiples", default=os.environ.get("MULTIPLES") or "1,2,4,6,8")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with running() as house:
        steps = asyncio.run(_steps(house, options))
    best = [step for step in steps if step.holds][-1:] or steps[:1]
    sample = " sample" if options.seconds < 60 or options.people < 200 else ""
    print(
        f"p99 {best[0].percentile(0.99):.1f} ms, {best[0].errors} errors, {best[0].lost} lost, "
        f"multiple {best[0].multiple:g}{sample}"
    )
    return 0 if best[0].holds else 1


async def _steps(house: Running, options: argparse.Namespace) -> list[Step]:
    frame = frame_of(house.settings, keeper_link(house.settings))
    token, people = await seed.seed(frame, house.settings.home, people=options.people, documents=10)
    drawn = random.Random(options.seed)
    print(
        f"graine {options.seed} ; {options.people} espaces ; {house.settings.web_processes} web, "
        f"{house.settings.keepers} gardien, lot {house.settings.batch_max}"
    )
    found = []
    for multiple in [float(text) for text in options.multiples.split(",")]:
        before = cpu.seconds(house.pid)
        step = await _step(house, token, people, multiple, options.seconds, drawn)
        spent = sum(cpu.seconds(house.pid).values()) - sum(before.values())
        found.append(step)
        print(
            f"multiple {multiple:g} : {len(step.latencies)} demandes, p50 {step.percentile(0.5):.1f} ms, "
            f"p99 {step.percentile(0.99):.1f} ms, {step.errors} erreurs, {step.lost} perdus, {spent:.1f} CPU-s",
            flush=True,
        )
        if not step.holds:
            break
    await frame.keeper.close()  # type: ignore[attr-defined]  # a KeeperLink
    return found


async def _step(
    house: Running, token: str, people: list[seed.Seeded], multiple: float, seconds: float, drawn: random.Random
) -> Step:
    step = Step(multiple)
    connections = Connections(house.port)
    content = base64.b64encode(drawn.randbytes(37_500)).decode()
    documents = [document for person in people for document in person.documents]
    tasks = []
    began = time.perf_counter()
    for at, deposits in _arrivals(multiple, seconds, drawn):
        await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
        if deposits:
            key = f"load-{multiple:g}-{len(tasks)}"
            request = requests.deposit(drawn.choice(people).person, token, content, key)
        else:
            request = requests.get(f"/fhir/DocumentReference/{drawn.choice(documents)}", token)
        tasks.append(asyncio.create_task(_one(connections, request, began + at, step, deposits=deposits)))
    await asyncio.gather(*tasks)
    for document in step.confirmed:
        status, _ = await connections.ask(requests.get(f"/fhir/Binary/{document}", token))
        step.lost += status != 200
    await connections.close()
    return step


def _arrivals(multiple: float, seconds: float, drawn: random.Random) -> list[tuple[float, bool]]:
    """Return the instants of the requests and which of them are deposits."""
    found = []
    for rate, deposits in ((DEPOSITS_PER_SECOND, True), (READINGS_PER_SECOND, False)):
        at = drawn.expovariate(rate * multiple)
        while at < seconds:
            found.append((at, deposits))
            at += drawn.expovariate(rate * multiple)
    return sorted(found)


async def _one(connections: Connections, request: bytes, due: float, step: Step, *, deposits: bool) -> None:
    status, body = await connections.ask(request)
    step.latencies.append((time.perf_counter() - due) * 1000)
    if status not in (200, 201):
        step.errors += 1
    elif deposits:
        step.confirmed.append(json.loads(body)["id"])


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 : head.index(b"\r\n", at)]) if at >= 0 else 0
    return int(head[9:12]), await reader.readexactly(length)


if __name__ == "__main__":
    sys.exit(main())
