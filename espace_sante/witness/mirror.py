"""A mirror at work: one thread copies and verifies, whatever is asked meanwhile; cosigning waits for it, a little.

It looks at the public address by itself too: a log that shows everybody else another head than the one it sends us is found out.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from espace_sante.journal.index import bucket_number, read_index_leaf
from espace_sante.journal.index_store import IndexStore, IndexUnusable
from espace_sante.journal.notes import Checkpoint, NoteRefused
from espace_sante.journal.tiles import TileRefused, read_leaf
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.alarm import Alarm, Fault, standing_alarm
from espace_sante.witness.checking import Checker, NotYet
from espace_sante.witness.copying import Copy, Wrong
from espace_sante.witness.fetching import Source, SourceSilent
from espace_sante.witness.folder import Log, WitnessFolder
from espace_sante.witness.padding import FOLDER, PaddingWatch
from espace_sante.witness.rules import signed_checkpoint
from espace_sante.witness.watch import Examined, Watch

INDEX = "index/"
LOOKS = 3  # how often what could be a passing fault is looked at before it is one
_log = logging.getLogger("espace_sante.witness")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a mirror waits, in seconds: between two looks by itself, before a second look, for one who asks.

    What could be a passing fault of the network must last twice `look` before it is one of the log.
    """

    look: float = 60.0
    again: float = 5.0
    reach: float = 5.0


@dataclass(slots=True)
class _Failing:
    """How often something failed, and since when."""

    times: int = 0
    since: float = 0.0

    def lasts(self, look_seconds: float) -> bool:
        """Count a failure; say whether it was seen often and long enough."""
        now = time.monotonic()
        self.times += 1
        if self.times == 1:
            self.since = now
        if self.times < LOOKS or now - self.since < 2 * look_seconds:
            return False
        self.times = 0  # counted anew once the alarm is lifted
        return True


@dataclass(slots=True)
class _Wanted:
    """The largest checkpoint known of a log, and how often reaching it failed."""

    checkpoint: Checkpoint
    note: bytes
    failing: _Failing = field(default_factory=_Failing)


def pair(folder: WitnessFolder) -> tuple[Log, Log] | None:
    """Return the journal and the index log that a mirror follows; None before it follows both.

    Raises OperatorRefusal when it follows others.
    """
    logs = folder.logs()
    origins = [log.key.name for log in logs]
    if len(logs) < 2 and all(origin.removesuffix("/index") == origins[0].removesuffix("/index") for origin in origins):
        return None
    if len(logs) != 2 or origins[1] != origins[0] + "/index":
        raise OperatorRefusal(
            "Un miroir suit un seul journal et son index : deux clés, la seconde finissant par « /index »."
        )
    return logs[0], logs[1]


def copies_of(folder: WitnessFolder, logs: tuple[Log, Log]) -> tuple[Copy, Copy]:
    """Return the copies of a journal and of its index log. Raises OperatorRefusal for a damaged one."""
    journal, index = logs
    return Copy(journal, folder.path, "", read_leaf), Copy(index, folder.path / "index", INDEX, read_index_leaf)


def is_tag(store: IndexStore, tag: bytes) -> bool:
    """Say whether a leaf of this tag is held."""
    return tag in store.tags_in(bucket_number(tag, store.bits))


