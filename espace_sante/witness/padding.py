"""What a mirror says of padding: each day's key is published in time, and explains that day's dummies, all of them, nothing else.

    padding/<day>   the files as the log published them, kept beside the copied tiles and served like them
    padding.json    in the journal's folder: how far the days are settled, and what was seen of those to come

A dummy that a key makes must be a leaf after the publications of the days before, and the dummy that would come next must be no
leaf at all. What no key explains is an entry: anybody can count them. Days go by the log's own word; only whether a key is late
goes by our clock, and only for days on which we saw publications ourselves. Guarantee: G6. Source: docs/specs/journal.md §8, §9.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from espace_sante.journal.index import read_index_leaf
from espace_sante.journal.padding import KEPT_DAYS, Padding, PaddingRefused, dummy, read_padding
from espace_sante.witness.alarm import Fault
from espace_sante.witness.copying import Copy, Files, Wrong
from espace_sante.witness.durable import write_whole

FILE_NAME = "padding.json"
FOLDER = "padding"
MARGIN_SECONDS = 3_600  # at both ends of a day: what is seen there may be of the day before, or after
SILENCE_DAYS = 60  # how many days without a key, going back, before a log is taken to begin after them
_DAY_SECONDS = 86_400
_KEPT = timedelta(days=KEPT_DAYS)
_ONE = timedelta(days=1)


class Settled(msgspec.Struct, frozen=True):
    """Up to where keys were checked: leaves and publications of the days up to there, and how many leaves were dummies."""

    leaves: int = 0
    publications: int = 0
    dummies: int = 0


class _Known(msgspec.Struct):
    """What is kept in the file. `seen`: of a day, the number of publications at our first and last look within it."""

    first: date
    last: date | None = None
    settled: Settled = Settled()
    given_up: list[date] = []
    seen: dict[date, tuple[int, int]] = {}


def explained(told: Padding, journal: Copy, index: Copy, before: Settled, is_tag: Callable[[bytes], bool]) -> Settled:
    """Return what is settled once a day's key is checked against the leaves held. Raises Wrong, and TileRefused for a damaged copy."""
    held = journal.size - before.leaves
    if told.dummies > held:
        raise _wrong(told.day, f"{told.dummies} fausses lignes annoncées, {held} lignes")
    left, end = set(told.leaves), before.leaves
    if left:
        for number, leaf in enumerate(journal.leaves(before.leaves, journal.size), before.leaves):
            if leaf in left:
                left.discard(leaf)
                end = number + 1
            if not left:
                break
    if left:
        raise _wrong(told.day, f"{len(left)} des {told.dummies} fausses lignes annoncées ne sont pas à leur place")
    if is_tag(dummy(told.key, told.dummies)[0]):
        raise _wrong(told.day, f"plus de {told.dummies} fausses lignes : le nombre annoncé est trop petit")
    return _whole(index, before, end, told.dummies)


def _whole(index: Copy, before: Settled, end: int, dummies: int) -> Settled:
    """Go on to the end of the publication that holds the last dummy: a publication is of one day."""
    total = before.dummies + dummies
    if end == before.leaves:
        return Settled(before.leaves, before.publications, total)
    for number, leaf in enumerate(index.leaves(before.publications, index.size), before.publications + 1):
        size = read_index_leaf(leaf).size
        if size >= end:
            return Settled(size, number, total)
    return Settled(end, index.size, total)


def _wrong(day: date, why: str) -> Wrong:
    # Never settled: what an address gave once may be the fault of whoever stands before it.
    return Wrong(Fault.PADDING, f"{FOLDER}/{day.isoformat()} : {why}", settled=False)


