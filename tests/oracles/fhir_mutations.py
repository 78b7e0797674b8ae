"""One fault put into a right resource, and the place where it must be told: made from the definitions, not from the checks."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from espace_sante.formats.fhir.r4 import definitions
from espace_sante.formats.fhir.r4.primitives import PRIMITIVES
from espace_sante.formats.fhir.r4.shapes import elements_of, written

Json = dict[str, Any]
LEFT_OUT = frozenset({"id", "resourceType", "reference", "url", "contained", "fullUrl"})  # others depend on them
OTHER_CHOICES = {"boolean": True, "string": "a", "integer": 1, "dateTime": "2020", "date": "2020"}


@dataclass(frozen=True)
class Mutation:
    """What is changed, how, the rule that breaks and where."""

    kind: str
    expression: str
    made: Callable[[], Json]


def objects(
    value: Json, shape: str, place: str, way: tuple[Any, ...] = ()
) -> Iterator[tuple[Json, str, str, tuple[Any, ...]]]:
    """Yield each object of a resource with its type, its FHIRPath and the keys that lead to it."""
    yield value, shape, place, way
    for one in elements_of(shape)[0]:
        path = one.name.removesuffix("[x]")
        for kind in one.types:
            bare = kind.partition("(")[0]
            name = path if path == one.name else written(path, bare)
            member = value.get(name)
            if bare in PRIMITIVES or member is None or name == "contained":
                continue
            many = isinstance(member, list)
            for index, each in enumerate(member if many else [member]):
                here = f"{place}.{path}[{index}]" if many else f"{place}.{path}"
                inner = each.get("resourceType", bare)
                yield from objects(each, inner, here, (*way, name, index) if many else (*way, name))


def mutations(resource: Json) -> Iterator[Mutation]:
    """Yield every mutation of a resource, lazily."""
    kind = resource["resourceType"]
    for value, shape, place, way in objects(resource, kind, kind):

        def made(change: Callable[[Json], object], way: tuple[Any, ...] = way) -> Callable[[], Json]:
            def make() -> Json:
                new = copy.deepcopy(resource)
                target: Any = new
                for key in way:
                    target = target[key]
                change(target)
                return new

            return make

        yield Mutation("unknown", f"{place}.inconnu", made(lambda one: one.update(inconnu="a")))
        for element in elements_of(shape)[0]:
            path = element.name.removesuffix("[x]")
            names = [path if path == element.name else written(path, k.partition("(")[0]) for k in element.types]
            here = [name for name in names if name in value]
            if element.least and len(value) > 1 and here and not any(f"_{name}" in value for name in names):
                yield Mutation("missing", f"{place}.{path}", made(lambda one, name=here[0]: one.pop(name)))
            if not here or here[0] in LEFT_OUT or isinstance(value[here[0]], list):
                continue
            bare = element.types[names.index(here[0])].partition("(")[0]
            if bare in PRIMITIVES and bare != "xhtml":
                wrong = "oui" if bare in ("boolean", "decimal", "integer", "positiveInt", "unsignedInt") else 7.5
                yield Mutation("format", f"{place}.{path}", made(lambda one, n=here[0], w=wrong: one.update({n: w})))
            if bare == "code" and element.value_set:
                yield Mutation("binding", f"{place}.{path}", made(lambda one, n=here[0]: one.update({n: "not-a-code"})))
            for other, sample in OTHER_CHOICES.items():
                if len(names) > 1 and other in element.types and written(path, other) not in value:
                    name = written(path, other)
                    yield Mutation("choices", f"{place}.{path}", made(lambda one, n=name, s=sample: one.update({n: s})))
                    break


assert definitions.resource_types()