class Mirror:
    """The copies of one journal, kept up to date by one thread. Fulfils `server.Copies`."""

    def __init__(self, folder: WitnessFolder, now_seconds: Callable[[], int], pace: Pace | None = None) -> None:
        self.folder = folder
        self.watch = Watch(folder, now_seconds, self._contradiction)
        self._now = now_seconds
        self._pace = pace or Pace()
        self._change = threading.Condition()
        self._wanted: dict[str, _Wanted] = {}
        self._ready: dict[str, int] = {}  # leaves held and verified in every way, by origin
        self._parts: tuple[Copy, Copy, Checker] | None = None
        self._padding: PaddingWatch | None = None
        self._untold = _Failing()
        self._source = Source(folder.source)
        self._ended = threading.Event()
        self._asked = threading.Event()
        self._waiting = threading.BoundedSemaphore(2)

    def start(self) -> threading.Thread:
        """Begin to copy; returns the thread."""
        thread = threading.Thread(target=self._run, name="mirror", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Stop at the next step."""
        self._ended.set()
        self._asked.set()

    def reach(self, examined: Examined) -> bool:
        """Ask for a checkpoint to be reached, wait a little; say whether it is held and verified."""
        origin, checkpoint = examined.log.key.name, examined.accepted.checkpoint
        if not self._waiting.acquire(blocking=False):
            return self._is_ready(origin, checkpoint.size)
        try:
            with self._change:
                self._want(origin, checkpoint, examined.accepted.note)
                self._asked.set()
                self._change.wait_for(lambda: self._is_ready(origin, checkpoint.size), self._pace.reach)
                return self._is_ready(origin, checkpoint.size)
        finally:
            self._waiting.release()

    def held(self, log: Log) -> int | None:
        """Return how many leaves of a log are held and verified in every way."""
        return self._ready.get(log.key.name, 0)

    def file(self, path: str) -> bytes | None:
        """Return a file of the copy under the log's own path: the checkpoint we cosigned, tiles, bundles."""
        if self._parts is None:
            return None
        journal, index, _ = self._parts
        if path.startswith(f"{FOLDER}/"):
            return self._padding.file(path) if self._padding else None
        copy, rest = (index, path.removeprefix(INDEX)) if path.startswith(INDEX) else (journal, path)
        if rest == "checkpoint":
            cosigned = copy.log.folder / "cosigned"
            return cosigned.read_bytes() if self.folder.known(copy.log) else None
        return copy.published(rest)

    def _is_ready(self, origin: str, size: int) -> bool:
        return self._ready.get(origin, -1) >= size

    def _want(self, origin: str, checkpoint: Checkpoint, note: bytes) -> None:
        known = self._wanted.get(origin)
        if known is None or checkpoint.size > known.checkpoint.size:
            self._wanted[origin] = _Wanted(checkpoint, note)

    def _contradiction(self, log: Log, checkpoint: Checkpoint) -> bytes | None:
        parts = self._parts
        if parts is None:
            return None
        copy = next(copy for copy in parts[:2] if copy.log == log)
        try:
            return copy.contradiction(checkpoint)
        except TileRefused as damaged:
            raise OperatorRefusal(f"La copie de {log.key.name} est abîmée : {damaged}.") from None

    def _run(self) -> None:
        next_look = 0.0
        while not self._ended.is_set():
            if time.monotonic() >= next_look:
                self._look()
                next_look = time.monotonic() + self._pace.look
            self._asked.clear()
            left = max(next_look - time.monotonic(), 0.0)
            self._asked.wait(min(self._pace.again, left) if self._turn() else left)

    def _is_behind(self) -> bool:
        return any(not self._is_ready(origin, one.checkpoint.size) for origin, one in self._wanted.items())

    def _look(self) -> None:
        """Read the two public checkpoints; what is not signed by its log says nothing of it."""
        try:
            logs = pair(self.folder)
            for log, prefix in zip(logs or (), ("", INDEX), strict=False):
                content = self._source.get(prefix + "checkpoint")
                if content is None:
                    continue
                checkpoint, note = signed_checkpoint(content, log.key)
                with self._change:
                    self._want(log.key.name, checkpoint, note)
                self._compare(log, checkpoint, note)
                if prefix == INDEX and self._padding is not None:
                    self._padding.saw(self._now(), checkpoint.size)
        except (SourceSilent, NoteRefused, OperatorRefusal) as said:
            _log.warning("adresse publique du journal : %s", said)

    def _compare(self, log: Log, checkpoint: Checkpoint, note: bytes) -> None:
        ours = self._contradiction(log, checkpoint)
        if ours is not None:
            alarm = Alarm(Fault.FORK, log.key.name, checkpoint.size, self._now(), "", ours=ours, theirs=note)
            self.watch.alarmed(alarm, log)

    def _turn(self) -> bool:
        """Do what there is to do; return whether something must be done again soon."""
        try:
            if self._parts is None:
                self._parts = self._opened()
            if self._parts is None or self._is_alarmed():
                return False
            self._catch_up(*self._parts)
            if not self._is_behind() and self._parts[0].note is not None:
                self._count(self._parts[0])
        except SourceSilent as silent:
            _log.warning("le journal ne répond pas : %s", silent)
            return True
        except (OperatorRefusal, IndexUnusable, TileRefused, OSError) as fault:
            _log.error("%s", fault)
            return True
        return self._is_behind()

    def _opened(self) -> tuple[Copy, Copy, Checker] | None:
        logs = pair(self.folder)
        if logs is None:
            return None
        journal, index = copies_of(self.folder, logs)
        store = IndexStore.open(journal.log.folder / "tags.sqlite", writable=True)
        if store.size > journal.size:  # a file of another life
            store.emptied()
        self._padding = PaddingWatch(journal, index, self.folder.path, self._source, partial(is_tag, store))
        return journal, index, Checker(journal, index, store, index.log.folder / "checked")

    def _is_alarmed(self) -> bool:
        return any(standing_alarm(log.folder) for log in pair(self.folder) or ())

    def _catch_up(self, journal: Copy, index: Copy, checker: Checker) -> None:
        for copy in (index, journal):
            self._copied(copy)
        # The index log's leaves first: each asks for the index as it was, which only grows.
        self._verified(index, checker)
        self._verified(journal, checker)

    def _copied(self, copy: Copy) -> None:
        with self._change:
            wanted = self._wanted.get(copy.log.key.name)
        if wanted is None:
            return
        try:
            copy.grow_to(wanted.checkpoint, wanted.note, self._source)
        except Wrong as wrong:
            if wrong.settled or wanted.failing.lasts(self._pace.look):
                self._wrong(copy, wrong, wanted.checkpoint.size, wanted.note)
            else:
                _log.warning("%s : %s, à regarder de nouveau", copy.log.key.name, wrong)

    def _count(self, journal: Copy) -> None:
        """Check the keys of the padding that are told by now."""
        assert self._padding is not None
        try:
            self._padding.follow(self._now())
        except Wrong as wrong:
            if not self._untold.lasts(self._pace.look):
                _log.warning("%s : %s, à regarder de nouveau", journal.log.key.name, wrong)
                return
            self._wrong(journal, wrong, journal.size, journal.note or b"")
            self._padding.give_up()
        self._untold = _Failing()

    def _verified(self, copy: Copy, checker: Checker) -> None:
        """Check what is held in every way, then let those who wait know."""
        if copy.checkpoint is None or self._is_alarmed():
            return
        try:
            if copy.log.key.name.endswith("/index"):
                checker.check_index(copy.size)
            else:
                checker.check_tags(copy.size)
        except NotYet:
            return
        except Wrong as wrong:
            assert self._parts is not None
            whose = self._parts[0] if wrong.fault is Fault.TWICE else copy
            self._wrong(whose, wrong, whose.size, whose.note or b"")
            return
        with self._change:
            self._ready[copy.log.key.name] = copy.size
            self._change.notify_all()

    def _wrong(self, copy: Copy, wrong: Wrong, size: int, theirs: bytes) -> None:
        ours = copy.note or b""
        alarm = Alarm(
            wrong.fault,
            copy.log.key.name,
            size,
            self._now(),
            wrong.detail,
            ours=b"" if ours == theirs else ours,
            theirs=theirs,
        )
        self.watch.alarmed(alarm, copy.log)
