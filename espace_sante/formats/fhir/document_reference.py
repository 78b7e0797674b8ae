"""DocumentReference as a sender posts it, read into frozen values.

A posted element that would change the document's meaning or who may see it, and that this version does not carry out
(a label, an unknown modifier), is refused, never left out in silence. Source: FHIR R4 documentreference;
IHE MHD ITI-105; PDSm simplified publish.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import msgspec

from espace_sante.formats import codes
from espace_sante.formats.fhir import elements as e
from espace_sante.formats.fhir.binary import decode_base64
from espace_sante.formats.fhir.parties import Author, author
from espace_sante.kernel.errors import Kind, Problem

LABELS = frozenset({"N", "R", "V"})  # kept and given back; those that would hide or show something are refused
_SEX = {"male": "M", "female": "F", "other": "I"}
_PLACE = re.compile(r"at `\$\.?([^`]*)`")


@dataclass(frozen=True, slots=True)
class Patient:
    """The person as the sender knows her: traits (`sex` M, F, I or "") and identifiers (system, value)."""

    birth_name: str = ""
    first_given: str = ""
    birth_date: str = ""
    sex: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A document as it was posted. Texts that were absent are empty; `sha1` is in base 16.

    `subject` is the address it is for ("Patient/…"), `subject_identifiers` the numbers it is for, `source` the identity
    written by the sender; `url` is where the bytes are when `data` is empty; `replaces` the document whose place it takes;
    dates are FHIR's, not yet checked.
    """

    data: bytes
    url: str
    media_type: str
    title: str
    created: str
    date: str
    language: str
    size: int | None
    sha1: str
    unique_id: str
    type: e.Coding
    categories: tuple[e.Coding, ...]
    format: e.Coding
    service_start: str
    service_stop: str
    authors: tuple[Author, ...]
    authenticator: Author
    custodian: Author
    description: str
    labels: tuple[str, ...]
    events: tuple[e.Coding, ...]
    facility: e.Coding
    setting: e.Coding
    related: tuple[e.Identifier, ...]
    encounter: e.Identifier | None
    replaces: e.Reference | None
    subject: str
    subject_identifiers: tuple[tuple[str, str], ...]
    source: Patient | None


def parse(given: dict[str, Any]) -> Posted:
    """Read one posted DocumentReference. Raises Problem(resource-invalid) naming the element at fault."""
    if given.get("resourceType") != "DocumentReference":
        raise invalid("resourceType")
    try:
        posted = msgspec.convert(given, e.DocumentReference)
        parties = contained_of(posted.contained)
    except msgspec.ValidationError as fault:
        place = _PLACE.search(str(fault))
        raise invalid(place.group(1) if place and place.group(1) else "DocumentReference") from None
    _refuse_what_is_not_done(posted)
    attachment = posted.content[0].attachment
    context = posted.context or e.Context()
    subject, identifiers = subject_of(posted.subject, parties)
    return Posted(
        data=decode_base64(attachment.data, "content.attachment.data"),
        url=attachment.url,
        media_type=attachment.content_type,
        title=attachment.title,
        created=attachment.creation,
        date=posted.date,
        language=attachment.language,
        size=attachment.size,
        sha1=_sha1(attachment.hash),
        unique_id=_unique_id(posted.master_identifier),
        type=_first_coding(posted.type),
        categories=tuple(c for concept in posted.category for c in concept.coding),
        format=posted.content[0].format or e.Coding(),
        service_start=context.period.start if context.period else "",
        service_stop=context.period.end if context.period else "",
        authors=tuple(one for one in (author(r, parties) for r in posted.author) if not one.is_nobody),
        authenticator=author(posted.authenticator, parties),
        custodian=author(posted.custodian, parties),
        description=posted.description,
        labels=tuple(c.code for concept in posted.security_label for c in concept.coding),
        events=tuple(_first_coding(concept) for concept in context.event),
        facility=_first_coding(context.facility_type),
        setting=_first_coding(context.practice_setting),
        related=tuple(r.identifier for r in context.related if r.identifier is not None),
        encounter=next((r.identifier for r in context.encounter if r.identifier is not None), None),
        replaces=_replaces(posted.relates_to),
        subject=subject,
        subject_identifiers=identifiers,
        source=_source(context.source_patient_info, parties),
    )


