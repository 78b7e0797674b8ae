"""What is published as `checkpoint`, on a folder and with witnesses of the simulation."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

from espace_sante.journal.cosigners import Quorum
from espace_sante.journal.front import PATIENCE_SECONDS, Front
from espace_sante.journal.index import MemoryIndex, bits_of, index_leaf
from espace_sante.journal.merkle import EMPTY_ROOT
from espace_sante.journal.notes import parse_note
from espace_sante.journal.publication import Log, Publication, Waiting, padded
from espace_sante.journal.tiles import grow
from tests.log_house import keys_of
from tests.simulation.log_world import SimFiles, Witness, World, hashed, in_turn


def one_publication(files: SimFiles) -> Publication:
    keys = keys_of()
    entry = Waiting(1, hashed("tag"), hashed("com"))
    batch = padded([entry], None, seed=keys.padding, multiple=16, today=datetime(2026, 12, 1, tzinfo=UTC).date())
    grown = grow(files.read, [leaf.content for leaf in batch.leaves], size=0, root=EMPTY_ROOT)
    root = MemoryIndex(leaf.tag for leaf in batch.leaves).root
    leaf = index_leaf(16, grown.root, bits_of(16), root)
    index = grow(files.read, [leaf], size=0, root=EMPTY_ROOT)
    heads = keys.head(Log.JOURNAL, 16, grown.root), keys.head(Log.INDEX, 1, index.root)
    asyncio.run(files.write(grown.files | {f"index/{path}": content for path, content in index.files.items()}))
    return Publication(*heads, leaf, datetime(2026, 12, 1, tzinfo=UTC), batch.day, batch.dummies)


class Town:
    """Two witnesses, of which both are needed, and a folder."""

    def __init__(self) -> None:
        self.world = World(Random(1), datetime(2026, 12, 1, 8, tzinfo=UTC), 0)
        self.files = SimFiles(self.world)
        self.witnesses = [Witness(self.world, f"{name}.example", away=0) for name in ("one", "two")]
        self.publication = one_publication(self.files)
        self.front = self.started()

    def started(self) -> Front:
        keys = tuple(one.key for one in self.witnesses)
        return Front(
            self.files,
            keys_of(),
            self.world.clock,
            cosigners=self.witnesses,
            quorum=Quorum(light=keys, light_need=2),
            together=in_turn(self.world),
        )

    def asked(self, *away: bool) -> dict[Log, list[str]] | None:
        """Ask all; return who signed each published checkpoint, None when nothing is published."""
        for witness, is_away in zip(self.witnesses, away, strict=True):
            witness.away = int(is_away)
        asyncio.run(self.front.ask(self.publication))
        found = {log: self.files.read(log.value + "checkpoint") for log in Log}
        if None in found.values():
            assert set(found.values()) == {None}, "both or none"
            return None
        return {log: [line.name for line in parse_note(content or b"").lines[1:]] for log, content in found.items()}


def signed_by(*names: str) -> dict[Log, list[str]]:
    return {log: list(names) for log in Log}


def test_nothing_is_published_before_the_quorum_nor_forever_without() -> None:
    town = Town()
    assert town.asked(False, True) is None
    town.world.now += timedelta(seconds=PATIENCE_SECONDS - 1)
    assert town.asked(True, True) is None
    town.world.now += timedelta(seconds=1)
    assert town.asked(True, True) == signed_by("one.example"), "after a while, with what there is"
    assert town.asked(True, False) == signed_by("one.example", "two.example")


def test_a_restart_takes_no_cosignature_away() -> None:
    town = Town()
    assert town.asked(False, False) == signed_by("one.example", "two.example")
    before = dict(town.world.files)
    town.front = town.started()
    for away in ((True, True), (False, True), (True, True)):
        town.world.now += timedelta(seconds=2 * PATIENCE_SECONDS)
        assert town.asked(*away) == signed_by("one.example", "two.example")
        assert town.world.files == before
    assert town.asked(False, False) == signed_by("one.example", "two.example")
    assert town.world.files != before, "signed again, later"
