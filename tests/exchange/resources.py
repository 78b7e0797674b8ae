"""Invented FHIR resources, as care software writes them."""

from __future__ import annotations

from typing import Any

OBSERVATION = (
    '{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"laboratory"}]}],'
    '"code":{"text":"Glycémie à jeun","coding":[{"system":"http://loinc.org","code":"14771-0"}]},'
    '"subject":{"reference":"Patient/%s"},"effectiveDateTime":"2026-11-02",'
    '"valueQuantity":{"value":5.20,"unit":"mmol/L"},"zzz":{"b":1.000,  "a":[1.10]}%s}'
)


def observation(person: str, more: str = "") -> bytes:
    """An Observation with decimals whose digits matter, and a member nobody knows."""
    return (OBSERVATION % (person, more)).encode()


def resource(name: str, person: str, **changes: Any) -> dict[str, Any]:
    """The least a resource of a type says here, with whatever is changed in it."""
    element = "patient" if name in ("AllergyIntolerance", "Immunization", "FamilyMemberHistory") else "subject"
    found: dict[str, Any] = {"resourceType": name, element: {"reference": f"Patient/{person}"}}
    if name == "Observation":
        found["category"] = [{"coding": [{"code": "laboratory"}]}]
    if name == "DiagnosticReport":
        found["category"] = [{"coding": [{"code": "LAB"}]}]
    return found | changes
