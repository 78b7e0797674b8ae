"""Who a posted resource names: its authors, who answers for it, who keeps it; contained, or in words.

A reference that leads out of the resource gives its words and its number, nothing more: nothing is fetched.
Source: FHIR R4 references 2.3.0; practitioner, practitionerrole, organization, device, patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from espace_sante.formats.fhir import elements as e

_NONE = e.Coding()


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody or something named: a number in a system, a name, a role, a structure; each possibly empty."""

    identifier: str = ""
    name: str = ""
    structure: str = ""
    system: str = ""
    structure_id: str = ""
    role: e.Coding = _NONE
    specialty: e.Coding = _NONE
    device: bool = False
    patient: bool = False

    @property
    def is_nobody(self) -> bool:
        """Say whether nothing is said of him."""
        return not (self.identifier or self.name or self.structure or self.patient)


Parties = Mapping[str, e.Party]


def author(reference: e.Reference | None, parties: Parties) -> Author:
    """Return whom a reference names."""
    if reference is None:
        return Author()
    party = parties.get(reference.reference)
    number = reference.identifier or e.Identifier()
    if party is None:
        return Author(number.value, reference.display, system=number.system)
    if party.resource_type == "PractitionerRole":
        return _in_a_role(reference, party, parties)
    chosen = number if number.value else _first(party.identifier)
    name = next(_names(party), reference.display)
    owner = party.owner if party.resource_type == "Device" else None
    if party.resource_type == "Organization":
        return Author(chosen.value, name, name, chosen.system, chosen.value)
    return Author(
        chosen.value,
        name,
        _name_of(owner, parties),
        chosen.system,
        _number_of(owner, parties),
        device=party.resource_type == "Device",
        patient=party.resource_type == "Patient",
    )


def _in_a_role(reference: e.Reference, role: e.Party, parties: Parties) -> Author:
    who = parties.get(role.practitioner.reference) if role.practitioner else None
    said = role.practitioner.identifier if role.practitioner else None
    found = reference.identifier or (_first((who or role).identifier) if who or role.identifier else said)
    number = found or e.Identifier()
    return Author(
        number.value,
        _name_of(role.practitioner, parties) or reference.display,
        _name_of(role.organization, parties),
        number.system,
        _number_of(role.organization, parties),
        _coding(role.code),
        _coding(role.specialty),
    )


def _first(identifiers: tuple[e.Identifier, ...]) -> e.Identifier:
    return identifiers[0] if identifiers else e.Identifier()


def _coding(concepts: tuple[e.CodeableConcept, ...]) -> e.Coding:
    if not concepts:
        return e.Coding()
    return concepts[0].coding[0] if concepts[0].coding else e.Coding(display=concepts[0].text)


def _name_of(reference: e.Reference | None, parties: Parties) -> str:
    if reference is None:
        return ""
    party = parties.get(reference.reference)
    return next(_names(party), reference.display) if party else reference.display


def _number_of(reference: e.Reference | None, parties: Parties) -> str:
    if reference is None:
        return ""
    party = parties.get(reference.reference)
    if party and party.identifier:
        return party.identifier[0].value
    return reference.identifier.value if reference.identifier else ""


def _names(party: e.Party) -> Iterator[str]:
    for device in party.device_name:
        if device.name:
            yield device.name
    if party.manufacturer and party.resource_type == "Device":
        yield party.manufacturer
    if isinstance(party.name, str):
        if party.name:
            yield party.name
        return
    for name in party.name:
        said = name.text or " ".join((*name.given, name.family)).strip()
        if said:
            yield said
