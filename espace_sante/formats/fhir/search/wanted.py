"""How the text of one value is read, for each kind of parameter. What is malformed is None; nothing is guessed.

Source: FHIR R4 search 3.1.1.4.5 to 3.1.1.4.13.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from espace_sante.formats.fhir.search.escapes import split, unescape
from espace_sante.formats.fhir.search.query import (
    Modifier,
    Prefix,
    Wanted,
    WantedDate,
    WantedNumber,
    WantedOne,
    WantedQuantity,
    WantedReference,
    WantedText,
    WantedTogether,
    WantedToken,
    WantedUri,
)
from espace_sante.formats.fhir.search.ranges import EXACT, date_range, number_range
from espace_sante.formats.fhir.search.readers import reference_of
from espace_sante.formats.fhir.search.table import Parameter, ParameterKind
from espace_sante.formats.fhir.search.typed import EARLIEST, LATEST, DateRange, Reference, fold

_PREFIXES = frozenset(Prefix)
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}", re.ASCII)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Context:
    """What the meaning of a value depends on besides its text: the moment, the address of this server, the type said."""

    now: datetime
    base: str
    target: str = ""


def read_value(text: str, parameter: Parameter, modifier: Modifier, context: Context) -> Wanted | None:
    """Return what one value asks for, None when it is malformed for its parameter and modifier."""
    if not text:
        return None
    if parameter.kind is ParameterKind.COMPOSITE:
        return _together(text, parameter, context)
    if modifier is Modifier.TEXT:
        return _text(text, context)
    if modifier is Modifier.IDENTIFIER:
        return _token(text, context)
    return _READERS[parameter.kind](text, context)


def _together(text: str, parameter: Parameter, context: Context) -> WantedTogether | None:
    parts = split(text, "$")
    if len(parts) != len(parameter.components):
        return None
    read: list[WantedOne] = []
    for part, component in zip(parts, parameter.components, strict=True):
        one = _READERS[component.kind](part, context) if part else None
        if one is None:
            return None
        read.append(one)
    return WantedTogether(tuple(read))


def _token(text: str, _: Context) -> WantedToken | None:
    parts = [unescape(part) for part in split(text, "|")]
    if len(parts) > 2 or not any(parts):
        return None
    if len(parts) == 1:
        return WantedToken(None, parts[0])
    return WantedToken(parts[0], parts[1] or None)


def _text(text: str, _: Context) -> WantedText | None:
    raw = unescape(text)
    folded = fold(raw)
    return WantedText(raw, folded) if folded else None


def _prefixed(text: str) -> tuple[Prefix, str]:
    return (Prefix(text[:2]), text[2:]) if text[:2] in _PREFIXES else (Prefix.EQUAL, text)


def _date(text: str, context: Context) -> WantedDate | None:
    prefix, written = _prefixed(text)
    found = date_range(written)
    if found is None:
        return None
    now = round(context.now.timestamp() * 1_000_000)
    # "About" is a tenth of the gap between now and the date.
    gap = max(found.low - now, now - found.high, 0) // 10
    near = DateRange(max(found.low - gap, EARLIEST), min(found.high + gap, LATEST))
    return WantedDate(prefix, found, near)


def _number(text: str, _: Context) -> WantedNumber | None:
    prefix, written = _prefixed(text)
    found = number_range(written)
    if found is None:
        return None
    value, low, high = found
    tenth = EXACT.multiply(abs(value), _TENTH)
    return WantedNumber(prefix, value, low, high, (EXACT.subtract(value, tenth), EXACT.add(value, tenth)))


def _quantity(text: str, context: Context) -> WantedQuantity | None:
    parts = [unescape(part) for part in split(text, "|")]
    number = _number(parts[0], context)
    if number is None or len(parts) not in (1, 3):
        return None
    if len(parts) == 1:
        return WantedQuantity(number, None, "")
    # A system alone would say nothing of the unit.
    return WantedQuantity(number, parts[1] or None, parts[2]) if parts[2] else None


def _reference(text: str, context: Context) -> WantedReference | None:
    raw = unescape(text)
    if context.base:
        raw = raw.removeprefix(context.base + "/")
    found = reference_of(raw)
    if found.type:
        return WantedReference(found) if context.target in ("", found.type) else None
    if _ID.fullmatch(raw):
        return WantedReference(Reference(context.target, raw))
    is_address = ":" in raw and not raw[0].isspace()
    return WantedReference(found) if is_address and not context.target else None


def _uri(text: str, _: Context) -> WantedUri | None:
    return WantedUri(unescape(text))


_READERS: Mapping[ParameterKind, Callable[[str, Context], WantedOne | None]] = MappingProxyType(
    {
        ParameterKind.TOKEN: _token,
        ParameterKind.STRING: _text,
        ParameterKind.DATE: _date,
        ParameterKind.NUMBER: _number,
        ParameterKind.QUANTITY: _quantity,
        ParameterKind.REFERENCE: _reference,
        ParameterKind.URI: _uri,
    }
)
