"""FHIR R4 as care software sees it, over HTTP, on real databases."""

from __future__ import annotations

import base64
import hashlib

import pytest

from espace_sante.records.resource import numbers
from tests.served import Client, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
LETTER = b"Bonjour, voici la lettre.\n"
DIALLO = "99900000011"


def granted(person: Client, practitioner: str = DIALLO) -> None:
    person.done("grant_access", {"practitioner": practitioner, "scope": "everything", "purpose": "care", "days": 30})


def deposited(served: ServedHouse, person: str, content: bytes = LETTER, **changes: object) -> str:
    reply = served.client("guerin").ask(
        "POST", "/fhir/DocumentReference", posted(content, subject={"reference": f"Patient/{person}"}, **changes)
    )
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def test_a_document_is_deposited_granted_read_and_withdrawn(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    guerin, diallo = served.client("guerin"), served.client("diallo")
    resource = posted(LETTER, subject={"reference": f"Patient/{person}"})
    created = guerin.ask("POST", "/fhir/DocumentReference", resource)
    assert created.status == 201, created.body
    assert created.entry
    assert created.headers["etag"] == 'W/"1"'
    identifier = created.json["id"]
    assert created.headers["location"] == f"{served.address}/fhir/DocumentReference/{identifier}"
    assert guerin.ask("GET", f"/fhir/Binary/{identifier}").body == LETTER, "her yes to deposits lets authors read again"
    herself.done("stop_authors_reading", {})
    for reader in (guerin, diallo):
        assert reader.ask("GET", f"/fhir/DocumentReference/{identifier}").status == 404
        assert reader.ask("GET", f"/fhir/Binary/{identifier}").status == 404
        assert reader.ask("GET", f"/fhir/DocumentReference?patient={person}").status == 404
    granted(herself)
    read = diallo.ask("GET", f"/fhir/DocumentReference/{identifier}")
    assert read.status == 200, read.body
    assert read.headers["content-type"] == "application/fhir+json"
    attachment = read.json["content"][0]["attachment"]
    assert attachment["size"] == len(LETTER)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(LETTER).digest()
    assert attachment["url"] == f"{served.address}/fhir/Binary/{identifier}"
    content = diallo.ask("GET", attachment["url"].removeprefix(served.address))
    assert (content.status, content.body) == (200, LETTER)
    assert content.headers["content-type"] == "text/plain"
    assert content.headers["content-disposition"] == "attachment"
    assert guerin.ask("GET", f"/fhir/Binary/{identifier}").status == 404
    herself.done("withdraw_access", {"practitioner": DIALLO})
    assert diallo.ask("GET", f"/fhir/Binary/{identifier}").status == 404
    journal = herself.done("read_journal")["result"]
    assert {created.entry, read.entry, content.entry} <= set(journal["references"])


def test_a_person_reads_her_own_documents_without_naming_herself(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = deposited(served, person)
    found = herself.ask("GET", "/fhir/DocumentReference").json
    assert (found["type"], found["total"]) == ("searchset", 1)
    assert found["entry"][0]["resource"]["id"] == identifier
    assert herself.ask("GET", f"/fhir/Binary/{identifier}").body == LETTER
    as_resource = herself.ask("GET", f"/fhir/Binary/{identifier}", Accept="application/fhir+json").json
    assert base64.b64decode(as_resource["data"]) == LETTER
    assert herself.ask("GET", f"/fhir/Binary/{identifier}", Accept="image/png").status == 406


def test_the_statement_says_what_is_served_and_its_ceilings(served: ServedHouse) -> None:
    reply = served.client().ask("GET", "/fhir/metadata")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/fhir+json")
    statement = reply.json
    assert (statement["fhirVersion"], statement["implementation"]["url"]) == ("4.0.1", f"{served.address}/fhir")
    rest = statement["rest"][0]
    for limit in ("inline_bytes (octets) : 10000000", "page_size (résultats) : 200", "url_bytes (octets) : 8192"):
        assert limit in rest["documentation"]
    assert rest["interaction"] == [{"code": "transaction"}, {"code": "batch"}]
    herself, person, _ = served.opened()
    said = {resource["type"]: {one["code"] for one in resource.get("interaction", ())} for resource in rest["resource"]}
    documents = {"DocumentReference": {"read", "create", "search-type"}, "Binary": {"read", "create"}}
    shown = {"read", "search-type"}
    kept = {"read", "vread", "update", "patch", "delete", "history-instance", "create", "search-type"}
    assert said == documents | {
        "Patient": set(),
        "AuditEvent": shown,
        "Consent": shown,
        "Provenance": shown,
    } | dict.fromkeys(numbers(), kept)
    identifier = deposited(served, person)
    for kind in documents:
        assert herself.ask("GET", f"/fhir/{kind}/{identifier}").status == 200
    for parameter in rest["resource"][0]["searchParam"]:
        value = {"patient": person, "status": "current", "_count": "1"}.get(parameter["name"])
        if value:
            assert herself.ask("GET", f"/fhir/DocumentReference?{parameter['name']}={value}").json["total"] == 1


def test_a_large_document_comes_back_whole_in_pieces(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    content = b"0123456789abcde\n" * 200_000
    identifier = deposited(served, person, content)
    assert herself.ask("GET", f"/fhir/Binary/{identifier}").body == content


def test_a_patient_is_not_given_out(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    unknown = herself.ask("GET", f"/fhir/DocumentReference/{'0' * 64}")
    assert herself.ask("GET", f"/fhir/Patient/{person}").body == unknown.body
    assert served.client().ask("GET", f"/fhir/Patient/{person}").status == 401
