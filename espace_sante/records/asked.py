"""What an application asks of a record, item by item, in the words of the table of resources; and what is left when some are not given.

An item is one line of the table (a type, and its category where types differ), or the documents. A right that cannot be said in
these words is not given. Pure: knows no application.
Source: SMART App Launch 2.2, "Scopes for requesting FHIR Resources" (v2, `?category=`); records/resources/<date>.csv.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from espace_sante.identity.scopes import EVERY, FIXED, Scope, Scopes, parse_scopes, scopes_of
from espace_sante.records.resource import kinds

DOCUMENT_TYPES = ("DocumentReference", "Binary")
DOCUMENTS = "Documents"
# The systems of the codes of the table's column « si la catégorie est ». Source: FHIR R4, bindings of `category`.
SYSTEMS = MappingProxyType(
    {
        "Observation": "http://terminology.hl7.org/CodeSystem/observation-category",
        "DiagnosticReport": "http://terminology.hl7.org/CodeSystem/v2-0074",
    }
)
# What is not about resources and can be asked here: nothing of who signed in (docs/deviations.md).
ASIDE = frozenset(FIXED) - {"openid", "fhirUser"}
_TYPES = frozenset({EVERY, *DOCUMENT_TYPES, *(kind.type for kind in kinds())})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be given or not: `key` as a form writes it, its French words, whether it is written and not only read."""

    key: str
    label: str
    writes: bool


def sayable(scopes: Scopes) -> Scopes:
    """Return what can be said in words of the table: another type, or another restriction than our categories, is left out."""
    return scopes_of((one for one in scopes.items if _when(one) is not None), scopes.fixed & ASIDE)


def is_sayable(text: str) -> bool:
    """Say whether one scope is known here, as it stands in a register."""
    found = sayable(parse_scopes(text))
    return len(text.split()) == 1 and bool(found.items or found.fixed)


def supported_scopes() -> list[str]:
    """Return the scopes of the discovery document: read about one person, written by a service; each type, `*` first."""
    types = tuple(dict.fromkeys(kind.type for kind in kinds()))
    read = (f"patient/{name}.rs" for name in (EVERY, *DOCUMENT_TYPES, *types))
    return [*sorted(ASIDE), *read, *(f"system/{name}.cud" for name in types)]


def items_of(scopes: Scopes) -> tuple[Item, ...]:
    """Return each thing asked for, once, in the order of the table, what is written after what is read."""
    found = {item.key: item for one in scopes.items for _, item in _parts(one)}
    order = {(kind.type, kind.when): place for place, kind in enumerate(kinds())}
    return tuple(sorted(found.values(), key=lambda item: (item.writes, order.get(_line(item.key), -1))))


def given(scopes: Scopes, chosen: Container[str]) -> Scopes:
    """Return what is left of scopes when only the chosen items are given: never more than was asked."""
    return scopes_of(_chosen(scopes.items, chosen), scopes.fixed)


def _chosen(items: Iterable[Scope], chosen: Container[str]) -> Iterable[Scope]:
    for one in items:
        parts = [(part, item.key in chosen) for part, item in _parts(one)]
        if parts and all(kept for _, kept in parts):
            yield one
        else:
            yield from (part for part, kept in parts if kept)


def _parts(one: Scope) -> list[tuple[Scope, Item]]:
    """Return the narrowest scopes a scope is made of, each with the item it belongs to."""
    found: list[tuple[Scope, Item]] = []
    when = _when(one)
    if when is None:
        return found
    for letters, writes in ((_among(one.letters, "rs"), False), (_among(one.letters, "cud"), True)):
        if not letters:
            continue
        if one.type in (EVERY, *DOCUMENT_TYPES):
            documents = DOCUMENT_TYPES if one.type == EVERY else (one.type,)
            item = Item(_key(DOCUMENT_TYPES[0], "", writes), DOCUMENTS, writes)
            found += [(Scope(one.context, name, letters), item) for name in documents]
        for kind in kinds():
            if one.type in (EVERY, kind.type) and when in ("", kind.when):
                item = Item(_key(kind.type, kind.when, writes), kind.label, writes)
                found.append((Scope(one.context, kind.type, letters, one.where or _where(kind.type, kind.when)), item))
    return found


def _when(one: Scope) -> str | None:
    """Return the category of the table a scope is restricted to, "" for none; None when it cannot be said."""
    if one.type not in _TYPES:
        return None
    said = {value.removeprefix(f"{SYSTEMS.get(one.type)}|") for _, value in one.where}
    if not said:
        return ""
    known = {kind.when for kind in kinds() if kind.type == one.type and kind.when}
    plain = len(said) == 1 and said <= known and all(name == "category" for name, _ in one.where)
    return said.pop() if plain else None


def _where(name: str, when: str) -> frozenset[tuple[str, str]]:
    return frozenset({("category", f"{SYSTEMS[name]}|{when}")}) if when else frozenset()


def _among(letters: str, these: str) -> str:
    return "".join(one for one in letters if one in these)


def _key(name: str, when: str, writes: bool) -> str:
    return f"{name}.{when}.{'ecrire' if writes else 'lire'}"


def _line(key: str) -> tuple[str, str]:
    name, when, _ = key.split(".")
    return name, when
