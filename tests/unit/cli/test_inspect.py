"""`espace-sante inspect` and `codes import`, typed as anybody types them; no instance runs."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from espace_sante.actions.alerts import ALERTS
from espace_sante.actions.refusals import SENTENCES
from espace_sante.cli.main import run_command
from tests import needs
from tests.real_documents.examples import FOLDER
from tests.real_documents.test_header import OTHERWISE
from tests.small_cda import key_of, small_cda

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Type a command with a state folder of its own; return its exit code and what it printed."""
    monkeypatch.setenv("ESPACE_SANTE_HOME", str(tmp_path / "home"))

    def type_(*words: str | Path) -> tuple[int, str, str]:
        code = run_command([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return type_


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_cda_is_shown_as_it_stands_and_as_it_would_be_known(typed: Any, tmp_path: Path) -> None:
    data = small_cda(key_of("2990199999001"))
    code, out, _ = typed("inspect", written(tmp_path, "a.xml", data), "--json")
    found = json.loads(out)
    assert code == 0
    assert found["warnings"] == []
    assert found["creationTime"] == "20261102093000+0100", "the value as it stands"
    assert found["fhir"]["date"] == "2026-11-02T09:30:00+01:00", "and as it would be known"
    assert found["fhir"]["masterIdentifier"]["value"] == f"urn:oid:{found['uniqueId']}"
    assert (found["size"], found["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert found["fhir"]["category"][0]["coding"][0]["code"] == "1"
    assert base64.b64decode(found["fhir"]["content"][0]["attachment"]["hash"]).hex() == found["sha1"]
    assert not {"id", "meta", "subject", "identifier"} & found["fhir"].keys(), "it is nobody's and nowhere yet"


def test_a_summary_is_readable_and_warns(typed: Any, tmp_path: Path) -> None:
    code, out, _ = typed("inspect", written(tmp_path, "a.xml", small_cda("299019999900199")))
    assert code == 0
    for words in ("Synthèse de Zoé", "Synthèses médicales", "Luc GUERIN, Cabinet du Lac", ALERTS["ins-key-invalid"]):
        assert words in out, out


def test_any_file_is_looked_at(typed: Any, tmp_path: Path) -> None:
    files = [
        written(tmp_path, "a.pdf", b"%PDF-1.7\n"),
        written(tmp_path, "b.png", PNG),
        written(tmp_path, "c.bin", b"MZ\x90\x00"),
        written(tmp_path, "d.txt", b""),
        written(tmp_path, "e.xml", b"<?xml version='1.0'?><a/>"),
    ]
    code, out, _ = typed("inspect", *files, "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [each["mimeType"] for each in found] == ["application/pdf", "image/png", None, None, "text/xml"]
    assert [each["warnings"] for each in found] == [
        [],
        [],
        [SENTENCES["media-type-unsupported"]],
        [SENTENCES["document-empty"]],
        [SENTENCES["not-a-cda"]],
    ]
    assert all(each["fhir"]["content"][0]["attachment"]["size"] == each["size"] for each in found)
    assert all(line.strip() for line in typed("inspect", *files)[1].splitlines())


def test_what_cannot_be_read_is_said_and_the_others_are_shown(typed: Any, tmp_path: Path) -> None:
    files = [
        tmp_path / "absent.xml",
        written(tmp_path, "a.xml", b"<?xml version='1.0'?><!DOCTYPE a><a/>"),
        written(tmp_path, "b.xml", small_cda(title="<title>Compte\u202e rendu</title>")),
        written(tmp_path, "c.pdf", b"%PDF-1.7\n"),
    ]
    code, out, err = typed("inspect", *files, "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert "absent.xml" in err
    assert [each["fhir"] is None for each in found] == [True, True, False]
    assert found[0]["warnings"] == [SENTENCES["xml-doctype"]]


def test_a_document_does_not_command_the_terminal(typed: Any, tmp_path: Path) -> None:
    document = small_cda(code='<code code="1" displayName="&#x9b;31m"/>', id='<id root="&#x9b;2J"/>')
    assert "\x9b" not in typed("inspect", written(tmp_path, "a.xml", document))[1]


@needs.shared("data/interop-fr/cda-expected-metadata.json")
def test_real_documents_are_shown_as_the_published_list_says(typed: Any) -> None:
    expected = json.loads((FOLDER / "cda-expected-metadata.json").read_bytes())
    code, out, _ = typed("inspect", "--json", *(FOLDER / name for name in expected))
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == len(expected) == 37
    for (name, known), line in zip(expected.items(), lines, strict=True):
        found = json.loads(line)
        corrected = known | {key: value for (document, key), value in OTHERWISE.items() if document == name}
        assert {key: found[key] for key in known} == corrected, name
        assert found["fhir"]["resourceType"] == "DocumentReference"
        assert (ALERTS["ins-key-invalid"] in found["warnings"]) != known["insKeyValid"]


def test_an_official_table_replaces_ours(typed: Any, tmp_path: Path) -> None:
    concepts = [{"code": "60591-5", "display": "Un nouveau nom"}]
    composed = {"include": [{"system": "http://loinc.org", "concept": concepts}]}
    official = {"resourceType": "ValueSet", "name": "JDV_J07_XdsTypeCode_CISIS", "version": "2027", "compose": composed}
    path = written(tmp_path, "j07.json", json.dumps(official).encode())
    code, out, _ = typed("codes", "import", path, "--json")
    assert code == 0
    assert json.loads(out)["tables"] == {"document-types": 1}
    lines = (tmp_path / "home" / "tables" / "document-types.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(
        "60591-5,2.16.840.1.113883.6.1,Un nouveau nom,,,JDV_J07_XdsTypeCode_CISIS ; révision 2027,"
    )
    document = small_cda(code='<code code="60591-5" codeSystem="2.16.840.1.113883.6.1"/>')
    found = json.loads(typed("inspect", "--json", written(tmp_path, "a.xml", document))[1])
    assert found["fhir"]["type"]["coding"][0]["display"] == "Un nouveau nom"
    found = json.loads(
        typed("inspect", "--json", written(tmp_path, "b.xml", small_cda(code='<code code="11502-2"/>')))[1]
    )
    assert ALERTS["type-unknown"] in found["warnings"], "the table was replaced whole"


def test_a_file_that_is_refused_changes_no_table(typed: Any, tmp_path: Path) -> None:
    good = written(tmp_path, "j47.json", json.dumps(FUNCTIONS).encode())
    for name, data, words in (
        ("a.csv", b"code,label\n", "ni du JSON ni du XML"),
        ("b.json", b'{"resourceType": "Patient"}', "ni un ValueSet"),
        ("c.json", b'{"resourceType": "ValueSet", "name": "JDV_J999_Autre"}', "tables utilisées ici"),
        ("d.json", b'{"resourceType": "ValueSet", "name": "JDV_J47"}', "tous ses codes"),
    ):
        code, _, err = typed("codes", "import", good, written(tmp_path, name, data))
        assert code == 1
        assert name in err
        assert words in err
        assert "Aucune table n'est changée." in err
    assert typed("codes", "import", tmp_path / "absent.json")[0] == 1
    assert not (tmp_path / "home" / "tables").exists()
    assert typed("codes", "import", good)[0] == 0
    assert typed("codes", "export", good)[0] == 2


FUNCTIONS = {
    "resourceType": "ValueSet",
    "name": "JDV_J47_FunctionCode_CISIS",
    "compose": {"include": [{"system": "urn:oid:1.2", "concept": [{"code": "A", "display": "Un"}]}]},
}


def test_the_view_of_one_document_stands_alone(typed: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "a.xml", small_cda(key_of("2990199999001")))
    code, out, _ = typed("inspect", path, "--html")
    assert code == 0 and out.startswith("<!DOCTYPE html>") and "<script" not in out
    assert typed("inspect", path, path, "--html")[0] == 2
    code, out, said = typed("inspect", written(tmp_path, "b.png", PNG), "--html")
    assert (code, out) == (1, "") and said.strip() in SENTENCES.values()
