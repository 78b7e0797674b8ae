"""FHIRPath Patch: operations by the names of elements, each done as operations of JSON Patch, so that bytes are kept as there.

Of FHIRPath, names and positions only: `Observation.component[1].code.text`. Functions (`where`, `resolve`, `ofType`) are refused.
Source: FHIR R4 fhirpatch; docs/decisions/0055.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from espace_sante.formats.fhir.conformant import refuse_unless_r4
from espace_sante.formats.fhir.json_patch import MOST_OPERATIONS, Document, Operation, Path, Unfit, told_at
from espace_sante.formats.fhir.r4.definitions import Element
from espace_sante.formats.fhir.r4.primitives import PRIMITIVES
from espace_sante.formats.fhir.r4.shapes import elements_of, written
from espace_sante.formats.fhir.reading import DEPTH, read_object
from espace_sante.kernel.errors import Kind, Problem

_PATH = re.compile(r"[A-Z][A-Za-z]+(?:\.[a-z][A-Za-z]*(?:\[(?:0|[1-9][0-9]{0,5})\])?)*", re.ASCII)
_STEP = re.compile(r"([A-Za-z]+)(?:\[([0-9]+)\])?", re.ASCII)
_ENCODE = msgspec.json.Encoder().encode
# What each type of operation must have besides its path. Source: FHIR R4 fhirpatch.
_NEEDS = {
    "add": ("name", "value"),
    "insert": ("value", "index"),
    "delete": (),
    "replace": ("value",),
    "move": ("source", "destination"),
}
_MISSING, _OTHERWISE = "patch-path-missing", "patch-test-failed"


class _Part(msgspec.Struct, frozen=True):
    """One part of a Parameters: its name and its value, of whatever type, or parts of its own."""

    name: str
    kind: str
    value: bytes
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class PathOperation:
    """One operation: the type of resource, then the names it goes through, each with a position or -1; what it needs besides."""

    type: str
    resource: str
    path: tuple[tuple[str, int], ...]
    name: str = ""
    value: _Part | None = None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a path leads: the pointer, what says the elements inside, the element itself, whether it is a list without a position."""

    pointer: Path
    owner: str
    element: Element | None = None
    is_list: bool = False


def read_path_patch(body: bytes) -> tuple[PathOperation, ...]:
    """Return the operations of a Parameters. Raises Problem: those of reading.py, resource-not-r4, patch-invalid, patch-too-large."""
    found = read_object(body)
    refuse_unless_r4(found)
    if found["resourceType"] != "Parameters":
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "resourceType"})
    said = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    parts = msgspec.json.decode(said["parameter"], type=list[msgspec.Raw]) if "parameter" in said else []
    if len(parts) > MOST_OPERATIONS:
        raise Problem(Kind.TOO_LARGE, "patch-too-large")
    return tuple(_operation(_part(one), f"[{index}]") for index, one in enumerate(parts))


def path_patched(resource: bytes, operations: Sequence[PathOperation], most: int) -> tuple[bytes, list[Operation]]:
    """Return a resource after all the operations, and what was done to it. Raises Problem, as `patched` does."""
    made, done = Document(resource, most), []
    for index, one in enumerate(operations):
        with told_at(index):
            for step in _steps(made, one):
                made.do(step)
                done.append(step)
    return made.whole(), done


# ---------------------------------------------------------------- reading


def _part(said: msgspec.Raw) -> _Part:
    members = msgspec.json.decode(said, type=dict[str, msgspec.Raw])
    inside = msgspec.json.decode(members["part"], type=list[msgspec.Raw]) if "part" in members else []
    kind = next((name for name in members if name.startswith("value")), "")
    value = bytes(members[kind]) if kind else b""
    name: str = msgspec.json.decode(members["name"])
    return _Part(name, kind.removeprefix("value"), value, tuple(map(_part, inside)))


