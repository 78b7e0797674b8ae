"""The daily reconciliation: what the keepers counted and what the journal holds must agree. Pure: numbers in, gaps out.

An answer without its line, a line taken out, a notice that was due and not written: each is a gap. What a crash left uncounted is
named, and never more than that. Guarantee: G5. Source: docs/decisions/0042.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from espace_sante.access.request import ActId
from espace_sante.keeper.tally import ANSWER, ENTRY, FAILED, KEY, LINES, NOTICES_DUE, NOTICES_WRITTEN, REFUSAL

ANSWERS_WITHOUT_ENTRY = "answers-without-entry"
KEYS_WITHOUT_ANSWER = "keys-without-answer"
NOTICES_LOST = "notices-lost"
LINES_GONE = "lines-gone"
LINES_TAKEN_BACK = "lines-taken-back"
LINES_UNCOUNTED = "lines-uncounted"
_GIVING_KEYS = (ActId.READ_DOCUMENT.value, ActId.READ_RESOURCE.value)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that does not agree: what, of which act when it has one, and by how many."""

    kind: str
    number: int
    act: str = ""

    def __str__(self) -> str:
        return ":".join((self.kind, *filter(None, (self.act,)), str(self.number)))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the lines no keeper counted: at least so many, and whether it is exactly so many."""

    uncounted_least: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """The journal at one instant: lines it holds, lines its heads say, lines the keepers counted.

    `quiet`: no line was written since before the keepers wrote their counts, so that nothing is missing from them but
    what a crash took. `crashes`: keepers that crashed since the last comparison.
    """

    held: int
    numbered: int
    counted: int
    quiet: bool
    crashes: int

    @property
    def uncounted(self) -> int:
        """Lines that no keeper counted: those of crashes, and of the last moments when it is not quiet."""
        return self.numbered - self.counted


def gaps_of_day(counts: Mapping[str, int]) -> list[Gap]:
    """Return what does not agree in one day's counts, by kind (`tally.py`)."""
    found = []
    acts = {kind.partition(":")[2] for kind in counts if kind.startswith((f"{ANSWER}:", f"{REFUSAL}:", f"{FAILED}:"))}
    for act in sorted(acts):
        said = sum(counts.get(f"{kind}:{act}", 0) for kind in (ANSWER, REFUSAL, FAILED))
        if (over := said - counts.get(f"{ENTRY}:{act}", 0)) > 0:
            found.append(Gap(ANSWERS_WITHOUT_ENTRY, over, act))
    readings = sum(counts.get(f"{ENTRY}:{act}", 0) for act in _GIVING_KEYS)
    if (over := counts.get(KEY, 0) - readings) > 0:
        found.append(Gap(KEYS_WITHOUT_ANSWER, over))
    if (lost := counts.get(NOTICES_DUE, 0) - counts.get(NOTICES_WRITTEN, 0)) > 0:
        found.append(Gap(NOTICES_LOST, lost))
    entries = sum(number for kind, number in counts.items() if kind.startswith(f"{ENTRY}:"))
    if (over := entries - counts.get(LINES, 0)) > 0:
        found.append(Gap(ANSWERS_WITHOUT_ENTRY, over, LINES))
    return found


def gaps_of_the_journal(measure: Measure, before: Standing) -> tuple[list[Gap], Standing]:
    """Return what does not agree between the journal and all the counts, and what is known from now on.

    Exact in one direction whatever happens meanwhile: a keeper counts a line after it is committed. In the other only when
    it is quiet and nothing crashed.
    """
    found, uncounted = [], measure.uncounted
    if measure.held != measure.numbered:
        found.append(Gap(LINES_GONE, abs(measure.numbered - measure.held)))
    if uncounted < before.uncounted_least:
        found.append(Gap(LINES_TAKEN_BACK, before.uncounted_least - uncounted))
        # Told once when it is known exactly; told again at the next comparison otherwise.
        return found, Standing(uncounted, True) if measure.quiet else before
    if not measure.quiet:
        return found, Standing(before.uncounted_least, before.settled and not measure.crashes)
    if before.settled and not measure.crashes and uncounted > before.uncounted_least:
        found.append(Gap(LINES_UNCOUNTED, uncounted - before.uncounted_least))
    return found, Standing(uncounted, True)
