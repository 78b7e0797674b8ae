"""Whether a resource is one of FHIR R4, and if not, what is wrong and where. Pure: nothing is fetched, nothing is changed.

Checked: names, cardinality, primitives, choices, required bindings that can be listed, the rules of rules.py, what is contained,
the narrative, the type of references. Not checked: docs/deviations.md. Source: FHIR R4 validation.html, json.html.
"""

from __future__ import annotations

from typing import Any

from espace_sante.formats.fhir.r4.contained import broken_outside, types_of_contained
from espace_sante.formats.fhir.r4.definitions import resource_types
from espace_sante.formats.fhir.r4.issues import Fault, Found, Issue
from espace_sante.formats.fhir.r4.run import Faults, Run
from espace_sante.formats.fhir.r4.shapes import check_object, placed, shape_of
from espace_sante.formats.fhir.reading import DEPTH, MOST_MARKS, read_object
from espace_sante.kernel.errors import Problem


def is_type(name: str) -> bool:
    """Say whether FHIR R4 has a type of resource of this name."""
    return name in resource_types()


def validate(resource: object, *, kind: str = "") -> tuple[Issue, ...]:
    """Return what is wrong in a resource, at most MOST_ISSUES; () when nothing is. `kind` is the type it must have, "" for any.

    Bytes are read as JSON first: a key that stands twice, text that is not UTF-8, nesting beyond 40 levels or too many members are
    an issue. Any other value is taken as already read, within the same bounds. Never raises; takes a time linear in the size.
    """
    try:
        value = read_object(resource) if isinstance(resource, bytes) else resource
    except Problem as problem:
        return (_alone(Fault.TOO_LARGE if problem.code == "json-too-complex" else Fault.NOT_JSON),)
    fault = _fault_of_size(value) if value is resource else None
    if fault is not None:
        return (_alone(fault),)
    said = value.get("resourceType") if isinstance(value, dict) else None
    root = said if isinstance(said, str) and said in resource_types() else "Resource"
    if kind and root not in ("Resource", kind):
        return (Found(Fault.TYPE_OTHER, "error", {"types": kind}).issue(root),)
    faults = _resource(value, Run(_resource))
    return tuple(one.issue(root) for one in faults)


def _alone(fault: Fault) -> Issue:
    return Found(fault, "error", {}).issue("Resource")


def _fault_of_size(value: object) -> Fault | None:
    """Say what is wrong with a value already read: not an object, too deep, too large, keys or text that JSON cannot hold."""
    level: list[Any] = [value]
    left = MOST_MARKS
    if not isinstance(value, dict):
        return Fault.NOT_JSON
    for _ in range(DEPTH + 1):
        below: list[Any] = []
        for one in level:
            if isinstance(one, str):
                if not one.isascii() and not _is_text(one):
                    return Fault.NOT_JSON
            elif isinstance(one, dict | list):
                left -= len(one)
                if left < 0:
                    return Fault.TOO_LARGE
                if isinstance(one, dict):
                    if not all(isinstance(key, str) and (key.isascii() or _is_text(key)) for key in one):
                        return Fault.NOT_JSON
                    below.extend(one.values())
                else:
                    below.extend(one)
        if not below:
            return None
        level = below
    return Fault.NOT_JSON


def _is_text(text: str) -> bool:
    try:
        text.encode()  # half a surrogate pair cannot be
    except UnicodeEncodeError:
        return False
    return True


def _resource(value: Any, run: Run) -> Faults:
    """Check a resource that stands by itself, at the root or in an entry: what it contains is its own."""
    kind = value.get("resourceType") if type(value) is dict else None
    if kind is None:
        return (
            placed(run.fault(Fault.TYPE_MISSING), "resourceType", [])
            if type(value) is dict
            else run.fault(Fault.OBJECT)
        )
    if type(kind) is not str or kind not in resource_types():
        return placed(run.fault(Fault.TYPE_UNKNOWN), "resourceType", [])
    outside, run.contained = run.contained, types_of_contained(value)
    found = check_object(shape_of(kind), value, run)
    if not found and run.contained:
        found = broken_outside(value, run)
    run.contained = outside
    return found
