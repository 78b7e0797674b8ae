"""Texts, codes, references, addresses, composites, and what is missing. Source: FHIR R4 search 3.1.1.4."""

from __future__ import annotations

from typing import Any

import pytest

from espace_sante.formats.fhir.search import matches
from tests.unit.formats_search.searched import holds, query

SNOMED = "http://snomed.info/sct"
PERSON: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "Jeanne",
    "active": True,
    "gender": "female",
    "name": [{"family": "Lœwe-Été", "given": ["Éléonore", "Anne, Marie"]}, {"text": "Mme Petit"}],
    "telecom": [{"system": "phone", "value": "0102030405", "use": "home"}],
    "identifier": [{"system": "urn:oid:1.2", "value": "A|1", "type": {"text": "Numéro interne"}}, {"value": "B2"}],
    "generalPractitioner": [
        {"reference": "Practitioner/7/_history/2"},
        {"identifier": {"system": "urn:x", "value": "9"}},
    ],
    "managingOrganization": {"reference": "https://ailleurs.example/fhir/Organization/4"},
    "meta": {"tag": [{"system": "urn:t", "code": "a"}], "lastUpdated": "2026-01-02T03:04:05Z"},
}
PRESSURE: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "p",
    "code": {"coding": [{"system": SNOMED, "code": "75367002", "display": "Pression artérielle"}], "text": "Tension"},
    "subject": {"reference": "Patient/Jeanne"},
    "component": [
        {"code": {"coding": [{"code": "sys"}]}, "valueQuantity": {"value": 120, "unit": "mmHg"}},
        {"code": {"coding": [{"code": "dia"}]}, "valueQuantity": {"value": 80, "unit": "mmHg"}},
    ],
}


@pytest.mark.parametrize(
    ("resource", "name", "value", "is_found"),
    [
        (PERSON, "given", "eleo", True),
        (PERSON, "given", "ÉLÉONORE", True),
        (PERSON, "given", "onore", False),
        (PERSON, "given:contains", "ONORE", True),
        (PERSON, "given:exact", "Éléonore", True),
        (PERSON, "given:exact", "Eléonore", False),
        (PERSON, "given", "anne\\, m", True),
        (PERSON, "given", "zoé,anne", True),
        (PERSON, "family", "loewe", True),
        (PERSON, "name", "mme", True),
        (PERSON, "gender", "female", True),
        (PERSON, "gender", "FEMALE", True),
        (PERSON, "gender", "http://hl7.org/fhir/administrative-gender|female", True),
        (PERSON, "gender", "|female", True),
        (PERSON, "gender", "urn:other|female", False),
        (PERSON, "gender:not", "male", True),
        (PERSON, "gender:not", "male,female", False),
        (PERSON, "active", "true", True),
        (PERSON, "deceased", "false", True),
        (PERSON, "phone", "0102030405", True),
        (PERSON, "email", "0102030405", False),
        (PERSON, "identifier", "A\\|1", True),
        (PERSON, "identifier", "urn:oid:1.2|a\\|1", True),
        (PERSON, "identifier", "urn:oid:1.2|", True),
        (PERSON, "identifier", "|B2", True),
        (PERSON, "identifier", "|A\\|1", False),
        (PERSON, "identifier:text", "numero", True),
        (PERSON, "_id", "Jeanne", True),
        (PERSON, "_id", "jeanne", False),
        (PERSON, "_tag", "urn:t|a", True),
        (PERSON, "_lastUpdated", "gt2026-01-01", True),
        (PERSON, "general-practitioner", "7", True),
        (PERSON, "general-practitioner", "Practitioner/7", True),
        (PERSON, "general-practitioner", "https://essai.example/fhir/Practitioner/7", True),
        (PERSON, "general-practitioner", "Practitioner/7/_history/2", True),
        (PERSON, "general-practitioner", "Practitioner/7/_history/3", False),
        (PERSON, "general-practitioner:Practitioner", "7", True),
        (PERSON, "general-practitioner:Organization", "7", False),
        (PERSON, "general-practitioner:identifier", "urn:x|9", True),
        (PERSON, "organization", "4", False),
        (PERSON, "organization", "https://ailleurs.example/fhir/Organization/4", True),
        (PERSON, "birthdate:missing", "true", True),
        (PERSON, "gender:missing", "true", False),
        (PERSON, "language:not", "fr", True),
        (PRESSURE, "code", f"{SNOMED}|75367002", True),
        (PRESSURE, "code:text", "pression", True),
        (PRESSURE, "code:text", "TENS", True),
        (PRESSURE, "code:text", "artérielle", False),
        (PRESSURE, "patient", "Jeanne", True),
        (PRESSURE, "component-code-value-quantity", "sys$gt100", True),
        (PRESSURE, "component-code-value-quantity", "dia$gt100", False),
        (PRESSURE, "component-code-value-quantity", "dia$gt100,dia$80", True),
        (PRESSURE, "combo-code-value-quantity", "dia$lt90||mmHg", True),
    ],
)
def test_what_each_kind_finds(resource: dict[str, Any], name: str, value: str, is_found: bool) -> None:
    assert holds(resource, name, value) is is_found


