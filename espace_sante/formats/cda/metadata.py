"""A header as the metadata it gives its document (XDS, DocumentReference), each value as it stands in the document.

Source: CI-SIS mapping CDA → XDS; NOS ASS_X04 (class of a type) and ASS_A11 (format of a model).
"""

from __future__ import annotations

from typing import Any

from espace_sante.formats.cda.header_values import Code, Header, Identifier
from espace_sante.formats.code_tables import FORMAT_OF_NO_MODEL, CodeTables

SELF_PRESENTABLE = "application/xslt+xml"
PLAIN = "text/xml"


def media_type_of(header: Header) -> str:
    """Return the media type of a CDA: that of a style sheet when it presents itself."""
    return SELF_PRESENTABLE if header.self_presentable else PLAIN


def class_of(header: Header, tables: CodeTables) -> str:
    """Return the class of a document, by its type; "" when no table says it."""
    return tables.class_of_type(header.type.code, header.type.system)


def format_of(header: Header, tables: CodeTables) -> str:
    """Return the format of a document, by its model or by what it wraps; of no model when none is known."""
    found = "" if header.structured else tables.format_of_media(header.body_media_type)
    return found or tables.format_of_template(header.templates) or FORMAT_OF_NO_MODEL


def metadata(header: Header, tables: CodeTables) -> dict[str, Any]:
    """Return what is known of a document by its header, under stable names; None for what it does not say."""
    patient = header.patient
    return {
        "uniqueId": header.unique_id.text or None,
        "setId": header.set_id.text or None,
        "version": header.version or None,
        "typeCode": header.type.code or None,
        "typeSystem": header.type.system or None,
        "typeDisplay": header.type.display or None,
        "classCode": class_of(header, tables) or None,
        "formatCode": format_of(header, tables),
        "mimeType": media_type_of(header),
        "structured": header.structured,
        "bodyMediaType": header.body_media_type or None,
        "title": header.title or None,
        "creationTime": header.created or None,
        "languageCode": header.language or None,
        "confidentiality": [one.code for one in header.confidentiality],
        "serviceStart": header.service_start or None,
        "serviceStop": header.service_stop or None,
        "eventCodes": [_coded(one) for one in header.events],
        "practiceSetting": header.practice_setting.code or None,
        "facilityType": header.facility_type.code or None,
        "ins": patient.ins.extension or None,
        "insRoot": patient.ins.root or None,
        "insKind": patient.ins_kind or None,
        "insKeyValid": patient.ins_key_right if patient.ins else None,
        "otherPatientIds": [one.text for one in patient.identifiers],
        "birthName": patient.birth_name or None,
        "givenNames": patient.given_names or None,
        "firstGiven": patient.first_given or None,
        "usedName": patient.used_name or None,
        "sex": patient.sex or None,
        "birthDate": patient.birth_date or None,
        "birthPlaceCOG": patient.birth_place or None,
        "authors": [{"id": _number(one.identifier), "root": one.identifier.root or None} for one in header.authors],
        "legalAuthenticator": _number(header.authenticator.identifier),
        "custodian": _number(header.custodian.identifier),
        "replaces": [one.text for one in header.replaces],
    }


def _coded(code: Code) -> dict[str, str | None]:
    return {"code": code.code, "system": code.system or None}


def _number(identifier: Identifier) -> str | None:
    return identifier.extension or identifier.root or None