def _operation(said: _Part, place: str) -> PathOperation:
    parts = {one.name: one for one in said.parts}
    try:
        kind, path = _text(parts, "type"), _text(parts, "path")
        needed = _NEEDS[kind]
        if said.name != "operation" or len(parts) != len(said.parts) or not _PATH.fullmatch(path):
            raise ValueError(path)
        steps = [_STEP.fullmatch(step) for step in path.split(".")]
        if len(steps) > DEPTH:
            raise ValueError(path)
        numbers = tuple(
            msgspec.json.decode(parts[one].value, type=int) for one in needed if one not in ("name", "value")
        )
        (first, _), *names = [(step[1], int(step[2] or -1)) for step in steps if step is not None]
        name = _text(parts, "name") if "name" in needed else ""
        value = parts["value"] if "value" in needed else None
        if value is not None and not (value.value or value.parts):
            raise ValueError(kind)
    except (KeyError, ValueError, TypeError, msgspec.DecodeError):
        raise Problem(Kind.INVALID, "patch-invalid", {"field": place, "expression": place}) from None
    return PathOperation(kind, first, tuple(names), name, value, numbers)


def _text(parts: Mapping[str, _Part], name: str) -> str:
    return msgspec.json.decode(parts[name].value, type=str)


# ---------------------------------------------------------------- doing


def _steps(made: Document, one: PathOperation) -> Iterator[Operation]:
    """Yield the operations of JSON Patch that do one of ours; raises Unfit."""
    found = _found(made, one)
    match one.type:
        case "add":
            yield from _add(made, found, one)
        case "insert":
            yield from _insert(made, found, one)
        case "move":
            yield _move(made, found, one)
        case "delete":
            if found is not None:
                yield from _delete(made, _single(made, found))
        case _:
            if found is None or found.element is None:
                raise Unfit(_MISSING)
            yield from _replace(made, _single(made, found), one)


def _found(made: Document, one: PathOperation) -> _Found | None:
    """Follow a path; None when an element it names is not there, Unfit when it leads to several or is none of the type's."""
    found = _Found((), _resource_type(made, one))
    for name, position in one.path:
        found = _single(made, found)
        element = _element(found.owner, name)
        here = made.inside(found.pointer)
        members = [(member, kind) for member, kind in _members(element) if member in here]
        if not members:
            return None
        ((member, kind),) = members[:1]
        pointer = (*found.pointer, member)
        many = element.most != 1
        if position > 0 and not many:
            return None
        if many and position >= 0:
            if position >= len(made.inside(pointer)):
                return None
            pointer = (*pointer, str(position))
        found = _Found(pointer, kind, element, many and position < 0)
    return found


def _resource_type(made: Document, one: PathOperation) -> str:
    whole = made.inside(())
    said = whole.get("resourceType") if isinstance(whole, dict) else None
    if not isinstance(said, msgspec.Raw) or msgspec.json.decode(said) != one.resource:
        raise Unfit(_MISSING)
    return one.resource


def _element(owner: str, name: str) -> Element:
    try:
        elements, _ = elements_of(owner)
    except KeyError:  # a primitive, or any resource
        raise Unfit(_MISSING) from None
    found = next((one for one in elements if one.name.removesuffix("[x]") == name), None)
    if found is None:
        raise Unfit(_MISSING)
    return found


def _members(element: Element) -> list[tuple[str, str]]:
    """Return the names an element may have in JSON, each with its type."""
    path = element.name.removesuffix("[x]")
    kinds = [kind.partition("(")[0] for kind in element.types]
    return [(path if path == element.name else written(path, kind), kind) for kind in kinds]


def _single(made: Document, found: _Found) -> _Found:
    """Return the only item of a list that was named without a position; raises Unfit when there are several."""
    if not found.is_list:
        return found
    if len(made.inside(found.pointer)) != 1:
        raise Unfit(_OTHERWISE)
    return _Found((*found.pointer, "0"), found.owner, found.element)