def test_values_of_one_parameter_are_alternatives_and_parameters_must_all_hold() -> None:
    assert matches(PERSON, query("Patient", ("given", "zoé,anne"), ("given", "eleonore"), ("gender", "female")))
    assert not matches(PERSON, query("Patient", ("given", "anne"), ("given", "zoé")))
    assert not matches(PERSON, query("Observation"))


@pytest.mark.parametrize(
    ("url", "name", "value", "is_found"),
    [
        ("http://acme.example/fhir/ValueSet/123", "url:below", "http://acme.example/fhir/", True),
        ("http://acme.example/fhir/ValueSet/123", "url:below", "http://acme.example/fhir/Value", False),
        ("http://acme.example/fhir/ValueSet", "url:above", "http://acme.example/fhir/ValueSet/123/_history/5", True),
        ("http://acme.example/fhir/ValueSet/1234", "url:above", "http://acme.example/fhir/ValueSet/123", False),
        ("urn:oid:1.2.3.4.5", "url", "urn:oid:1.2.3.4.5", True),
        ("urn:oid:1.2.3.4.5", "url", "URN:OID:1.2.3.4.5", False),
    ],
)
def test_addresses_are_compared_letter_by_letter_or_part_by_part(
    url: str, name: str, value: str, is_found: bool
) -> None:
    assert holds({"resourceType": "ValueSet", "url": url}, name, value) is is_found


def test_a_reference_that_says_no_type_is_asked_what_it_leads_to() -> None:
    told = {"resourceType": "Observation", "subject": {"reference": "urn:uuid:1"}}
    asked = query("Observation", ("patient:missing", "false"))
    assert not matches(told, asked)
    assert matches(told, asked, resolve=lambda text: {"resourceType": "Patient"} if text == "urn:uuid:1" else None)
    assert not matches(told, asked, resolve=lambda text: {"resourceType": "Group"})


def test_a_version_of_a_canonical_counts_only_when_it_is_asked_for() -> None:
    plan = {"resourceType": "CarePlan", "instantiatesCanonical": ["http://a.example/PlanDefinition/1|2.0"]}
    assert holds(plan, "instantiates-canonical", "http://a.example/PlanDefinition/1")
    assert holds(plan, "instantiates-canonical", "http://a.example/PlanDefinition/1\\|2.0")
    assert not holds(plan, "instantiates-canonical", "http://a.example/PlanDefinition/1\\|3.0")


def test_a_timing_is_its_outer_limits_and_without_any_it_is_open() -> None:
    def timed(timing: dict[str, Any]) -> dict[str, Any]:
        return {"resourceType": "ServiceRequest", "occurrenceTiming": timing}

    bounded = timed({"repeat": {"boundsPeriod": {"start": "2013-01-31", "end": "2013-03-24"}}})
    assert holds(bounded, "occurrence", "ap2013-02-01")
    assert holds(bounded, "occurrence", "2013")
    assert holds(timed({"event": ["2013-02-01", "2013-05-01"]}), "occurrence", "sa2013-01")
    assert holds(timed({"code": {"text": "le soir"}}), "occurrence", "gt2050")
