"""Invented FHIR resources, as care software writes them."""

from __future__ import annotations

from typing import Any

from espace_sante.records.resource import numbers, subject_element

OBSERVATION = (
    '{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"laboratory"}]}],'
    '"code":{"text":"Glycémie à jeun","coding":[{"system":"http://loinc.org","code":"14771-0"}]},'
    '"subject":{"reference":"Patient/%s"},"effectiveDateTime":"2026-11-02",'
    '"valueQuantity":{"value":5.20,"unit":"mmol/L"},"extension":[{"valueDecimal":1.000,  "url":"http://x/y"}]%s}'
)


def observation(person: str, more: str = "") -> bytes:
    """An Observation with decimals whose digits matter, and an extension nobody knows."""
    return (OBSERVATION % (person, more)).encode()


_TEXT = {"text": "Marche"}
_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_QUOTED = {"status": "active", "intent": "order"}
# What each type must hold besides whom it is about. Source: FHIR R4, cardinality 1..1 and required bindings.
_LEAST: dict[str, dict[str, Any]] = {
    "AllergyIntolerance": {"clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]}},
    "CarePlan": _QUOTED,
    "DiagnosticReport": {"status": "final", "code": _TEXT, "category": [{"coding": [{"code": "LAB"}]}]},
    "Encounter": {"status": "finished", "class": {"code": "AMB"}},
    "FamilyMemberHistory": {"status": "completed", "relationship": {"text": "Mère"}},
    "Goal": {"lifecycleStatus": "active", "description": _TEXT},
    "Immunization": {"status": "completed", "vaccineCode": {"text": "DTP"}, "occurrenceDateTime": "2026-10"},
    "MedicationAdministration": {
        "status": "completed",
        "medicationCodeableConcept": _TEXT,
        "effectiveDateTime": "2026-10",
    },
    "MedicationDispense": {"status": "completed", "medicationCodeableConcept": _TEXT},
    "MedicationRequest": _QUOTED | {"medicationCodeableConcept": _TEXT},
    "MedicationStatement": {"status": "active", "medicationCodeableConcept": _TEXT},
    "Observation": {"status": "final", "code": _TEXT, "category": [{"coding": [{"code": "laboratory"}]}]},
    "Procedure": {"status": "completed"},
}


def resource(name: str, person: str, **changes: Any) -> dict[str, Any]:
    """The least a resource of a type says here, with whatever is changed in it."""
    reference = {"reference": f"Patient/{person}"}
    element = subject_element(name) if name in numbers() else "subject"
    return {"resourceType": name, element: reference} | _LEAST.get(name, {}) | changes
