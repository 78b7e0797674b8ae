"""The life of a public journal, drawn from a seed, with everything that must stay true after each of its moments."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from espace_sante.journal import healing
from espace_sante.journal.cosigners import Quorum
from espace_sante.journal.front import PATIENCE_SECONDS, Front
from espace_sante.journal.guard import Cause, SigningRefused
from espace_sante.journal.index import MemoryIndex, read_index_leaf
from espace_sante.journal.merkle import MemoryTree, leaf_hash, tree_root
from espace_sante.journal.padding import read_padding, without_padding
from espace_sante.journal.publication import Log
from espace_sante.journal.publisher import Parts, Publisher
from espace_sante.journal.tiles import make_leaf
from tests.log_house import keys_of, read_published
from tests.simulation.log_world import Crash, Database, SimFiles, SimIndex, SimRows, Witness, World, in_turn, minutes


@dataclass
class Life:
    """One house and its witnesses; `play` raises AssertionError when anything that must hold does not."""

    seed: int
    steps: int = 120
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.world = World(self.rng, datetime(2026, 12, 1, 8, tzinfo=UTC), self.rng.choice([0, 0.002, 0.01, 0.04]))
        honest = [Witness(self.world, f"honest-{number}.example") for number in range(self.rng.randrange(4))]
        liars = [Witness(self.world, "liar.example", lies=True)] if honest and self.rng.random() < 0.3 else []
        self.witnesses = honest + liars
        self.honest = honest
        keys = tuple(one.key for one in self.witnesses)
        self.quorum = Quorum(light=keys, light_need=self.rng.randint(0, len(keys)))
        self.multiple = self.rng.choice([1, 4, 16])
        self.keys = keys_of()
        self.files = SimFiles(self.world)
        self.backups: list[Database] = []
        self.longest: Database | None = None
        self.readable = True

    def play(self) -> None:
        """Live, then settle; everything is checked on the way and at the end."""
        kept = healing.STEP_LEAVES
        healing.STEP_LEAVES = self.rng.choice([16, 64, 256, kept])  # these logs are small
        try:
            asyncio.run(self._play())
        finally:
            healing.STEP_LEAVES = kept

    async def _play(self) -> None:
        for _ in range(self.steps):
            self._something_else()
            try:
                await self._sit()
            except Crash:
                self._count("crashes")
            except SigningRefused as refused:
                self._refused(refused)
            self.world.reboot()
            self._check()
        self.world.crashes = 0
        for one in self.witnesses:
            one.away, one.lies = 0, False
        await self._settle()

    async def _sit(self) -> None:
        publisher, front = self._made()
        await publisher.start()
        self.readable = True
        for _ in range(self.rng.randrange(1, 12)):
            if front.waits and publisher.last is not None and self.rng.random() < 0.6:
                await front.ask(publisher.last)
            for _ in range(self.rng.randrange(6)):
                self.world.live()
            if self.rng.random() < 0.03:
                self.world.burst(self.rng.randrange(50, 300))  # beyond one file of the tree
            minutes(self.world, 0, 2)
            if await publisher.turn():
                self._count("publications")

    def _made(self) -> tuple[Publisher, Front]:
        world = self.world
        front = Front(
            self.files, self.keys, world.clock, cosigners=self.witnesses, quorum=self.quorum, together=in_turn(world)
        )
        parts = Parts(SimRows(world), self.files, SimIndex(world), self.keys, front, world.clock, 60, self.multiple)
        return Publisher(parts), front

    def _something_else(self) -> None:
        roll = self.rng.random()
        if roll < 0.05:
            self.backups.append(self.world.backup())
        elif roll < 0.08 and self.backups:
            self._restore()
        elif roll < 0.12:
            self._lose()
        elif roll < 0.15:
            minutes(self.world, 60 * 24, 60 * 24 * 10)
        elif roll < 0.17:
            minutes(self.world, -60 * 24 * 3, 0)

    def _restore(self) -> None:
        """Bring an old backup back. Without the folder, only when an honest witness knows all that was ever seen.

        A backup without any publication has nothing to show to a witness: only beside a folder (decision 0038).
        """
        saved = self.rng.choice(self.backups)
        if not saved.publications and "checkpoint" not in self.world.files:
            return
        self._count("restores")
        self._keep_longest()
        self.world.restore(saved)
        if self.rng.random() < 0.5 and self.world.database.publications and self._somebody_knows_all():
            self.world.files.clear()
            self.world.index.clear()
            self._count("restores without the folder")

    def _somebody_knows_all(self) -> bool:
        most = {log: max((size for of, size in self.world.seen if of is log), default=0) for log in Log}
        return any(
            all((known := one.known.get(self.keys.name(log))) is not None and known.size >= most[log] for log in Log)
            for one in self.honest
        )

    def _lose(self) -> None:
        """Lose what can be made again: the index, some tiles, or all of them."""
        if self.rng.random() < 0.5:
            # Not while it is the last to know that the rows went back: nobody could tell then.
            if len(self.world.index) <= len(self.world.database.leaves):
                self.world.index.clear()
            return
        # A whole file inside the tree that is lost alone is not looked for: whoever reads it sees it (decision 0038).
        lost = ".p/" if self.rng.random() < 0.5 else "tile/"
        self.readable = False  # until the next start
        for path in [path for path in self.world.files if lost in path]:
            if lost == "tile/" or self.rng.random() < 0.3:
                del self.world.files[path]

    def _refused(self, refused: SigningRefused) -> None:
        self._count(f"refused: {refused.cause.value}")
        ahead = {Cause.AHEAD, Cause.OTHER_ROOT, Cause.INDEX_AHEAD, Cause.COSIGNER_AHEAD, Cause.COSIGNER_ROOT}
        assert refused.cause in ahead, refused
        assert self._is_behind_what_was_seen(), f"refused without a reason: {refused}"
        if self.longest is not None and self.rng.random() < 0.5:  # the operator finds the newest state there ever was
            self.world.restore(self.longest)

    def _keep_longest(self) -> None:
        if self.longest is None or len(self.world.database.leaves) >= len(self.longest.leaves):
            self.longest = self.world.backup()

    def _is_behind_what_was_seen(self) -> bool:
        """Whether the rows lack something that was signed and may have left the house, or that the index holds."""
        held = {
            log: {one.head(log).size: one.head(log).root for one in self.world.database.publications} for log in Log
        }
        lacking = any(held[log].get(size) != root for (log, size), root in self.world.seen.items())
        return lacking or len(self.world.index) > len(self.world.database.leaves)

    # What must hold at every moment.

    def _check(self) -> None:
        """After each moment: what left the house is one growing log; what is published can be read whole."""
        database = self.world.database
        assert len(set(database.taken)) == len(database.taken), "an entry was taken twice"
        tags = [tag for tag, _ in database.leaves]
        assert len(set(tags)) == len(tags)
        if self.readable:
            read_published(self.files, self.keys)

    def _check_rows(self) -> None:
        """The rows, computed anew from their leaves."""
        database = self.world.database
        tree = MemoryTree(leaf_hash(make_leaf(*leaf)) for leaf in database.leaves)
        log = MemoryTree(leaf_hash(one.index_leaf) for one in database.publications)
        for one in database.publications:
            assert one.journal.root == tree_root(tree.node, one.size)
            assert one.index.root == tree_root(log.node, one.index.size)
            said = read_index_leaf(one.index_leaf)
            assert (said.size, said.root) == (one.size, one.journal.root)
            assert said.index_root == MemoryIndex(tag for tag, _ in database.leaves[: one.size]).root
        for (of, size), root in self.world.seen.items():
            assert tree_root((tree if of is Log.JOURNAL else log).node, size) == root, "a head that was seen is lost"

    async def _settle(self) -> None:
        """Nothing stops any more: whatever was committed is published once, unless signing is refused with a reason."""
        world = self.world
        world.is_quiet = True
        world.running.clear()
        publisher, front = self._made()
        try:
            await publisher.start()
            for _ in range(8):
                if front.waits and publisher.last is not None:
                    await front.ask(publisher.last)
                minutes(world, 10, 12)
                await publisher.turn()
        except SigningRefused as refused:
            self._count(f"ended refused: {refused.cause.value}")
            assert self._is_behind_what_was_seen(), f"refused without a reason: {refused}"
            return
        if front.waits and publisher.last is not None:
            await front.ask(publisher.last)
        if not front.heard and world.database.cursor <= world.database.restored_through and publisher.last is not None:
            self._count("ended unheard")
            assert self._is_behind_what_was_seen(), "a witness refuses what it has seen"
            return
        assert sorted(world.database.taken) == sorted(world.database.entries), "an entry is missing, or one too many"
        self._check_rows()
        seen = read_published(self.files, self.keys)
        if world.database.publications:
            assert seen is not None and seen.journal.size == world.database.publications[-1].size
            assert PATIENCE_SECONDS < 600
            told = [read_padding(content) for path, content in world.files.items() if path.startswith("padding/")]
            assert len(without_padding(seen.leaves, told)) >= len(world.database.entries)
        self._count("ended whole")

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
