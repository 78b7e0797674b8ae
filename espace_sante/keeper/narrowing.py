"""What a list is narrowed by: filters on the lines this reader may see, so that counts and pages are those of the answer.

A filter that this version does not know is refused: a filter left out in silence would give more than was asked for.
Source: FHIR R4 search 3.1.1.4.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import msgspec

from espace_sante.formats import codes
from espace_sante.keeper.compartment import ListLine
from espace_sante.keeper.demand import DocumentMeta, Filter

MOST_VALUES = 200
_META = msgspec.msgpack.Decoder(DocumentMeta).decode
_END = math.inf  # later than any instant: a period without end

Fits = Callable[[ListLine, DocumentMeta], bool]
Pair = tuple[str, str]


class FilterInvalid(ValueError):
    """A filter that is not one."""


def narrowed(filters: Sequence[Filter]) -> Callable[[ListLine], bool]:
    """Return the question "does this line fit every filter?". Raises FilterInvalid."""
    if sum(len(one.values) for one in filters) > MOST_VALUES:
        raise FilterInvalid
    every = [_fits(one) for one in filters]

    def fits(line: ListLine) -> bool:
        meta = _META(line.meta)
        return all(one(line, meta) for one in every)

    return fits


def folded(text: str) -> str:
    """Return a text as names are compared: without accents, case, or doubled blanks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def _fits(one: Filter) -> Fits:
    if not one.values:
        raise FilterInvalid
    if one.field in _CODED:
        return _any_token(_CODED[one.field], [_token(value) for value in one.values])
    if one.field in _DATED:
        return _any_date(_DATED[one.field], [_interval(value) for value in one.values])
    if one.field == "author":
        return _any_token(_authors, [_token(value) for value in one.values])
    if one.field == "author-name":
        return _any_name([folded(value) for value in one.values])
    if one.field == "identifier":
        return _any_identifier(frozenset(value.lower() for value in one.values))
    raise FilterInvalid


def _token(text: str) -> tuple[str | None, str]:
    """Return the system asked for (None for any) and the code ("" for any)."""
    system, separator, code = text.partition("|")
    if not separator:
        system, code = "", system
    if not (system or code):
        raise FilterInvalid
    return (codes.system_key(system) if separator else None), code


def _any_token(
    pairs: Callable[[ListLine, DocumentMeta], Iterator[Pair]], asked: Sequence[tuple[str | None, str]]
) -> Fits:
    def fits(line: ListLine, meta: DocumentMeta) -> bool:
        found = [(codes.system_key(system), code) for system, code in pairs(line, meta) if code]
        return any(
            (system is None or system == has) and (not code or code == is_code)
            for has, is_code in found
            for system, code in asked
        )

    return fits


def _category(line: ListLine, meta: DocumentMeta) -> Iterator[Pair]:
    yield codes.CATEGORY, str(line.category)
    yield meta.class_system or codes.CLASS_EMITTED, meta.class_code


def _authors(_: ListLine, meta: DocumentMeta) -> Iterator[Pair]:
    if not any(meta.author_id == party.identifier for party in meta.authors):
        yield "", meta.author_id
    for party in meta.authors:
        yield party.root, party.identifier
        yield "", party.structure_id


_CODED: Mapping[str, Callable[[ListLine, DocumentMeta], Iterator[Pair]]] = MappingProxyType(
    {
        "type": lambda _, meta: iter([(meta.type_system, meta.type_code)]),
        "category": _category,
        "format": lambda _, meta: iter([(meta.format_system or codes.FORMAT_CODE, meta.format_code)]),
        "facility": lambda _, meta: iter([(meta.facility_system or codes.FACILITY_EMITTED, meta.facility_type)]),
        "setting": lambda _, meta: iter([(meta.setting_system or codes.SETTING_EMITTED, meta.practice_setting)]),
        "event": lambda _, meta: iter([(event.system, event.code) for event in meta.events]),
        "related": lambda _, meta: iter([(one.system, one.value) for one in meta.related]),
        "confidentiality": lambda _, meta: iter([(codes.CONFIDENTIALITY, c) for c in meta.confidentiality or ("N",)]),
    }
)


def _any_name(asked: Sequence[str]) -> Fits:
    if not all(asked):
        raise FilterInvalid

    def fits(_: ListLine, meta: DocumentMeta) -> bool:
        names = [f" {folded(name)}" for name in (meta.author_name, *(party.name for party in meta.authors))]
        return any(f" {part}" in name for name in names for part in asked)

    return fits


def _any_identifier(asked: frozenset[str]) -> Fits:
    def fits(line: ListLine, meta: DocumentMeta) -> bool:
        return meta.unique_id.lower() in asked or f"urn:uuid:{UUID(bytes=line.row)}" in asked

    return fits


def _interval(text: str) -> tuple[str, int, int]:
    prefix, _, bounds = text.partition("|")
    low, _, high = bounds.partition("|")
    try:
        found = prefix, int(low), int(high)
    except ValueError:
        raise FilterInvalid from None
    if prefix not in _COMPARED or found[1] >= found[2]:
        raise FilterInvalid
    return found


# The interval asked for (low, high), then the document's (start, end); ends excluded. Source: FHIR R4 search 3.1.1.4.6.
_COMPARED: Mapping[str, Callable[[int, int, float, float], bool]] = MappingProxyType(
    {
        "eq": lambda low, high, start, end: low <= start and end <= high,
        "ne": lambda low, high, start, end: not (low <= start and end <= high),
        "gt": lambda low, high, start, end: end > high,
        "lt": lambda low, high, start, end: start < low,
        "ge": lambda low, high, start, end: end > high or (low <= start and end <= high),
        "le": lambda low, high, start, end: start < low or (low <= start and end <= high),
        "sa": lambda low, high, start, end: start >= high,
        "eb": lambda low, high, start, end: end <= low,
    }
)


def _any_date(
    span: Callable[[ListLine, DocumentMeta], tuple[float, float] | None], asked: list[tuple[str, int, int]]
) -> Fits:
    def fits(line: ListLine, meta: DocumentMeta) -> bool:
        found = span(line, meta)
        return found is not None and any(_COMPARED[prefix](low, high, *found) for prefix, low, high in asked)

    return fits


def _created(line: ListLine, _: DocumentMeta) -> tuple[int, int]:
    return line.date, line.date + 1


def _period(_: ListLine, meta: DocumentMeta) -> tuple[float, float] | None:
    """Return the service's interval; a beginning alone is a period that has not ended."""
    start, stop = _milliseconds(meta.service_start), _milliseconds(meta.service_stop)
    if start is None and stop is None:
        return None
    return (-_END if start is None else start), (_END if stop is None else stop + 1)


_DATED: Mapping[str, Callable[[ListLine, DocumentMeta], tuple[float, float] | None]] = MappingProxyType(
    {"created": _created, "period": _period}
)


def _milliseconds(text: str) -> int | None:
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1000) if text else None
    except (ValueError, OverflowError):
        return None
