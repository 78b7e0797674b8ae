"""kill -9 of web, keepers and PostgreSQL at random instants under load, then everything counted and opened again.

Each client owns one person; every change carries an idempotency key and is asked again with it until it is answered, as a
caller does. At the end each acknowledged thing must be there once, and nothing by halves.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.registry import REGISTRY
from espace_sante.adapters.previewer import Previewer
from espace_sante.journal.entry import reference
from espace_sante.keeper import demand as d
from espace_sante.keeper.sessions import token_hash
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Settings, load_settings
from tests import served
from tests.fixtures_database import NO_CEILING
from tests.house import House
from tests.inside import chains, documents_named, rows
from tests.needs import ROOT
from tests.people import DIALLO, invite_more, reach

T = TypeVar("T")
CLIENTS = 12
PROGRAM = """
import os, sys
from espace_sante.kernel.settings import load_settings
from espace_sante.operate.supervisor import supervise
sys.exit(supervise(load_settings(os.environ)))
"""


@dataclass
class Outcome:
    """What a campaign saw; `faults` must be empty."""

    cycles: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    unavailable: int = 0
    recoveries: list[tuple[float, str]] = field(default_factory=list)
    entries: int = 0
    stored: int = 0
    lone_files: int = 0
    lone_keys: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the closing line."""
        told = ", ".join(f"{n} {what}" for what, n in sorted(self.acknowledged.items()))
        killed = ", ".join(f"{n} {what}" for what, n in sorted(self.kills.items()))
        worst, whose = max(self.recoveries, default=(0.0, "-"))
        middle = sorted(self.recoveries)[len(self.recoveries) // 2][0] if self.recoveries else 0.0
        return (
            f"{self.cycles} cycles ({killed}); acknowledged: {told}; {self.repeated} asked again, of which {self.unavailable} after a 503; "
            f"{self.entries} entries recomputed, {self.stored} documents read back; "
            f"ready again after {middle:.1f} s (median), {worst:.1f} s (longest, {whose}); "
            f"{self.lone_files} files and {self.lone_keys} keys without a row, for the sweep; "
            f"{len(self.faults)} faults, {self.seconds:.0f} s"
        )


@contextmanager
def supervised(home: Path) -> Iterator[Settings]:
    """Run a real house, every process of it; without a limit of uploads, which a load would meet."""
    environ = {key: value for key, value in os.environ.items() if key in ("PATH", "ESPACE_SANTE_POSTGRES_BIN")}
    environ |= {"ESPACE_SANTE_HOME": str(home), "ESPACE_SANTE_PORT": "0", "ESPACE_SANTE_KEEPERS": "2"}
    environ |= {"PYTHONPATH": str(ROOT), "ESPACE_SANTE_UPLOADS_PER_MINUTE": "1000000", **NO_CEILING}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/"
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        assert line.startswith("ready "), process.stderr.read()
        port = line.strip().rpartition(":")[2]
        yield load_settings({"ESPACE_SANTE_HOME": str(home), "ESPACE_SANTE_KEEPERS": "2", "ESPACE_SANTE_PORT": port})
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@dataclass
class Client:
    """One person's software and her professional's: what was acknowledged to them."""

    session: bytes
    hers: served.Client
    his: served.Client
    person: str
    documents: dict[str, bytes] = field(default_factory=dict)
    entries: set[str] = field(default_factory=set)


class Campaign:
    """Load, kills, and the final count."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings = settings
        self.house: House = reach(settings)
        self.draw = random.Random(seed)
        self.outcome = Outcome()
        self.stopping = False

    async def run(self, cycles: int, until: float) -> Outcome:
        """Kill `cycles` times, or until a monotonic instant; then count everything."""
        began = time.monotonic()
        words = invite_more(self.house, CLIENTS)
        clients = [await self.patient(lambda word=word: self.client(word)) for word in words]  # type: ignore[misc]  # each its own word
        load = [asyncio.create_task(self.work(client)) for client in clients]
        while self.outcome.cycles < cycles and time.monotonic() < until:
            await asyncio.sleep(0.2 + self.draw.random() * 0.8)
            victim = self.kill()
            stopped = time.monotonic()
            await self.patient(self.probe)
            self.outcome.recoveries.append((time.monotonic() - stopped, victim))
            self.outcome.cycles += 1
        self.stopping = True
        await asyncio.gather(*load)
        try:
            await self.count(clients)
        finally:
            await self.house.link.close()
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def kill(self) -> str:
        """Kill one process of the house, or a whole PostgreSQL, by the ids its supervisor wrote."""
        pids: dict[str, int] = json.loads((self.settings.home / "run/instance.json").read_text())["pids"]
        victims = [name for name in pids if name != "supervisor"]
        name = self.draw.choice(victims)
        self.outcome.kills[name.partition("-")[0] if name.startswith("keeper") or name.startswith("web") else name] += 1
        doomed = [pids[name]]
        if name.startswith("pg-") and self.draw.random() < 0.5:
            doomed += children(pids[name])
        for pid in doomed:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return name + (" and its processes" if len(doomed) > 1 else "")

    async def probe(self) -> None:
        """Ask both keepers something that needs both databases."""
        for _ in range(2):
            answer = await self.house.link.ask(
                d.SignIn(0, self.house.provider.assertion(self.house.provider.find("petit")))
            )
            if not isinstance(answer, d.Done):
                raise Problem(Kind.BUSY, "busy")
            token = msgspec.msgpack.decode(answer.payload, type=d.SessionAnswer).token
            for wire in self.house.link._wires:
                refused = await wire.ask(
                    d.Ask(0, "list_documents", token_hash(token), "local:NOBODY-1", "api", "login", b"\x80")
                )
                if isinstance(refused, d.Failed):
                    raise Problem(Kind.BUSY, "busy")

    async def patient(self, work: Callable[[], Awaitable[T]]) -> T:
        """Ask again, with the same key, as long as the service says it is busy."""
        for _ in range(2400):
            try:
                return await work()
            except Problem as problem:
                if problem.kind is not Kind.BUSY:
                    raise
                self.outcome.repeated += 1
                await asyncio.sleep(0.05)
        raise AssertionError("never ready again")

    async def client(self, word: str) -> Client:
        try:
            session, person = await self.house.open(word)
        except AssertionError as fault:  # a busy answer while opening
            raise Problem(Kind.BUSY, "busy") from fault
        hers, his = await self.token(word), await self.token("diallo")
        return Client(session, hers, his, f"id:{person}")

    async def token(self, word: str) -> served.Client:
        """Sign in as a provider would have it, and return what asks by HTTP with that token."""
        assertion = self.house.provider.assertion(self.house.provider.find(word))
        answer = await self.house.link.ask(d.SignIn(0, assertion))
        if not isinstance(answer, d.Done):
            raise Problem(Kind.BUSY, "busy")
        token = msgspec.msgpack.decode(answer.payload, type=d.SessionAnswer).token
        return served.Client(self.settings.port, token)

    async def work(self, client: Client) -> None:
        """Deposit, grant, read, withdraw by HTTP, as fast as answers come."""
        number = 0
        while not self.stopping:
            number += 1
            content = f"document {number} of {client.person}".encode()
            file = {"media_type": "text/plain", "data": base64.b64encode(content).decode()}
            sent = {"file": file, "title": "Essai", "category": 5, "created": "2026-11-01", "person": client.person}
            done = await self.change(client, "deposit_document", sent, client.his)
            document = done["result"]["document"]
            client.documents[document] = content
            if number % 3 == 1:
                granted = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 30}
                await self.change(client, "grant_access", granted, client.hers)
                read = await self.patient(lambda: self.ask(client.his, "GET", f"/fhir/Binary/{document}"))  # noqa: B023 - awaited at once
                if read.body != content:
                    self.outcome.faults.append(f"read other bytes: {document}")
                client.entries.add(read.entry)
                self.outcome.acknowledged["readings"] += 1
            if number % 3 == 2:
                await self.change(client, "withdraw_access", {"practitioner": DIALLO}, client.hers)

    async def change(self, client: Client, act: str, values: dict[str, Any], by: served.Client) -> Any:
        """Ask for a change with one key until it is answered; remember that it was."""
        key = os.urandom(12).hex()
        path, body = f"/api/demarches/{act}", json.dumps(values).encode()
        headers = {"content_type": served.JSON, "Idempotency_Key": key}
        reply = await self.patient(lambda: self.ask(by, "POST", path, body, **headers))
        client.entries.add(reply.entry)
        self.outcome.acknowledged["deposits" if act == "deposit_document" else "changes of will"] += 1
        return reply.json

    async def ask(self, by: served.Client, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        """Ask by HTTP; raises Problem(BUSY) when nothing came back or the service says it is busy."""
        try:
            reply = await asyncio.to_thread(by.ask, method, path, body, **headers)
        except (OSError, http.client.HTTPException):
            raise Problem(Kind.BUSY, "busy") from None
        if reply.status == 503:
            self.outcome.unavailable += 1
            raise Problem(Kind.BUSY, "busy")
        if reply.status != 200:
            self.outcome.faults.append(f"{method} {path[:24]} answered {reply.status}")
            raise Problem(Kind.BUSY, "busy")
        return reply

    async def count(self, clients: list[Client]) -> None:
        """Compare what stands with what was acknowledged, effect by effect."""
        outcome, faults = self.outcome, self.outcome.faults
        found = await chains(self.settings)  # raises at a gap, a double, or a link that does not hold
        outcome.entries = sum(len(records) for records in found.values())
        stored = {reference(r["com"]) for r in await rows(self.settings, "postgres", "SELECT com FROM journal.entry")}
        previews = Previewer(self.settings)
        frame = Frame(self.house.link, self.house.objects, self.settings, self.house.now, os.urandom, previews=previews)
        for client in clients:
            faults += [f"acknowledged without its entry: {each}" for each in client.entries - stored]
            for document, content in client.documents.items():
                try:
                    mine = Request(client.session, Channel.API, Proof.LOGIN)
                    read = await REGISTRY[ActId.READ_DOCUMENT].perform(frame, mine, document)
                    if b"".join(read.result.content(frame)) != content:
                        faults.append(f"other bytes: {document}")
                    outcome.stored += 1
                except Problem as problem:
                    faults.append(f"acknowledged and lost: {document}: {problem.code}")
        await self._halves(found)
        if sum(len(client.documents) for client in clients) != sum(
            record["act"] == "deposit_document" and effect(record) for records in found.values() for record in records
        ):
            faults.append("more or fewer deposits than acknowledged, every one having been asked until answered")

    async def _halves(self, found: dict[Any, list[dict[str, Any]]]) -> None:
        """Every effect has its entry, every entry its effect."""
        faults = self.outcome.faults
        held = {
            table: Counter(
                r["space_id"] for r in await rows(self.settings, "postgres", f"SELECT space_id FROM {table}")
            )
            for table in ("records.document", "consent.rights_history", "consent.receipt", "identity.person")
        }
        documents = {
            r["row_id"].hex for r in await rows(self.settings, "postgres", "SELECT row_id FROM records.document")
        }
        versions = {
            r["space_id"]: r["version"] for r in await rows(self.settings, "postgres", "SELECT * FROM consent.rights")
        }
        for space, records in found.items():
            if space not in versions:
                continue  # a keeper's own chain
            deposits = [r for r in records if r["act"] == "deposit_document" and effect(r)]
            wills = [r for r in records if r["act"] in ("grant_access", "withdraw_access") and effect(r)]
            expected = {
                "records.document": len(deposits),
                "consent.rights_history": len(wills),
                "consent.receipt": len(wills) + 1,
                "identity.person": 1,
            }
            faults += [
                f"{table}: {held[table][space]} for {n}" for table, n in expected.items() if held[table][space] != n
            ]
            if versions[space] != len(wills) + 1:
                faults.append(f"the will stands at {versions[space]} after {len(wills)} changes")
        named = {row for rows_named in await documents_named(self.settings) for row in rows_named}
        faults += [f"entry without its document: {each}" for each in named - documents]
        files = {name.hex for name, _ in self.house.objects.names()}
        faults += [f"a document without its bytes: {each}" for each in documents - files]
        self.outcome.lone_files = len(files - documents)
        blobs = {
            r["space_id"] for r in await rows(self.settings, "postgres_keys", "SELECT space_id FROM vault.space_blob")
        }
        self.outcome.lone_keys = len(blobs - found.keys())


def effect(record: dict[str, Any]) -> bool:
    """Say whether an entry is that of a change that was made now, not of the same answer given again."""
    return record["decision"]["result"] == "permit" and record["decision"]["rule"] != "repeat"


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(path.parent.name))
        except (OSError, IndexError):
            continue
    return found
