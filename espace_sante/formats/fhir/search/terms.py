"""What keyed terms a row carries so that a search by equality reads fewer rows. The key is applied by the keeper, not here.

A term only spares opening rows: every row that matches carries one term of each group a search gives (the property the
tests check), and the opened row alone decides. Few parameters carry terms: each term is eight bytes of a row, and tells
whoever reads the disk that two rows share a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from espace_sante.formats.fhir.search.extract import Resource, values
from espace_sante.formats.fhir.search.query import (
    Filter,
    Modifier,
    Prefix,
    Query,
    Wanted,
    WantedDate,
    WantedReference,
    WantedToken,
)
from espace_sante.formats.fhir.search.table import parameters_of
from espace_sante.formats.fhir.search.typed import DateRange, Reference, Token, Value

# The parameters that carry terms: what a person's record is asked by. Her own id is not one: all her rows share it.
NARROWING = frozenset({"category", "code", "date", "encounter", "identifier", "type", "vaccine-code"})
# A search over more months than this is not narrowed by them.
MOST_MONTHS = 13
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A parameter and a value of it, in clear: to be keyed before it is written anywhere."""

    parameter: str
    value: str


def terms(resource: Resource) -> frozenset[Term]:
    """Return the terms of a resource; none for what is not a resource of R4.

    A code stands without its system nor case, a reference by its id or address, a date by the month (UTC) it starts in.
    """
    kind = resource.get("resourceType")
    known = parameters_of(kind) if isinstance(kind, str) else {}
    return frozenset(
        Term(name, text)
        for name in NARROWING & known.keys()
        for value in values(resource, known[name])
        for text in _text(value)
    )


def query_terms(query: Query) -> tuple[frozenset[Term], ...]:
    """Return groups of terms: a row that matches carries at least one term of each group. None when nothing narrows."""
    return tuple(group for one in query.filters if (group := _group(one)))


def _group(one: Filter) -> frozenset[Term]:
    """Return the terms of a filter, empty when any of its values may match a row without them."""
    if one.parameter.name not in NARROWING or one.modifier not in (Modifier.NONE, Modifier.TYPE):
        return frozenset()
    found = [list(_wanted(wanted)) for wanted in one.wanted]
    return frozenset(Term(one.parameter.name, text) for some in found for text in some) if all(found) else frozenset()


def _text(value: Value) -> Iterator[str]:
    match value:
        case Token() if value.code is not None:
            yield value.code.casefold()
        case Reference() if value.id or value.url:
            yield value.id or value.url
        case DateRange():
            if (month := _month(value.low)) is not None:
                yield month


def _wanted(wanted: Wanted) -> Iterator[str]:
    match wanted:
        case WantedToken() if wanted.code is not None:
            yield wanted.code.casefold()
        case WantedReference():
            yield wanted.reference.id or wanted.reference.url
        case WantedDate() if wanted.prefix is Prefix.EQUAL:
            # Equality is being contained: what matches starts in a month of the range.
            yield from _months(wanted.range)


def _months(span: DateRange) -> list[str]:
    first, last = _moment(span.low), _moment(span.high - 1)
    if first is None or last is None:
        return []
    found = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in found] if len(found) <= MOST_MONTHS else []


def _month(instant: int) -> str | None:
    at = _moment(instant)
    return None if at is None else f"{at.year:04}-{at.month:02}"


def _moment(instant: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=instant)
    except OverflowError:
        return None
