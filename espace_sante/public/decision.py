"""Decisions of the project, as a promise links to them: their number, and the two sentences written for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import espace_sante

FOLDER = Path(espace_sante.__file__).resolve().parent.parent / "docs" / "decisions"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its number, what it says to everybody, the promises it touches."""

    number: int
    said: str
    promises: frozenset[int]


@cache
def decisions() -> tuple[Decision, ...]:
    """Return the decisions of this tree by number; none when the program was installed without its documents."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("[0-9][0-9][0-9][0-9]-*.md")))


def linked(promise: int, every: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that touch a promise."""
    return tuple(one for one in every if promise in one.promises)


def _read(path: Path) -> Decision:
    text = path.read_text(encoding="utf-8")
    touched = text.partition("## Guarantee touched")[2]
    said = " ".join(line.removeprefix("> ").strip() for line in touched.splitlines() if line.startswith("> "))
    return Decision(int(path.name[:4]), said, frozenset(int(number) for number in re.findall(r"\bG(\d+)\b", touched)))
