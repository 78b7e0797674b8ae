"""What a search of each type may name, as the CapabilityStatement says it: read from the table that searches read."""

from __future__ import annotations

from functools import cache

from espace_sante.formats.fhir.search import parameters_of
from espace_sante.formats.fhir.search.table import ParameterKind
from espace_sante.records.resource import numbers


def searches_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a type, each with its kind; `patient` names whose they are, for every type."""
    found = {one.name: one.kind.value for one in parameters_of(name).values()}
    return tuple(sorted((found | {"patient": ParameterKind.REFERENCE.value}).items()))


def includes_of(name: str) -> tuple[str, ...]:
    """Return what a search of a type may join: what its references lead to."""
    references = (one.name for one in parameters_of(name).values() if one.kind is ParameterKind.REFERENCE)
    return tuple(sorted(f"{name}:{one}" for one in references))


@cache
def reverse_includes() -> tuple[str, ...]:
    """Return what a search of any type may join because it refers to what was found."""
    return tuple(one for name in sorted(numbers()) for one in includes_of(name))
