"""Bytes sent ahead with POST /fhir/Binary, then named by a DocumentReference: used once, by their sender, read by nobody."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
from datetime import timedelta
from typing import Any

import pytest

from espace_sante.keeper.demand import Maintain
from espace_sante.kernel.clock import utc_now
from espace_sante.vault.stream import CHUNK
from tests.served import JSON, Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.database]
PDF = b"%PDF-1.7\n" + bytes(range(256)) * (10 * CHUNK // 256) + b"\n%%EOF"


@pytest.fixture(scope="module")
def her(served: ServedHouse) -> tuple[Client, str]:
    """Return a person who has a space, and her number."""
    client, person, _ = served.opened()
    return client, person


def sent_ahead(client: Client, data: bytes = PDF, content_type: str = "application/pdf", **headers: str) -> Reply:
    return client.ask("POST", "/fhir/Binary", data, content_type=content_type, **headers)


def naming(binary: str, person: str, **changes: Any) -> dict[str, Any]:
    """Return a DocumentReference that names bytes sent ahead."""
    resource = posted(b"", subject={"reference": f"Patient/{person}"}, contentType="application/pdf", **changes)
    attachment = resource["content"][0]["attachment"]
    del attachment["data"]
    attachment["url"] = f"Binary/{binary}"
    return resource


def code_of(reply: Reply) -> str:
    return str(reply.json["issue"][0]["details"]["coding"][0]["code"])


def test_a_document_sent_ahead_is_the_same_as_one_sent_with_its_description(
    served: ServedHouse, her: tuple[Client, str]
) -> None:
    herself, person = her
    small = PDF[:1000]
    ahead = sent_ahead(herself, small)
    assert (ahead.status, ahead.json["resourceType"]) == (201, "Binary")
    name = ahead.json["id"]
    assert ahead.headers["location"] == f"{served.address}/fhir/Binary/{name}"
    one = herself.ask("POST", "/fhir/DocumentReference", naming(name, person))
    other = herself.ask(
        "POST",
        "/fhir/DocumentReference",
        posted(small, subject={"reference": f"Patient/{person}"}, contentType="application/pdf"),
    )
    assert (one.status, other.status) == (201, 201), (one.body, other.body)
    read = [herself.ask("GET", f"/fhir/Binary/{reply.json['id']}", Accept="*/*") for reply in (one, other)]
    assert [reply.body for reply in read] == [small, small]
    assert len({reply.headers["etag"] for reply in read}) == len({reply.headers["repr-digest"] for reply in read}) == 1


def test_a_document_of_many_chunks_comes_back_byte_for_byte(served: ServedHouse, her: tuple[Client, str]) -> None:
    herself, person = her
    before = served.counted()
    name = sent_ahead(herself).json["id"]
    described = {"size": len(PDF), "hash": base64.b64encode(hashlib.sha1(PDF).digest()).decode()}
    reply = herself.ask("POST", "/fhir/DocumentReference", naming(name, person, attachment=described))
    assert reply.status == 201, reply.body
    assert herself.ask("GET", f"/fhir/Binary/{reply.json['id']}", Accept="*/*").body == PDF
    rows, objects = served.counted()
    assert (rows, objects) == (before[0] + 1, before[1] + 1), "what was sent ahead is deleted once deposited"


def test_bytes_sent_ahead_are_read_by_nobody(served: ServedHouse, her: tuple[Client, str]) -> None:
    herself, _ = her
    name = sent_ahead(herself).json["id"]
    unknown = "A" * 64
    for client in (herself, served.client("diallo")):
        for method in ("GET", "HEAD"):
            answers = [client.ask(method, f"/fhir/Binary/{one}") for one in (name, unknown)]
            assert [reply.status for reply in answers] == [404, 404]
            assert answers[0].body == answers[1].body


def test_bytes_sent_ahead_are_used_by_their_sender_alone(served: ServedHouse, her: tuple[Client, str]) -> None:
    herself, person = her
    doctor = served.client("diallo")
    name = sent_ahead(herself).json["id"]
    stolen = doctor.ask("POST", "/fhir/DocumentReference", naming(name, person))
    assert (stolen.status, code_of(stolen)) == (422, "binary-unknown")
    turned = name[:-1] + ("A" if name[-1] != "A" else "B")
    for wrong in (turned, "A" * 64, "x", "%2e%2e", name + "AAAA"):
        reply = herself.ask("POST", "/fhir/DocumentReference", naming(wrong, person))
        assert (reply.status, code_of(reply)) == (422, "binary-unknown")
    assert herself.ask("POST", "/fhir/DocumentReference", naming(name, person)).status == 201
    again = herself.ask("POST", "/fhir/DocumentReference", naming(name, person))
    assert (again.status, code_of(again)) == (422, "binary-unknown"), "it is used once"


def test_a_repeated_request_gives_the_first_answer_although_its_bytes_are_gone(her: tuple[Client, str]) -> None:
    herself, person = her
    name = sent_ahead(herself).json["id"]
    resource = naming(name, person)
    first, again = (
        herself.ask("POST", "/fhir/DocumentReference", resource, Idempotency_Key="sent ahead") for _ in range(2)
    )
    assert (first.status, again.status) == (201, 201), again.body
    assert (first.body, first.headers["location"]) == (again.body, again.headers["location"])
    other = herself.ask(
        "POST", "/fhir/DocumentReference", naming(name, person, title="Autre"), Idempotency_Key="sent ahead"
    )
    assert (other.status, code_of(other)) == (409, "idempotency-conflict")
    new = herself.ask("POST", "/fhir/DocumentReference", naming(name, person), Idempotency_Key="another key")
    assert (new.status, code_of(new)) == (422, "binary-unknown")


def test_bytes_sent_ahead_for_one_person_are_deposited_to_nobody_else(
    served: ServedHouse, her: tuple[Client, str]
) -> None:
    _, person = her
    _, other, _ = served.opened()
    doctor = served.client("diallo")
    name = sent_ahead(doctor, X_Security_Context=f"Patient/{person}").json["id"]
    refused = doctor.ask("POST", "/fhir/DocumentReference", naming(name, other))
    assert (refused.status, code_of(refused)) == (422, "binary-unknown")
    assert doctor.ask("POST", "/fhir/DocumentReference", naming(name, person)).status == 201
    wrong = sent_ahead(doctor, X_Security_Context="Organization/1")
    assert (wrong.status, code_of(wrong)) == (400, "resource-invalid")


def test_a_refused_deposit_leaves_what_was_sent_ahead_to_be_named_again(
    served: ServedHouse, her: tuple[Client, str]
) -> None:
    herself, person = her
    name = sent_ahead(herself).json["id"]
    before = served.counted()
    for changes, code in (
        ({"attachment": {"size": 3}}, "size-differs"),
        ({"attachment": {"hash": base64.b64encode(bytes(20)).decode()}}, "hash-differs"),
        ({"attachment": {"contentType": "image/png"}}, "media-type-lies"),
    ):
        reply = herself.ask("POST", "/fhir/DocumentReference", naming(name, person, **changes))
        assert (reply.status, code_of(reply)) == (422, code)
        assert served.counted() == before
    assert herself.ask("POST", "/fhir/DocumentReference", naming(name, person)).status == 201


def test_what_cannot_be_kept_is_refused_before_it_is(served: ServedHouse, her: tuple[Client, str]) -> None:
    herself, _ = her
    before = served.counted()
    for data, content_type, status, code in (
        (b"", "application/pdf", 400, "document-empty"),
        (b"MZ", "application/x-msdownload", 415, "media-type-unsupported"),
        (b"{}", "application/fhir+json", 400, "resource-invalid"),
        (b'{"resourceType":"Binary","contentType":"text/plain","data":"?"}', JSON, 400, "resource-invalid"),
        (b'{"resourceType":"Binary","contentType":"text/html","data":"YQ=="}', JSON, 415, "media-type-unsupported"),
    ):
        reply = sent_ahead(herself, data, content_type)
        assert (reply.status, code_of(reply)) == (status, code)
    assert served.client().ask("POST", "/fhir/Binary", PDF, content_type="application/pdf").status == 401
    assert served.counted() == before


def test_a_binary_resource_is_kept_as_its_bytes_would_be(her: tuple[Client, str]) -> None:
    herself, person = her
    resource = {"resourceType": "Binary", "contentType": "application/pdf", "data": base64.b64encode(PDF).decode()}
    ahead = herself.ask("POST", "/fhir/Binary", resource)
    assert ahead.status == 201, ahead.body
    reply = herself.ask("POST", "/fhir/DocumentReference", naming(ahead.json["id"], person))
    assert herself.ask("GET", f"/fhir/Binary/{reply.json['id']}", Accept="*/*").body == PDF


def test_what_is_sent_ahead_lives_a_day_and_is_swept(served: ServedHouse, her: tuple[Client, str]) -> None:
    herself, person = her
    kept, old = (sent_ahead(herself).json["id"] for _ in range(2))
    row = base64.b64decode(old, b"-.")[:16].hex()
    path = served.house.settings.home / "objects" / row[:2] / row
    unfinished = path.with_suffix(".partial")
    unfinished.write_bytes(b"left by a crash")
    yesterday = (utc_now() - timedelta(hours=24, minutes=1)).timestamp()
    for one in (path, unfinished):
        os.utime(one, (yesterday, yesterday))
    served.background.run(served.house.link.ask(Maintain(0, "purge")))
    assert not path.exists()
    assert not unfinished.exists()
    reply = herself.ask("POST", "/fhir/DocumentReference", naming(old, person))
    assert (reply.status, code_of(reply)) == (422, "binary-unknown")
    assert herself.ask("POST", "/fhir/DocumentReference", naming(kept, person)).status == 201


def test_the_name_that_opens_stands_in_no_log_and_nothing_in_clear_on_the_disk(
    served: ServedHouse, her: tuple[Client, str], caplog: pytest.LogCaptureFixture
) -> None:
    herself, person = her
    with caplog.at_level(logging.DEBUG):
        name = sent_ahead(herself).json["id"]
        herself.ask("GET", f"/fhir/Binary/{name}")
        herself.ask("POST", "/fhir/DocumentReference", naming(name, person, attachment={"size": 1}))
    # A web process gives uvicorn's access log no handler (web/server.py); pytest hears it all the same.
    heard = [record.getMessage() for record in caplog.records if record.name != "uvicorn.access"]
    assert not [words for words in heard if name in words]
    for path in (served.house.settings.home / "objects").glob("??/*"):
        assert PDF[:64] not in path.read_bytes()
        assert name.encode() not in path.read_bytes()
