"""`$validate` as care software sees it: an answer about what was sent, for whoever signed in, and nothing kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.fhir.r4 import validate
from tests.served import ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
PATIENT: dict[str, Any] = {"resourceType": "Patient", "name": [{"family": "Essai"}], "gender": "female"}


def issues(served: ServedHouse, address: str, resource: dict[str, Any]) -> list[dict[str, Any]]:
    reply = served.client("guerin").ask("POST", address, resource)
    assert reply.status == 200, reply.body
    assert reply.json["resourceType"] == "OperationOutcome"
    assert validate(reply.body) == (), "the answer is itself a resource of FHIR R4"
    assert not reply.entry
    return list(reply.json["issue"])


@pytest.mark.parametrize("address", ["/fhir/$validate", "/fhir/Patient/$validate"])
def test_a_right_resource_is_said_to_be_right(served: ServedHouse, address: str) -> None:
    assert [one["severity"] for one in issues(served, address, PATIENT)] == ["information"]
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": PATIENT}]}
    assert [one["severity"] for one in issues(served, address, wrapped)] == ["information"]


def test_each_fault_is_told_with_its_place(served: ServedHouse) -> None:
    wrong = PATIENT | {"gender": "woman", "birthDate": "1950-02-30", "nom": "Essai"}
    found = issues(served, "/fhir/Patient/$validate", wrong)
    assert {(one["code"], *one["expression"]) for one in found} == {
        ("code-invalid", "Patient.gender"),
        ("value", "Patient.birthDate"),
        ("structure", "Patient.nom"),
    }
    assert not any("woman" in one["details"]["text"] for one in found), "what was sent is not said again"


def test_the_type_of_the_address_is_the_type_that_is_due(served: ServedHouse) -> None:
    (found,) = issues(served, "/fhir/Observation/$validate", PATIENT)
    assert (found["code"], found["expression"]) == ("invalid", ["Patient"])
    guerin = served.client("guerin")
    assert guerin.ask("POST", "/fhir/Nothing/$validate", PATIENT).status == 404


def test_nothing_is_kept_and_nobody_is_heard_without_signing_in(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    before = served.counted()
    issues(served, "/fhir/DocumentReference/$validate", posted(b"Bonjour.", subject={"reference": f"Patient/{person}"}))
    assert served.counted() == before
    assert served.client().ask("POST", "/fhir/$validate", PATIENT).status == 401
    assert herself.ask("GET", "/fhir/$validate").status == 405


def test_what_would_be_another_question_is_refused(served: ServedHouse) -> None:
    guerin = served.client("guerin")
    assert guerin.ask("POST", "/fhir/Patient/$validate?profile=http://example.org/p", PATIENT).status == 400
    asked = [{"name": "resource", "resource": PATIENT}, {"name": "mode", "valueCode": "delete"}]
    assert guerin.ask("POST", "/fhir/$validate", {"resourceType": "Parameters", "parameter": asked}).status == 400
    twice = guerin.ask("POST", "/fhir/$validate", b'{"resourceType": "Patient", "active": true, "active": false}')
    assert (twice.status, twice.json["issue"][0]["details"]["coding"][0]["code"]) == (400, "body-not-json")


def test_the_statement_names_the_operation_and_is_right_itself(served: ServedHouse) -> None:
    statement = served.client().ask("GET", "/fhir/metadata")
    assert validate(json.loads(statement.body)) == ()
    (operation,) = statement.json["rest"][0]["operation"]
    assert operation["name"] == "validate"
