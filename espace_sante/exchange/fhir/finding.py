"""What a search finds: one reading of what this reader may see, narrowed by terms, then decided on what is opened.

Everything after the reading sees what this reader may see and nothing else, so nothing that is hidden from him is matched, counted,
sorted, included or told. Source: docs/decisions/0046, 0051. Guarantee: G3, G5, G11.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import orjson

from espace_sante.access.request import ActId
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.read_resource import ClearResource, ResourcePage, Wanted
from espace_sante.actions.registry import REGISTRY
from espace_sante.exchange.fhir import emergency
from espace_sante.formats.fhir.bundle import Entry
from espace_sante.formats.fhir.resource import given
from espace_sante.formats.fhir.search import Query, Resource, matches, query_terms
from espace_sante.formats.fhir.subset import Subset
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.resource import numbers
from espace_sante.records.resource_terms import digest

# As many as the keeper gives in one answer; a search over more of them asks again, and each time is an entry.
_AT_ONCE = 10_000
_FIRST = bytes(16)
_FEW = 50
_DOCUMENTS = "DocumentReference"
_READ = REGISTRY[ActId.READ_RESOURCE].perform
WHOLE = Subset()
Name = tuple[str, str]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Found:
    """What matches, in no order; what else may be included; the bytes of each; the entry, and an emergency's end ("" for none).

    `among`: the rows and versions of the type searched that were looked at.
    """

    matched: list[Resource] = field(default_factory=list)
    beside: list[Resource] = field(default_factory=list)
    clear: dict[Name, ClearResource] = field(default_factory=dict)
    among: list[tuple[bytes, int]] = field(default_factory=list)
    entry: str = ""
    emergency: str = ""

    def take(self, page: ResourcePage, query: Query, beside: frozenset[str]) -> None:
        """Sort what was opened into what matches, what may be included, and what is neither."""
        for one in page.found:
            if one.type == query.resource_type:
                self.among.append((bytes.fromhex(one.resource[32:]), one.version))
            resource = resource_of(one)
            is_match = matches(resource, query)
            if is_match:
                self.matched.append(resource)
            if one.type in beside:
                self.beside.append(resource)
            if is_match or one.type in beside:
                self.clear[one.type, one.id] = one


async def find(frame: Frame, request: Request, query: Query) -> Found:
    """Read what a search asks for; one entry, unless there is more than one answer of the keeper holds.

    Raises Problem: that of an unknown person when nothing may be seen of her; search-unsupported for what is not included here.
    """
    beside = types_beside(query)
    types = {query.resource_type, *beside}
    named = () if types == numbers().keys() else tuple(sorted(types))
    # The type searched is narrowed, unless other resources of it may come besides.
    near = () if query.resource_type in beside else groups_of(query)
    narrowed = query.resource_type if near else ""
    found, after = Found(), _FIRST
    while after:
        wanted = Wanted(types=named, count=_AT_ONCE, after=after, narrowed=narrowed, near=near)
        done = await _READ(frame, request, wanted)
        page = done.result
        assert isinstance(page, ResourcePage)
        found.entry, found.emergency = found.entry or done.entry, page.emergency
        await aside(len(page.found), found.take, page, query, beside)
        after = bytes.fromhex(page.found[-1].resource[32:]) if page.more else b""
    return found


async def aside(many: int, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Do some work on so many resources: in a thread when they are many, so that nobody else waits for it."""
    return await asyncio.to_thread(work, *args, **named) if many > _FEW else work(*args, **named)


def groups_of(query: Query) -> tuple[tuple[bytes, ...], ...]:
    """Return the digests a search is narrowed by: a row that matches carries one of each group."""
    return tuple(tuple(sorted({digest(one.parameter, one.value) for one in group})) for group in query_terms(query))


def types_beside(query: Query) -> frozenset[str]:
    """Return the types that may come besides the results, among those kept here. Raises Problem(search-unsupported)."""
    led_to: Iterable[str] = (one.target for one in query.includes)
    leading = [one.source for one in query.reverse_includes]
    named = {*led_to, *leading}
    if _DOCUMENTS in named:
        raise Problem(Kind.INVALID, "search-unsupported", {"field": "_include"})
    return frozenset(numbers()) if "" in named else frozenset(named & numbers().keys())


def resource_of(one: ClearResource) -> dict[str, Any]:
    """Return a resource as it is searched: what was sent, with what the server says of it."""
    resource = _read(one.body)
    said = resource.get("meta")
    own = {"versionId": str(one.version), "lastUpdated": one.updated.isoformat(timespec="milliseconds")}
    resource["id"], resource["meta"] = one.id, {**own, **(said if isinstance(said, dict) else {})}
    return resource


def entry_of(base: str, one: ClearResource, until: str, mode: str, part: Subset = WHOLE) -> Entry:
    """Return a resource in a Bundle, or the part wanted of it: what is there has the bytes that were sent.

    `until`: the end of the emergency access that shows it, "" for none.
    """
    instant = one.updated.isoformat(timespec="milliseconds")
    body = given(one.body, one.id, one.version, instant, emergency.labels(until))
    return Entry(f"{base}/{one.type}/{one.id}", part.of(body), mode)


def names_of(resources: Sequence[Resource]) -> list[Name]:
    """Return the type and id of each resource."""
    return [(str(one["resourceType"]), str(one["id"])) for one in resources]


def _read(body: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(body)
    except orjson.JSONDecodeError:  # a number beyond every float, which was kept as it was sent
        found = json.loads(body)
    return found