def contained_of(contained: tuple[dict[str, Any], ...]) -> dict[str, e.Party]:
    """Return the contained resources by the reference that leads to each. Raises msgspec.ValidationError."""
    return {f"#{party.id}": party for party in msgspec.convert(contained, tuple[e.Party, ...])}


def conditional(reference: str, kind: str) -> tuple[str, str] | None:
    """Return the identifier of a conditional reference ("Patient?identifier=system|value"), None for another one.

    Source: FHIR R4 http 3.1.0.11.3.
    """
    prefix = f"{kind}?identifier="
    if not reference.startswith(prefix):
        return None
    system, _, value = unquote(reference.removeprefix(prefix)).partition("|")
    return system, value


def invalid(field: str) -> Problem:
    """Return the refusal of a resource whose element is missing or wrong."""
    return Problem(Kind.INVALID, "resource-invalid", {"field": field})


def _refuse_what_is_not_done(posted: e.DocumentReference) -> None:
    if posted.status != "current":
        raise invalid("status")
    if posted.doc_status == "entered-in-error":
        raise invalid("docStatus")
    if posted.modifier_extension or posted.implicit_rules:
        raise invalid("modifierExtension")
    if any(coding.code not in LABELS for concept in posted.security_label for coding in concept.coding):
        raise invalid("securityLabel")
    if len(posted.content) != 1:
        raise invalid("content")
    if posted.content[0].attachment.url and posted.content[0].attachment.data:
        raise invalid("content.attachment.url")


def _replaces(relations: tuple[e.RelatesTo, ...]) -> e.Reference | None:
    """Return the one document whose place it takes; any other relation is refused, because it would be lost."""
    if not relations:
        return None
    if len(relations) > 1 or relations[0].code != "replaces" or relations[0].target is None:
        raise invalid("relatesTo")
    return relations[0].target


def subject_of(subject: e.Reference | None, parties: dict[str, e.Party]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the address and the numbers that say whom it is for."""
    if subject is None:
        raise Problem(Kind.INVALID, "patient-missing")
    identifiers = ((subject.identifier.system, subject.identifier.value),) if subject.identifier else ()
    wanted = conditional(subject.reference, "Patient")
    if wanted is not None:
        return "", (*identifiers, wanted)
    if not subject.reference.startswith("#"):
        return subject.reference, identifiers
    party = parties.get(subject.reference)
    if party is None or party.resource_type != "Patient":
        raise invalid("subject")
    return "", identifiers + tuple((i.system, i.value) for i in party.identifier)


def _source(reference: e.Reference | None, parties: dict[str, e.Party]) -> Patient | None:
    if reference is None:
        return None
    party = parties.get(reference.reference)
    if party is None and reference.reference and not reference.reference.startswith("#"):
        return None  # a resource of the sender's, of which nothing is written here
    if party is None or party.resource_type != "Patient" or isinstance(party.name, str):
        raise invalid("context.sourcePatientInfo")
    name = next((name for name in party.name if name.use == "official"), None)
    if name is None:
        name = party.name[0] if party.name else e.HumanName()
    return Patient(
        birth_name=name.family,
        first_given=name.given[0] if name.given else "",
        birth_date=party.birth_date,
        sex=_SEX.get(party.gender, ""),
        identifiers=tuple((i.system, i.value) for i in party.identifier),
    )


def _first_coding(concept: e.CodeableConcept | None) -> e.Coding:
    """Return the first coding; words alone are its display."""
    if concept is None:
        return e.Coding()
    return concept.coding[0] if concept.coding else e.Coding(display=concept.text)


def _unique_id(identifier: e.Identifier | None) -> str:
    if identifier is None:
        return ""
    found = codes.unique_identifier(identifier.system, identifier.value)
    if found is None:
        raise invalid("masterIdentifier")
    return found


def _sha1(text: str) -> str:
    """Return FHIR's hash (base64 of the SHA-1) in base 16."""
    if not text:
        return ""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 20:
        raise invalid("content.attachment.hash")
    return found.hex()
