"""The FHIR resources kept in a person's space besides documents: which types, and where each goes, as dated public data.

A resource goes to the category of the kind of document that would say the same; the matrix, her masks and her permissions then
hold for it as for that document. What is not in the table is refused. The contexts (associated data) tie each sealed part to
its row and its version. Source: docs/specs/resource.md; docs/decisions/0049. Guarantee: G3, G7.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from uuid import UUID

IN_FORCE = "2026-11-26"
COLUMNS = (
    *("numéro", "ressource", "libellé", "élément", "si la catégorie est"),
    *("notre catégorie", "type de document", "raison"),
)


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One line of the table.

    `number` and `category` stand in clear in a row; `subject` is the element that names the person; `when` the code that the
    resource must carry in its own `category` ("" for none); without a `subject` it is a supporting one, seen with what names it
    and never alone (keeper/leaning.py); `type_code` the code of the document that would say the same.
    """

    number: int
    type: str
    label: str
    subject: str
    when: str
    category: int
    type_code: str
    reason: str


@cache
def kinds() -> tuple[ResourceKind, ...]:
    """Return the lines of the table in force, in its order."""
    text = files("espace_sante.records").joinpath("resources", f"{IN_FORCE}.csv").read_text(encoding="utf-8")
    lines = csv.reader(io.StringIO(text, newline=""))
    if tuple(next(lines)) != COLUMNS:
        raise ValueError("the table of resources has other columns")
    return tuple(
        ResourceKind(int(number), name, label, subject, when, int(category), type_code, reason)
        for number, name, label, subject, when, category, type_code, reason in lines
    )


@cache
def numbers() -> Mapping[str, int]:
    """Return the number of each type."""
    return MappingProxyType({kind.type: kind.number for kind in kinds()})


@cache
def names() -> Mapping[int, str]:
    """Return the type of each number."""
    return MappingProxyType({kind.number: kind.type for kind in kinds()})


def subject_element(name: str) -> str:
    """Return the element of a type that names the person, "" for a supporting one; raises KeyError for a type that is not kept."""
    found = [kind.subject for kind in kinds() if kind.type == name]
    if not found:
        raise KeyError(name)
    return found[0]


def kind_of(name: str, codes: Iterable[str]) -> ResourceKind | None:
    """Return where a resource of a type goes, by the codes of its own `category`; None when nothing or two lines say so."""
    said = frozenset(codes)
    found = [kind for kind in kinds() if kind.type == name and (not kind.when or kind.when in said)]
    return found[0] if len(found) == 1 else None


def is_a_kind(number: int, category: int, type_code: str) -> bool:
    """Say whether some line of the table puts a type there."""
    return any((kind.number, kind.category, kind.type_code) == (number, category, type_code) for kind in kinds())


def label_of(name: str, category: int = 0) -> str:
    """Return the French words for a resource of a type, in a category when it is known."""
    mine = [kind for kind in kinds() if kind.type == name]
    return next((kind.label for kind in mine if kind.category == category), mine[0].label if mine else name)


def body_context(row: UUID, version: int) -> bytes:
    """Return the associated data of one version of a resource."""
    return b"resource|" + row.bytes + version.to_bytes(4, "big")


def resource_key_context(space: UUID, row: UUID, version: int, kind: tuple[int, int]) -> bytes:
    """Return the associated data of the key of one version, wrapped under its compartment; `kind`: type, category."""
    number, category = kind
    place = space.bytes + row.bytes + version.to_bytes(4, "big")
    return b"resource-key|" + place + number.to_bytes(2, "big") + category.to_bytes(2, "big")


# The numbers of the types that are seen with what names them, and never alone.
SUPPORTING = frozenset(kind.number for kind in kinds() if not kind.subject)
