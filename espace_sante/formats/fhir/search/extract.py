"""What a parameter finds in a resource, as typed values. Elements that are not of their datatype give nothing, never an error.

Source: FHIR R4 search 3.1.1.4; datatypes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from espace_sante.formats.fhir.search.readers import READERS, read_boolean, reference_of, walk
from espace_sante.formats.fhir.search.table import Parameter, ParameterKind, Path
from espace_sante.formats.fhir.search.typed import Token, Value

Resource = Mapping[str, Any]
# Gives the resource a reference leads to, or None: it is asked only about references that say no type.
Resolve = Callable[[str], Resource | None]


def values(resource: Resource, parameter: Parameter, *, resolve: Resolve | None = None) -> tuple[Value, ...]:
    """Return what a parameter finds in a resource, in the order of the resource. A composite finds nothing by itself."""
    return tuple(value for path in parameter.paths for value in _typed(resource, path, parameter.kind, resolve))


def is_present(resource: Resource, parameter: Parameter, *, resolve: Resolve | None = None) -> bool:
    """Say whether a resource has something where a parameter looks: what `:missing` asks."""
    if parameter.components:
        return any(True for _ in instances(resource, parameter))
    return any(
        path.datatype == "known"
        or any(leads_to_target(element, path, resolve) for element in walk(resource, path.steps))
        for path in parameter.paths
    )


def instances(resource: Resource, parameter: Parameter) -> Iterator[Resource]:
    """Yield the elements on which all the components of a composite must be found together."""
    for base in parameter.bases:
        for element in walk(resource, base.steps):
            if isinstance(element, Mapping) and all(_has(resource, element, one) for one in parameter.components):
                yield element


def component_values(resource: Resource, element: Resource, component: Parameter) -> tuple[Value, ...]:
    """Return what one component of a composite finds on one element."""
    return tuple(
        value
        for path in component.paths
        for value in _typed(resource if path.whole else element, path, component.kind, None)
    )


def _has(resource: Resource, element: Resource, component: Parameter) -> bool:
    return any(walk(resource if path.whole else element, path.steps) for path in component.paths)


def _typed(resource: Resource, path: Path, kind: ParameterKind, resolve: Resolve | None) -> Iterator[Value]:
    found = walk(resource, path.steps)
    if path.datatype == "known":  # it exists and is not false
        yield from read_boolean(bool(found) and found[0] is not False)
        return
    read = READERS[kind][path.datatype]
    for element in found:
        if not path.target or leads_to_target(element, path, resolve):
            yield from read(element)
            if path.system and isinstance(element, str):
                yield Token(path.system, element, element.casefold())


def leads_to_target(element: Any, path: Path, resolve: Resolve | None) -> bool:
    """Say whether a reference leads to the type of resource its path wants: told by itself, else by what it leads to."""
    if not path.target:
        return True
    if not isinstance(element, Mapping):
        return False
    text = element.get("reference")
    if not isinstance(text, str):
        return element.get("type") == path.target
    if said := reference_of(text).type:
        return said == path.target
    led = resolve(text) if resolve else None
    return (element.get("type") if led is None else led.get("resourceType")) == path.target
