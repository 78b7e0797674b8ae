"""ITI-65 as care software sends it: the documents of one submission, all or none, and each refusal with its place."""

from __future__ import annotations

import os
from typing import Any

import pytest

from espace_sante.actions.refusals import SENTENCES
from tests.exchange.bundles import bundle, document, entry, superseding
from tests.exchange.test_metadata import SAID as ALL_SAID
from tests.served import Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
DIALLO = "99900000011"
SAID = {name: value for name, value in ALL_SAID.items() if name != "masterIdentifier"}
EVERYTHING = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 30}


def new_id() -> dict[str, str]:
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:1.2.{int.from_bytes(os.urandom(6), 'big')}"}


def replacing(identifier: dict[str, str]) -> list[dict[str, Any]]:
    return [{"code": "replaces", "target": {"identifier": identifier}}]


def sent(client: Client, whole: dict[str, Any], **headers: str) -> Reply:
    return client.ask("POST", "/fhir", whole, **headers)


@pytest.fixture(scope="module")
def person(served: ServedHouse) -> str:
    return served.opened()[1]


def subject(person: str) -> dict[str, Any]:
    return {"subject": {"reference": f"Patient/{person}"}}


def test_a_submission_is_kept_whole_and_answered_entry_by_entry(served: ServedHouse) -> None:
    herself, person, account = served.opened()
    guerin = served.client("guerin")
    by_number = {"subject": {"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": account.ins}}}
    one, other = document(b"Un.\n", **by_number), document(b"Deux.\n", **by_number, title="Autre")
    reply = sent(guerin, bundle(one[0], other[1], other[0], one[1], submission=by_number))
    assert reply.status == 200, reply.body
    assert reply.entry
    answer = reply.json
    assert (answer["type"], len(answer["entry"])) == ("transaction-response", 5)
    responses = [each["response"] for each in answer["entry"]]
    assert [each["status"] for each in responses] == ["201 Created"] * 5
    kinds = [each.get("location", "").removeprefix(f"{served.address}/fhir/").partition("/")[0] for each in responses]
    assert kinds == ["", "DocumentReference", "Binary", "DocumentReference", "Binary"]
    assert {each["etag"] for each in responses[1:]} == {'W/"1"'}
    for place, content in ((4, b"Un.\n"), (2, b"Deux.\n")):
        assert herself.ask("GET", responses[place]["location"].removeprefix(served.address)).body == content
    assert {responses[1]["location"][-64:], responses[3]["location"][-64:]} == {
        found["resource"]["id"]
        for found in herself.ask("GET", f"/fhir/DocumentReference?patient={person}").json["entry"]
    }
    kept = herself.done("read_document", {"document": responses[1]["location"][-64:]})["result"]
    assert kept["submission"]["unique_id"] == "urn:oid:1.2.3.99"
    assert kept["submission"]["source_id"] == "urn:oid:1.2.3.4"
    journal = herself.done("read_journal")["result"]
    assert journal["references"].count(reply.entry) == 1, "one entry for the whole"


def test_a_submission_sent_twice_is_answered_the_same_and_another_one_is_a_conflict(
    served: ServedHouse, person: str
) -> None:
    guerin = served.client("guerin")
    whole = bundle(*document(b"Une fois.\n", **subject(person)), *document(b"Deux fois.\n", **subject(person)))
    first = sent(guerin, whole, Idempotency_Key="lot-1")
    before = served.counted()
    again = sent(guerin, whole, Idempotency_Key="lot-1")
    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    other = bundle(*document(b"Une fois.\n", **subject(person)))
    refused(sent(guerin, other, Idempotency_Key="lot-1"), 409, "idempotency-conflict")
    assert served.counted() == before


def test_documents_already_there_are_given_again(served: ServedHouse, person: str) -> None:
    guerin = served.client("guerin")
    known = document(b"Encore.\n", **subject(person), masterIdentifier=new_id())
    first = sent(guerin, bundle(*known)).json["entry"][1]["response"]
    before = served.counted()
    fresh = document(b"Nouveau.\n", **subject(person), masterIdentifier=new_id())
    answers = [one["response"] for one in sent(guerin, bundle(*known, *fresh)).json["entry"]]
    assert (answers[1]["status"], answers[1]["location"]) == ("200 OK", first["location"])
    assert answers[3]["status"] == "201 Created"
    assert [after - was for after, was in zip(served.counted(), before, strict=True)] == [1, 1]


