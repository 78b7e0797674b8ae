"""Withdrawal against reading: two keepers, eight readers on one space, one withdrawal at a random instant, thousands of rounds.

The withdrawal comes by her own act, or "bare": a change of rights that leaves no entry, where the version in the head is
the only thing that orders it (read-path.md §3). Every chain is decrypted and recomputed at the end.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from espace_sante.adapters.keeper_link import KeeperLink
from espace_sante.consent.rights import Rights
from espace_sante.journal.entry import reference
from espace_sante.keeper import commit
from espace_sante.keeper import demand as d
from espace_sante.keeper.rights_body import open_will, seal_will
from espace_sante.kernel.settings import Settings
from espace_sante.operate.folders import keeper_socket
from espace_sante.operate.roles import connection_arguments
from espace_sante.vault.keys import SpaceKeys
from tests.house import House
from tests.inside import chains, keyrings, open_house, rows, space_of
from tests.people import DIALLO, grant, invite_more

READERS, SPACES = 8, 8
WITHOUT_VERSION = {
    **commit.SQL,
    "move_and_enter": commit.SQL["move_and_enter"].replace(" AND h.rights_version = m.rights_version", ""),
}


@dataclass
class Counts:
    """What a campaign saw; `faults` must be empty."""

    rounds: int = 0
    permitted: int = 0
    refused: int = 0
    busy: int = 0
    seconds: float = 0.0
    entries: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the closing line."""
        return (
            f"{self.rounds} rounds, {self.permitted} permitted, {self.refused} refused, {self.busy} busy, "
            f"{self.entries} entries recomputed, {len(self.faults)} faults, {self.seconds:.0f} s"
        )


@dataclass
class Racer:
    """One space, its owner's session, the document that is fought for, and what was answered about it."""

    session: bytes
    person: str
    local: str
    document: str
    space: UUID
    keys: SpaceKeys
    references: set[str] = field(default_factory=set)
    bare: list[tuple[int, bool]] = field(default_factory=list)  # first number under a new will, and whether it grants


