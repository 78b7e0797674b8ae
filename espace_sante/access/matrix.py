"""Which profession may be shown which documents: a public, dated, versioned table. A cell that is absent refuses.

It only narrows: nobody reads by the matrix, only by her permission, and no further than the matrix goes. A permission keeps the
version it was given under: a later matrix may take something from it, never add to it.
Source: EHDS (Regulation (EU) 2025/327) art. 11(3); CSP R1111-46; docs/decisions/0023. Guarantee: G3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from espace_sante.consent.emergency import GlassKind


@dataclass(frozen=True, slots=True)
class Row:
    """What one profession may be shown: whole categories, and types of documents (codes) more or less than these.

    `emergency`: the kinds of emergency in which its members may ask for more.
    """

    categories: frozenset[int] = frozenset()
    types: frozenset[str] = frozenset()
    but_types: frozenset[str] = frozenset()
    emergency: frozenset[GlassKind] = frozenset()

    def shows(self, category: int, type_code: str) -> bool:
        """Say whether a document of that category and type may be shown; of a type unknown, only when no type is excepted."""
        if type_code in self.but_types or (not type_code and self.but_types):
            return False
        return category in self.categories or type_code in self.types


_NO_ROW = Row()


@dataclass(frozen=True, slots=True)
class Matrix:
    """One version of the table; `rows` by profession code (CI-SIS), with or without its speciality after a slash."""

    version: str
    rows: Mapping[str, Row]

    def row(self, profession: str) -> Row:
        """Return what stands for a profession: its own line, else that of the profession without its speciality."""
        found = self.rows.get(profession)
        if found is None:
            found = self.rows.get(profession.partition("/")[0])
        return found or _NO_ROW


@dataclass(frozen=True, slots=True)
class Matrices:
    """The version in force, and those before it by their version: permissions were given under them."""

    current: Matrix
    past: Mapping[str, Matrix] = field(default_factory=dict)

    def rows(self, profession: str, version: str) -> tuple[Row, Row]:
        """Return the two lines that bind a permission given under a version: today's, and the one she knew.

        A version that is not kept any more shows nothing; a permission from before there was a matrix ("") knew none.
        """
        now = self.current.row(profession)
        if version in ("", self.current.version):
            return now, now
        then = self.past.get(version)
        return now, then.row(profession) if then is not None else _NO_ROW

    def shows(self, profession: str, category: int, type_code: str, version: str) -> bool:
        """Say whether a permission given under a version may show a document to a profession today."""
        now, then = self.rows(profession, version)
        return now.shows(category, type_code) and then.shows(category, type_code)

    def lets_in_emergency(self, profession: str, kind: GlassKind) -> bool:
        """Say whether a profession may break the glass."""
        return kind in self.current.row(profession).emergency


NO_MATRIX = Matrices(Matrix("", MappingProxyType({})))