def test_a_document_is_replaced_in_a_transaction_and_by_a_simple_deposit(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    guerin = served.client("guerin")
    ids = [new_id() for _ in range(3)]
    first = sent(guerin, bundle(*document(b"V1.\n", **subject(person), masterIdentifier=ids[0])))
    old = first.json["entry"][1]["response"]["location"][-64:]
    second = document(
        b"V2.\n",
        **subject(person),
        masterIdentifier=ids[1],
        relatesTo=[{"code": "replaces", "target": {"reference": f"DocumentReference/{old}"}}],
    )
    reply = sent(guerin, bundle(*second, superseding(f"DocumentReference/{old}")))
    assert reply.status == 200, reply.body
    answers = [one["response"] for one in reply.json["entry"]]
    assert (answers[3]["status"], answers[3]["location"][-64:], answers[3]["etag"]) == ("200 OK", old, 'W/"2"')
    new = answers[1]["location"][-64:]
    third = guerin.ask(
        "POST",
        "/fhir/DocumentReference",
        posted(b"V3.\n", **subject(person), masterIdentifier=ids[2], relatesTo=replacing(ids[1])),
    )
    assert third.status == 201, third.body
    assert third.json["relatesTo"] == [{"code": "replaces", "target": {"reference": f"DocumentReference/{new}"}}]
    for document_, status, replaced, version in (
        (old, "superseded", "", 2),
        (new, "superseded", old, 2),
        (third.json["id"], "current", new, 1),
    ):
        found = herself.ask("GET", f"/fhir/DocumentReference/{document_}")
        assert (found.json["status"], found.headers["etag"]) == (status, f'W/"{version}"')
        assert found.json["meta"]["versionId"] == str(version)
        assert [one["target"]["reference"][-64:] for one in found.json.get("relatesTo", [])] == [replaced] * bool(
            replaced
        )
    for asked, expected in (("current", 1), ("superseded", 2), ("current,superseded", 3), ("", 3)):
        query = f"?patient={person}" + (f"&status={asked}" if asked else "")
        assert herself.ask("GET", f"/fhir/DocumentReference{query}").json["total"] == expected
    for document_ in (old, new):
        assert herself.ask("GET", f"/fhir/Binary/{document_}").status == 200
    for status, expected in (
        ("current", {third.json["id"]}),
        ("superseded", {old, new}),
        ("both", {old, new, third.json["id"]}),
    ):
        listed = herself.done("list_documents", {"status": status})["result"]
        assert {line["document"] for line in listed["documents"]} == expected
    assert herself.act("list_documents", {"status": "old"}).json["code"] == "field-invalid"


def test_what_may_not_be_replaced_is_refused_in_the_same_words_known_or_not(served: ServedHouse, person: str) -> None:
    guerin, diallo = served.client("guerin"), served.client("diallo")
    _, elsewhere, _ = served.opened()
    ids = [new_id() for _ in range(3)]
    for whose, identifier in ((person, ids[0]), (person, ids[1]), (elsewhere, ids[2])):
        resource = posted(b"Lettre.\n", **subject(whose), masterIdentifier=identifier)
        assert guerin.ask("POST", "/fhir/DocumentReference", resource).status == 201
    mine = posted(b"Suite.\n", **subject(person), relatesTo=replacing(ids[1]))
    assert guerin.ask("POST", "/fhir/DocumentReference", mine).status == 201
    before, told = served.counted(), set()
    for client, identifier in ((diallo, ids[0]), (diallo, new_id()), (guerin, ids[1]), (guerin, ids[2])):
        new = posted(b"Neuf.\n", **subject(person), relatesTo=replacing(identifier))
        reply = client.ask("POST", "/fhir/DocumentReference", new)
        refused(reply, 422, "replacement-refused")
        told.add((reply.status, reply.body))
    for address in ("DocumentReference/1", f"DocumentReference/{person}{'0' * 32}", "https://ailleurs.example/x"):
        new = posted(b"Neuf.\n", **subject(person), relatesTo=[{"code": "replaces", "target": {"reference": address}}])
        reply = diallo.ask("POST", "/fhir/DocumentReference", new)
        told.add((reply.status, reply.body))
    assert len(told) == 1
    whole = {
        sent(diallo, bundle(*document(b"Neuf.\n", **subject(person), relatesTo=replacing(identifier)))).body
        for identifier in (ids[0], new_id())
    }
    assert len(whole) == 1
    assert b"XDSReplaceFailed" in whole.pop()
    assert served.counted() == before


def refused(reply: Reply, status: int, code: str, expression: str = "", name: str = "") -> None:
    assert reply.status == status, (reply.status, reply.body)
    issue = reply.json["issue"][0]
    coding = [one["code"] for one in issue["details"]["coding"]]
    assert coding == [code, *([name] if name else [])]
    assert issue.get("expression", [""]) == [expression] or not expression, issue
    assert issue["details"]["text"].startswith(SENTENCES[code].partition("{")[0])


def test_a_submission_that_is_wrong_keeps_nothing_and_names_the_entry(served: ServedHouse, person: str) -> None:
    guerin = served.client("guerin")
    here = subject(person)
    good = document(b"Bon.\n", **here)
    twice = {"masterIdentifier": new_id()}
    other = {"subject": {"reference": "Patient/" + "0" * 32}}
    binary = entry({"resourceType": "Binary", "contentType": "text/plain", "data": "YQ=="})
    place = "Bundle.entry[{}].resource"
    wrong: list[tuple[dict[str, Any], int, str, str, str]] = [
        (bundle(), 400, "resource-invalid", "Bundle.entry", ""),
        (bundle(*good) | {"type": "collection"}, 400, "resource-invalid", "Bundle.type", ""),
        (bundle(*good) | {"entry": list(good)}, 400, "resource-invalid", "Bundle.entry", ""),
        (bundle(*good, bundle()["entry"][0]), 400, "resource-invalid", place.format(3), ""),
        (bundle(good[0]), 400, "resource-invalid", place.format(1) + ".content.attachment.url", ""),
        (bundle(*good, binary), 400, "resource-invalid", "Bundle.entry[3].fullUrl", ""),
        (bundle(*good, good[1]), 400, "resource-invalid", "Bundle.entry[3].fullUrl", ""),
        (bundle(*good, entry({"resourceType": "Observation"})), 400, "resource-invalid", place.format(3), ""),
        (bundle(*good, submission={"entry": []}), 400, "resource-invalid", place.format(0) + ".entry", ""),
        (bundle(*good, submission={"mode": "snapshot"}), 400, "resource-invalid", place.format(0) + ".status", ""),
        (bundle(*good, submission={"date": ""}), 400, "field-missing", place.format(0), ""),
        (
            bundle(good[0] | {"request": {"method": "PUT", "url": "DocumentReference"}}, good[1]),
            400,
            "resource-invalid",
            "Bundle.entry[1].request",
            "",
        ),
        (
            bundle(*good, superseding(f"DocumentReference/{'0' * 64}")),
            400,
            "resource-invalid",
            "Bundle.entry[3].request.url",
            "",
        ),
        (
            bundle(*good, *document(b"Autre.\n", **other)),
            400,
            "patient-twice",
            place.format(3) + ".subject",
            "XDSPatientIdDoesNotMatch",
        ),
        (
            bundle(*good, submission=other),
            400,
            "patient-twice",
            place.format(0) + ".subject",
            "XDSPatientIdDoesNotMatch",
        ),
        (
            bundle(*document(b"A.\n", **here, **twice), *document(b"B.\n", **here, **twice)),
            409,
            "unique-id-conflict",
            place.format(3),
            "XDSDuplicateUniqueIdInRegistry",
        ),
        (
            bundle(*good, *document(b"MZ\0", **here, binary={"contentType": "image/png"}, contentType="image/png")),
            422,
            "media-type-lies",
            place.format(3),
            "",
        ),
        (bundle(*good, *document(b"", **here)), 400, "document-empty", place.format(3), ""),
        (bundle(*good, *document(b"Futur.\n", **here, date="2099-01-01")), 422, "date-in-future", place.format(3), ""),
    ]
    folder = {"coding": [{"system": "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "code": "folder"}]}
    wrong.append(
        (
            bundle(*good, submission={"code": folder}),
            422,
            "folder-refused",
            place.format(0),
            "PartialFolderContentNotProcessed",
        )
    )
    before = served.counted()
    for whole, status, code, expression, name in wrong:
        refused(sent(guerin, whole), status, code, expression, name)
    for change, code in (({"size": 1}, "size-differs"), ({"hash": "A" * 27 + "="}, "hash-differs")):
        lying = document(b"Taille.\n", **here)
        lying[0]["resource"]["content"][0]["attachment"] |= change
        reply = sent(guerin, bundle(*good, *lying))
        refused(reply, 422, code, place.format(3), "XDSRepositoryMetadataError")
    assert served.counted() == before


def test_the_ceilings_of_a_transaction_are_said(served: ServedHouse, person: str) -> None:
    guerin = served.client("guerin")
    before = served.counted()
    many = [part for number in range(51) for part in document(b"%d.\n" % number, **subject(person))]
    refused(sent(guerin, bundle(*many)), 413, "submission-too-long")
    refused(sent(guerin, {"a": "a" * 20_000_001}), 413, "body-too-large")
    entries = {"resourceType": "Bundle", "type": "transaction", "entry": [{}] * 5001}
    refused(sent(guerin, entries), 413, "submission-too-long", "Bundle.entry[5000]")
    long = document(
        b"Long.\n",
        **subject(person),
        author=[{"display": "x" * 250, "identifier": {"value": "y" * 250}}] * 20,
        context={"event": [{"coding": [{"code": "z" * 250, "display": "z" * 250}]}] * 20},
        description="d" * 2000,
    )
    refused(sent(guerin, bundle(*long)), 413, "metadata-too-long", "Bundle.entry[1].resource")
    assert served.counted() == before


def test_as_many_documents_as_a_submission_may_have_are_kept_together(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    many = [part for number in range(50) for part in document(b"%d.\n" % number, **subject(person), **SAID)]
    reply = sent(served.client("guerin"), bundle(*many))
    assert reply.status == 200, reply.body
    assert len(reply.json["entry"]) == 101
    assert herself.ask("GET", "/fhir/DocumentReference?_count=0").json["total"] == 50


def test_a_refused_deposit_of_several_says_the_same_of_everybody(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("close_space", {"sure": "yes"})
    told = {
        sent(served.client("guerin"), bundle(*document(b"Lettre.\n", **subject(whose)))).body
        for whose in (person, "0" * 32, served.new_person().id)
    }
    assert len(told) == 1
    assert "Non remis. Remettez le document à la personne.".encode() in told.pop()
