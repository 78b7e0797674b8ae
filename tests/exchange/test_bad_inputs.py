"""Bad input: its sentence in French, its OperationOutcome, and nothing stored: neither a row nor an object."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from espace_sante.actions.refusals import SENTENCES
from tests.served import FHIR, Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
INS = "urn:oid:1.2.250.1.213.1.4.8"
DIALLO = "99900000011"


@pytest.fixture(scope="module")
def person(served: ServedHouse) -> str:
    _, identifier, account = served.opened()
    served.house.provider.accounts["cible"] = account
    return identifier


@pytest.fixture
def guerin(served: ServedHouse) -> Iterator[Client]:
    """A professional who deposits; whatever the test sends, nothing more is stored."""
    before = served.counted()
    yield served.client("guerin")
    assert served.counted() == before


def refused(reply: Reply, status: int, code: str) -> None:
    assert reply.status == status, (reply.status, reply.body)
    assert reply.headers["content-type"] == FHIR
    outcome = reply.json
    assert outcome["resourceType"] == "OperationOutcome"
    issue = outcome["issue"][0]
    assert issue["details"]["coding"][0]["code"] == code
    opening = SENTENCES[code].partition("{")[0]
    assert opening
    assert issue["details"]["text"].startswith(opening)
    assert "…" not in issue["details"]["text"]


def post(client: Client, person: str, content: bytes = b"Bonjour.\n", /, **changes: Any) -> Reply:
    resource = posted(content, **({"subject": {"reference": f"Patient/{person}"}} | changes))
    return client.ask("POST", "/fhir/DocumentReference", resource)


def source(**changes: Any) -> dict[str, Any]:
    """Return what adds an identity written by the sender; it is not hers, but for what is changed."""
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"use": "official", "family": "ESSAI", "given": ["ZOE"]}],
        "gender": "female",
        "birthDate": "1999-01-02",
    }
    return {"contained": [patient | changes], "context": {"sourcePatientInfo": {"reference": "#p"}}}


def test_a_document_too_large_is_refused_before_it_has_come(served: ServedHouse, guerin: Client) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.sendall(
            b"POST /fhir/DocumentReference HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
            b"Content-Length: 90000000\r\nAuthorization: Bearer " + guerin.token.encode() + b"\r\n\r\n{"
        )
        answer = connection.recv(65536)
        while not answer.endswith(b"}"):
            answer += connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Ce document est trop lourd : 10000000 octets au plus." in answer


def test_a_document_too_large_is_refused_when_its_size_was_not_announced(served: ServedHouse, guerin: Client) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(
            b"POST /fhir/DocumentReference HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
            b"Transfer-Encoding: chunked\r\nAuthorization: Bearer " + guerin.token.encode() + b"\r\n\r\n"
        )
        chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
        for _ in range(15):
            connection.sendall(chunk)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_document_larger_than_what_is_sent_inline_is_refused(guerin: Client, person: str) -> None:
    refused(post(guerin, person, b"a" * 10_000_001), 413, "document-too-large")


def test_a_lying_type_is_refused(guerin: Client, person: str) -> None:
    refused(post(guerin, person, b"%PDF-1.7\n", contentType="image/png"), 422, "media-type-lies")
    refused(post(guerin, person, b"Bonjour", contentType="application/pdf"), 422, "media-type-lies")
    refused(post(guerin, person, b"MZ\x90\x00", contentType="application/x-msdownload"), 415, "media-type-unsupported")


def test_a_wrong_identity_is_refused_and_the_sender_told(guerin: Client, person: str) -> None:
    for wrong in (
        {"name": [{"use": "official", "family": "AUTRE", "given": ["ZOE"]}]},
        {"birthDate": "1999-01-03"},
        {"gender": "male"},
        {"identifier": [{"system": INS, "value": "244039999910165"}]},
        {"identifier": [{"system": INS, "value": "123"}]},
    ):
        reply = post(guerin, person, **source(**wrong))
        refused(reply, 422, "identity-not-matched")


def test_the_right_identity_is_accepted_and_given_back(served: ServedHouse, person: str) -> None:
    account = served.house.provider.accounts["cible"]
    right = source(identifier=[{"system": INS, "value": account.ins}])
    reply = post(served.client("guerin"), person, **right)
    assert reply.status == 201, reply.body
    assert reply.json["contained"][0]["birthDate"] == "1999-01-02"
    by_number = post(
        served.client("guerin"), person, b"Autre.\n", subject={"identifier": {"system": INS, "value": account.ins}}
    )
    assert by_number.json["subject"] == {"reference": f"Patient/{person}"}


def test_one_identifier_for_two_contents_is_a_conflict(served: ServedHouse, person: str) -> None:
    client = served.client("guerin")
    named = {"masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4.5"}}
    first = post(client, person, **named)
    assert first.status == 201
    before = served.counted()
    again = post(client, person, **named)
    assert (again.status, again.json["id"]) == (201, first.json["id"])
    refused(post(client, person, b"Tout autre.\n", **named), 409, "unique-id-conflict")
    assert served.counted() == before


def test_broken_utf8_is_refused(guerin: Client, person: str) -> None:
    refused(post(guerin, person, b"caf\xe9 au lait"), 422, "text-not-utf8")
    body = json.dumps(posted(b"a", subject={"reference": f"Patient/{person}"})).encode()
    refused(guerin.ask("POST", "/fhir/DocumentReference", body.replace(b"Compte", b"C\xe9mpte")), 422, "text-not-utf8")
    refused(guerin.ask("POST", "/fhir/DocumentReference", body.replace(b"Compte", b"\\ud800")), 400, "body-not-json")


def test_an_empty_document_is_refused(guerin: Client, person: str) -> None:
    refused(post(guerin, person, b""), 400, "document-empty")


def test_two_persons_are_refused(guerin: Client, person: str) -> None:
    other = "0" * 32
    for query in (
        f"patient={person}&patient={other}",
        f"patient={person},{other}",
        f"patient={person}&patient.identifier={INS}|244039999910165",
        f"patient={person}&subject={other}",
    ):
        refused(guerin.ask("GET", f"/fhir/DocumentReference?{query}"), 400, "patient-twice")
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": INS, "value": "244039999910165"}, {"system": INS, "value": "179099999910247"}],
    }
    refused(post(guerin, person, subject={"reference": "#p"}, contained=[patient]), 400, "patient-twice")


def test_a_professional_names_the_person(guerin: Client, person: str) -> None:
    refused(guerin.ask("GET", "/fhir/DocumentReference"), 400, "patient-missing")
    refused(post(guerin, person, subject=None), 400, "patient-missing")
    refused(post(guerin, person, subject={"display": "Zoé"}), 400, "patient-missing")
    refused(
        guerin.ask("GET", f"/fhir/DocumentReference?patient.identifier={INS}|244039999910166"), 400, "identity-invalid"
    )
    refused(guerin.ask("GET", "/fhir/DocumentReference?patient.identifier=1.2.3|4"), 400, "identity-invalid")


def test_dates_to_come_are_refused(guerin: Client, person: str) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat(timespec="seconds")
    refused(post(guerin, person, creation=later), 422, "date-in-future")
    refused(post(guerin, person, creation=later[:10]), 422, "date-in-future")
    refused(post(guerin, person, date=later), 422, "date-in-future")


@pytest.mark.parametrize(
    "wrong", ["2026-02-30", "2026", "2026-05", "02/03/2026", "2026-01-01T10:00:00", "0001-01-01T00:00:00Z"]
)
def test_dates_that_are_not_one_are_refused(guerin: Client, person: str, wrong: str) -> None:
    refused(post(guerin, person, creation=wrong), 400, "date-invalid")


def test_names_that_hide_their_direction_are_refused(guerin: Client, person: str) -> None:
    hidden = "Dr \u202egnitteS"
    refused(post(guerin, person, title=f"Lettre {hidden}"), 400, "characters-refused")
    refused(post(guerin, person, author=[{"display": hidden}]), 400, "characters-refused")
    wrong = source(name=[{"use": "official", "family": "ESS\u2066AI", "given": ["ZOE"]}])
    refused(post(guerin, person, **wrong), 400, "characters-refused")


def test_a_title_too_long_is_refused(guerin: Client, person: str) -> None:
    refused(post(guerin, person, title="a" * 251), 400, "title-too-long")


def test_a_repeated_request_gives_the_first_answer_and_another_body_is_a_conflict(
    served: ServedHouse, person: str
) -> None:
    client = served.client("guerin")
    resource = posted(b"Une seule fois.\n", subject={"reference": f"Patient/{person}"})
    first = client.ask("POST", "/fhir/DocumentReference", resource, Idempotency_Key="clef-1")
    after = served.counted()
    again = client.ask("POST", "/fhir/DocumentReference", resource, Idempotency_Key="clef-1")
    assert (first.status, again.status) == (201, 201)
    assert (again.body, again.headers["location"]) == (first.body, first.headers["location"])
    assert again.entry, "a repetition is an entry too"
    for changes in ({"title": "Autre titre"}, {"author": [{"display": "Dr Autre"}]}, {"creation": "2026-11-01"}):
        other = posted(b"Une seule fois.\n", subject={"reference": f"Patient/{person}"}, **changes)
        reply = client.ask("POST", "/fhir/DocumentReference", other, Idempotency_Key="clef-1")
        refused(reply, 409, "idempotency-conflict")
    assert served.counted() == after


@pytest.mark.parametrize(
    "wrong",
    [
        {"resourceType": "Patient"},
        {"status": "superseded"},
        {"docStatus": "entered-in-error"},
        {"relatesTo": [{"code": "appends", "target": {"reference": "DocumentReference/1"}}]},
        {"modifierExtension": [{"url": "x"}]},
        {"securityLabel": [{"coding": [{"code": "MASQUE_PS"}]}]},
        {"content": []},
        {"content": "x"},
        {"attachment": {"url": "Binary/1"}},
        {"attachment": {"hash": "abc"}},
        {"data": "pas du base64 !"},
        {"data": "YQ"},
        {"data": "é"},
        {"subject": {"reference": "#absent"}},
        {"subject": {"reference": "Organization/1"}},
        {"masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "x"}},
        {"contained": ["x"]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_resource_that_is_wrong_or_not_carried_out_is_refused(
    guerin: Client, person: str, wrong: dict[str, Any]
) -> None:
    refused(post(guerin, person, **wrong), 400, "resource-invalid")


def test_a_category_that_does_not_exist_is_refused(guerin: Client, person: str) -> None:
    wrong = [{"coding": [{"system": "urn:espace-sante:categorie", "code": "99"}]}]
    refused(post(guerin, person, category=wrong), 400, "category-unknown")


def test_a_hash_or_a_size_that_differs_is_refused(guerin: Client, person: str) -> None:
    other = base64.b64encode(bytes(20)).decode()
    refused(post(guerin, person, attachment={"hash": other}), 422, "hash-differs")
    refused(post(guerin, person, attachment={"size": 3}), 422, "size-differs")


def test_a_field_that_is_due_is_asked_for(guerin: Client, person: str) -> None:
    refused(post(guerin, person, title=""), 400, "field-missing")
    refused(post(guerin, person, creation=""), 400, "field-missing")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"a"',
        b"NaN",
        b'{"a":1,"a":2}',
        b"[" * 100_000,
        b'{"a":' * 60 + b"1" + b"}" * 60,
        b"\xef\xbb\xbf{}",
    ],
    ids=["empty", "cut", "list", "text", "nan", "twice", "abyss", "deep", "mark"],
)
def test_a_body_that_is_not_one_json_object_is_refused(guerin: Client, body: bytes) -> None:
    refused(guerin.ask("POST", "/fhir/DocumentReference", body), 400, "body-not-json")


def test_other_bodies_methods_addresses_and_formats_are_refused(served: ServedHouse, guerin: Client) -> None:
    ask = guerin.ask
    refused(
        ask("POST", "/fhir/DocumentReference", b"<a/>", content_type="application/fhir+xml"),
        415,
        "body-type-unsupported",
    )
    refused(ask("DELETE", "/fhir/DocumentReference/1"), 405, "method-refused")
    refused(ask("GET", "/fhir/Observation"), 400, "patient-missing")
    refused(ask("GET", "/fhir/Appointment"), 404, "resource-type-refused")
    refused(ask("GET", "/fhir/appointment"), 404, "page-unknown")
    refused(ask("GET", "/fhir/DocumentReference/1", Accept="application/fhir+xml"), 406, "not-acceptable")
    refused(ask("GET", "/fhir/DocumentReference?_format=xml"), 406, "not-acceptable")
    refused(ask("GET", f"/fhir/DocumentReference?patient={'a' * 9000}"), 414, "url-too-long")
    refused(ask("GET", "/fhir/DocumentReference?relatesto=DocumentReference/1"), 400, "field-invalid")
    refused(ask("GET", "/fhir/DocumentReference?patient=%ff"), 422, "text-not-utf8")
    refused(
        ask(
            "POST",
            "/fhir/DocumentReference/_search",
            b"patient=" + b"a" * 1_000_001,
            content_type="application/x-www-form-urlencoded",
        ),
        413,
        "body-too-large",
    )
    refused(ask("GET", "/fhir/DocumentReference/1", Authorization="Bearer faux"), 401, "unauthenticated")
    refused(served.client().ask("GET", "/fhir/DocumentReference/1"), 401, "unauthenticated")
    assert (
        ask("GET", "/fhir/DocumentReference/1", Authorization="Basic eA==")
        .headers["www-authenticate"]
        .startswith("Bearer")
    )
