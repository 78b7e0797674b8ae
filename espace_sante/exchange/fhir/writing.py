"""From what is known of a document to its DocumentReference: built at each answer, kept nowhere.

Source: FHIR R4 documentreference; PDSm comprehensive DocumentReference, as far as docs/deviations.md says.
"""

from __future__ import annotations

import binascii
from typing import Any

from espace_sante.exchange.fhir.contained import Contained
from espace_sante.formats import codes
from espace_sante.keeper.demand import DocumentMeta, Traits
from espace_sante.records.document import CATEGORIES

_GENDER = {"M": "male", "F": "female", "I": "other"}
_LABELS = {"N": "normal", "R": "restricted", "V": "very restricted"}


def document_reference(
    base: str, document: str, meta: DocumentMeta, version: int = 1, *, replaces: str = "", superseded: bool = False
) -> dict[str, Any]:
    """Return the DocumentReference of a document, by its public id; `base` is the address of the FHIR server.

    `replaces` is the public id of the version before it, and `superseded` says that there is one after it: both only as
    far as the reader may see those versions. Nothing else depends on who reads: what a reader may not see is not there at
    all (guarantee G11).
    """
    system, value = codes.split_unique_identifier(meta.unique_id)
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": document,
        "meta": {"versionId": str(seen_version(version, superseded)), "lastUpdated": meta.deposited},
        "masterIdentifier": {"system": system, "value": value},
        "identifier": [{"use": "official", "system": codes.URI, "value": urn_of(document)}],
        "status": "superseded" if superseded else "current",
        "category": [{"coding": _categories(meta)}],
        "subject": {"reference": f"Patient/{document[:32]}"},
        "date": meta.dated or meta.created,
        "securityLabel": [_label(code) for code in meta.confidentiality or ("N",)],
        "content": [_content(base, document, meta)],
    }
    if replaces:
        target = {"reference": f"DocumentReference/{replaces}"}
        resource["relatesTo"] = [{"code": "replaces", "target": target}]
    if meta.description:
        resource["description"] = meta.description
    if meta.type_code or meta.type_display:
        resource["type"] = _type(meta)
    contained = Contained()
    context = _context(meta, contained)
    _add_parties(resource, meta, contained)
    if contained.resources:
        resource["contained"] = contained.resources
    if context:
        resource["context"] = context
    return resource


def seen_version(version: int, superseded: bool) -> int:
    """Return the version of a resource: being replaced is a change of it, for whoever may see what replaced it."""
    return version + superseded


def urn_of(document: str) -> str:
    """Return the `urn:uuid:` of a document's row, by its public id."""
    row = document[32:]
    return f"urn:uuid:{row[:8]}-{row[8:12]}-{row[12:16]}-{row[16:20]}-{row[20:]}"


def _content(base: str, document: str, meta: DocumentMeta) -> dict[str, Any]:
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
        content["format"] = _coding(meta.format_system or codes.FORMAT_CODE, meta.format_code, meta.format_display)
    return content


def _categories(meta: DocumentMeta) -> list[dict[str, str]]:
    """Return our category, then the class its sender gave."""
    ours = _coding(codes.CATEGORY, str(meta.category), CATEGORIES[meta.category])
    if not meta.class_code:
        return [ours]
    return [ours, _coding(meta.class_system or codes.CLASS_EMITTED, meta.class_code, meta.class_display)]


def _label(code: str) -> dict[str, Any]:
    return {"coding": [_coding(codes.CONFIDENTIALITY, code, _LABELS.get(code, ""))]}


def _type(meta: DocumentMeta) -> dict[str, Any]:
    if not meta.type_code:
        return {"text": meta.type_display}
    return {"coding": [_coding(meta.type_system, meta.type_code, meta.type_display)]}


def _add_parties(resource: dict[str, Any], meta: DocumentMeta, contained: Contained) -> None:
    authors = [contained.party(one, f"author-{number}") for number, one in enumerate(meta.authors, 1)]
    if not authors and (meta.author_id or meta.author_name):
        authors = [_author(meta)]
    if authors:
        resource["author"] = authors
    if meta.authenticator is not None:
        resource["authenticator"] = contained.party(meta.authenticator, "authenticator")
    if meta.custodian is not None:
        resource["custodian"] = contained.structure(meta.custodian, "custodian")
    elif meta.structure:
        resource["custodian"] = {"display": meta.structure}


def _author(meta: DocumentMeta) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if meta.author_id:
        found["identifier"] = {"value": meta.author_id}
    if meta.author_name:
        found["display"] = meta.author_name
    return found


def _context(meta: DocumentMeta, contained: Contained) -> dict[str, Any]:
    """Return the care it is about, and the identity as its sender wrote it: contained, never used as hers."""
    context: dict[str, Any] = {}
    if meta.events:
        context["event"] = [_concept(one.system, one.code, one.display) for one in meta.events]
    period = {"start": meta.service_start, "end": meta.service_stop}
    if any(period.values()):
        context["period"] = {name: value for name, value in period.items() if value}
    if meta.facility_type:
        system = meta.facility_system or codes.FACILITY_EMITTED
        context["facilityType"] = _concept(system, meta.facility_type, meta.facility_display)
    if meta.practice_setting:
        system = meta.setting_system or codes.SETTING_EMITTED
        context["practiceSetting"] = _concept(system, meta.practice_setting, meta.setting_display)
    if meta.source_patient is not None or meta.source_patient_ins:
        contained.resources.append(_patient(meta.source_patient, meta.source_patient_ins))
        context["sourcePatientInfo"] = {"reference": "#patient"}
    if meta.related:
        context["related"] = [{"identifier": _related(one.system, one.value, one.kind)} for one in meta.related]
    return context


def _related(system: str, value: str, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": {"coding": [_coding(codes.URI, kind, "")]}} if kind else {}
    return found | {name: text for name, text in (("system", system), ("value", value)) if text}


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [_coding(system, code, display)]} if code else {"text": display}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    """Return a coding; a system kept as a bare OID becomes its `urn:oid:`."""
    named = codes.uri_of(system) if system else ""
    return {name: value for name, value in (("system", named), ("code", code), ("display", display)) if value}


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
