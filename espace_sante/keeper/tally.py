"""What a keeper counts while it works: its lines, its answers, the keys it opens. In memory; written by `counting.py`.

A count costs an addition: nothing waits for it, and nothing is decided by it. Source: docs/decisions/0042.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from espace_sante.access.request import ActId

# Kinds that stand alone; the others are followed by an act, as `answer:read_document`.
LINES, BLOBS, NOTICES_DUE, NOTICES_WRITTEN = "lines", "blobs", "notices-due", "notices-written"
UNKNOWN = "unknown"  # batches whose outcome was lost with the database: nothing was answered, a line may stand
ENTRY, ANSWER, REFUSAL, KEY, FAILED = "entry", "answer", "refusal", "key", "failed"
# The acts whose answer holds a document's key: each such answer is one key given.
KEYS_GIVEN = frozenset(
    {ActId.READ_DOCUMENT.value, ActId.READ_ORDERED.value, ActId.READ_RESOURCE.value, ActId.READ_AFTER_DEATH.value}
)


class Tally:
    """Totals by day, kind and act since the keeper started; `day` is that of the last decision, in UTC."""

    def __init__(self) -> None:
        self.day = date.min
        self._counts: dict[date, Counter[tuple[str, str]]] = {}
        self._written: dict[tuple[date, str], int] = {}
        self._today: Counter[tuple[str, str]] = Counter()

    def turn(self, day: date) -> None:
        """Count from now on for a day; going back and forth is allowed."""
        if day != self.day:
            self.day = day
            self._today = self._counts.setdefault(day, Counter())

    def add(self, kind: str, act: str = "", number: int = 1) -> None:
        """Count some more of a kind."""
        self._today[kind, act] += number

    def changed(self) -> list[tuple[date, str, int]]:
        """Return the totals that are not written yet, each with its day and its kind in one word."""
        return [
            (day, name, number)
            for day, counts in self._counts.items()
            for (kind, act), number in counts.items()
            if number and self._written.get((day, name := f"{kind}:{act}" if act else kind)) != number
        ]

    def written(self, cells: list[tuple[date, str, int]]) -> None:
        """Say that these totals are kept; days that are over by two are forgotten here."""
        self._written.update({(day, kind): number for day, kind, number in cells})
        for old in [day for day in self._counts if (self.day - day).days > 2]:
            del self._counts[old]
            self._written = {cell: number for cell, number in self._written.items() if cell[0] != old}

    def totals(self) -> Mapping[tuple[str, str], int]:
        """Return everything counted in the days still held, by kind and act."""
        found: Counter[tuple[str, str]] = Counter()
        for counts in self._counts.values():
            found.update(counts)
        return found
