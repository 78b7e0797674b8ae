"""The public matrix as pages: which documents a profession may be shown at most, why, from where, and what changed.

What a version does not write is refused, and the page says so. Source: docs/specs/matrix.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from espace_sante.access.matrix_cells import UNTYPED, WHOLE, Cell, Change, Version, changes, types_named
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import CodeTables
from espace_sante.kernel.decided import named
from espace_sante.kernel.i18n import mark
from espace_sante.public.pages import Addresses, Content, Said
from espace_sante.records.document import CATEGORIES, category_of

_YES = Said(mark("Montré"), "green")
_NO = Said(mark("Refusé"), "grey")
_PARTLY = Said(mark("En partie"), "yellow")
_EMERGENCIES: Mapping[str, str] = {
    "bedside": mark("Auprès de vous, en urgence"),
    "regulator": mark("Au téléphone, à l’appel d’urgence"),
}
_JOINED = re.compile(r"^(\w+-)(\w)")


@dataclass(frozen=True, slots=True)
class Profession:
    """One profession: its code, its name, and what tells it from another of the same name ("": nothing has to)."""

    code: str
    name: str
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """One type of document: its name, whether it is shown, and the cell that says so (None: the category's, or none)."""

    label: str
    said: Said
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Category:
    """One category: its name, what holds for it, its own cell, and each of its types.

    `but_untyped`: something of it is shown, but not a document whose type is unknown.
    """

    name: str
    said: Said
    cell: Cell | None
    types: tuple[Type, ...]
    but_untyped: bool


@dataclass(frozen=True, slots=True)
class Types:
    """The types of documents that our tables know: their French names and the categories they go to."""

    labels: Mapping[str, str]
    categories: Mapping[str, int]

    @classmethod
    def of(cls, tables: CodeTables) -> Types:
        """Return those of an instance's tables."""
        known = tables.rows(Table.TYPES)
        return cls(
            {code: rows[0].label or code for code, rows in known.items()},
            {code: category_of(code, tables.class_of_type(code)) for code in known},
        )


def name_of(label: str) -> str:
    """Return the name of a profession as French writes it: « Sage-femme », « Médecin – Médecine du travail »."""
    return _JOINED.sub(lambda found: found[1] + found[2].lower(), label).replace(" - ", " – ")


def professions(version: Version) -> Mapping[str, Profession]:
    """Return the professions of a version by their code, in the order of their labels."""
    names = {code: name_of(label) for code, label in version.professions.items()}
    many = Counter(names.values())
    return {
        code: Profession(code, name, code.rpartition("/")[2] if many[name] > 1 else "") for code, name in names.items()
    }


def words(version: Version) -> Iterator[str]:
    """Return what a version says in French and its pages show: names of professions, reasons, sources."""
    for cell in version.cells:
        yield from (name_of(cell.label), cell.reason, cell.source)


def page_name(profession: str) -> str:
    """Return a profession's code as a name of a page."""
    return profession.replace("/", "-")


def matrix_page(versions: Sequence[Version], types: Types, addresses: Addresses) -> Content:
    """Return the first page: the version in force, its professions, and what the last version changed."""
    current = versions[-1]
    before = versions[-2] if len(versions) > 1 else None
    known = types_named(versions[-2:], types.categories)
    shown = professions(current)
    every = {**professions(before), **shown} if before else shown
    values = {
        "version": current,
        "professions": [(addresses.matrix_of(page_name(one.code)), one) for one in shown.values()],
        "before": before,
        "changes": [_changed(one, every, types) for one in changes(before, current, known)] if before else [],
        "versions": [
            (one.name, addresses.matrix_file(one.name), one.sha256, named(one.decided)) for one in reversed(versions)
        ],
        "addresses": addresses,
    }
    return Content("public/matrix.html", values)


def profession_page(version: Version, profession: str, types: Types, addresses: Addresses) -> Content:
    """Return what one profession may be shown at most, category by category."""
    values = {
        "version": version,
        "profession": professions(version)[profession],
        "categories": [_category(version, profession, number, types) for number in CATEGORIES],
        "emergencies": [
            (words, _YES if cell and cell.shown else _NO, cell)
            for kind, words in _EMERGENCIES.items()
            for cell in (version.cell(profession, "urgence", kind),)
        ],
        "none": version.cell(profession, "rien", ""),
        "file": addresses.matrix_file(version.name),
        "addresses": addresses,
    }
    return Content("public/matrix_profession.html", values)


def _category(version: Version, profession: str, number: int, types: Types) -> Category:
    row, cell = version.matrix.row(profession), version.cell(profession, "catégorie", str(number))
    known = types_named((version,), types.categories)
    found = []
    for code, where in known.items():
        if where == number:
            own = version.cell(profession, "type", code)
            found.append(Type(types.labels.get(code, code), _YES if row.shows(number, code) else _NO, own))
    shown = {one.said for one in found} | {_YES if row.shows(number, "") else _NO}
    said = _PARTLY if len(shown) > 1 else next(iter(shown))
    return Category(
        CATEGORIES[number],
        said,
        cell,
        tuple(sorted(found, key=lambda one: one.label)),
        _YES in shown and not row.shows(number, ""),
    )


def _changed(one: Change, every: Mapping[str, Profession], types: Types) -> tuple[Profession, str, str, bool]:
    """Return a change: the profession, the category, the type ("" for all of it), and whether it was gained."""
    what = {WHOLE: "", UNTYPED: mark("les documents sans type connu")}
    return (
        every[one.profession],
        CATEGORIES[one.category],
        what.get(one.type_code, types.labels.get(one.type_code, one.type_code)),
        one.gained,
    )
