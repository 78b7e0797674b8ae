"""The search parameters of R4: for each type of resource, what each name means and where it looks.

The table is written by scripts/fhir_search_parameters.py from the official definitions; nothing here interprets FHIRPath.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_STEP = re.compile(r"([\w,]+)(?:\[(\w+)=([\w-]+)\])?")


class ParameterKind(StrEnum):
    """The kinds of parameters that are searched here. Source: FHIR R4 search 3.1.1.4."""

    TOKEN = "token"  # noqa: S105 (a code, not a secret)
    STRING = "string"
    DATE = "date"
    NUMBER = "number"
    QUANTITY = "quantity"
    REFERENCE = "reference"
    URI = "uri"
    COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: the keys that may stand there, and what an element must say to be followed."""

    keys: tuple[str, ...]
    said_key: str = ""
    said_value: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value stands, and its datatype.

    `target` is the type of resource a reference must lead to; `system` the one a code has without saying it; a path from
    the resource inside a composite is `whole`.
    """

    steps: tuple[Step, ...]
    datatype: str = ""
    target: str = ""
    system: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of one type of resource. A composite has bases and components instead of paths."""

    name: str
    kind: ParameterKind
    paths: tuple[Path, ...] = ()
    bases: tuple[Path, ...] = ()
    components: tuple[Parameter, ...] = ()


def resource_types() -> frozenset[str]:
    """Return the types of resources R4 has."""
    return _types()


def parameters_of(resource_type: str) -> MappingProxyType[str, Parameter]:
    """Return the parameters of a type by name, those of every resource included; none for a type R4 has not."""
    return _parameters(resource_type) if resource_type in _types() else MappingProxyType({})


def parameter_of(resource_type: str, name: str) -> Parameter | None:
    """Return one parameter of a type, None when R4 has none of that name or when it is not searched here."""
    return parameters_of(resource_type).get(name)


@cache
def _lines() -> tuple[str, ...]:
    return tuple((files(__package__) / "parameters.tsv").read_text(encoding="utf-8").splitlines())


@cache
def _types() -> frozenset[str]:
    return frozenset(next(line for line in _lines() if line.startswith("# types ")).split()[2:])


@cache
def _lines_of() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _lines():
        if not line.startswith("#"):
            found.setdefault(line.partition("\t")[0], []).append(line)
    return found


@cache
def _parameters(resource_type: str) -> MappingProxyType[str, Parameter]:
    lines = (*_lines_of()["*"], *_lines_of().get(resource_type, ()))
    return MappingProxyType({one.name: one for one in map(_parameter, lines)})


def _parameter(line: str) -> Parameter:
    _, name, kind, paths, *components = line.split("\t")
    found = tuple(map(_path, paths.split()))
    if kind != ParameterKind.COMPOSITE:
        return Parameter(name, ParameterKind(kind), paths=found)
    return Parameter(
        name,
        ParameterKind.COMPOSITE,
        bases=found,
        components=tuple(_component(name, *one.split(" ", 1)) for one in components),
    )


def _component(name: str, kind: str, paths: str) -> Parameter:
    return Parameter(name, ParameterKind(kind), paths=tuple(map(_path, paths.split())))


def _path(text: str) -> Path:
    keys, _, said = text.removeprefix("/").partition(":")
    datatype, _, target = said.partition("~")
    datatype, _, system = datatype.partition("=")
    return Path(
        steps=tuple(map(_step, filter(None, keys.split(".")))),
        datatype=datatype,
        target=target,
        system=system,
        whole=text.startswith("/"),
    )


def _step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    assert found is not None, text
    return Step(tuple(found[1].split(",")), found[2] or "", found[3] or "")
