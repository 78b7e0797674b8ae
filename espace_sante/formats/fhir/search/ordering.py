"""The order of results, and one page of them. Both see only rows already shown to this reader: a hidden row changes nothing.

Source: FHIR R4 search 3.1.1.5.1 (sorting), 3.1.1.5.3 (page count); http 3.1.0.15 (paging).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from espace_sante.formats.fhir.search.extract import Resource, values
from espace_sante.formats.fhir.search.query import Sort
from espace_sante.formats.fhir.search.typed import DateRange, Number, Quantity, Reference, Text, Token, Uri, Value
from espace_sante.kernel.errors import Kind, Problem

_MOST_TOKEN = 300


@dataclass(frozen=True, slots=True)
class Page:
    """Some results in order; `following` is "" on the last page, else what asks for the next; `total` is of all pages."""

    rows: tuple[Resource, ...]
    following: str
    total: int


def ordered(resources: Sequence[Resource], sort: Sequence[Sort] = ()) -> list[Resource]:
    """Return the resources in the order asked for, those without a value last, then by type and id.

    Of several values the one that comes first in the direction counts. Without keys: by type and id.
    """
    found = sorted(resources, key=_name)
    for one in reversed(sort):
        keyed = [(resource, key_of(resource, one)) for resource in found]
        some = [(resource, key) for resource, key in keyed if key is not None]
        some.sort(key=lambda each: each[1], reverse=one.descending)
        found = [resource for resource, _ in some] + [resource for resource, key in keyed if key is None]
    return found


def key_of(resource: Resource, sort: Sort) -> Any:
    """Return what a resource is sorted by for one key, comparable with that of others; None when it has nothing."""
    keys = [_key(value, sort.descending) for value in values(resource, sort.parameter)]
    said = [key for key in keys if key is not None]
    if not said:
        return None
    return max(said) if sort.descending else min(said)


def page(rows: Sequence[Resource], count: int, following: str = "") -> Page:
    """Return one page of at most `count` rows already in order, after the row that `following` names.

    A row that has come before or after does not move the others; when the named row is no longer there, the page starts at
    its place. Raises Problem(search-invalid) for what is not a name this function gave.
    """
    start = _start(rows, following) if following else 0
    some = tuple(rows[start : start + count])
    more = bool(some) and start + count < len(rows)
    return Page(some, _following(some[-1], start + count) if more else "", len(rows))


def _following(last: Resource, place: int) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode((place, *_name(last)))).rstrip(b"=").decode()


def _start(rows: Sequence[Resource], following: str) -> int:
    refused = Problem(Kind.INVALID, "search-invalid", {"field": "page"})
    if len(following) > _MOST_TOKEN or not following.isascii():
        raise refused
    try:
        padded = following + "=" * (-len(following) % 4)
        place, *name = msgspec.msgpack.decode(
            base64.b64decode(padded, altchars=b"-_", validate=True), type=tuple[int, str, str]
        )
    except (binascii.Error, msgspec.DecodeError):
        raise refused from None
    at = next((number for number, row in enumerate(rows) if _name(row) == tuple(name)), None)
    return min(max(place, 0), len(rows)) if at is None else at + 1


def _name(resource: Resource) -> tuple[str, str]:
    return str(resource.get("resourceType", "")), str(resource.get("id", ""))


def _key(value: Value, descending: bool) -> Any:
    match value:
        case Token():
            return None if value.code is None else (value.folded or value.code, value.system)
        case Text():
            return value.folded, value.raw
        case DateRange():
            return (value.high, value.low) if descending else (value.low, value.high)
        case Number():
            return value.high if descending else value.low
        case Quantity():
            return value.number.high if descending else value.number.low
        case Reference():
            return value.type, value.id, value.url
        case Uri():
            return value.value
