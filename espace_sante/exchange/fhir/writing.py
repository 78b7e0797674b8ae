"""From what is known of a document to its DocumentReference: built at each answer, kept nowhere.

Source: FHIR R4 documentreference; PDSm comprehensive DocumentReference, as far as docs/deviations.md says.
"""

from __future__ import annotations

import binascii
from typing import Any

from espace_sante.exchange.fhir.contained import Contained
from espace_sante.formats import codes
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import code_tables
from espace_sante.keeper.demand import DocumentMeta, Traits
from espace_sante.records.document import CATEGORIES

_LABELS = {"N": "normal", "R": "restricted", "V": "very restricted"}
_GENDER = {"M": "male", "F": "female", "I": "other"}


def document_reference(
    base: str, document: str, meta: DocumentMeta, version: int = 1, *, replaces: str = "", superseded: bool = False
) -> dict[str, Any]:
    """Return the DocumentReference of a document, by its public id; `base` is the address of the FHIR server.

    `replaces` is the public id of the version before it, and `superseded` says that there is one after it: both only as
    far as the reader may see those versions. Nothing else depends on who reads: what a reader may not see is not there at
    all (guarantee G11).
    """
    resource = description(meta) | {
        "id": document,
        "meta": {"versionId": str(seen_version(version, superseded)), "lastUpdated": meta.deposited},
        "identifier": [{"use": "official", "system": codes.URI, "value": urn_of(document)}],
        "status": "superseded" if superseded else "current",
        "subject": {"reference": f"Patient/{document[:32]}"},
    }
    resource["content"][0]["attachment"]["url"] = f"{base}/Binary/{document}"
    if replaces:
        target = {"reference": f"DocumentReference/{replaces}"}
        resource["relatesTo"] = [{"code": "replaces", "target": target}]
    return resource


def description(meta: DocumentMeta) -> dict[str, Any]:
    """Return what a DocumentReference says of a document wherever it stands: neither its id here, nor whose it is."""
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "category": [{"coding": _categories(meta)}],
        "securityLabel": [_label(code) for code in meta.confidentiality or ("N",)],
        "content": [_content(meta)],
    }
    if meta.dated or meta.created:
        resource["date"] = meta.dated or meta.created
    if meta.unique_id:
        system, value = codes.split_unique_identifier(meta.unique_id)
        resource["masterIdentifier"] = {"system": system, "value": value}
    if meta.replaces:
        system, value = codes.split_unique_identifier(meta.replaces)
        target = {"identifier": {"system": system, "value": value}}
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
        known = codes.fhir_system(code_tables().system_of_format(meta.format_code)) or codes.FORMAT_CODE
        content["format"] = _coding(meta.format_system or known, meta.format_code, meta.format_display)
    return content


def _categories(meta: DocumentMeta) -> list[dict[str, str]]:
    """Return our category, then the class of the CI-SIS, or the one its sender gave."""
    ours = _coding(codes.CATEGORY, str(meta.category), CATEGORIES[meta.category])
    if not meta.class_code:
        return [ours]
    display = meta.class_display or code_tables().label_of(Table.CLASSES, meta.class_code)
    return [ours, _coding(meta.class_system or codes.CLASS_EMITTED, meta.class_code, display)]


def _label(code: str) -> dict[str, Any]:
    if code in _LABELS:
        return {"coding": [_coding(codes.CONFIDENTIALITY, code, _LABELS[code])]}
    row = code_tables().find(Table.CONFIDENTIALITY, code)
    return {"coding": [_coding(codes.fhir_system(row.system), code, row.label) if row else {"code": code}]}


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
        context["facilityType"] = _known(
            Table.FACILITIES, meta.facility_type, meta.facility_system, meta.facility_display, codes.FACILITY_EMITTED
        )
    if meta.practice_setting:
        context["practiceSetting"] = _known(
            Table.SETTINGS, meta.practice_setting, meta.setting_system, meta.setting_display, codes.SETTING_EMITTED
        )
    if meta.source_patient is not None or meta.source_patient_ins:
        contained.resources.append(_patient(meta.source_patient, meta.source_patient_ins))
        context["sourcePatientInfo"] = {"reference": "#patient"}
    if meta.related:
        context["related"] = [{"identifier": _related(one.system, one.value, one.kind)} for one in meta.related]
    if meta.encounter is not None:
        context["encounter"] = [{"identifier": _related(meta.encounter.system, meta.encounter.value, "")}]
    return context


def _related(system: str, value: str, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": {"coding": [_coding(codes.URI, kind, "")]}} if kind else {}
    return found | {name: text for name, text in (("system", system), ("value", value)) if text}


def _known(table: Table, code: str, system: str, display: str, usual: str) -> dict[str, Any]:
    """Return a code of one of our tables, its words filled in when its sender gave none."""
    row = None if system else code_tables().find(table, code)
    return _concept(
        system or (codes.fhir_system(row.system) if row else usual), code, display or (row.label if row else "")
    )


def _concept(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [_coding(system, code, display)]} if code else {"text": display}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    """Return a coding; a system kept as a bare OID becomes its address in FHIR."""
    named = codes.fhir_system(codes.oid_of(system)) if codes.uri_of(system) != system else system
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