def _add(made: Document, found: _Found | None, one: PathOperation) -> Iterator[Operation]:
    if found is None or one.value is None:
        raise Unfit(_MISSING)
    found = _single(made, found)
    element = _element(found.owner, one.name.removesuffix("[x]"))
    here = made.inside(found.pointer)
    present = [member for member, _ in _members(element) if member in here]
    member, kind = _named(element, one.value)
    value = _value(one.value, kind)
    if element.most == 1:
        if present:
            raise Unfit(_OTHERWISE)
        yield Operation("add", (*found.pointer, member), value=value)
    elif present:
        yield from _beside(made, (*found.pointer, member))
        yield Operation("add", (*found.pointer, member, "-"), value=value)
    else:
        yield Operation("add", (*found.pointer, member), value=b"[" + value + b"]")


def _insert(made: Document, found: _Found | None, one: PathOperation) -> Iterator[Operation]:
    if found is None or not found.is_list or one.value is None:
        raise Unfit(_MISSING)
    (index,) = one.numbers
    if not 0 <= index <= len(made.inside(found.pointer)):
        raise Unfit(_MISSING)
    yield from _beside(made, found.pointer)
    yield Operation("add", (*found.pointer, str(index)), value=_value(one.value, found.owner))


def _move(made: Document, found: _Found | None, one: PathOperation) -> Operation:
    if found is None or not found.is_list:
        raise Unfit(_MISSING)
    if any(_beside(made, found.pointer)):
        raise Unfit(_OTHERWISE)
    if not all(0 <= number < len(made.inside(found.pointer)) for number in one.numbers):
        raise Unfit(_MISSING)
    source, destination = ((*found.pointer, str(number)) for number in one.numbers)
    return Operation("move", destination, source)


def _delete(made: Document, found: _Found) -> Iterator[Operation]:
    """Take out an element, and whatever would be left empty around it: no element of R4 is empty."""
    pointer = found.pointer
    if not pointer:
        raise Unfit(_OTHERWISE)
    yield from _beside(made, pointer)
    while len(pointer) > 1 and len(made.inside(pointer[:-1])) == 1:
        pointer = pointer[:-1]
    yield Operation("remove", pointer)


def _replace(made: Document, found: _Found, one: PathOperation) -> Iterator[Operation]:
    assert found.element is not None and one.value is not None
    yield from _beside(made, found.pointer)
    if found.element.name.endswith("[x]"):
        member, kind = _named(found.element, one.value)
        yield Operation("remove", found.pointer)
        yield Operation("add", (*found.pointer[:-1], member), value=_value(one.value, kind))
    else:
        yield Operation("replace", found.pointer, value=_value(one.value, found.owner))


def _beside(made: Document, pointer: Path) -> Iterator[Operation]:
    """Take out what stands beside a primitive (`_birthDate`), which was about what goes; beside a list of them it is refused."""
    parent = made.inside(pointer[:-1])
    if isinstance(parent, dict):
        if f"_{pointer[-1]}" not in parent:
            return
        if isinstance(made.inside((*pointer[:-1], f"_{pointer[-1]}")), dict):
            yield Operation("remove", (*pointer[:-1], f"_{pointer[-1]}"))
            return
        raise Unfit(_OTHERWISE)
    yield from _beside(made, pointer[:-1])


def _named(element: Element, value: _Part) -> tuple[str, str]:
    """Return the name that a value takes in JSON, and its type: of a choice, that of the value."""
    members = _members(element)
    if not element.name.endswith("[x]"):
        return members[0]
    said = element.name.removesuffix("[x]") + value.kind
    found = next((one for one in members if one[0] == said), None)
    if found is None:
        raise Unfit(_OTHERWISE)
    return found


def _value(value: _Part, owner: str) -> bytes:
    """Return a value as JSON, as it was written, or put together from its parts."""
    if value.value:
        return value.value
    if owner in PRIMITIVES or not value.parts:
        raise Unfit(_OTHERWISE)
    made: dict[str, Any] = {}
    for part in value.parts:
        element = _element(owner, part.name.removesuffix("[x]"))
        member, kind = _named(element, part)
        said = msgspec.Raw(_value(part, kind))
        if element.most != 1:
            made.setdefault(member, []).append(said)
        elif member in made:
            raise Unfit(_OTHERWISE)
        else:
            made[member] = said
    return _ENCODE(made)
