"""The official files of code tables: what is read in them, and what is not taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.code_files import NO_LICENCE, Fault, NotTaken, read_official
from espace_sante.formats.code_rows import Row, Table
from tests import needs
from tests.needs import SHARED

DAY = "2026-11-25"
NOS = "https://mos.esante.gouv.fr/NOS/"
SETTINGS = "JDV_J04_XdsPracticeSettingCode_CISIS"


def svs(
    name: str = f"{SETTINGS}.tabs", concepts: str = '<Concept code="A" codeSystem="1.2.3" displayName="Un"/>'
) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008">'
        f'<ValueSet id="1.2.250.1.213.1.1.5.467" displayName="{name}" revisionDate="2026-09-27T12:00:00+01:00">'
        f"<ConceptList>{concepts}</ConceptList></ValueSet></RetrieveValueSetResponse>"
    ).encode()


def fhir(kind: str, name: str, **more: Any) -> bytes:
    return json.dumps({"resourceType": kind, "name": name, "version": "20260102120000", **more}).encode()


def test_a_value_set_of_ihe() -> None:
    row = Row("A", "1.2.3", "Un", "", "", f"{SETTINGS} ; révision 2026-09-27", NO_LICENCE, DAY)
    assert read_official(svs(), DAY) == {Table.SETTINGS: [row]}


def test_a_value_set_of_fhir_by_its_parts_or_its_expansion() -> None:
    concepts = [{"code": "A", "display": "Un"}, {"code": "B", "display": "Deux"}]
    composed = {
        "include": [
            {"system": f"{NOS}TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire", "concept": concepts}
        ]
    }
    rows = read_official(fhir("ValueSet", "JDV_J07_XdsTypeCode_CISIS", compose=composed, copyright="Licence  X"), DAY)[
        Table.TYPES
    ]
    assert [(row.code, row.system, row.label, row.licence) for row in rows] == [
        ("A", "1.2.250.1.213.1.1.4.12", "Un", "Licence X"),
        ("B", "1.2.250.1.213.1.1.4.12", "Deux", "Licence X"),
    ]
    expansion = {"contains": [{"system": "http://loinc.org", "code": "11502-2", "display": "Biologie"}]}
    row = read_official(fhir("ValueSet", "x", id="JDV-J07-XdsTypeCode-CISIS", expansion=expansion), DAY)[Table.TYPES][0]
    assert (row.code, row.system) == ("11502-2", "2.16.840.1.113883.6.1")


def test_a_code_system_with_its_branches() -> None:
    concepts = [{"code": "10", "display": "Compte rendu", "concept": [{"code": "10a", "display": "Détail"}]}]
    url = f"{NOS}TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
    rows = read_official(fhir("CodeSystem", "TRE_A03_ClasseDocument", url=url, concept=concepts), DAY)[Table.CLASSES]
    assert [(row.code, row.system) for row in rows] == [
        ("10", "1.2.250.1.213.1.1.4.1"),
        ("10a", "1.2.250.1.213.1.1.4.1"),
    ]


def test_a_map_of_models_and_of_media_types() -> None:
    def group(target: str, code: str, becomes: str) -> dict[str, Any]:
        element = {"code": code, "display": "Un", "target": [{"code": becomes, "equivalence": "equivalent"}]}
        return {"source": "urn:oid:1.2.3", "target": target, "element": [element]}

    groups = [
        group(f"{NOS}TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire", "1.2.4", "urn:a"),
        group("urn:oid:1.3.6.1.4.1.19376.1.2.3", "application/pdf", "urn:b"),
    ]
    found = read_official(fhir("ConceptMap", "ASS_A11_CorresModeleCDA_XdsFormatCode_CISIS", group=groups), DAY)
    assert [(r.code, r.target, r.target_system) for r in found[Table.FORMAT_OF_TEMPLATE]] == [
        ("1.2.4", "urn:a", "1.2.250.1.213.1.1.4.2.282")
    ]
    assert [(r.code, r.target) for r in found[Table.FORMAT_OF_MEDIA]] == [("application/pdf", "urn:b")]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.UNREADABLE),
        (b"code,label\n1,un\n", Fault.UNREADABLE),
        (b"[" * 100_000, Fault.UNREADABLE),
        (b"\xff\xfe{}", Fault.UNREADABLE),
        (b"[]", Fault.UNKNOWN_FORM),
        (b'{"resourceType": "Patient"}', Fault.UNKNOWN_FORM),
        (b'{"resourceType": "ValueSet", "name": 3}', Fault.UNKNOWN_FORM),
        (fhir("ValueSet", "JDV_J999_Autre"), Fault.UNKNOWN_TABLE),
        (fhir("ValueSet", "CareTeamRoles"), Fault.UNKNOWN_TABLE),
        (fhir("ValueSet", SETTINGS), Fault.INCOMPLETE),
        (fhir("ValueSet", SETTINGS, compose={"include": [{"system": "urn:oid:1.2"}]}), Fault.INCOMPLETE),
        (fhir("ValueSet", SETTINGS, compose={"include": [{"concept": [{"display": "x"}]}]}), Fault.UNKNOWN_FORM),
        (fhir("ValueSet", SETTINGS, compose=[]), Fault.UNKNOWN_FORM),
        (fhir("ConceptMap", "ASS_X04", group=[{"element": [{"code": "A", "target": []}]}]), Fault.INCOMPLETE),
        (fhir("CodeSystem", "ASS_X04", url="u", concept=[{"code": "A"}]), Fault.INCOMPLETE),
        (svs("JDV_J999"), Fault.UNKNOWN_TABLE),
        (svs("ASS_X04"), Fault.UNKNOWN_FORM),
        (svs(concepts=""), Fault.INCOMPLETE),
        (svs(concepts="<Concept/>"), Fault.INCOMPLETE),
        (svs()[:-20], Fault.UNREADABLE),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', Fault.UNREADABLE),
        (b'<ValueSet xmlns="http://hl7.org/fhir"/>', Fault.UNKNOWN_FORM),
    ],
)  # fmt: skip
def test_what_is_not_one_of_the_tables_whole_is_not_taken(data: bytes, fault: Fault) -> None:
    with pytest.raises(NotTaken) as refused:
        read_official(data, DAY)
    assert refused.value.fault is fault


@needs.shared("data/interop-fr/profiles")
def test_no_other_published_file_is_taken_for_a_table() -> None:
    files = [p for p in (SHARED / "data" / "interop-fr").rglob("*.json") if "valuesets" not in p.parts]
    assert len(files) > 50
    for path in files:
        with pytest.raises(NotTaken):
            read_official(path.read_bytes(), DAY)
