"""`make bench`: one row per operation at 32 connections, CPU of every process, and the floor in the same run; then the
keeper's release of keys alone at 1, 8 and 32.

SECONDS= shortens a run and says `sample`. The house is a new one in a folder of its own, removed at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import sys
from collections.abc import Callable

import asyncpg

from bench import cda, cpu, floor, journal, load, release, requests, resources, seed
from bench.house import running
from espace_sante.assembly import frame_of, keeper_link
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments

# How many spaces are searched, and how many resources the largest holds.
SEARCHED, WHOLE = 50, 1000
# How many resources a transaction of the row `import` has.
TOGETHER = 100
_HEAD = f"{'operation':<22} {'conn':>4} {'CPU-s/1000':>10} {'web':>6} {'keeper':>6} {'pg':>6} " + (
    f"{'req/s':>7} {'p50 ms':>7} {'p99 ms':>7} {'entries':>8}"
)


def main() -> int:
    """Start a house, fill it, measure, print, stop it."""
    parser = argparse.ArgumentParser(description="Mesures : CPU, débit, latence, entrées au journal.")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS") or 5))
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--connections", default="32")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with running() as house:
        code = asyncio.run(_measure(house.settings, house.pid, house.port, options))
    if not options.only or "cda" in options.only.split(","):
        cda.rows()
    if not options.only or "journal" in options.only.split(","):
        journal.rows(journal.MILLION if options.seconds >= 5 else journal.MILLION // 10)
    return code


async def _measure(settings: Settings, pid: int, port: int, options: argparse.Namespace) -> int:
    frame = frame_of(settings, keeper_link(settings))
    token, people = await seed.seed(frame, settings.home, people=options.people, documents=10)
    _, (big,) = await seed.seed(frame, settings.home, people=1, documents=500, first=999_000)
    sender = await seed.practitioner(frame, seed.Signer(settings.home), seed.SENDER)
    searched, whole = people[:SEARCHED], people[-1]
    await resources.fill(frame, sender, searched, each=20)
    await resources.fill(frame, sender, [whole], each=WHOLE)
    sample = " sample" if options.seconds < 5 or options.people < 200 else ""
    print(
        f"{options.people} espaces de 10 documents, un de 500 ; lot {settings.batch_max}, {settings.web_processes} web, "
        f"{settings.keepers} gardien ; {len(searched)} de 20 ressources, un de {WHOLE} ; le séquenceur publie pendant ce temps{sample}"
    )
    print(_HEAD)
    operations = _operations(token, people, big) | _of_resources(token, searched, whole)
    operations |= _of_writings(token, people[SEARCHED:-1] or people)
    for connections in [int(c) for c in options.connections.split(",")]:
        for name, make in operations.items():
            if not options.only or name in options.only.split(","):
                await _row(name, make, settings, pid, port, connections, options.seconds)
        await _floor(settings, pid, connections, options.seconds)
    if not options.only or "release" in options.only.split(","):
        await release.rows(frame, pid, token, people, options.seconds)
    memory = cpu.memory_megabytes(pid)
    print(
        "mémoire (PSS, Mo) : "
        + ", ".join(f"{k} {v:.0f}" for k, v in sorted(memory.items()))
        + f", total {sum(memory.values()):.0f}"
    )
    await frame.keeper.close()  # type: ignore[attr-defined]  # a KeeperLink
    return 0


def _operations(token: str, people: list[seed.Seeded], big: seed.Seeded) -> dict[str, Callable[[int], bytes]]:
    documents = [d for p in people for d in p.documents]
    stride = 7919  # a prime: neighbours in time are not neighbours in space

    def read(n: int) -> bytes:
        return requests.get(f"/fhir/DocumentReference/{documents[n * stride % len(documents)]}", token)

    def fetch(n: int) -> bytes:
        return requests.get(f"/fhir/Binary/{people[n * stride % len(people)].documents[-1]}", token)

    def listing(n: int) -> bytes:
        return requests.get(f"/fhir/DocumentReference?patient={big.person}", token)

    def listing_200(n: int) -> bytes:
        return requests.get(f"/fhir/DocumentReference?patient={big.person}&_count=200", token)

    content = base64.b64encode(os.urandom(37_500)).decode()  # 50 kB of text

    def deposit(n: int) -> bytes:
        person = people[n % len(people)].person
        return requests.deposit(person, token, content, f"b{n}")

    return {"read": read, "deposit": deposit, "fetch": fetch, "list": listing, "list (page of 200)": listing_200}


def _of_resources(token: str, searched: list[seed.Seeded], whole: seed.Seeded) -> dict[str, Callable[[int], bytes]]:
    def search(n: int) -> bytes:
        code = resources.CODES[n % len(resources.CODES)]
        return requests.get(f"/fhir/Observation?patient={searched[n % len(searched)].person}&code={code}", token)

    def search_in_many(n: int) -> bytes:
        code = resources.CODES[n % len(resources.CODES)]
        return requests.get(f"/fhir/Observation?patient={whole.person}&code={code}&_count=20", token)

    def everything(n: int) -> bytes:
        return requests.get(f"/fhir/Patient/{whole.person}/$everything?_type=Observation", token)

    return {"search": search, f"search (of {WHOLE})": search_in_many, f"everything ({WHOLE})": everything}


def _of_writings(token: str, people: list[seed.Seeded]) -> dict[str, Callable[[int], bytes]]:
    """Return the writing of many resources together: last, since the records it is asked of grow."""
    together = [
        requests.transaction(token, [resources.observation(one.person, number) for number in range(TOGETHER)])
        for one in people
    ]
    return {f"import ({TOGETHER})": lambda n: together[n % len(together)]}


async def _entries(settings: Settings) -> int:
    connection = await asyncpg.connect(**connection_arguments(settings, "es_keeper"))
    found = await connection.fetchval("SELECT sum(n) FROM journal.head")
    await connection.close()
    return int(found)


async def _row(
    name: str, make: Callable[[int], bytes], settings: Settings, pid: int, port: int, connections: int, seconds: float
) -> None:
    await load.run(port, make, connections=connections, seconds=min(1.0, seconds))
    entries, before = await _entries(settings), cpu.seconds(pid)
    offset = 10**6
    result = await load.run(port, lambda n: make(n + offset), connections=connections, seconds=seconds)
    after, added = cpu.seconds(pid), await _entries(settings) - entries
    count = len(result.latencies)
    spent = {k: (after.get(k, 0) - before.get(k, 0)) * 1000 / count for k in ("web", "keeper", "postgres")}
    total = sum((after[k] - before.get(k, 0)) for k in after) * 1000 / count
    wrong = {s: c for s, c in result.statuses.items() if s not in (200, 201)}
    print(
        f"{name:<22} {connections:>4} {total:>10.3f} {spent['web']:>6.3f} {spent['keeper']:>6.3f} {spent['postgres']:>6.3f} "
        f"{count / result.wall:>7.0f} {result.percentile(0.5):>7.1f} {result.percentile(0.99):>7.1f} {added:>8}"
        + (f"  REFUS {wrong}" if wrong else "")
    )


async def _floor(settings: Settings, pid: int, connections: int, seconds: float) -> None:
    arguments = connection_arguments(settings, "es_keeper")
    wanted = await floor.keys(arguments, 2000)
    before = cpu.seconds(pid)
    done, own = await floor.run(arguments, wanted, clients=connections, seconds=seconds)
    postgres = cpu.seconds(pid).get("postgres", 0) - before.get("postgres", 0)
    print(
        f"{'(plancher : select)':<22} {connections:>4} {(own + postgres) * 1000 / done:>10.3f} {own * 1000 / done:>6.3f} {'':>6} "
        f"{postgres * 1000 / done:>6.3f} {done / seconds:>7.0f}"
    )


if __name__ == "__main__":
    sys.exit(main())
