"""What the header of a CDA says of its document, as frozen values: read, never judged.

Source: HL7 CDA R2; CI-SIS "structuration minimale" and its mapping to XDS metadata.
"""

from __future__ import annotations

from lxml import etree

from espace_sante.formats import ins
from espace_sante.formats.cda.elements import attribute, code, codes, every, first, identifier, identifiers, text
from espace_sante.formats.cda.header_values import Header, Identifier, Organization, Participant, Patient
from espace_sante.formats.cda.names import display_name, names_of

_ACT = "c:documentationOf/c:serviceEvent"
_ENCOUNTER = "c:componentOf/c:encompassingEncounter"
_FACILITY = f"{_ENCOUNTER}/c:location/c:healthCareFacility/c:code"
_SECTOR = "c:performer/c:assignedEntity/c:representedOrganization/c:standardIndustryClassCode"
_CUSTODIAN = "c:custodian/c:assignedCustodian/c:representedCustodianOrganization"
_ORDER = "c:inFulfillmentOf/c:order"
# Where DICOM's imaging report puts its accession number (PS3.20).
_ACCESSION = f"{_ORDER}/{{urn:dicom-org:ps3-20}}accessionNumber"


def read_header(document: etree._Element) -> Header:
    """Return everything the header of a `ClinicalDocument` says; what is absent is empty, and nothing raises.

    Source: CI-SIS mapping CDA → XDS.
    """
    act = first(document, _ACT)
    body = first(document, "c:component/c:nonXMLBody/c:text")
    return Header(
        unique_id=identifier(first(document, "c:id")),
        set_id=identifier(first(document, "c:setId")),
        version=attribute(first(document, "c:versionNumber"), "value"),
        type=code(first(document, "c:code")),
        title=text(first(document, "c:title")),
        created=attribute(first(document, "c:effectiveTime"), "value"),
        language=attribute(first(document, "c:languageCode"), "code"),
        confidentiality=codes(document, "c:confidentialityCode"),
        templates=tuple(attribute(one, "root") for one in every(document, "c:templateId")),
        patient=_patient(first(document, "c:recordTarget/c:patientRole")),
        authors=tuple(_author(one) for one in every(document, "c:author")),
        authenticator=_authenticator(first(document, "c:legalAuthenticator")),
        custodian=_organization(first(document, _CUSTODIAN)),
        service_start=_moment(act, "low"),
        service_stop=_moment(act, "high"),
        events=codes(document, f"{_ACT}/c:code"),
        practice_setting=code(first(act, _SECTOR)),
        facility_type=code(first(document, _FACILITY)),
        replaces=_replaced(document),
        orders=identifiers(document, f"{_ORDER}/c:id"),
        accessions=identifiers(document, _ACCESSION),
        encounter=identifier(first(document, f"{_ENCOUNTER}/c:id")),
        consents=codes(document, "c:authorization/c:consent/c:code"),
        structured=first(document, "c:component/c:structuredBody") is not None,
        body_media_type=attribute(body, "mediaType"),
        self_presentable=document.getparent() is not None,
    )


def _moment(act: etree._Element | None, end: str) -> str:
    return attribute(first(act, f"c:effectiveTime/c:{end}"), "value")


def _patient(role: etree._Element | None) -> Patient:
    found = identifiers(role, "c:id")
    number = next((one for one in found if one.root in ins.KINDS), Identifier())
    patient = first(role, "c:patient")
    place = first(patient, "c:birthplace/c:place/c:addr")
    names = names_of(patient)
    return Patient(
        ins=number,
        ins_kind=ins.KINDS.get(number.root, ""),
        ins_key_right=ins.is_key_right(number.extension),
        identifiers=tuple(one for one in found if one.root not in ins.KINDS),
        birth_name=names.birth,
        used_name=names.used,
        married_name=names.married,
        given_names=names.given,
        first_given=names.first_given,
        used_given=names.used_given,
        sex=attribute(first(patient, "c:administrativeGenderCode"), "code"),
        birth_date=attribute(first(patient, "c:birthTime"), "value"),
        birth_place=text(first(place, "c:county")),
        birth_town=text(first(place, "c:city")),
    )


def _author(author: etree._Element) -> Participant:
    """Return an author: a person, or the software or apparatus that wrote."""
    assigned = first(author, "c:assignedAuthor")
    device = first(assigned, "c:assignedAuthoringDevice")
    person = first(assigned, "c:assignedPerson")
    return Participant(
        identifier=identifier(first(assigned, "c:id")),
        name=display_name(person) if device is None else _device_name(device),
        specialty=code(first(assigned, "c:code")),
        role=code(first(author, "c:functionCode")),
        organization=_organization(first(assigned, "c:representedOrganization")),
        device=device is not None,
        time=attribute(first(author, "c:time"), "value"),
    )


def _device_name(device: etree._Element) -> str:
    names = [text(first(device, path)) for path in ("c:softwareName", "c:manufacturerModelName")]
    return " ".join(name for name in names if name)


def _authenticator(signer: etree._Element | None) -> Participant:
    assigned = first(signer, "c:assignedEntity")
    return Participant(
        identifier=identifier(first(assigned, "c:id")),
        name=display_name(first(assigned, "c:assignedPerson")),
        specialty=code(first(assigned, "c:code")),
        organization=_organization(first(assigned, "c:representedOrganization")),
        time=attribute(first(signer, "c:time"), "value"),
    )


def _organization(organization: etree._Element | None) -> Organization:
    return Organization(identifier(first(organization, "c:id")), text(first(organization, "c:name")))


def _replaced(document: etree._Element) -> tuple[Identifier, ...]:
    related = every(document, "c:relatedDocument[@typeCode='RPLC']")
    return tuple(found for one in related for found in identifiers(one, "c:parentDocument/c:id"))
