"""Decisions of the project, as a promise links to them: their number, and the two sentences written for everybody.

An accepted decision is not rewritten: a later one says on its status line what it does to it, and is shown beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

import espace_sante
from espace_sante.kernel.i18n import mark

FOLDER = Path(espace_sante.__file__).resolve().parent.parent / "docs" / "decisions"


class Since(StrEnum):
    """What a later decision does to an earlier one."""

    REPLACED_IN_PART = mark("Remplacée en partie par la décision %(number)s.")
    CHANGED = mark("Changée plus tard par la décision %(number)s.")
    COMPLETED = mark("Complétée par la décision %(number)s.")


# How a status line begins to say so; the numbers follow, until the sentence ends.
SAID_AS = {
    "Replaces": Since.REPLACED_IN_PART,
    "Changes": Since.CHANGED,
    "Amends": Since.CHANGED,
    "Adds to": Since.COMPLETED,
    "Completes": Since.COMPLETED,
}
_DONE = re.compile(rf"\b({'|'.join(SAID_AS)})\b([^.]*)")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its number, what it says to everybody, the promises it touches.

    `done`: what it does to earlier ones. `later`: what later ones did to it.
    """

    number: int
    said: str
    promises: frozenset[int]
    done: tuple[tuple[Since, int], ...] = ()
    later: tuple[tuple[Since, int], ...] = ()


@cache
def decisions() -> tuple[Decision, ...]:
    """Return the decisions of this tree by number; none when the program was installed without its documents."""
    every = [read(path) for path in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]-*.md"))]
    return tuple(replace(one, later=_later(one.number, every)) for one in every)


def linked(promise: int, every: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that touch a promise."""
    return tuple(one for one in every if promise in one.promises)


def read(path: Path) -> Decision:
    """Return the decision of one file, alone."""
    text = path.read_text(encoding="utf-8")
    touched = text.partition("## Guarantee touched")[2]
    said = " ".join(line.removeprefix("> ").strip() for line in touched.splitlines() if line.startswith("> "))
    promises = frozenset(int(number) for number in re.findall(r"\bG(\d+)\b", touched))
    return Decision(int(path.name[:4]), said, promises, tuple(_done(text)))


def _done(text: str) -> Iterator[tuple[Since, int]]:
    status = text.partition("Status: ")[2].partition("\n\n")[0]
    for verb, rest in _DONE.findall(re.sub(r"\]\([^)]*\)", "", status)):
        yield from ((SAID_AS[verb], int(number)) for number in re.findall(r"\b\d{4}\b", rest))


def _later(number: int, every: Iterable[Decision]) -> tuple[tuple[Since, int], ...]:
    return tuple((since, one.number) for one in every for since, earlier in one.done if earlier == number)
