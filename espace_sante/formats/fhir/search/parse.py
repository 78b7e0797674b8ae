"""Reading the parameters of a search. What cannot be done is refused by name; nothing that narrows is left out in silence.

A parameter nobody knows is refused, or named in `Query.ignored` when the client asks for leniency. What is known and not
done here (chains, `_has`, other modifiers) is refused either way: leaving it out would give more than was asked for.
Source: FHIR R4 search 3.1.1; http 3.1.0.1.2 (Prefer: handling).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from espace_sante.formats.fhir.search.escapes import is_well_formed, split
from espace_sante.formats.fhir.search.query import Filter, Include, Modifier, Query, Sort, Total
from espace_sante.formats.fhir.search.table import (
    Parameter,
    ParameterKind,
    parameter_of,
    resource_types,
)
from espace_sante.formats.fhir.search.wanted import Context, read_value
from espace_sante.kernel.errors import Kind, Problem

# Ceilings of one search: of its parameters, of the values of one, of the signs of one, of what it asks besides.
MOST_PARAMETERS = 50
MOST_VALUES = 50
MOST_SIGNS = 2000
MOST_KEYS = 8
MOST_INCLUDES = 20

# Said to the channel, not to the search.
_OF_THE_ANSWER = frozenset({"_format", "_pretty"})
# Known to R4, and not done here. docs/deviations.md says why.
_NOT_DONE = frozenset(
    [
        "_contained",
        "_containedType",
        "_content",
        "_elements",
        "_filter",
        "_has",
        "_list",
        "_query",
        "_summary",
        "_text",
        "_type",
    ]
)
_STRING_MODIFIERS = frozenset({Modifier.EXACT, Modifier.CONTAINS})
_MODIFIERS = MappingProxyType(
    {
        ParameterKind.TOKEN: frozenset({Modifier.NOT, Modifier.TEXT}),
        ParameterKind.STRING: _STRING_MODIFIERS,
        ParameterKind.REFERENCE: frozenset({Modifier.IDENTIFIER, Modifier.TYPE}),
        ParameterKind.URI: frozenset({Modifier.ABOVE, Modifier.BELOW}),
    }
)
_SPELLED = frozenset(Modifier) - {Modifier.NONE, Modifier.TYPE}
_SAYABLE = re.compile(r"[\w.:\-]{1,64}", re.ASCII)


def parse(
    resource_type: str, pairs: Sequence[tuple[str, str]], *, strict: bool, now: datetime, base: str = ""
) -> Query:
    """Read a search for one type of resource, from names and values already decoded from their address.

    `now` carries a time zone ("about" a date depends on it); `base` is the address of this server, which references may
    start with. Raises Problem: search-type-unknown, search-unknown, search-unsupported, search-modifier, search-chain,
    search-invalid, search-too-long.
    """
    if resource_type not in resource_types():
        raise _refused("search-type-unknown", resource_type)
    if len(pairs) > MOST_PARAMETERS:
        raise _too_long("search", MOST_PARAMETERS)
    read = _Reading(resource_type, now, base)
    for name, value in pairs:
        if len(name) > MOST_SIGNS or len(value) > MOST_SIGNS:
            raise _too_long(name, MOST_SIGNS)
        if not read.take(name, value):
            if strict:
                raise _refused("search-unknown", name)
            read.ignored.append(sayable(name))
    return read.query()


def sayable(name: str) -> str:
    """Return a name as it may be said back to whoever sent it; "?" when it holds anything but letters, digits and . _ : -"""
    return name if _SAYABLE.fullmatch(name) else "?"


class _Reading:
    """What has been read so far."""

    def __init__(self, resource_type: str, now: datetime, base: str) -> None:
        self.resource_type = resource_type
        self.now = now
        self.base = base
        self.filters: list[Filter] = []
        self.ignored: list[str] = []
        self.includes: list[Include] = []
        self.reverse: list[Include] = []
        self.once: dict[str, Any] = {}

    def take(self, name: str, value: str) -> bool:
        """Read one parameter; False when R4 has none of that name for this type. Raises Problem."""
        plain, _, modifier = name.partition(":")
        if plain in _OF_THE_ANSWER:
            return True
        if plain in _NOT_DONE:
            raise _refused("search-unsupported", plain)
        if plain in ("_include", "_revinclude"):
            return self._include(plain, modifier, value)
        if name in _ONCE:
            return self._once(name, value)
        if "." in name:
            raise _refused("search-chain", name)
        parameter = parameter_of(self.resource_type, plain)
        if parameter is None:
            return False
        self.filters.append(self._filter(parameter, modifier, name, value))
        return True

    def query(self) -> Query:
        """Return all that was read."""
        return Query(
            self.resource_type,
            tuple(self.filters),
            includes=tuple(self.includes),
            reverse_includes=tuple(self.reverse),
            ignored=tuple(self.ignored),
            **self.once,
        )

    def _filter(self, parameter: Parameter, said: str, name: str, value: str) -> Filter:
        modifier, target = _modifier(parameter, said, name)
        if modifier is Modifier.MISSING:
            if value not in ("true", "false"):
                raise _refused("search-invalid", name)
            return Filter(parameter, modifier, (), missing=value == "true")
        parts = split(value, ",") if is_well_formed(value) else [""]
        if len(parts) > MOST_VALUES:
            raise _too_long(name, MOST_VALUES)
        context = Context(self.now, self.base, target)
        wanted = tuple(one for part in parts if (one := read_value(part, parameter, modifier, context)) is not None)
        if len(wanted) != len(parts):
            raise _refused("search-invalid", name)
        return Filter(parameter, modifier, wanted)

    def _include(self, name: str, modifier: str, value: str) -> bool:
        if modifier not in ("", "iterate"):
            raise _refused("search-modifier", f"{name}:{modifier}")
        source, _, rest = value.partition(":")
        said, _, target = rest.partition(":")
        parameter = parameter_of(source, said)
        known = target == "" or target in resource_types()
        if parameter is None or parameter.kind is not ParameterKind.REFERENCE or not known:
            raise _refused("search-invalid", name)
        into = self.includes if name == "_include" else self.reverse
        into.append(Include(source, parameter, target, modifier == "iterate"))
        if len(into) > MOST_INCLUDES:
            raise _too_long(name, MOST_INCLUDES)
        return True

    def _once(self, name: str, value: str) -> bool:
        field, read = _ONCE[name]
        if field in self.once:
            raise _refused("search-invalid", name)
        found = read(value, self.resource_type)
        if found is None:
            raise _refused("search-invalid", name)
        self.once[field] = found
        return True


def _modifier(parameter: Parameter, said: str, name: str) -> tuple[Modifier, str]:
    """Return a modifier and the type it names. Raises Problem(search-modifier) when this parameter has not got it."""
    if not said:
        return Modifier.NONE, ""
    if said == Modifier.MISSING:
        return Modifier.MISSING, ""
    modifier = Modifier(said) if said in _SPELLED else Modifier.TYPE
    if modifier not in _MODIFIERS.get(parameter.kind, ()) or (
        modifier is Modifier.TYPE and said not in resource_types()
    ):
        raise _refused("search-modifier", name)
    return modifier, said if modifier is Modifier.TYPE else ""


def _sort(value: str, resource_type: str) -> tuple[Sort, ...] | None:
    keys = value.split(",")
    if len(keys) > MOST_KEYS:
        raise _too_long("_sort", MOST_KEYS)
    found: list[Sort] = []
    for key in keys:
        parameter = parameter_of(resource_type, key.removeprefix("-"))
        if parameter is None or parameter.kind is ParameterKind.COMPOSITE:
            return None
        found.append(Sort(parameter, key.startswith("-")))
    return tuple(found)


def _count(value: str, _: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None


def _total(value: str, _: str) -> Total | None:
    return next((one for one in Total if one == value), None)


def _page(value: str, _: str) -> str | None:
    return value or None


_ONCE: MappingProxyType[str, tuple[str, Callable[[str, str], Any]]] = MappingProxyType(
    {
        "_sort": ("sort", _sort),
        "_count": ("count", _count),
        "_total": ("total", _total),
        "page": ("page", _page),
    }
)


def _refused(code: str, name: str) -> Problem:
    return Problem(Kind.INVALID, code, {"field": sayable(name)})


def _too_long(name: str, maximum: int) -> Problem:
    return Problem(Kind.TOO_LARGE, "search-too-long", {"field": sayable(name), "maximum": maximum})
