"""From a definition to what checks it: for each name an object may hold, one function. Made at first use, then kept.

A function takes the value, the object that holds it and the run, and returns the faults found, most often none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from espace_sante.formats.fhir.r4 import definitions
from espace_sante.formats.fhir.r4.contained import broken_inside
from espace_sante.formats.fhir.r4.definitions import Element, ValueSet
from espace_sante.formats.fhir.r4.issues import Fault, Found, sayable
from espace_sante.formats.fhir.r4.narrative import broken_rule
from espace_sante.formats.fhir.r4.primitives import PRIMITIVES
from espace_sante.formats.fhir.r4.rules import Rule, rules_of
from espace_sante.formats.fhir.r4.run import NONE, Faults, Run
from espace_sante.formats.fhir.r4.targets import leads_elsewhere

Check = Callable[[Any, dict[str, Any], Run], Faults]


@dataclass(frozen=True, slots=True)
class Field:
    """A member an object may have: its check, and its name in a FHIRPath, which is also what choices share."""

    check: Check
    path: str
    choice: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its members, the names of which one must stand for each required element, its rules."""

    name: str
    fields: dict[str, Field]
    required: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[Rule, ...]
    is_resource: bool
    is_domain: bool


@cache
def shape_of(name: str) -> Shape:
    """Return the shape of a datatype, a resource or a part of one; `name` as the definitions have it."""
    elements, bases = elements_of(name)
    fields: dict[str, Field] = {}
    required = []
    for one in elements:
        names = list(_members(one, fields))
        if one.least:
            required.append((one.name.removesuffix("[x]"), tuple(names)))
    is_resource = "Resource" in bases
    return Shape(name, fields, tuple(required), rules_of(bases), is_resource, "DomainResource" in bases)


def elements_of(name: str) -> tuple[list[Element], list[str]]:
    """Return all the elements of a type, its bases' first, and the names of itself and its bases."""
    bases = [name]
    parts: list[tuple[str, ...]] = []
    while bases[-1]:
        base, lines = _owner(bases[-1])
        parts.append(lines)
        bases.append(base)
    return [definitions.element(line) for lines in reversed(parts) for line in lines], bases[:-1]


def _owner(name: str) -> tuple[str, tuple[str, ...]]:
    root = name.partition(".")[0]
    return definitions.resource(root)[name] if root in definitions.resource_types() else definitions.datatypes()[name]


def _members(one: Element, fields: dict[str, Field]) -> list[str]:
    """Add the members that an element may be written as; return their names."""
    path = one.name.removesuffix("[x]")
    choice = path != one.name
    names = []
    for kind in one.types:
        bare = kind.partition("(")[0]
        name = written(path, bare) if choice else path
        names.append(name)
        single = _single(kind, one, name)
        fields[name] = Field(_many(single, name, one.most) if one.most != 1 else single, path, choice)
        if bare in PRIMITIVES and bare != "xhtml" and path != "id":
            beside = _beside(name, one.most != 1)
            fields[f"_{name}"] = Field(beside, path, choice)
            names.append(f"_{name}")
    return names


def written(path: str, kind: str) -> str:
    """Return the name that a choice has in JSON for a type: valueQuantity."""
    said = "Quantity" if kind in ("SimpleQuantity", "MoneyQuantity") else kind
    return path + said[0].upper() + said[1:]


def _single(kind: str, one: Element, name: str) -> Check:
    """Return the check of one value of a type."""
    bare, _, targets = kind.partition("(")
    bound = definitions.value_set(one.value_set) if one.value_set else None
    if bare == "xhtml":
        return _narrative
    if bare in PRIMITIVES:
        return _primitive(bare, bound if bare == "code" else None)
    if bare == "Resource":
        return _contained if name == "contained" else _resource
    if bare in definitions.resource_types() and "." not in bare:
        return _resource_of(bare)
    if bare == "Reference":
        return _reference(frozenset(targets.removesuffix(")").split(",")) if targets else frozenset())
    if bound is not None and bare in ("Coding", "CodeableConcept"):
        return _coded(bare, bound)
    return lambda value, _, run: check_object(shape_of(bare), value, run)


def _primitive(kind: str, bound: ValueSet | None) -> Check:
    holds = PRIMITIVES[kind]
    codes = bound.codes if bound else None

    def check(value: Any, _: dict[str, Any], run: Run) -> Faults:
        if holds(value):
            if codes is not None and bound is not None and value not in codes:
                return run.fault(Fault.BINDING, list=bound.url)
            return NONE
        return _wrong(value, kind, run)

    return check


def _wrong(value: Any, kind: str, run: Run) -> Faults:
    """Say what is wrong with a primitive."""
    if isinstance(value, list):
        return run.fault(Fault.SINGLE)
    if value is None:
        return run.fault(Fault.NULL)
    return run.fault(Fault.EMPTY if value == "" else Fault.FORMAT, type=kind)


def _narrative(value: Any, _: dict[str, Any], run: Run) -> Faults:
    if not PRIMITIVES["xhtml"](value):
        return _wrong(value, "xhtml", run)
    rule = broken_rule(value)
    return run.fault(rule) if rule else NONE


