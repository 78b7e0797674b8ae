"""The elements of FHIR R4 that a posted DocumentReference is read into; whatever is not named here is not kept.

Source: FHIR R4 (4.0.1) documentreference, patient, practitioner, practitionerrole, organization.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Element(msgspec.Struct, frozen=True, rename="camel"):
    """Base of all: camelCase on the wire, unknown members ignored."""


class Coding(Element, frozen=True):
    """A code in a system."""

    system: str = ""
    code: str = ""
    display: str = ""


class CodeableConcept(Element, frozen=True):
    """Codes that say one thing."""

    coding: tuple[Coding, ...] = ()
    text: str = ""


class Identifier(Element, frozen=True):
    """A number in a system."""

    system: str = ""
    value: str = ""
    type: CodeableConcept | None = None


class Reference(Element, frozen=True):
    """A pointer to a resource, by address, by number or by words."""

    reference: str = ""
    identifier: Identifier | None = None
    display: str = ""


class Attachment(Element, frozen=True):
    """A document's bytes and what is said of them."""

    content_type: str = ""
    language: str = ""
    data: str = ""
    url: str = ""
    size: int | None = None
    hash: str = ""
    title: str = ""
    creation: str = ""


class Content(Element, frozen=True):
    """An attachment and its format."""

    attachment: Attachment
    format: Coding | None = None


class Period(Element, frozen=True):
    """From when to when."""

    start: str = ""
    end: str = ""


class Context(Element, frozen=True):
    """The care that the document is about."""

    period: Period | None = None
    source_patient_info: Reference | None = None
    event: tuple[CodeableConcept, ...] = ()
    facility_type: CodeableConcept | None = None
    practice_setting: CodeableConcept | None = None
    related: tuple[Reference, ...] = ()
    encounter: tuple[Reference, ...] = ()


class RelatesTo(Element, frozen=True):
    """Which document it has to do with, and how."""

    code: str = ""
    target: Reference | None = None


class DocumentReference(Element, frozen=True):
    """A posted DocumentReference. What changes its meaning is typed, so that it can be refused rather than ignored."""

    resource_type: str
    status: str
    content: tuple[Content, ...]
    subject: Reference | None = None
    master_identifier: Identifier | None = None
    doc_status: str = ""
    type: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    date: str = ""
    author: tuple[Reference, ...] = ()
    authenticator: Reference | None = None
    custodian: Reference | None = None
    description: str = ""
    relates_to: tuple[RelatesTo, ...] = ()
    security_label: tuple[CodeableConcept, ...] = ()
    context: Context | None = None
    contained: tuple[dict[str, Any], ...] = ()
    modifier_extension: tuple[Any, ...] = ()
    implicit_rules: str = ""


class HumanName(Element, frozen=True):
    """A person's name."""

    use: str = ""
    text: str = ""
    family: str = ""
    given: tuple[str, ...] = ()


class DeviceName(Element, frozen=True):
    """A name of a device."""

    name: str = ""


class Party(Element, frozen=True):
    """A contained Patient, Practitioner, PractitionerRole, Organization or Device, as far as we read it."""

    resource_type: str
    id: str = ""
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] | str = ()
    birth_date: str = ""
    gender: str = ""
    practitioner: Reference | None = None
    organization: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    device_name: tuple[DeviceName, ...] = ()
    manufacturer: str = ""
    owner: Reference | None = None
