"""From what is known of a document to its DocumentReference: built at each answer, kept nowhere.

Source: FHIR R4 documentreference; PDSm comprehensive DocumentReference, as far as docs/deviations.md says.
"""

from __future__ import annotations

import binascii
from typing import Any

from espace_sante.formats import codes
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import code_tables
from espace_sante.keeper.demand import DocumentMeta, Party, Traits
from espace_sante.records.document import CATEGORIES

_GENDER = {"M": "male", "F": "female", "I": "other"}
_CLASS = codes.fhir_system("1.2.250.1.213.1.1.4.1")
_NORMAL = ("N",)
_CATEGORIES = {
    number: {"coding": [{"system": codes.CATEGORY, "code": str(number), "display": words}]}
    for number, words in CATEGORIES.items()
}


def document_reference(base: str, document: str, meta: DocumentMeta, version: int = 1) -> dict[str, Any]:
    """Return the DocumentReference of a document, by its public id; `base` is the address of the FHIR server.

    Nothing in it depends on who reads: what a reader may not see is not there at all (guarantee G11).
    """
    row = document[32:]
    uuid = f"urn:uuid:{row[:8]}-{row[8:12]}-{row[12:16]}-{row[16:20]}-{row[20:]}"
    resource = description(meta)
    resource["content"][0]["attachment"]["url"] = f"{base}/Binary/{document}"
    return resource | {
        "id": document,
        "meta": {"versionId": str(version), "lastUpdated": meta.deposited},
        "identifier": [{"use": "official", "system": codes.URI, "value": uuid}],
        "subject": {"reference": f"Patient/{document[:32]}"},
    }


def description(meta: DocumentMeta) -> dict[str, Any]:
    """Return what a DocumentReference says of a document wherever it stands: neither its id here, nor whose it is."""
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "category": _categories(meta),
        "securityLabel": [{"coding": [_confidentiality(code)]} for code in meta.confidentiality or _NORMAL],
        "content": [_content(meta)],
    }
    if meta.created:
        resource["date"] = meta.created
    if meta.unique_id:
        system, value = codes.split_unique_identifier(meta.unique_id)
        resource["masterIdentifier"] = {"system": system, "value": value}
    if meta.type_code or meta.type_display:
        resource["type"] = _type(meta)
    _add_people(resource, meta)
    if meta.replaces:
        system, value = codes.split_unique_identifier(meta.replaces)
        target = {"identifier": {"system": system, "value": value}}
        resource["relatesTo"] = [{"code": "replaces", "target": target}]
    _add_context(resource, meta)
    return resource


def _content(meta: DocumentMeta) -> dict[str, Any]:
    attachment: dict[str, Any] = {
        "contentType": meta.media_type,
        "language": meta.language,
        "size": meta.size,
        "hash": binascii.b2a_base64(bytes.fromhex(meta.sha1), newline=False).decode(),
        "title": meta.title,
        "creation": meta.created,
    }
    content: dict[str, Any] = {"attachment": {name: value for name, value in attachment.items() if value != ""}}
    if meta.format_code:
        system = codes.fhir_system(code_tables().system_of_format(meta.format_code)) or codes.FORMAT_CODE
        content["format"] = {"system": system, "code": meta.format_code}
    return content


def _categories(meta: DocumentMeta) -> list[dict[str, Any]]:
    """Return our category, then the class of the CI-SIS when it is known."""
    if not meta.class_code:
        return [_CATEGORIES[meta.category]]
    label = code_tables().label_of(Table.CLASSES, meta.class_code)
    return [_CATEGORIES[meta.category], {"coding": [_coding(_CLASS, meta.class_code, label)]}]


def _confidentiality(code: str) -> dict[str, str]:
    if code == "N":
        return {"system": codes.CONFIDENTIALITY, "code": "N", "display": "normal"}
    row = code_tables().find(Table.CONFIDENTIALITY, code)
    return _coding(codes.fhir_system(row.system), code, row.label) if row else {"code": code}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    coding = {"system": system, "code": code, "display": display}
    return {name: value for name, value in coding.items() if value}


def _add_people(resource: dict[str, Any], meta: DocumentMeta) -> None:
    """Add who wrote it, who answers for it and who keeps it, by their numbers and names as the document gives them."""
    if meta.authors:
        resource["author"] = [_party(each) for each in meta.authors]
    elif meta.author_id or meta.author_name:
        resource["author"] = [_author(meta)]
    if meta.authenticator:
        resource["authenticator"] = _party(meta.authenticator)
    if meta.custodian:
        resource["custodian"] = _party(meta.custodian)
    elif meta.structure:
        resource["custodian"] = {"display": meta.structure}


def _party(party: Party) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if party.device:
        found["type"] = "Device"
    if party.identifier:
        system = codes.fhir_system(party.root)
        found["identifier"] = {"system": system, "value": party.identifier} if system else {"value": party.identifier}
    if words := ", ".join(part for part in (party.name, party.structure) if part):
        found["display"] = words
    return found


def _type(meta: DocumentMeta) -> dict[str, Any]:
    if not meta.type_code:
        return {"text": meta.type_display}
    coding = {"system": meta.type_system, "code": meta.type_code, "display": meta.type_display}
    return {"coding": [{name: value for name, value in coding.items() if value}]}


def _author(meta: DocumentMeta) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if meta.author_id:
        found["identifier"] = {"value": meta.author_id}
    if meta.author_name:
        found["display"] = meta.author_name
    return found


def _add_context(resource: dict[str, Any], meta: DocumentMeta) -> None:
    """Add the care it is about, and the identity as its sender wrote it: contained, never used as hers."""
    context: dict[str, Any] = {}
    if meta.events:
        context["event"] = [
            {"coding": [_coding(codes.fhir_system(each.system), each.code, each.display)]} for each in meta.events
        ]
    period = {"start": meta.service_start, "end": meta.service_stop}
    if any(period.values()):
        context["period"] = {name: value for name, value in period.items() if value}
    for element, table, code in (
        ("facilityType", Table.FACILITIES, meta.facility_type),
        ("practiceSetting", Table.SETTINGS, meta.practice_setting),
    ):
        if code:
            row = code_tables().find(table, code)
            coding = _coding(codes.fhir_system(row.system), code, row.label) if row else {"code": code}
            context[element] = {"coding": [coding]}
    if meta.source_patient is not None or meta.source_patient_ins:
        resource["contained"] = [_patient(meta.source_patient, meta.source_patient_ins)]
        context["sourcePatientInfo"] = {"reference": "#patient"}
    if context:
        resource["context"] = context


def _patient(traits: Traits | None, ins: str) -> dict[str, Any]:
    found: dict[str, Any] = {"resourceType": "Patient", "id": "patient"}
    if ins:
        found["identifier"] = [{"system": codes.INS_EMITTED, "value": ins}]
    if traits is None:
        return found
    name: dict[str, Any] = {"use": "official"}
    if traits.birth_name:
        name["family"] = traits.birth_name
    if traits.first_given:
        name["given"] = [traits.first_given]
    found["name"] = [name]
    if traits.sex in _GENDER:
        found["gender"] = _GENDER[traits.sex]
    if traits.birth_date:
        found["birthDate"] = traits.birth_date
    return found
