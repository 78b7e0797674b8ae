"""Whether a resource is what a search asks for. It decides on the whole resource; keyed terms only spare reading others.

Source: FHIR R4 search 3.1.1.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from espace_sante.formats.fhir.search.extract import (
    Resolve,
    Resource,
    component_values,
    instances,
    is_present,
    values,
)
from espace_sante.formats.fhir.search.query import (
    Filter,
    Modifier,
    Prefix,
    Query,
    Wanted,
    WantedDate,
    WantedNumber,
    WantedQuantity,
    WantedReference,
    WantedText,
    WantedTogether,
    WantedToken,
    WantedUri,
)
from espace_sante.formats.fhir.search.typed import (
    DateRange,
    Number,
    Quantity,
    Reference,
    Text,
    Token,
    Uri,
    Value,
)


def matches(resource: Resource, query: Query, *, resolve: Resolve | None = None) -> bool:
    """Say whether a resource is of the type searched and passes every filter.

    `resolve` gives the resource a reference leads to; it is asked only where a parameter wants a type that the reference
    does not say. Never raises for what stands in a resource. Source: FHIR R4 search 3.1.1.4.
    """
    return resource.get("resourceType") == query.resource_type and all(
        _holds(resource, one, resolve) for one in query.filters
    )


def _holds(resource: Resource, one: Filter, resolve: Resolve | None) -> bool:
    if one.modifier is Modifier.MISSING:
        return is_present(resource, one.parameter, resolve=resolve) is not one.missing
    if one.parameter.components:
        return any(_together(resource, one, wanted) for wanted in one.wanted)
    found = values(resource, one.parameter, resolve=resolve)
    if one.modifier is Modifier.NOT:
        return not any(_is(value, wanted, Modifier.NONE) for value in found for wanted in one.wanted)
    return any(_is(value, wanted, one.modifier) for value in found for wanted in one.wanted)


def _together(resource: Resource, one: Filter, wanted: Wanted) -> bool:
    assert isinstance(wanted, WantedTogether)
    pairs = tuple(zip(one.parameter.components, wanted.parts, strict=True))
    return any(
        all(
            any(_is(value, part, Modifier.NONE) for value in component_values(resource, element, component))
            for component, part in pairs
        )
        for element in instances(resource, one.parameter)
    )


def _is(value: Value, wanted: Wanted, modifier: Modifier) -> bool:
    match value, wanted:
        case Token(), WantedText():
            return any(text.startswith(wanted.folded) for text in value.texts)
        case Token(), WantedToken():
            return _is_token(value, wanted)
        case Text(), WantedText():
            return _is_text(value, wanted, modifier)
        case DateRange(), WantedDate():
            return _DATES[wanted.prefix](value, wanted)
        case Number(), WantedNumber():
            return _NUMBERS[wanted.prefix](value, wanted)
        case Quantity(), WantedQuantity():
            return _is_unit(value, wanted) and _NUMBERS[wanted.number.prefix](value.number, wanted.number)
        case Reference(), WantedToken():
            return value.identifier is not None and _is_token(value.identifier, wanted)
        case Reference(), WantedReference():
            return _is_reference(value, wanted.reference)
        case Uri(), WantedUri():
            return _is_uri(value.value, wanted.value, modifier)
    return False


def _is_token(value: Token, wanted: WantedToken) -> bool:
    """Compare a code, whatever its case unless it is an id: R4 has it so when a system does not say."""
    if wanted.system is not None and wanted.system != value.system:
        return False
    if wanted.code is None or value.code is None:
        return wanted.code is None
    return value.code == wanted.code or value.folded == wanted.code.casefold()


def _is_text(value: Text, wanted: WantedText, modifier: Modifier) -> bool:
    if modifier is Modifier.EXACT:
        return value.raw == wanted.raw
    if modifier is Modifier.CONTAINS:
        return wanted.folded in value.folded
    return value.folded.startswith(wanted.folded)


def _is_unit(value: Quantity, wanted: WantedQuantity) -> bool:
    if not wanted.code:
        return True
    if wanted.system is None:
        return wanted.code in (value.code, value.unit)
    return wanted.system == value.system and wanted.code == value.code


def _is_reference(value: Reference, wanted: Reference) -> bool:
    """Compare what is led to; a version counts only when one is searched."""
    if wanted.version not in ("", value.version):
        return False
    if wanted.id:
        return value.id == wanted.id and wanted.type in ("", value.type)
    return bool(value.url) and value.url == wanted.url


def _is_uri(value: str, wanted: str, modifier: Modifier) -> bool:
    if modifier is Modifier.BELOW:
        return value == wanted or value.startswith(wanted.rstrip("/") + "/")
    if modifier is Modifier.ABOVE:
        return value == wanted or wanted.startswith(value.rstrip("/") + "/")
    return value == wanted


# Each prefix on instants, the ends excluded: `range` contains, stands before or after, or overlaps the value's.
_DATES: Mapping[Prefix, Callable[[DateRange, WantedDate], bool]] = {
    Prefix.EQUAL: lambda value, wanted: _contains(wanted.range, value),
    Prefix.NOT_EQUAL: lambda value, wanted: not _contains(wanted.range, value),
    Prefix.GREATER: lambda value, wanted: value.high > wanted.range.high,
    Prefix.LESS: lambda value, wanted: value.low < wanted.range.low,
    Prefix.GREATER_OR_EQUAL: lambda value, wanted: value.high > wanted.range.high or _contains(wanted.range, value),
    Prefix.LESS_OR_EQUAL: lambda value, wanted: value.low < wanted.range.low or _contains(wanted.range, value),
    Prefix.STARTS_AFTER: lambda value, wanted: value.low >= wanted.range.high,
    Prefix.ENDS_BEFORE: lambda value, wanted: value.high <= wanted.range.low,
    Prefix.APPROXIMATELY: lambda value, wanted: value.low < wanted.near.high and wanted.near.low < value.high,
}


def _contains(outer: DateRange, inner: DateRange) -> bool:
    return outer.low <= inner.low and inner.high <= outer.high


# Each prefix on numbers: the digits' range for equality, the number itself for the others.
_NUMBERS: Mapping[Prefix, Callable[[Number, WantedNumber], bool]] = {
    Prefix.EQUAL: lambda value, wanted: _within(value, wanted),
    Prefix.NOT_EQUAL: lambda value, wanted: not _within(value, wanted),
    Prefix.GREATER: lambda value, wanted: value.high > (wanted.value, 0),
    Prefix.LESS: lambda value, wanted: value.low < (wanted.value, 0),
    Prefix.GREATER_OR_EQUAL: lambda value, wanted: value.high > (wanted.value, 0) or _is_exactly(value, wanted),
    Prefix.LESS_OR_EQUAL: lambda value, wanted: value.low < (wanted.value, 0) or _is_exactly(value, wanted),
    Prefix.STARTS_AFTER: lambda value, wanted: value.low > (wanted.value, 0),
    Prefix.ENDS_BEFORE: lambda value, wanted: value.high < (wanted.value, 0),
    Prefix.APPROXIMATELY: lambda value, wanted: value.low <= (wanted.near[1], 0) and value.high >= (wanted.near[0], 0),
}


def _within(value: Number, wanted: WantedNumber) -> bool:
    return (wanted.low, 0) <= value.low and value.high < (wanted.high, 0)


def _is_exactly(value: Number, wanted: WantedNumber) -> bool:
    return value.low == value.high == (wanted.value, 0)