def _coded(kind: str, bound: ValueSet) -> Check:
    def check(value: Any, _: dict[str, Any], run: Run) -> Faults:
        found = check_object(shape_of(kind), value, run)
        if found:
            return found
        codings = (value,) if kind == "Coding" else value.get("coding", ())
        if any((one.get("system"), one.get("code")) in bound.pairs for one in codings):
            return NONE
        return run.fault(Fault.BINDING, list=bound.url)

    return check


def _reference(targets: frozenset[str]) -> Check:
    said = ", ".join(sorted(targets))

    def check(value: Any, _: dict[str, Any], run: Run) -> Faults:
        found = check_object(shape_of("Reference"), value, run)
        if found:
            return found
        literal = value.get("reference", "")
        if literal[:1] == "#" and len(literal) > 1 and literal[1:] not in run.contained:
            return run.fault("ref-1")
        if targets and leads_elsewhere(value, targets, run.contained):
            return run.fault(Fault.TARGET, types=said)
        return NONE

    return check


def _resource(value: Any, _: dict[str, Any], run: Run) -> Faults:
    return run.resource(value, run)


def _contained(value: Any, _: dict[str, Any], run: Run) -> Faults:
    """Check a contained resource: its references are those of what contains it."""
    kind = value.get("resourceType") if type(value) is dict else None
    if type(kind) is not str or kind not in definitions.resource_types():
        return run.resource(value, run)  # says what is wrong with it
    rule = broken_inside(value)
    return run.fault(rule) if rule else check_object(shape_of(kind), value, run)


def _resource_of(kind: str) -> Check:
    """Check a resource that must be of one type (an outcome in a response)."""

    def check(value: Any, _: dict[str, Any], run: Run) -> Faults:
        if isinstance(value, dict) and value.get("resourceType") != kind:
            return run.fault(Fault.TYPE_OTHER, types=kind)
        return run.resource(value, run)

    return check


def _many(single: Check, name: str, most: int) -> Check:
    """Return the check of a list; null stands in it only for a value that an extension explains beside it."""
    beside = f"_{name}"

    def check(value: Any, parent: dict[str, Any], run: Run) -> Faults:
        if type(value) is not list:
            return run.fault(Fault.LIST)
        if not value:
            return run.fault(Fault.EMPTY)
        if most and len(value) > most:
            return run.fault(Fault.MANY, most=str(most))
        faults: Faults = NONE
        for index, one in enumerate(value):
            if one is None and _is_explained(parent.get(beside), index):
                continue
            found = single(one, parent, run)
            if found:
                faults = placed(found, f"[{index}]", faults)
        return faults

    return check


def _is_explained(beside: Any, index: int) -> bool:
    return isinstance(beside, list) and index < len(beside) and isinstance(beside[index], dict)


def _beside(name: str, many: bool) -> Check:
    """Return the check of what is said beside a primitive: an id, extensions."""

    def one_check(value: Any, _: dict[str, Any], run: Run) -> Faults:
        return check_object(shape_of("Element"), value, run)

    def check(value: Any, parent: dict[str, Any], run: Run) -> Faults:
        if type(value) is not list:
            return run.fault(Fault.LIST)
        primitives = parent.get(name)
        if not any(one is not None for one in value):
            return run.fault(Fault.EMPTY)
        if isinstance(primitives, list) and len(primitives) != len(value):
            return run.fault(Fault.NULL)
        faults: Faults = NONE
        for index, one in enumerate(value):
            if one is None and isinstance(primitives, list):
                continue  # if the primitive is null too, that one is at fault
            found = one_check(one, parent, run)
            if found:
                faults = placed(found, f"[{index}]", faults)
        return faults

    return check if many else one_check


def placed(found: list[Found], part: str, faults: list[Found]) -> list[Found]:
    """Add the name of one level to new faults, and add them to those found before."""
    for one in found:
        one.parts.append(part)
    return found if not faults else faults + found


def check_object(shape: Shape, value: Any, run: Run) -> Faults:
    """Check an object and all it holds; its rules only when nothing else is wrong in it."""
    if type(value) is not dict:
        return run.fault(Fault.SINGLE if isinstance(value, list) else Fault.NULL if value is None else Fault.OBJECT)
    faults: Faults = NONE
    fields = shape.fields
    choices = None
    for name, member in value.items():
        field = fields.get(name)
        if field is None:
            if name == "resourceType" and shape.is_resource:
                continue
            unknown = run.fault(Fault.UNKNOWN)
            faults = placed(unknown, name, faults) if sayable(name) else faults + unknown
            continue
        found = field.check(member, value, run)
        if found:
            faults = placed(found, field.path, faults)
        if field.choice:
            choices = _seen(choices, field.path, name)
    if not shape.is_resource and (not value or value.keys() == {"id"}):
        return run.fault(Fault.EMPTY)
    for path, names in shape.required:
        if names[0] not in value and not any(name in value for name in names):
            faults = placed(run.fault(Fault.MISSING), path, faults)
    for path, written in (choices or {}).items():
        if len(written) > 1:
            faults = placed(run.fault(Fault.CHOICES), path, faults)
    if faults:
        return faults
    for rule in shape.rules:
        if not rule.holds(value):
            faults = faults + run.fault(rule.key, rule.severity)
    return faults


def _seen(choices: dict[str, set[str]] | None, path: str, name: str) -> dict[str, set[str]]:
    found = {} if choices is None else choices
    found.setdefault(path, set()).add(name.removeprefix("_"))
    return found
