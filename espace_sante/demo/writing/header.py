"""The header of a French CDA document: what identifies it, the person, who wrote it, where, and what it documents.

Source: CI-SIS, volet "Structuration minimale des documents de santé"; the order of elements is that of CDA R2.
"""

from __future__ import annotations

from uuid import UUID

from lxml import etree

from espace_sante.demo.writing.element import CDA, XSI, add, coded, path, stamp, templates
from espace_sante.demo.writing.places import Place
from espace_sante.demo.writing.sheet import Sheet, Signer, Someone
from espace_sante.demo.writing.terms import Code

_INS_TRIAL = "1.2.250.1.213.1.4.10"
# The counter's own numbers: an OID anyone may make from a UUID (ITU-T X.667).
_COUNTER = f"2.25.{UUID('b52c4f1e-8d0a-4f4e-9a1c-6e2f7a90d3c4').int}"
_PROFESSIONAL, _STRUCTURE = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
_MINIMAL = ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")
_SEX = {"M": "Masculin", "F": "Féminin"}


def document(sheet: Sheet, models: tuple[str, ...], act: Code) -> etree._Element:
    """Return a `ClinicalDocument` whose header is whole and whose body is still to add.

    `models` are the template identifiers of its model, `act` the care it documents.
    """
    root = etree.Element(f"{{{CDA}}}ClinicalDocument", nsmap={None: CDA, "xsi": XSI})
    add(root, "realmCode", code="FR")
    add(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    templates(root, *_MINIMAL, *models)
    add(root, "id", root=_upper(sheet.unique))
    coded(root, "code", sheet.type)
    add(root, "title", sheet.title)
    add(root, "effectiveTime", value=stamp(sheet.created))
    coded(root, "confidentialityCode", Code("N", "2.16.840.1.113883.5.25", "Normal"))
    add(root, "languageCode", code="fr-FR")
    add(root, "setId", root=_upper(sheet.chain))
    add(root, "versionNumber", value=str(sheet.version))
    _person(root, sheet.someone)
    _author(root, sheet)
    _custodian(root, sheet.signed().place)
    _authenticator(root, sheet)
    _act(root, sheet, act)
    if sheet.replaces is not None:
        related = add(root, "relatedDocument", typeCode="RPLC")
        path(related, "parentDocument/id", root=_upper(sheet.replaces))
    _encounter(root, sheet)
    return root


def _upper(identifier: UUID) -> str:
    return str(identifier).upper()


def _person(root: etree._Element, someone: Someone) -> None:
    role = path(root, "recordTarget/patientRole")
    if someone.ins:
        add(role, "id", root=_INS_TRIAL, extension=someone.ins)
    else:
        add(role, "id", root=_COUNTER, extension=someone.local)
    _home(role, someone)
    patient = add(role, "patient", classCode="PSN")
    name = add(patient, "name")
    add(name, "family", someone.birth_name, qualifier="BR")
    add(name, "given", someone.first_given)
    add(name, "given", someone.first_given, qualifier="BR")
    add(name, "family", someone.used_family or someone.birth_name, qualifier="CL")
    add(name, "given", someone.used_given or someone.first_given, qualifier="CL")
    sex = Code(someone.sex, "2.16.840.1.113883.5.1", _SEX.get(someone.sex, "Inconnu"))
    coded(patient, "administrativeGenderCode", sex)
    add(patient, "birthTime", value=someone.birth_date.replace("-", ""))
    if someone.birth_place:
        born = path(patient, "birthplace/place/addr")
        add(born, "county", someone.birth_place)
        add(born, "city", "COMMUNE INVENTÉE")


def _home(role: etree._Element, someone: Someone) -> None:
    if someone.address_kept or someone.local:
        add(role, "addr", nullFlavor="MSK" if someone.address_kept else "UNK")
        add(role, "telecom", nullFlavor="MSK" if someone.address_kept else "UNK")
        return
    address = add(role, "addr", use="H")
    add(address, "streetAddressLine", "1 rue de l'Exemple")
    add(address, "streetAddressLine", "99999 SAINT-AUBIN")
    add(role, "telecom", nullFlavor="UNK")


def _author(root: etree._Element, sheet: Sheet) -> None:
    author = add(root, "author")
    add(author, "time", value=stamp(sheet.created))
    professional(add(author, "assignedAuthor"), sheet.signed())


def _custodian(root: etree._Element, place: Place) -> None:
    keeper = path(root, "custodian/assignedCustodian/representedCustodianOrganization")
    _structure(keeper, place)


def _authenticator(root: etree._Element, sheet: Sheet) -> None:
    authenticator = add(root, "legalAuthenticator")
    add(authenticator, "time", value=stamp(sheet.created))
    add(authenticator, "signatureCode", code="S")
    professional(add(authenticator, "assignedEntity"), sheet.signed())


def _act(root: etree._Element, sheet: Sheet, act: Code) -> None:
    event = path(root, "documentationOf/serviceEvent")
    coded(event, "code", act)
    time = add(event, "effectiveTime")
    add(time, "low", value=stamp(sheet.began))
    add(time, "high", value=stamp(sheet.created))
    performer = add(event, "performer", typeCode="PRF")
    organization = professional(add(performer, "assignedEntity"), sheet.signed())
    coded(organization, "standardIndustryClassCode", sheet.signed().place.setting)


def _encounter(root: etree._Element, sheet: Sheet) -> None:
    place = sheet.signed().place
    encounter = path(root, "componentOf/encompassingEncounter")
    coded(encounter, "code", Code("AMB", "2.16.840.1.113883.5.4", "Ambulatoire"))
    path(encounter, "effectiveTime/low", value=stamp(sheet.began))
    facility = path(encounter, "location/healthCareFacility")
    coded(facility, "code", place.facility)
    where = add(facility, "location")
    add(where, "name", place.name)
    _address(where, place)


def professional(parent: etree._Element, signer: Signer) -> etree._Element:
    """Write a professional: number, profession, where, name, structure. Returns the structure's element."""
    add(parent, "id", root=_PROFESSIONAL, extension=signer.national)
    coded(parent, "code", signer.specialty)
    _address(parent, signer.place)
    add(parent, "telecom", value=signer.place.telephone, use="WP")
    name = path(parent, "assignedPerson/name")
    add(name, "family", signer.family)
    add(name, "given", signer.given)
    if signer.title:
        add(name, "suffix", signer.title)
    organization = add(parent, "representedOrganization")
    _structure(organization, signer.place)
    return organization


def _structure(parent: etree._Element, place: Place) -> None:
    add(parent, "id", root=_STRUCTURE, extension=place.number)
    add(parent, "name", place.name)
    add(parent, "telecom", value=place.telephone, use="WP")
    _address(parent, place)


def _address(parent: etree._Element, place: Place) -> None:
    address = add(parent, "addr")
    add(address, "houseNumber", place.house_number)
    add(address, "streetName", place.street)
    add(address, "postalCode", "99999")
    add(address, "city", "SAINT-AUBIN")
