"""The life of a house drawn from a seed: keepers that read and change side by side, and the sequencer that publishes what they write.

The queue, the lanes, the gatherer, the decider, the keyring and the publisher are the product's own; databases, files and clock
are a world's. The machine stops at any wait, lines are cut with their outcome unknown, statements are rolled back, and whoever was
not answered asks again with the same key. What every answer promised is compared, line by line, with a serial reading of the chains.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.identity.person import PersonTraits
from espace_sante.journal.entry import Head, JournalKeys, check_chain, first_head, open_record, reference
from espace_sante.keeper.batch import Lane, Queue
from espace_sante.keeper.batch import Waiting as Demanded
from espace_sante.keeper.demand import (
    Answer,
    Ask,
    Done,
    Failed,
    GrantParams,
    MaskParams,
    ReadAnswer,
    ReadParams,
    Refused,
    UnmaskParams,
    WithdrawParams,
)
from espace_sante.keeper.gather import Gatherer
from espace_sante.keeper.gathered import Pending
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.release import Decider
from espace_sante.keeper.rights_body import Will, seal_will
from espace_sante.keeper.situation import Session
from espace_sante.keeper.will_cache import WillCache
from espace_sante.kernel.ids import PersonId
from espace_sante.records.document import deposit_info
from espace_sante.vault.hpke import seal_to
from espace_sante.vault.keys import SpaceKeys, new_service_keys, new_space_keys, pack_blob, term
from tests.simulation.keeper_world import Connection, HeadRow, HouseDatabase, HouseWorld
from tests.simulation.log_life import Life
from tests.simulation.log_world import Crash, minutes
from tests.unit.keeper.situations import DOCTOR_SESSION, LIMITS, MATRICES

MASTER = {1: b"m" * 32}
BEGIN = datetime(2026, 12, 1, 8, tzinfo=UTC)
DOCTORS = ("99900000029", "99900000037")
KEEPERS, LANES, DEMANDS = 2, 2, 12
PATIENCE = 1_000


@dataclass
class Person:
    """Somebody whose space it is, and the documents in it."""

    keys: SpaceKeys
    reference: str
    session: Session
    documents: list[UUID]


@dataclass
class Keeper:
    """One keeper: what it remembers goes with it."""

    queue: Queue
    lanes: list[asyncio.Task[None]]


@dataclass
class HouseLife(Life):
    """One house; `play` raises AssertionError when anything that must hold does not."""

    answered: list[tuple[str, UUID, Answer]] = field(default_factory=list)
    waiting: dict[int, tuple[str, UUID, asyncio.Future[Answer]]] = field(default_factory=dict)
    keepers: list[Keeper] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        rng, crashes = self.rng, self.world.crashes / 3
        self.house = HouseWorld(rng, BEGIN, crashes, HouseDatabase(), cuts=rng.choice([0, 0.002, 0.01, 0.03]))
        self._move_in(self.house)
        self.service = new_service_keys(rng.randbytes)
        self.people = [self._person(number) for number in range(3)]
        self.seats = [
            self._space(UUID(int=rng.getrandbits(128)), SpaceState.INSTITUTION) for _ in range(KEEPERS * LANES)
        ]
        self.numbers = iter(range(1, 1_000_000))
        self.settling = False

    def _move_in(self, house: HouseWorld) -> None:
        """Let the files, the index and the witnesses of the journal's life stand in this world."""
        self.world = house
        for one in self.witnesses:
            one.world = house
        self.files = type(self.files)(house)

    def _space(self, space: UUID, state: SpaceState) -> SpaceKeys:
        keys, rows = new_space_keys(space, self.rng.randbytes), self.house.rows
        head = first_head(JournalKeys(keys.journal), BEGIN.year)
        rows.heads[space] = HeadRow(head.n, head.com, head.year, head.year_base, 1, state.value)
        rows.journal[space], rows.blobs[space] = [], pack_blob(keys, MASTER[1], 1)
        return keys

    def _person(self, number: int) -> Person:
        keys, rows = self._space(UUID(int=self.rng.getrandbits(128)), SpaceState.OPEN), self.house.rows
        person = PersonId(UUID(int=self.rng.getrandbits(128)))
        rows.rights[keys.space] = (1, seal_will(Will(person, Rights(True), 1), keys))
        account = f"sub|{number}"
        rows.directory[term(self.service.directory, "id", person.hex)] = keys.space
        rows.directory[term(self.service.directory, "sub", account)] = keys.space
        documents = [UUID(int=self.rng.getrandbits(128)) for _ in range(3)]
        for row in documents:
            wrapped = b"H" + seal_to(keys.deposit_public, b"k" * 32, deposit_info(row))
            rows.documents[keys.space, row] = {
                **{"version": 1, "category": 5, "wrapped": wrapped, "sealed": b"sealed", "origin": None},
            }
        traits = PersonTraits("ESSAI", "ZOE", "1999-01-02", "F", "DUBOIS", "63220")
        session = Session(
            "person", "trial", account, "", "Zoé Essai", "", "", BEGIN + timedelta(days=9999), traits=traits
        )
        return Person(keys, f"id:{person.hex}", session, documents)

    # Living.

    async def _play(self) -> None:
        clients = [asyncio.ensure_future(self._client(number)) for number in range(6)]
        everybody = asyncio.gather(*clients)
        try:
            while not everybody.done():
                self._something_else()
                await self._until_a_stop(everybody)
                self._check()
        finally:
            for one in clients:
                one.cancel()
            told = await asyncio.gather(*clients, return_exceptions=True)
        for fault in told:
            if fault is not None:
                raise fault
        self.house.crashes = self.house.cuts = 0
        for witness in self.witnesses:
            witness.away, witness.lies = 0, False
        self._check_chains()
        await self._settle()
        self._count_answers()

    def _something_else(self) -> None:
        if self.rng.random() < 0.1:
            self._lose()
        elif self.rng.random() < 0.1:
            minutes(self.house, 60 * 24, 60 * 24 * 40)

    async def _until_a_stop(self, everybody: asyncio.Future[Any]) -> None:
        """Run the whole house until its machine stops, or until nobody asks any more."""
        self.keepers = [self._keeper(number) for number in range(KEEPERS)]
        for number in list(self.waiting):
            self._send(number, Failed(number, "busy"))
        tasks = [*(lane for keeper in self.keepers for lane in keeper.lanes), asyncio.ensure_future(self._publish())]
        try:
            await asyncio.wait({*tasks, everybody}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            faults = [fault for fault in await asyncio.gather(*tasks, return_exceptions=True) if fault is not None]
        for fault in faults:
            if not isinstance(fault, Crash | asyncio.CancelledError):
                raise fault
        self._count("crashes" if self.house.dead else "calm ends")
        self.house.reboot()

    def _keeper(self, number: int) -> Keeper:
        world, rng = self.house, self.rng

        async def connect() -> Any:
            await world.others()
            world.point()
            return Connection(world)

        keyring = Keyring(connect, MASTER, cache_size=rng.choice([1, 64]), monotonic=lambda: world.now.timestamp())
        gatherer = Gatherer(keyring, self.service, WillCache(rng.choice([1, 64])), world.clock)
        decider = Decider(self.service, LIMITS, world.clock, rng.randbytes, "build", MATRICES)
        queue = Queue(rng.choice([1, 3, 128]))
        seats = self.seats[number * LANES : (number + 1) * LANES]
        lanes = [Lane(queue, connect, gatherer, decider, seat.space, lambda _: None) for seat in seats]
        return Keeper(queue, [asyncio.ensure_future(lane.run()) for lane in lanes])

    async def _publish(self) -> None:
        publisher, front = self._made()
        await publisher.start()
        self.readable = True
        while True:
            if front.waits and publisher.last is not None and self.rng.random() < 0.6:
                await front.ask(publisher.last)
            minutes(self.house, 0, 2)
            if await publisher.turn():
                self._count("publications")
            for _ in range(self.rng.randrange(30)):
                await asyncio.sleep(0)

    # Those who ask.

    async def _client(self, number: int) -> None:
        draw = Random(self.seed * 100 + number)
        for _ in range(DEMANDS):
            demand = self._drawn(draw)
            for _ in range(PATIENCE):
                answer = await self._asked(*demand)
                if not isinstance(answer, Failed):
                    break
                assert answer.code == "busy", answer
                self._count("asked again")
            else:
                raise AssertionError("never answered")
            self._count(type(answer).__name__)
            for _ in range(draw.randrange(5)):
                await asyncio.sleep(0)

    def _drawn(self, draw: Random) -> tuple[Person, Session, ActId, Any, bytes]:
        person = draw.choice(self.people)
        doctor = replace(DOCTOR_SESSION, identifier=draw.choice(DOCTORS), expires=BEGIN + timedelta(days=9999))
        doctor = replace(doctor, account=f"sub|{doctor.identifier}", profession_code="G15_10")
        row = draw.choice(person.documents)
        if draw.random() < 0.6:
            who = doctor if draw.random() < 0.8 else person.session
            return person, who, ActId.READ_DOCUMENT, ReadParams(row.bytes), b""
        act, params = draw.choice(
            [
                (ActId.GRANT_ACCESS, GrantParams(doctor.identifier, "everything", [], [], "soins", 30)),
                (ActId.WITHDRAW_ACCESS, WithdrawParams(doctor.identifier)),
                (ActId.MASK, MaskParams(row.bytes, 0, "")),
                (ActId.UNMASK, UnmaskParams(row.bytes, 0, "")),
            ]
        )
        return person, person.session, act, params, draw.randbytes(16)

    async def _asked(self, person: Person, who: Session, act: ActId, params: Any, key: bytes) -> Answer:
        number = next(self.numbers)
        channel, proof = ("web", "login") if who is person.session else ("api", "professional")
        whom = "self" if who is person.session else person.reference
        body = msgspec.msgpack.encode(params) if key else b""
        ask = Ask(number, act.value, b"s" * 32, whom, channel, proof, b"", idempotency=key, body=body)
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting[number] = act.value, person.keys.space, told
        queue = self.rng.choice(self.keepers).queue
        queue.put(Demanded(Pending(ask, params, who), partial(self._send, number)))
        return await told

    def _send(self, number: int, answer: Answer) -> None:
        """Hand an answer over: whatever it says of the journal already stands there. Guarantee: G5."""
        act, space, told = self.waiting.pop(number)
        if isinstance(answer, Done | Refused):
            assert not self.house.dead, "a stopped machine answers nothing"
            assert answer.entry in self._references(), f"{act} was answered without a line"
            if act == ActId.READ_DOCUMENT and isinstance(answer, Done):
                assert msgspec.msgpack.decode(answer.payload, type=ReadAnswer).key == b"k" * 32
            self.answered.append((act, space, answer))
        if not told.done():
            told.set_result(answer)

    def _references(self) -> set[str]:
        return {reference(com) for chain in self.house.rows.journal.values() for _, _, com, _ in chain}

    # What must hold at the end.

    def _check_chains(self) -> None:
        """Every chain is whole; what each line decided is what a reading in order decides; each change stands once."""
        rows, changes = self.house.rows, 0
        for person in self.people:
            records = self._records(person.keys)
            done = replayed(records)
            written = sum(space == person.keys.space for space, _ in rows.history)
            assert rows.rights[person.keys.space][0] == 1 + written == 1 + done
            changes += done
        for keys in self.seats:
            self._records(keys)
        assert rows.receipts == changes, "a receipt without its line, or a line without its receipt"
        assert len(rows.answers) == changes, "a change was done twice, or its answer was not kept"
        assert sum(len(chain) for chain in rows.journal.values()) == len(rows.entries)

    def _records(self, keys: SpaceKeys) -> list[dict[str, Any]]:
        head, chain = self.house.rows.heads[keys.space], self.house.rows.journal[keys.space]
        last = Head(head.n, head.com, head.year, head.year_base)
        check_chain(keys.journal, keys.record_key, keys.space, BEGIN.year, chain, head=last)
        return [open_record(keys.record_key, keys.space, seq, sealed) for seq, _, _, sealed in chain]

    def _count_answers(self) -> None:
        references = Counter(answer.entry for _, _, answer in self.answered if not isinstance(answer, Failed))
        assert max(references.values()) == 1, "two answers share a line"
        self._count("lived")


def replayed(records: list[dict[str, Any]]) -> int:
    """Read a chain in order, with a model of its own: who may read what, line after line. Returns how many changes it holds."""
    until: dict[str, datetime] = {}
    hidden: set[str] = set()
    changes = 0
    for record in records:
        act, permitted, at = (
            record["act"],
            record["decision"]["result"] == "permit",
            datetime.fromisoformat(record["at"]),
        )
        who, objects = record["actor"]["id"], record["objects"]
        if act == ActId.READ_DOCUMENT:
            expected = not who or (at < until.get(who, BEGIN) and not hidden & set(objects))
            assert permitted == expected, record
        elif permitted and record["decision"]["rule"] != "repeat":
            changes += 1
            one = objects[0].partition(":")[2]
            if act == ActId.GRANT_ACCESS:
                until[one] = max(until.get(one, BEGIN), at + timedelta(days=30))
            elif act == ActId.WITHDRAW_ACCESS:
                until.pop(one, None)
            elif act == ActId.MASK:
                hidden.add(objects[0])
            else:
                hidden.discard(objects[0])
    return changes
