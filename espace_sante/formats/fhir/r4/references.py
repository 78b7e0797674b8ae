"""Every reference of a resource, with where it stands and where the definition lets it lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from espace_sante.formats.fhir.r4.definitions import resource_types
from espace_sante.formats.fhir.r4.primitives import PRIMITIVES
from espace_sante.formats.fhir.r4.shapes import elements_of, written
from espace_sante.formats.fhir.r4.targets import type_of


@dataclass(frozen=True, slots=True)
class Pointer:
    """One Reference. `targets` is empty when it may lead anywhere; `leads_to` is "" when its words do not tell the type."""

    expression: str
    reference: str
    identifier: dict[str, Any] | None
    targets: frozenset[str]
    leads_to: str


def references(resource: dict[str, Any]) -> Iterator[Pointer]:
    """Yield each Reference of a resource that `validate` accepts, those of what it contains and of its entries too, in order.

    Of a resource that it refuses, yields what can be read. Never raises on what `read_object` returns.
    """
    kind = resource.get("resourceType")
    if isinstance(kind, str) and kind in resource_types():
        yield from _inside(kind, resource, kind)


def _inside(shape: str, value: Any, place: str) -> Iterator[Pointer]:
    if not isinstance(value, dict):
        return
    known = _known(shape)
    for name, member in value.items():
        found = known.get(name)
        if found is None:
            continue
        path, kind = found
        for index, one in enumerate(member if isinstance(member, list) else (member,)):
            here = f"{place}.{path}[{index}]" if isinstance(member, list) else f"{place}.{path}"
            if kind == "Resource":
                inner = one.get("resourceType") if isinstance(one, dict) else None
                if isinstance(inner, str) and inner in resource_types():
                    yield from _inside(inner, one, here)
                continue
            if kind.partition("(")[0] == "Reference" and isinstance(one, dict):
                yield _pointer(one, kind, here)
            yield from _inside(kind.partition("(")[0], one, here)


@cache
def _known(shape: str) -> dict[str, tuple[str, str]]:
    """Return, for each member that may hold a reference or lead to one, its path and its type."""
    found: dict[str, tuple[str, str]] = {}
    if shape in PRIMITIVES:
        return found
    elements, _ = elements_of(shape)
    for one in elements:
        path = one.name.removesuffix("[x]")
        for kind in one.types:
            bare = kind.partition("(")[0]
            if bare in PRIMITIVES:
                found[f"_{path if path == one.name else written(path, bare)}"] = (path, "Element")
            else:
                found[path if path == one.name else written(path, bare)] = (path, kind)
    return found


def _pointer(value: dict[str, Any], kind: str, place: str) -> Pointer:
    literal, identifier = value.get("reference"), value.get("identifier")
    targets = kind.partition("(")[2].removesuffix(")")
    written = literal if isinstance(literal, str) else ""
    return Pointer(
        place,
        written,
        identifier if isinstance(identifier, dict) else None,
        frozenset(targets.split(",") if targets else ()),
        type_of(written),
    )
