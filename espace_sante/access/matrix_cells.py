"""The public matrix as it is shown: each cell with its reason and its source, and what two versions do not show alike.

`matrix.py` is what a decision reads; here is what people read. Source: docs/specs/matrix.md.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from espace_sante.access.matrix import Matrix, Row
from espace_sante.access.matrix_files import builtin_folder, builtin_texts, decision_in, read_matrix, stamp_of, texts_in
from espace_sante.records.document import CATEGORIES


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a version: about a category, a type, an emergency, or nothing at all; its reason and where it comes from."""

    profession: str
    label: str
    what: str
    code: str
    shown: bool
    reason: str
    source: str
    read_on: str
    licence: str = ""

    @property
    def day(self) -> date | None:
        """Return the day its source was read, None when something else is written there."""
        try:
            return date.fromisoformat(self.read_on)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Version:
    """One version as published: its name (a date), its bytes, its cells, the table a decision of access reads.

    `decided`: the decision it leans on, in one of the forms of `kernel.decided`; "" for one kept before decisions were asked.
    """

    name: str
    text: str
    cells: tuple[Cell, ...]
    matrix: Matrix
    decided: str = ""

    @property
    def day(self) -> date:
        """Return the day it is named after."""
        return date.fromisoformat(self.name[:10])

    @property
    def letters(self) -> str:
        """Return what tells it from the others of its day, "" for the only one."""
        return self.name[10:].strip("-")

    @property
    def sha256(self) -> str:
        """Return the hash of its bytes (hexadecimal)."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def professions(self) -> Mapping[str, str]:
        """Return the professions it has a line for, by code, in the order of their French names."""
        named = {cell.profession: cell.label for cell in self.cells}
        return MappingProxyType(dict(sorted(named.items(), key=lambda one: (one[1], one[0]))))

    def cell(self, profession: str, what: str, code: str) -> Cell | None:
        """Return the cell of a profession about something, the last one when it stands twice; None: absent, refused."""
        found = [c for c in self.cells if (c.profession, c.what, c.code) == (profession, what, code)]
        return found[-1] if found else None


WHOLE, UNTYPED = "", "?"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Something that two versions do not show alike: one type in a category, all that is in it (WHOLE), or what has no type
    that we know (UNTYPED).
    """

    profession: str
    label: str
    category: int
    type_code: str
    gained: bool


def version_of(name: str, text: str) -> Version:
    """Return a version; raises MatrixUnreadable."""
    matrix = read_matrix(name, text)
    lines = csv.DictReader(io.StringIO(text, newline=""))
    return Version(name, text, tuple(_cell(line) for line in lines), matrix)


def published(home: Path) -> tuple[Version, ...]:
    """Return every version of an instance, the oldest first: those shipped, then those its operator imported."""
    folder = home / "matrices"
    return _published(folder, stamp_of(folder))


@lru_cache(maxsize=4)
def _published(folder: Path, _stamp: object) -> tuple[Version, ...]:
    texts = dict([*builtin_texts(), *texts_in(folder)])
    return tuple(replace(version_of(name, texts[name]), decided=_decided(folder, name)) for name in sorted(texts))


def _decided(folder: Path, name: str) -> str:
    return decision_in(folder, name) or decision_in(builtin_folder(), name)


def changes(before: Version, after: Version, types: Mapping[str, int]) -> list[Change]:
    """Return what became shown and what is shown no more; `types` gives the category of each type to be looked at."""
    labels = {**before.professions, **after.professions}
    found: list[Change] = []
    for profession, label in labels.items():
        for category in CATEGORIES:
            asked = [UNTYPED, *(one for one, where in types.items() if where == category)]
            found += _in_category(
                profession, label, category, before.matrix.row(profession), after.matrix.row(profession), asked
            )
    return sorted(found)


def _in_category(profession: str, label: str, category: int, old: Row, new: Row, asked: list[str]) -> list[Change]:
    changed = []
    for one in asked:
        before, after = (row.shows(category, "" if one == UNTYPED else one) for row in (old, new))
        if before != after:
            changed.append(Change(profession, label, category, one, after))
    if len(changed) == len(asked):  # all the same way: what has no type is shown only when every type is
        return [Change(profession, label, category, WHOLE, changed[0].gained)]
    return changed


def types_named(versions: Iterable[Version], known: Mapping[str, int]) -> dict[str, int]:
    """Return the types to compare: those of our tables, and those any of the versions names (in no known category)."""
    named = {cell.code: 8 for version in versions for cell in version.cells if cell.what == "type"}
    return named | dict(known)


def _cell(line: Mapping[str, str]) -> Cell:
    return Cell(
        line["profession"],
        line["libellé"],
        line["objet"],
        line["code"],
        line["montré"] == "oui",
        line["raison"],
        line["source"],
        line["lu le"],
        line.get("licence") or "",
    )
