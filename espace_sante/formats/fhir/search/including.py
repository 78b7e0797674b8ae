"""What is given besides the results: what they refer to, what refers to them. Nothing outside the set passed in is seen.

The caller passes what this reader may see; a hidden resource is not in it, so it can be neither given, counted nor told
from one that does not exist. Source: FHIR R4 search 3.1.1.5.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from espace_sante.formats.fhir.search.extract import Resource, values
from espace_sante.formats.fhir.search.query import Include, Query
from espace_sante.formats.fhir.search.typed import Reference

# How many times `:iterate` follows what it has just found.
MOST_ROUNDS = 5
Name = tuple[str, str]


def included(found: Sequence[Resource], visible: Iterable[Resource], query: Query, *, most: int) -> list[Resource]:
    """Return what comes besides `found`, each resource once, in the order of `visible`; at most `most` of them."""
    by_name = {name_of(one): one for one in visible}
    seen = {name_of(one) for one in found}
    new, wanted = list(found), dict.fromkeys(by_name, False)
    for turn in range(MOST_ROUNDS):
        names = {
            *_led_to(new, by_name, [one for one in query.includes if turn == 0 or one.iterate]),
            *_leading(new, by_name, [one for one in query.reverse_includes if turn == 0 or one.iterate]),
        } - seen
        if not names:
            break
        seen |= names
        for name in names:
            wanted[name] = True
        new = [by_name[name] for name in names]
    return [by_name[name] for name, is_wanted in wanted.items() if is_wanted][:most]


def name_of(resource: Resource) -> Name:
    """Return the type and id of a resource."""
    return str(resource.get("resourceType", "")), str(resource.get("id", ""))


def _led_to(new: Sequence[Resource], by_name: Mapping[Name, Resource], includes: Sequence[Include]) -> Iterator[Name]:
    for include in includes:
        for resource in new:
            if resource.get("resourceType") == include.source:
                yield from (name for name in _names(resource, include) if name in by_name)


def _leading(new: Sequence[Resource], by_name: Mapping[Name, Resource], includes: Sequence[Include]) -> Iterator[Name]:
    to = {name_of(one) for one in new}
    for include in includes:
        for name, resource in by_name.items():
            if name[0] == include.source and any(led in to for led in _names(resource, include)):
                yield name


def _names(resource: Resource, include: Include) -> Iterator[Name]:
    for value in values(resource, include.parameter):
        if isinstance(value, Reference) and value.id and include.target in ("", value.type):
            yield value.type, value.id
