"""The generator of the FHIR definitions reads only what it knows; `make check` compares what is committed, where they are."""

from __future__ import annotations

import importlib.util
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from espace_sante.formats.fhir.r4 import definitions
from tests.needs import ROOT

_SPEC = importlib.util.spec_from_file_location("fhir_definitions", ROOT / "scripts" / "fhir_definitions.py")
assert _SPEC is not None and _SPEC.loader is not None
generator: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(generator)


def test_a_source_is_a_folder_or_an_archive_with_every_input(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "r4"
    folder.mkdir(parents=True)
    for name in generator.INPUTS:
        (folder / name).write_bytes(name.encode())
    (folder / "other.json").write_bytes(b"")
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar, zipfile.ZipFile(tmp_path / "a.zip", "w") as zipped:
        for path in folder.iterdir():
            tar.add(path, f"package/r4/{path.name}")
            zipped.write(path, f"r4/{path.name}")
    expected = {name: name.encode() for name in generator.INPUTS}
    for source in (tmp_path / "some", tmp_path / "a.tgz", tmp_path / "a.zip"):
        assert generator.read(source) == expected
    (folder / generator.INPUTS[0]).unlink()
    with pytest.raises(generator.Refused):
        generator.read(tmp_path / "some")


def test_a_value_set_is_listed_by_its_codes_its_tree_and_its_parts() -> None:
    tree = {"code": "a", "concept": [{"code": "b"}, {"code": "c"}]}
    terms = [
        {"resourceType": "CodeSystem", "url": "s", "content": "complete", "concept": [tree, {"code": "d"}]},
        {"resourceType": "CodeSystem", "url": "t", "content": "not-present"},
        {"resourceType": "ValueSet", "url": "whole", "compose": {"include": [{"system": "s"}]}},
        {"resourceType": "ValueSet", "url": "unknown", "compose": {"include": [{"system": "t"}]}},
        {"resourceType": "ValueSet", "url": "part", "compose": {
            "include": [{"system": "s", "filter": [{"property": "concept", "op": "is-a", "value": "a"}]}],
            "exclude": [{"system": "s", "concept": [{"code": "c"}]}]}},
        {"resourceType": "ValueSet", "url": "other", "compose": {"include": [{"valueSet": ["part|1"]}]}},
    ]  # fmt: skip
    listed = generator.Terminology(iter(terms))
    assert listed.expand("whole") == {"s": ["a", "b", "c", "d"]}
    assert listed.expand("part") == listed.expand("other|2") == {"s": ["a", "b"]}
    assert listed.expand("unknown") is None
    assert listed.expand("absent") is None


def test_the_generated_files_say_where_they_come_from() -> None:
    for path in generator.TARGET.glob("*.txt"):
        assert "FHIR R4 4.0.1 (HL7, licence CC0 1.0)" in path.read_text("utf-8").splitlines()[0]
    sums = dict(line.split() for line in definitions.lines("sources"))
    assert sums.keys() == set(generator.INPUTS)
    assert {len(one) for one in sums.values()} == {64}
