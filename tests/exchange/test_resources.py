"""FHIR resources other than documents, over HTTP: what software writes is what is read, by whom she lets and nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.fhir.capability import Served
from espace_sante.records.resource import numbers
from tests.exchange.resources import observation, resource
from tests.exchange.test_same_answer import DIALLO, EVERYTHING, told
from tests.served import Client, Reply, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]


def written(served: ServedHouse, person: str, who: str = "guerin", body: bytes | None = None) -> str:
    reply = served.client(who).ask("POST", "/fhir/Observation", body or observation(person))
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def refused(reply: Reply, status: int, code: str) -> None:
    assert (reply.status, reply.json["issue"][0]["details"]["coding"][0]["code"]) == (status, code), reply.body


def test_what_was_sent_is_given_back_byte_for_byte_but_for_what_the_server_says(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    meta = ',"meta":{"versionId":"7","profile":["http://x/p"],"lastUpdated":"1999-01-01T00:00:00Z"},"id":"mine"'
    reply = served.client("guerin").ask("POST", "/fhir/Observation", observation(person, meta))
    assert reply.status == 201
    identifier = reply.json["id"]
    assert identifier.startswith(person) and len(identifier) == 64
    assert reply.headers["etag"] == 'W/"1"' and reply.headers["last-modified"].endswith("GMT")
    assert reply.headers["location"].endswith(f"/fhir/Observation/{identifier}/_history/1")
    assert reply.entry
    served.client("guerin")
    herself.done("grant_access", EVERYTHING)
    read = served.client("diallo").ask("GET", f"/fhir/Observation/{identifier}")
    assert (read.status, read.body) == (200, reply.body)
    assert read.headers["etag"] == 'W/"1"' and read.headers["last-modified"] == reply.headers["last-modified"]
    for piece in (b'{"value":5.20,"unit":"mmol/L"}', b'"extension":[{"valueDecimal":1.000,  "url":"http://x/y"}]'):
        assert piece in read.body
    assert read.json["meta"]["versionId"] == "1" and read.json["meta"]["profile"] == ["http://x/p"]
    assert read.json["meta"]["lastUpdated"].startswith("20") and "mine" not in read.body.decode()


@pytest.mark.parametrize("name", numbers())
def test_every_type_that_is_kept_is_written_and_read_back(served: ServedHouse, name: str) -> None:
    herself, person, _ = served.opened()
    reply = served.client("guerin").ask("POST", f"/fhir/{name}", resource(name, person))
    assert reply.status == 201, reply.body
    assert herself.ask("GET", f"/fhir/{name}/{reply.json['id']}").json == reply.json
    refused(herself.ask("GET", f"/fhir/Goal2/{reply.json['id']}"), 404, "page-unknown")
    other = "Goal" if name != "Goal" else "CarePlan"
    refused(herself.ask("GET", f"/fhir/{other}/{reply.json['id']}"), 404, "nothing-to-show")


def test_versions_follow_each_other_and_each_is_kept(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    identifier = written(served, person)
    address = f"/fhir/Observation/{identifier}"
    second = observation(person, f',"id":"{identifier}","note":[{{"text":"corrigé"}}]')
    refused(author.ask("PUT", address, second), 400, "if-match-missing")
    refused(author.ask("PUT", address, second, If_Match="*"), 400, "field-invalid")
    refused(author.ask("PUT", address, second, If_Match='W/"2"'), 412, "version-differs")
    refused(author.ask("PUT", address, observation(person), If_Match='W/"1"'), 400, "resource-invalid")
    done = author.ask("PUT", address, second, If_Match='W/"1"', Prefer="return=minimal")
    assert (done.status, done.body, done.headers["etag"]) == (200, b"", 'W/"2"')
    assert done.headers["content-location"].endswith("/_history/2")
    assert herself.ask("GET", address).json["note"] == [{"text": "corrigé"}]
    assert "note" not in herself.ask("GET", f"{address}/_history/1").json
    refused(herself.ask("GET", f"{address}/_history/3"), 404, "nothing-to-show")
    gone = author.ask("DELETE", address)
    assert (gone.status, gone.headers["etag"]) == (204, 'W/"3"')
    assert author.ask("DELETE", address).headers["etag"] == 'W/"3"', "deleted already"
    refused(herself.ask("GET", address), 410, "resource-deleted")
    refused(herself.ask("GET", f"{address}/_history/3"), 410, "resource-deleted")
    history = herself.ask("GET", f"{address}/_history").json
    assert (history["type"], history["total"]) == ("history", 3)
    assert [one["request"]["method"] for one in history["entry"]] == ["DELETE", "PUT", "POST"]
    assert [one["response"]["etag"] for one in history["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert "resource" not in history["entry"][0]
    assert history["entry"][2]["resource"]["meta"]["versionId"] == "1"
    again = author.ask("PUT", address, second, If_Match='W/"3"', Prefer="return=OperationOutcome")
    assert (again.status, again.json["resourceType"], again.headers["etag"]) == (200, "OperationOutcome", 'W/"4"')
    assert herself.ask("GET", address).status == 200, "written again by its author, it is there again"


def test_the_same_request_twice_is_done_once(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    first, second = (
        author.ask("POST", "/fhir/Observation", observation(person), Idempotency_Key="k1") for _ in range(2)
    )
    assert (first.status, first.body) == (second.status, second.body)
    other = author.ask("POST", "/fhir/Observation", observation(person, ',"language":"fr"'), Idempotency_Key="k1")
    refused(other, 409, "idempotency-conflict")
    assert herself.done("read_resource")["result"]["total"] == 1


def refusals(reader: Client, identifier: str) -> set[Any]:
    address = f"/fhir/Observation/{identifier}"
    asked = (address, f"{address}/_history", f"{address}/_history/1")
    return {told(reader.ask("GET", one)) for one in asked}


def test_a_reader_cannot_tell_why_there_is_no_resource(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    hidden, shown = written(served, person), written(served, person)
    diallo = served.client("diallo")
    answers = refusals(diallo, hidden)  # not granted
    for unknown in ("0" * 64, person + "0" * 32, "x", "a" * 300, "A" * 64):
        answers |= refusals(diallo, unknown)
    herself.done("grant_access", EVERYTHING)
    herself.done("mask", {"document": hidden})
    assert diallo.ask("GET", f"/fhir/Observation/{shown}").status == 200
    answers |= refusals(diallo, hidden)  # hidden, by its number as a document is
    herself.done("block", {"practitioner": DIALLO, "what": "everything"})
    answers |= refusals(diallo, shown)  # blocked
    herself.done("unblock", {"practitioner": DIALLO})
    herself.done("mask", {"category": "4"})
    answers |= refusals(diallo, shown)  # hidden with its category
    herself.done("unmask", {"category": "4"})
    assert diallo.ask("GET", f"/fhir/Observation/{shown}").status == 200
    herself.done("unmask", {"document": hidden})
    assert diallo.ask("GET", f"/fhir/Observation/{hidden}").status == 200
    herself.done("withdraw_access", {"practitioner": DIALLO})
    answers |= refusals(diallo, shown)  # withdrawn
    herself.done("grant_access", EVERYTHING)
    herself.done("close_space", {"sure": "yes"})
    answers |= refusals(diallo, shown)  # closed
    answers |= refusals(served.client("karim"), shown)  # somebody else
    answers |= refusals(served.client("petit"), shown)  # an agent nobody asked
    assert len(answers) == 1, answers


def test_a_writing_that_is_not_allowed_says_the_same_of_everybody(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person)
    herself.done("refuse_deposits")
    author = served.client("guerin")
    put = {"If_Match": 'W/"1"'}
    answers = {told(author.ask("POST", "/fhir/Observation", observation(one))) for one in (person, "0" * 32)}
    body = observation(person, f',"id":"{identifier}"')
    answers |= {told(author.ask("PUT", f"/fhir/Observation/{identifier}", body, **put))}
    for address in (identifier, "0" * 64, person + "0" * 32, "x"):
        answers |= {told(author.ask("DELETE", f"/fhir/Observation/{address}"))}
    assert len(answers) == 1, answers
    assert "Non remis." in answers.pop()[1].decode()


def test_only_who_wrote_it_or_his_structure_changes_it_and_nobody_else_learns_that_it_is_there(
    served: ServedHouse,
) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person)
    herself.done("grant_access", EVERYTHING)
    diallo, put = served.client("diallo"), {"If_Match": 'W/"1"'}
    answers = set()
    for one in (identifier, person + "0" * 32):
        body = observation(person, f',"id":"{one}"')
        answers |= {told(diallo.ask("PUT", f"/fhir/Observation/{one}", body, **put))}
        answers |= {told(diallo.ask("DELETE", f"/fhir/Observation/{one}"))}
    answers |= {told(served.client("guerin").ask("DELETE", f"/fhir/Condition/{identifier}"))}
    assert len(answers) == 1, answers
    assert json.loads(answers.pop()[1])["issue"][0]["details"]["coding"][0]["code"] == "resource-unknown"
    herself.done("mask", {"document": identifier})
    body = observation(person, f',"id":"{identifier}"')
    assert served.client("guerin").ask("PUT", f"/fhir/Observation/{identifier}", body, **put).status == 200
    # She herself writes nothing by this way yet, and an agent nothing at all.
    for who in (herself, served.client("petit")):
        assert who.ask("DELETE", f"/fhir/Observation/{identifier}").status == 404


def test_what_is_sent_wrongly_is_refused_with_its_reason_and_nothing_is_kept(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    _, another, _ = served.opened()
    author = served.client("guerin")

    def post(body: bytes | dict[str, Any], name: str = "Observation", **headers: str) -> Reply:
        return author.ask("POST", f"/fhir/{name}", body, **headers)

    good = resource("Observation", person)
    refused(post(resource("Appointment", person), "Appointment"), 404, "resource-type-refused")
    refused(post(resource("Appointment", person)), 404, "resource-type-refused")
    refused(post(resource("Condition", person)), 400, "resource-invalid")
    refused(post(b"[]"), 400, "body-not-json")
    refused(post(b'{"resourceType":"Observation","resourceType":"Observation"}'), 400, "body-not-json")
    refused(post(b"[" * 50 + b"]" * 50), 400, "body-not-json")
    refused(post({"resourceType": 3}), 400, "resource-invalid")
    refused(post(good | {"subject": {}}), 400, "patient-missing")
    refused(post(good | {"subject": {"reference": "Group/1"}}), 400, "resource-invalid")
    refused(post(good | {"subject": {"reference": 3}}), 400, "resource-invalid")
    refused(post(good | {"performer": [{"reference": f"Patient/{another}"}]}), 400, "patient-twice")
    refused(post(good | {"contained": [{"resourceType": "Patient", "id": "p"}]}), 400, "patient-twice")
    refused(post(good | {"contained": [{"resourceType": "Patient"}]}), 400, "patient-twice")
    refused(post(good | {"contained": {}}), 400, "resource-invalid")
    refused(post(good | {"meta": []}), 400, "resource-invalid")
    refused(post(good | {"id": 3}), 400, "resource-invalid")
    for foreign in (
        "Practitioner/1",
        "https://ailleurs.example/fhir/Observation/1",
        f"Observation/{another}{'0' * 32}",
    ):
        reply = post(good | {"hasMember": [{"reference": foreign}]})
        refused(reply, 422, "reference-foreign")
        assert reply.json["issue"][0]["expression"] == ["hasMember[0].reference"]
    refused(post(good | {"category": []}), 422, "resource-category-refused")
    refused(post(good | {"category": [{"coding": [{"code": "therapy"}]}]}), 422, "resource-category-refused")
    both = [{"coding": [{"code": "laboratory"}, {"code": "imaging"}]}]
    refused(post(good | {"category": both}), 422, "resource-category-refused")
    secret = {"security": [{"code": "INVISIBLE_PATIENT"}]}
    refused(post(good | {"meta": secret}), 422, "resource-withheld-refused")
    refused(post(good | {"note": [{"text": "a" * 1_000_001}]}), 413, "resource-too-large")
    refused(post(good, content_type="text/plain"), 415, "body-type-unsupported")
    refused(author.ask("GET", "/fhir/Observation"), 405, "method-refused")
    refused(author.ask("GET", "/fhir/Observation/x/_history/0"), 404, "page-unknown")
    wrong = post(good | {"zzz": 1, "status": "sûr", "note": [{"text": "a"}, {"author": 3, "text": ""}]})
    refused(wrong, 422, "resource-not-r4")
    places = [issue["expression"] for issue in wrong.json["issue"]]
    assert places and all(len(one) == 1 for one in places), "each fault at its place"
    assert {"Observation.zzz", "Observation.status"} <= {one[0] for one in places}
    assert {issue["details"]["coding"][0]["code"] for issue in wrong.json["issue"]} == {"resource-not-r4"}
    assert herself.done("read_resource")["result"]["total"] == 0
    own = {"reference": f"Observation/{person}{'0' * 32}"}
    kept = good | {
        "hasMember": [own],
        "performer": [{"reference": "#c"}],
        "focus": [{"reference": f"Patient/{person}"}],
    }
    assert post(kept | {"contained": [{"resourceType": "Practitioner", "id": "c"}]}).status == 201


def test_a_new_version_stays_in_its_category_and_of_the_same_person(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    _, another, _ = served.opened()
    identifier = written(served, person)
    author, put = served.client("guerin"), {"If_Match": 'W/"1"'}
    elsewhere = resource("Observation", person, id=identifier, category=[{"coding": [{"code": "imaging"}]}])
    refused(author.ask("PUT", f"/fhir/Observation/{identifier}", elsewhere, **put), 422, "resource-moved")
    theirs = resource("Observation", another, id=identifier)
    refused(author.ask("PUT", f"/fhir/Observation/{identifier}", theirs, **put), 400, "patient-twice")
    # A person named otherwise than the resource says: the generic way of asking compares both.
    asked = {"person": f"id:{person}", "resource": observation(another).decode()}
    assert author.act("write_resource", asked).json["code"] == "identity-not-matched"
    asked["resource"] = observation(person).decode()
    assert author.done("write_resource", asked)["result"]["version"] == 1


def test_a_sender_may_ask_that_no_other_professional_sees_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("grant_access", EVERYTHING)
    herself.done("let_authors_read")
    labelled = observation(person, ',"meta":{"security":[{"code":"R"}]}')
    identifier = written(served, person, body=labelled)
    assert served.client("diallo").ask("GET", f"/fhir/Observation/{identifier}").status == 404
    assert served.client("guerin").ask("GET", f"/fhir/Observation/{identifier}").status == 200, "his own"
    assert herself.ask("GET", f"/fhir/Observation/{identifier}").json["meta"]["security"] == [{"code": "R"}]
    herself.done("unmask", {"document": identifier})
    assert served.client("diallo").ask("GET", f"/fhir/Observation/{identifier}").status == 200


def test_the_statement_says_each_type_and_what_is_done_with_it(served: ServedHouse) -> None:
    statement = served.client().ask("GET", "/fhir/metadata").json
    said = {one["type"]: one for one in statement["rest"][0]["resource"]}
    assert set(numbers()) <= set(said)
    for name in numbers():
        done = {one["code"] for one in said[name]["interaction"]}
        assert done == {"read", "vread", "update", "delete", "history-instance", "create"}
        assert said[name]["versioning"] == "versioned-update"
    assert said["Binary"]["versioning"] == "no-version"
    assert not Served("X", ()).versioned


def test_she_sees_all_that_is_held_about_her_and_takes_it_as_it_was_sent(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifiers = {written(served, person), written(served, person)}
    served.client("guerin").ask(
        "POST", "/fhir/Immunization", resource("Immunization", person, vaccineCode={"text": "DTP"})
    )
    found = herself.done("read_resource")["result"]
    assert found["total"] == 3
    assert {one["resource"] for one in found["resources"] if one["type"] == "Observation"} == identifiers
    lines = {(one["label"], one["said"], one["when"]) for one in found["resources"]}
    assert lines == {("Résultat d'analyse", "Glycémie à jeun", "2026-11-02"), ("Vaccin", "DTP", "2026-10")}
    assert '"value":5.20' in "".join(one["body"] for one in found["resources"])
    page = herself.done("read_resource", {"count": 1, "offset": 1})["result"]
    assert (page["total"], len(page["resources"])) == (3, 1)
    one = herself.done("read_resource", {"resource": identifiers.pop()})["result"]
    assert (one["total"], len(one["resources"])) == (1, 1)
