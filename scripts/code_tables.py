#!/usr/bin/env python3
"""Transcribe the code tables of espace_sante/formats/tables/ from public value sets in JSON.

Each file read is `{name, revision or version, source, concepts: [{code, system, display}]}`, or for an association
`{…, map: [{type, type_oid, class}]}` and `{…, structure: [{templateId, format, system_oid}], non_structure: [{media, format}]}`.
Run when a table has a new version: `scripts/code_tables.py FOLDER --read-on 2026-11-25`. The departments come apart, from the
unpacked package @etalab/decoupage-administratif: `scripts/code_tables.py package --departments --read-on 2026-11-27`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from espace_sante.formats.code_rows import OUR_FOLDER, Row, Table, write_table

# No licence is stated by the public repositories of these value sets (neither LICENSE nor README says one).
_UNKNOWN = "licence non indiquée"
_OF_SYSTEM = {
    "2.16.840.1.113883.6.1": f"code : licence LOINC (loinc.org) ; libellé : {_UNKNOWN}",
    "2.16.840.1.113883.5.25": f"code : HL7 ; libellé : {_UNKNOWN}",
    "2.16.840.1.113883.5.88": f"code : HL7 ; libellé : {_UNKNOWN}",
}
_LISTS = {
    Table.TYPES: "JDV_J07-XdsTypeCode-CISIS",
    Table.CLASSES: "JDV_J06-XdsClassCode-CISIS",
    Table.FACILITIES: "JDV_J02-XdsHealthcareFacilityTypeCode-CISIS",
    Table.SETTINGS: "JDV_J04-XdsPracticeSettingCode-CISIS",
    Table.CONFIDENTIALITY: "JDV_J08-XdsConfidentialityCode-CISIS",
    Table.SPECIALTIES: "JDV_J01-XdsAuthorSpecialty-CISIS",
    Table.FUNCTIONS: "JDV_J47-FunctionCode-CISIS",
}
_CLASS_OF_TYPE = "ASS_X04-CorrespondanceType-Classe-CISIS"
_FORMAT_OF_MODEL = "ASS_A11-CorresModeleCDA-XdsFormatCode-CISIS"
_CLASS_OID = "1.2.250.1.213.1.1.4.1"
_URN_OID = "1.3.6.1.4.1.19376.1.2.3"
_XDS_SD = "1.2.250.1.213.1.1.4.2.282"
# Its README names the source (INSEE, code officiel géographique) and the licence of the data.
_DEPARTMENTS = "@etalab/decoupage-administratif data/departements.json (INSEE, code officiel géographique)"
_OPEN_LICENCE = "Licence Ouverte (Etalab)"


def main() -> int:
    """Write every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the value sets in JSON")
    parser.add_argument("--read-on", required=True, help="day they were read, AAAA-MM-JJ")
    parser.add_argument(
        "--departments", action="store_true", help="the folder is the package that lists the departments"
    )
    chosen = parser.parse_args()
    if chosen.departments:
        write_table(OUR_FOLDER, Table.DEPARTMENTS, _departments(chosen.folder, chosen.read_on))
        return 0

    def read(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((chosen.folder / f"{name}.json").read_bytes())
        return found

    for table, name in _LISTS.items():
        write_table(OUR_FOLDER, table, [_concept(read(name), each, chosen.read_on) for each in read(name)["concepts"]])
    found = read(_CLASS_OF_TYPE)
    write_table(
        OUR_FOLDER,
        Table.CLASS_OF_TYPE,
        [_row(found, e["type"], e["type_oid"], "", e["class"], _CLASS_OID, chosen.read_on) for e in found["map"]],
    )
    found = read(_FORMAT_OF_MODEL)
    write_table(
        OUR_FOLDER,
        Table.FORMAT_OF_TEMPLATE,
        [
            _row(found, e["templateId"], "", "", e["format"], e["system_oid"], chosen.read_on)
            for e in found["structure"]
        ],
    )
    write_table(
        OUR_FOLDER,
        Table.FORMAT_OF_MEDIA,
        [
            _row(found, e["media"], "", "", e["format"], _xds_sd(e["format"]), chosen.read_on)
            for e in found["non_structure"]
        ],
    )
    return 0


def _departments(package: Path, read_on: str) -> list[Row]:
    version = json.loads((package / "package.json").read_bytes())["version"]
    found = json.loads((package / "data" / "departements.json").read_bytes())
    source = f"{_DEPARTMENTS} ; révision {version}"
    return [Row(one["code"], "COG", one["nom"], "", "", source, _OPEN_LICENCE, read_on) for one in found]


def _xds_sd(format_code: str) -> str:
    """Return the system of an unstructured format: IHE's own, or the French complement."""
    return _URN_OID if format_code.startswith("urn:ihe:iti:") else _XDS_SD


def _concept(found: dict[str, Any], each: dict[str, str], read_on: str) -> Row:
    system = each["system"].removeprefix("urn:oid:")
    if system.startswith("https://mos.esante.gouv.fr/NOS/TRE_A03-"):
        system = _CLASS_OID
    return _row(found, each["code"], system, each["display"], "", "", read_on)


def _row(
    found: dict[str, Any], code: str, system: str, label: str, target: str, target_system: str, read_on: str
) -> Row:
    version = str(found.get("version") or found.get("revision", "sans date")).partition("T")[0]
    source = f"{found['source'].partition(' (')[0]} ; révision {version}"
    return Row(code, system, label, target, target_system, source, _OF_SYSTEM.get(system, _UNKNOWN), read_on)


if __name__ == "__main__":
    raise SystemExit(main())