class PaddingWatch:
    """Follows the padding of a journal, day after day. For one thread."""

    def __init__(self, journal: Copy, index: Copy, place: Path, source: Files, is_tag: Callable[[bytes], bool]) -> None:
        self._journal, self._index = journal, index
        self._place, self._source, self._is_tag = place / FOLDER, source, is_tag
        self._file = journal.log.folder / FILE_NAME
        self._known = _read(self._file)
        self._asked: tuple[date, int] | None = None
        self.at_fault: date | None = None

    def saw(self, at_seconds: int, publications: int) -> None:
        """Note how many publications the log shows at an instant; near midnight nothing is noted."""
        known = self._known
        if known is None or not MARGIN_SECONDS <= at_seconds % _DAY_SECONDS < _DAY_SECONDS - MARGIN_SECONDS:
            return
        if publications < max((last for _, last in known.seen.values()), default=0):
            return  # an old answer, kept by somebody on the way
        day = _day(at_seconds)
        begun = known.seen.get(day, (publications, publications))
        if known.seen.get(day) != (begun[0], publications):
            known.seen[day] = begun[0], publications
            self._write()

    def follow(self, at_seconds: int) -> None:
        """Ask for the keys that may be told by now, and check them. Raises Wrong, and whatever the source raises when silent."""
        today = _day(at_seconds)
        if self._known is None:
            self._known = _Known(self._first_day(today))
            self._write()
        asked = today, self._index.size
        if asked == self._asked and self.at_fault is None:
            return  # the log tells keys when it publishes
        for day, content in self._published(today):
            self.at_fault = day
            goes_on = self._goes_on(day, content, today)
            self.at_fault = None
            if not goes_on:
                break
        self._asked = asked

    def file(self, path: str) -> bytes | None:
        """Return a key that was checked, as the log published it; None for any other path."""
        name = path.removeprefix(f"{FOLDER}/")
        try:
            return (self._place / date.fromisoformat(name).isoformat()).read_bytes()
        except (ValueError, FileNotFoundError):
            return None

    def give_up(self) -> None:
        """Leave the day at fault, of which the alarm has spoken: once it is lifted, the days after it are looked at."""
        if self._known is not None and self.at_fault is not None:
            self._known.given_up.append(self.at_fault)
            self._close(self.at_fault, self._known.settled)
            self.at_fault = None

    def _goes_on(self, day: date, content: bytes | None, today: date) -> bool:
        """Settle a day; return whether the next may be looked at. Raises Wrong."""
        assert self._known is not None
        if content is None:
            if not self._has_published(day):
                return True  # as far as we saw; asked for again as long as no later day is settled
            if self._is_due(day, today):
                raise Wrong(Fault.UNTOLD, f"{FOLDER}/{day.isoformat()}", settled=False)
            return False
        try:
            told = read_padding(content)
        except PaddingRefused:
            raise _wrong(day, "ce n'est pas la forme annoncée") from None
        if told.day != day:
            raise _wrong(day, f"le fichier parle du {told.day.isoformat()}")
        settled = explained(told, self._journal, self._index, self._known.settled, self._is_tag)
        self._place.mkdir(exist_ok=True)
        write_whole(self._place / day.isoformat(), content)
        self._close(day, settled)
        return True

    def _published(self, today: date) -> list[tuple[date, bytes | None]]:
        """Return what is published of the days not settled yet, in their order.

        The newest is asked for first: the log writes the oldest first, so one that is not there was not there before it.
        """
        assert self._known is not None
        day, found = today - _KEPT - _ONE, []
        begin = self._known.first if self._known.last is None else self._known.last + _ONE
        while day >= begin:
            found.append((day, self._source.get(f"{FOLDER}/{day.isoformat()}")))
            day -= _ONE
        return found[::-1]

    def _first_day(self, today: date) -> date:
        """Return the first day whose key is told, going back until there is none for long; the log may be older than we are."""
        first = day = today - _KEPT - _ONE
        while (first - day).days < SILENCE_DAYS:
            day -= _ONE
            if self._source.get(f"{FOLDER}/{day.isoformat()}") is not None:
                first = day
        return first

    def _has_published(self, day: date) -> bool:
        """Say whether the log surely published on a day: of two seen to come within it, one at most was held up since before."""
        assert self._known is not None
        first, last = self._known.seen.get(day, (0, 0))
        return last - first >= 2

    def _is_due(self, day: date, today: date) -> bool:
        """Say whether the key of a day should be there: the log published more than seven days later, and before today."""
        assert self._known is not None
        return any(day + _KEPT < later < today and self._has_published(later) for later in self._known.seen)

    def _close(self, day: date, settled: Settled) -> None:
        assert self._known is not None
        self._known.last, self._known.settled = day, settled
        self._known.seen = {later: counts for later, counts in self._known.seen.items() if later > day}
        self._write()

    def _write(self) -> None:
        write_whole(self._file, msgspec.json.encode(self._known) + b"\n")


def settled_in(folder: Path) -> tuple[date, Settled] | None:
    """Return the last day settled in the folder of a journal, and what is settled; None before the first."""
    known = _read(folder / FILE_NAME)
    return None if known is None or known.last is None else (known.last, known.settled)


def kept(place: Path) -> list[Padding]:
    """Return the keys that a mirror keeps, by day. Raises PaddingRefused for a damaged one."""
    return [read_padding(file.read_bytes()) for file in sorted((place / FOLDER).glob("[0-9]*"))]


def _read(path: Path) -> _Known | None:
    """Return what is kept; one that is lost or damaged is begun again, from the first key."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Known)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _day(at_seconds: int) -> date:
    return datetime.fromtimestamp(at_seconds, UTC).date()
