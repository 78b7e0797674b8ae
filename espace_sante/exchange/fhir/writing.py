"""From what is known of a document to its DocumentReference: built at each answer, kept nowhere.

Source: FHIR R4 documentreference; PDSm comprehensive DocumentReference, as far as docs/deviations.md says.
"""

from __future__ import annotations

import binascii
from typing import Any

from espace_sante.formats import codes
from espace_sante.keeper.demand import DocumentMeta, Traits
from espace_sante.records.document import CATEGORIES

_GENDER = {"M": "male", "F": "female", "I": "other"}
_NORMAL = [{"coding": [{"system": codes.CONFIDENTIALITY, "code": "N", "display": "normal"}]}]
_CATEGORIES = {
    number: [{"coding": [{"system": codes.CATEGORY, "code": str(number), "display": words}]}]
    for number, words in CATEGORIES.items()
}


def document_reference(base: str, document: str, meta: DocumentMeta, version: int = 1) -> dict[str, Any]:
    """Return the DocumentReference of a document, by its public id; `base` is the address of the FHIR server.

    Nothing in it depends on who reads: what a reader may not see is not there at all (guarantee G11).
    """
    row = document[32:]
    uuid = f"urn:uuid:{row[:8]}-{row[8:12]}-{row[12:16]}-{row[16:20]}-{row[20:]}"
    system, value = codes.split_unique_identifier(meta.unique_id)
    attachment: dict[str, Any] = {
        "contentType": meta.media_type,
        "language": meta.language,
        "url": f"{base}/Binary/{document}",
        "size": meta.size,
        "hash": binascii.b2a_base64(bytes.fromhex(meta.sha1), newline=False).decode(),
        "title": meta.title,
        "creation": meta.created,
    }
    content: dict[str, Any] = {"attachment": attachment}
    if meta.format_code:
        content["format"] = {"system": codes.FORMAT_CODE, "code": meta.format_code}
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": document,
        "meta": {"versionId": str(version), "lastUpdated": meta.deposited},
        "masterIdentifier": {"system": system, "value": value},
        "identifier": [{"use": "official", "system": codes.URI, "value": uuid}],
        "status": "current",
        "category": _CATEGORIES[meta.category],
        "subject": {"reference": f"Patient/{document[:32]}"},
        "date": meta.created,
        "securityLabel": _NORMAL,
        "content": [content],
    }
    if meta.type_code or meta.type_display:
        resource["type"] = _type(meta)
    if meta.author_id or meta.author_name:
        resource["author"] = [_author(meta)]
    if meta.structure:
        resource["custodian"] = {"display": meta.structure}
    _add_context(resource, meta)
    return resource


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
    if meta.service_start:
        context["period"] = {"start": meta.service_start}
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
