"""The public journal of a test house, published by the product's own sequencer, cosigned by invented witnesses and a mirror."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from espace_sante.journal.cosigners import Quorum
from espace_sante.journal.notes import Checkpoint, Line, NoteKey, parse_note
from espace_sante.journal.publication import Log, LogKeys
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments, superuser
from tests.log_house import LogHouse, Now
from tests.oracles.proof_bundles import Signer, Signers

# What another test published of this house: no role of it may undo that.
_NOTHING = (
    "SET session_replication_role = replica; DELETE FROM log.leaf; DELETE FROM log.checkpoint; DELETE FROM log.state"
)


@dataclass(frozen=True)
class Witness:
    """Signs whatever it is shown, at a given instant: what it should check first is tested elsewhere."""

    signer: Signer
    is_mirror: bool
    now: Now

    @property
    def key(self) -> NoteKey:
        return NoteKey.parse(self.signer.vkey)

    async def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> Line:
        text = parse_note(note).text.encode()
        return Line(self.signer.name, self.signer.id, self.signer.signature(text, int(self.now().timestamp()))[4:])


@dataclass
class Publisher:
    """Publishes what is in the journal of a house."""

    settings: Settings
    rng: random.Random
    signers: Signers = field(init=False)
    keys: LogKeys = field(init=False)
    begun: bool = False

    def __post_init__(self) -> None:
        self.signers = Signers.make(self.rng)
        self.keys = LogKeys.of(self.signers.log.name, lambda _: self.rng.randbytes(32))
        self.signers.log.key, self.signers.index.key = self.keys.journal, self.keys.index

    @property
    def folder(self) -> Path:
        return self.settings.home / "public"

    @property
    def policy(self) -> bytes:
        return json.dumps(self.signers.policy()).encode()

    @property
    def head(self) -> Checkpoint:
        """The checkpoint that is published."""
        return Checkpoint.parse(parse_note((self.folder / "journal" / "checkpoint").read_bytes()).text)

    async def publish(self, *, at: datetime | None = None) -> int:
        """Publish every entry, and what the witnesses say of it; return how many leaves there are."""
        now = Now(at or datetime.fromtimestamp(int(time.time()), UTC))
        lights, mirrors = self.signers.light[:2], self.signers.mirrors[:1]
        cosigners = [Witness(one, one in mirrors, now) for one in (*lights, *mirrors)]
        known = [tuple(NoteKey.parse(one.vkey) for one in some) for some in (lights, mirrors)]
        quorum = Quorum(known[0], 2, known[1], 1)
        self.folder.mkdir(exist_ok=True)
        await self._begin()
        house = LogHouse(self.settings, self.folder, self.keys, now, cosigners=cosigners, quorum=quorum)
        async with house.seat() as (publisher, front):
            while await publisher.turn():
                pass
            assert publisher.last is not None
            await front.ask(publisher.last)
        keys = {"log": str(self.keys.public(Log.JOURNAL)), "index": str(self.keys.public(Log.INDEX))}
        (self.folder / "journal-keys.json").write_text(json.dumps(keys))
        (self.settings.home / "politique.json").write_bytes(self.policy)
        return self.head.size

    async def _begin(self) -> None:
        if self.begun:
            return
        connection = await asyncpg.connect(**connection_arguments(self.settings, superuser("main")))
        try:
            await connection.execute(_NOTHING)
        finally:
            await connection.close()
        self.begun = True


@contextmanager
def publishing(settings: Settings, seed: int = 1) -> Iterator[Publisher]:
    """Begin with nothing published, and leave nothing."""
    publisher = Publisher(settings, random.Random(seed))
    _clear(publisher)
    try:
        yield publisher
    finally:
        _clear(publisher)


def _clear(publisher: Publisher) -> None:
    shutil.rmtree(publisher.folder, ignore_errors=True)
    (publisher.settings.home / "politique.json").unlink(missing_ok=True)
