"""The generated definitions, read as they are needed: one file for all datatypes, one for each type of resource.

`scripts/fhir_definitions.py` writes them. A line is `name min..max types`, then `= value set` for a required binding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FOLDER = files(__package__) / "definitions"
_PREFIX = "http://hl7.org/fhir/ValueSet/"
_SHARED = frozenset({"datatypes", "value-sets", "constraints", "unlisted", "sources", "subsets"})


@dataclass(frozen=True, slots=True)
class Element:
    """One element as it is defined. `most` is 0 for any number; `types` as written, `Reference(A,B)` included."""

    name: str
    least: int
    most: int
    types: tuple[str, ...]
    value_set: str


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The codes of a required binding, with their systems and without."""

    url: str
    pairs: frozenset[tuple[str, str]]
    codes: frozenset[str]


@cache
def resource_types() -> frozenset[str]:
    """Return the names of the 146 types of resources."""
    names = (one.name for one in _FOLDER.iterdir())
    return frozenset(name.removesuffix(".txt") for name in names if name.endswith(".txt")) - _SHARED


@cache
def datatypes() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return, for each datatype and each part of one, its base and its lines."""
    return _owners("datatypes")


def resource(name: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the same for a type of resource and its parts; `name` is one of resource_types()."""
    return _owners(name)


def element(line: str) -> Element:
    """Return what a line says."""
    name, cardinality, types, *rest = line.split()
    least, _, most = cardinality.partition("..")
    return Element(name, int(least), 0 if most == "*" else int(most), tuple(types.split("|")), rest[1] if rest else "")


@cache
def value_set(name: str) -> ValueSet:
    """Return a value set by the name a line gives it."""
    pairs = [(system, code) for system, *codes in map(str.split, _value_sets()[name]) for code in codes]
    return ValueSet(name if "://" in name else _PREFIX + name, frozenset(pairs), frozenset(code for _, code in pairs))


def lines(name: str) -> list[str]:
    """Return the lines of a generated file, its header left out."""
    text = (_FOLDER / f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def subsets(name: str) -> dict[str, tuple[str, ...]]:
    """Return what the subsets of a type of resource are made of, by word: `summary`, `modifier`, `cut` (paths inside a summary)."""
    return {word: tuple(names) for word, *names in map(str.split, _grouped("subsets")[name])}


@cache
def _value_sets() -> dict[str, tuple[str, ...]]:
    return _grouped("value-sets")


def _owners(file: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    found = {}
    for head, members in _grouped(file).items():
        name, _, base = head.partition(" : ")
        found[name] = (base, members)
    return found


def _grouped(file: str) -> dict[str, tuple[str, ...]]:
    """Return the indented lines under each line that is not."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in lines(file):
        if line.startswith(" "):
            here.append(line)
        else:
            here = found.setdefault(line, [])
    return {head: tuple(members) for head, members in found.items()}