async def race(settings: Settings, rounds: int, *, seed: int, bare: bool) -> Counts:
    """Run rounds over several spaces at once, then recompute every chain."""
    counts, began, draw = Counts(), time.monotonic(), random.Random(seed)
    async with open_house(settings, keepers=2) as house:
        links = [KeeperLink([keeper_socket(settings, number)]) for number in range(2)]
        doctor = await house.sign_in("diallo")
        racers = [await _racer(house, settings, word, doctor) for word in invite_more(house, SPACES)]
        race_of = _Race(settings, house, links, doctor, counts, bare)
        shares = [rounds // SPACES + (index < rounds % SPACES) for index in range(SPACES)]
        await asyncio.gather(
            *(race_of.run(r, n, random.Random(draw.random())) for r, n in zip(racers, shares, strict=True))
        )
        for link in links:
            await link.close()
    counts.rounds = rounds
    found = await chains(settings)
    counts.entries = sum(len(records) for records in found.values())
    for racer in racers:
        counts.faults += judge(found[racer.space], racer)
        stored = await rows(settings, "postgres", "SELECT com FROM journal.entry WHERE space_id = $1", racer.space)
        missing = racer.references - {reference(row["com"]) for row in stored}
        counts.faults += [f"answered without its entry: {each}" for each in missing]
    counts.seconds = time.monotonic() - began
    return counts


async def _racer(house: House, settings: Settings, word: str, doctor: bytes) -> Racer:
    session, person = await house.open(word)
    answer = await house.deposit(doctor, f"id:{person}", b"what is fought for")
    assert isinstance(answer, d.Done)
    document = msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document
    space = await space_of(settings, house, session)
    keys, _ = await keyrings(settings)
    local = house.provider.find(word).local
    return Racer(session, f"id:{person}", f"local:{local}", document, space, keys[space])


@dataclass
class _Race:
    settings: Settings
    house: House
    links: list[KeeperLink]
    doctor: bytes
    counts: Counts
    bare: bool

    async def run(self, racer: Racer, rounds: int, draw: random.Random) -> None:
        """Grant, then readers against one withdrawal, then one late reader; again and again."""
        connection = await asyncpg.connect(**connection_arguments(self.settings, "es_keeper"))
        try:
            for _ in range(rounds):
                await self.change(racer, draw, connection, grants=True)
                readers = [self.read(racer, draw, draw.random() * 0.008) for _ in range(READERS)]
                done = await asyncio.gather(self.withdraw(racer, draw, connection), *readers)
                del done
                if await self.read(racer, draw, 0.0):
                    self.counts.faults.append("released to a reader who asked after the acknowledgement")
        finally:
            await connection.close()

    async def withdraw(self, racer: Racer, draw: random.Random, connection: Any) -> bool:
        await asyncio.sleep(draw.random() * (0.03 if self.bare else 0.008))  # a bare change waits for nobody
        await self.change(racer, draw, connection, grants=False)
        return False

    async def change(self, racer: Racer, draw: random.Random, connection: Any, *, grants: bool) -> None:
        if self.bare:
            await self.change_bare(racer, connection, grants=grants)
            return
        act, params = ("grant_access", grant()) if grants else ("withdraw_access", d.WithdrawParams(DIALLO))
        for _ in range(100):
            answer = await self.ask(draw, racer.session, act, params, "self", "login")
            if isinstance(answer, d.Done):
                racer.references.add(answer.entry)
                return
            assert isinstance(answer, d.Failed), answer  # too much contention: asked again
            self.counts.busy += 1
        raise AssertionError("a change of will was never taken")

    async def change_bare(self, racer: Racer, connection: Any, *, grants: bool) -> None:
        """Rewrite the will in a transaction of one statement: its trigger takes the head's lock, under which n is read."""
        if grants and not racer.bare:  # the very first grant is her own act, from which the later ones are copied
            answer = await self.house.ask(racer.session, "grant_access", grant())
            assert isinstance(answer, d.Done)
        async with connection.transaction():
            statement = "SELECT version, sealed FROM consent.rights WHERE space_id = $1 FOR UPDATE"
            row = await connection.fetchrow(statement, racer.space)
            will = open_will(row["sealed"], row["version"], racer.keys)
            kept = self.granted.setdefault(racer.space, will.rights)
            rights = kept if grants else kept.without_grants()
            following = type(will)(will.person, Rights(True, rights.grants, rights.masks), will.version + 1)
            update = "UPDATE consent.rights SET version = $2, sealed = $3 WHERE space_id = $1"
            await connection.execute(update, racer.space, following.version, seal_will(following, racer.keys))
            n = await connection.fetchval("SELECT n FROM journal.head WHERE space_id = $1", racer.space)
        racer.bare.append((n, grants))

    granted: dict[UUID, Rights] = field(default_factory=dict)

    async def read(self, racer: Racer, draw: random.Random, wait: float) -> bool:
        await asyncio.sleep(wait)
        params = d.ReadParams(bytes.fromhex(racer.document[32:]))
        whose = draw.choice((racer.person, racer.local))  # two words for one space: the queues cannot help
        answer = await self.ask(draw, self.doctor, "read_document", params, whose, "professional")
        if isinstance(answer, d.Failed):
            self.counts.busy += 1
            return False
        racer.references.add(answer.entry)
        permitted = isinstance(answer, d.Done)
        self.counts.permitted += permitted
        self.counts.refused += not permitted
        return permitted

    async def ask(
        self, draw: random.Random, session: bytes, act: str, params: Any, person: str, proof: str
    ) -> d.Answer:
        data = d.ENCODER.encode(params)
        return await draw.choice(self.links).ask(d.Ask(0, act, session, person, "api", proof, data))


def judge(records: list[dict[str, Any]], racer: Racer) -> list[str]:
    """Walk a chain: nobody read while nothing was granted, and every answer has its entry."""
    faults = []
    granted, bare = False, dict(racer.bare)
    for record in records:
        granted = bare.get(record["seq"], granted)
        permitted = record["decision"]["result"] == "permit"
        if record["act"] in ("grant_access", "withdraw_access") and permitted:
            granted = record["act"] == "grant_access"
        if record["act"] == "read_document" and permitted and not granted:
            faults.append(f"entry {record['seq']} reads after a withdrawal")
    return faults
