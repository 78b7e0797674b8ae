"""The resources a DocumentReference contains: who wrote it, who answers for it, who keeps it.

Source: FHIR R4 references 2.3.3; PDSm comprehensive DocumentReference (contained 1..*).
"""

from __future__ import annotations

from typing import Any

from espace_sante.formats import codes
from espace_sante.keeper.demand import Party


class Contained:
    """The contained resources of one DocumentReference, in the order they are added."""

    def __init__(self) -> None:
        self.resources: list[dict[str, Any]] = []

    def party(self, one: Party, identifier: str) -> dict[str, Any]:
        """Add somebody or something, and return the reference that leads there, with its words."""
        if one.device:
            return self._device(one, identifier)
        if one.patient:
            return self._added({"resourceType": "Patient", "id": identifier, **_named(one)}, one)
        if not (one.identifier or one.name) or (one.name == one.structure and not one.role):
            return self.structure(one, identifier)
        if not (one.structure or one.structure_id or one.role or one.specialty):
            return self._added({"resourceType": "Practitioner", "id": identifier, **_named(one)}, one)
        return self._in_a_role(one, identifier)

    def structure(self, one: Party, identifier: str) -> dict[str, Any]:
        """Add an organisation, and return the reference that leads there."""
        number = one.structure_id or one.identifier
        name = one.structure or one.name
        found: dict[str, Any] = {"resourceType": "Organization", "id": identifier}
        if number:
            found["identifier"] = [_number(one.root if number == one.identifier else "", number)]
        if name:
            found["name"] = name
        self.resources.append(found)
        return {"reference": f"#{identifier}"} | ({"display": name} if name else {})

    def _in_a_role(self, one: Party, identifier: str) -> dict[str, Any]:
        role: dict[str, Any] = {"resourceType": "PractitionerRole", "id": identifier}
        who = {"resourceType": "Practitioner", "id": f"{identifier}-person", **_named(one)}
        self.resources.append(who)
        role["practitioner"] = {"reference": f"#{who['id']}"}
        if one.structure or one.structure_id:
            place = Party(structure=one.structure, structure_id=one.structure_id)
            role["organization"] = self.structure(place, f"{identifier}-structure")
        for name, code, display in (
            ("code", one.role, one.role_display),
            ("specialty", one.specialty, one.specialty_display),
        ):
            if code or display:
                coding = {key: value for key, value in (("code", code), ("display", display)) if value}
                role[name] = [{"coding": [coding]}]
        return self._added(role, one)

    def _device(self, one: Party, identifier: str) -> dict[str, Any]:
        device: dict[str, Any] = {"resourceType": "Device", "id": identifier}
        if one.identifier:
            device["identifier"] = [_number(one.root, one.identifier)]
        if one.name:
            device["deviceName"] = [{"name": one.name, "type": "user-friendly-name"}]
        if one.structure or one.structure_id:
            place = Party(structure=one.structure, structure_id=one.structure_id)
            device["owner"] = self.structure(place, f"{identifier}-structure")
        return self._added(device, one)

    def _added(self, resource: dict[str, Any], one: Party) -> dict[str, Any]:
        self.resources.append(resource)
        reference: dict[str, Any] = {"reference": f"#{resource['id']}"}
        if one.identifier:
            reference["identifier"] = _number(one.root, one.identifier)
        if one.name:
            reference["display"] = one.name
        return reference


def _named(one: Party) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if one.identifier:
        found["identifier"] = [_number(one.root, one.identifier)]
    if one.name:
        found["name"] = [{"text": one.name}]
    return found


def _number(root: str, value: str) -> dict[str, str]:
    return ({"system": codes.uri_of(root)} if root else {}) | {"value": value}
