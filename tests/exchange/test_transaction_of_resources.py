"""Several resources sent together, over HTTP: all or none, each leading to the others, each refused with its place. G3, G5, G11, G13."""

from __future__ import annotations

from typing import Any

import pytest

from espace_sante.exchange.fhir.batch import BATCH_MOST
from espace_sante.exchange.fhir.transacting import CONDITIONS_MOST
from tests.exchange.resources import observation, resource
from tests.exchange.sent import DOCTOR, MEASURE, PLACE, VISIT, bundle, entry, ids_of, visit
from tests.exchange.test_resources import refused, written
from tests.exchange.test_same_answer import EVERYTHING, told
from tests.served import Client, Reply, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]


def sent(client: Client, body: Any, **headers: str) -> Reply:
    return client.ask("POST", "/fhir", body, **headers)


def total(client: Client) -> int:
    return int(client.done("read_resource")["result"]["total"])


def placed(reply: Reply, status: int, code: str, place: str) -> None:
    refused(reply, status, code)
    assert reply.json["issue"][0]["expression"] == [place], reply.body


def test_what_is_sent_together_leads_to_what_it_became(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    reply = sent(served.client("guerin"), visit(person))
    assert reply.status == 200 and reply.entry, reply.body
    assert reply.json["type"] == "transaction-response"
    place, stay, measure, doctor = ids_of(reply)
    assert [one.partition("/")[0] for one in (place, stay, measure, doctor)] == [
        *("Organization", "Encounter", "Observation", "Practitioner")
    ]
    for one in reply.json["entry"]:
        assert one["response"]["status"] == "201 Created" and one["response"]["etag"] == 'W/"1"'
        assert "resource" not in one
    assert herself.ask("GET", f"/fhir/{stay}").json["serviceProvider"] == {"reference": place}
    found = herself.ask("GET", f"/fhir/{measure}").json
    assert (found["encounter"], found["performer"]) == ({"reference": stay}, [{"reference": doctor}])
    assert found["subject"] == {"reference": f"Patient/{person}"}
    assert herself.ask("GET", f"/fhir/{place}").json["name"] == "Centre du Sommeil"
    assert total(herself) == 4
    lines = herself.done("read_journal")["result"]["records"]
    assert sum(line["act"] == "write_resource" for line in lines) == 1, "one entry for all"


def test_the_order_of_entries_changes_nothing_of_what_they_lead_to(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    sent_first = visit(person)
    sent_first["entry"].reverse()
    doctor, measure, stay, place = ids_of(sent(served.client("guerin"), sent_first))
    assert herself.ask("GET", f"/fhir/{measure}").json["encounter"] == {"reference": stay}
    assert herself.ask("GET", f"/fhir/{stay}").json["serviceProvider"] == {"reference": place}
    assert doctor.startswith("Practitioner/")


def test_the_same_request_is_done_once(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    first = sent(author, visit(person), Idempotency_Key="t1")
    again = sent(author, visit(person), Idempotency_Key="t1")
    assert (first.status, first.body) == (200, again.body)
    assert total(herself) == 4
    other = sent(author, bundle(entry(resource("Observation", person))), Idempotency_Key="t1")
    refused(other, 409, "idempotency-conflict")


def test_versions_and_deletions_stand_together_with_what_is_new(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    kept, gone = written(served, person), written(served, person)
    changed = resource("Observation", person, id=kept, note=[{"text": "corrigé"}], hasMember=[{"reference": MEASURE}])
    many = bundle(
        entry(changed, method="PUT", url=f"Observation/{kept}", ifMatch='W/"1"'),
        {"request": {"method": "DELETE", "url": f"Observation/{gone}"}},
        entry(resource("Observation", person), MEASURE),
    )
    reply = sent(author, many)
    assert [one["response"]["status"] for one in reply.json["entry"]] == ["200 OK", "204 No Content", "201 Created"]
    new = reply.json["entry"][2]["response"]["location"].split("/fhir/")[1].partition("/_history")[0]
    assert herself.ask("GET", f"/fhir/Observation/{kept}").json["hasMember"] == [{"reference": new}]
    refused(herself.ask("GET", f"/fhir/Observation/{gone}"), 410, "resource-deleted")
    stale = bundle(
        entry(changed | {"hasMember": []}, method="PUT", url=f"Observation/{kept}", ifMatch='W/"1"'),
        entry(resource("Observation", person)),
    )
    del stale["entry"][0]["resource"]["hasMember"]
    refused(sent(author, stale), 412, "version-differs")
    assert total(herself) == 2, "nothing of what came with it was kept"


def test_one_fault_and_nothing_is_kept(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    _, another, _ = served.opened()
    author = served.client("guerin")
    good = entry(resource("Observation", person), MEASURE)

    def post(*entries: dict[str, Any], **changes: Any) -> Reply:
        return sent(author, bundle(good, *entries) | changes)

    bad = resource("Observation", person, status="sûr")
    placed(post(entry(bad)), 422, "resource-not-r4", "Bundle.entry[1].resource.status")
    theirs = entry(resource("Observation", another))
    placed(post(theirs), 400, "patient-twice", "Bundle.entry[1].resource")
    member = resource("Observation", person, hasMember=[{"reference": f"Observation/{another}{'0' * 32}"}])
    placed(post(entry(member)), 422, "reference-foreign", "Bundle.entry[1].resource.hasMember[0].reference")
    member["hasMember"] = [{"reference": "urn:uuid:nobody"}]
    placed(post(entry(member)), 422, "reference-foreign", "Bundle.entry[1].resource.hasMember[0].reference")
    placed(post(entry(resource("Appointment", person))), 404, "resource-type-refused", "Bundle.entry[1].request.url")
    placed(post(good), 400, "transaction-entry-twice", "Bundle.entry[1].fullUrl")
    placed(post(entry({"resourceType": "Patient"})), 404, "resource-type-refused", "Bundle.entry[1].request.url")
    wrong = entry(resource("Condition", person), url="Observation")
    placed(post(wrong), 400, "resource-invalid", "Bundle.entry[1].resource")
    read = {"request": {"method": "GET", "url": f"Observation/{person}{'0' * 32}"}}
    placed(post(read), 400, "resource-invalid", "Bundle.entry[1].request.method")
    blind = entry(
        resource("Observation", person, id=f"{person}{'0' * 32}"), method="PUT", url=f"Observation/{person}{'0' * 32}"
    )
    placed(post(blind), 400, "if-match-missing", "Bundle.entry[1].request.ifMatch")
    blind["request"]["ifMatch"] = 'W/"1"'
    refused(post(blind), 404, "resource-unknown")
    nameless = {"resourceType": "Organization", "name": "Seule"}
    placed(sent(author, bundle(entry(nameless))), 400, "patient-missing", "Bundle.entry")
    refused(post(type="collection"), 400, "resource-invalid")
    assert total(herself) == 0


def test_what_is_no_bundle_is_said_so(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    author = served.client("guerin")
    twice = b'{"resourceType":"Bundle","type":"batch","type":"batch","entry":[]}'
    refused(sent(author, twice), 400, "body-not-json")
    inside = b'{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Goal"},"resource":{"resourceType":"Goal"}}]}'
    refused(sent(author, inside), 400, "body-not-json")
    double = observation(person).replace(b'"status":"final"', b'"status":"final","status":"final"')
    whole = b'{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":%s}]}'
    refused(sent(author, whole % double), 400, "body-not-json")
    many = bundle(*[entry({"resourceType": "Goal"})] * 5001)
    reply = sent(author, many)
    placed(reply, 413, "transaction-too-long", "Bundle.entry[5000]")


def test_a_condition_finds_what_is_there_or_makes_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    herself.done("grant_access", EVERYTHING)
    label = [{"system": "urn:example", "value": "a1"}]
    labelled = resource("Observation", person, identifier=label)
    first = ids_of(sent(author, bundle(entry(labelled))))[0]
    member = resource("Observation", person, hasMember=[{"reference": "Observation?identifier=urn:example|z9"}])
    inside = bundle(
        entry(resource("Observation", person, identifier=[{"system": "urn:example", "value": "z9"}])), entry(member)
    )
    named, naming = ids_of(sent(author, inside))
    assert herself.ask("GET", f"/fhir/{naming}").json["hasMember"] == [{"reference": named}]
    assert first != named
    member["hasMember"][0]["reference"] = "Observation?identifier=urn:example|nobody"
    placed(sent(author, bundle(entry(member))), 422, "reference-unresolved", "Bundle.entry[0].resource")
    reader = served.client("diallo")
    there = bundle(entry(labelled, ifNoneExist="identifier=urn:example|a1"))
    reply = sent(reader, there)
    assert reply.json["entry"][0]["response"] == {
        "status": "200 OK",
        "location": reply.json["entry"][0]["response"]["location"],
    }, reply.body
    assert reply.json["entry"][0]["response"]["location"].endswith(f"/fhir/{first}") and total(herself) == 3
    made = sent(reader, bundle(entry(labelled, ifNoneExist="identifier=urn:example|new")))
    assert made.json["entry"][0]["response"]["status"] == "201 Created"
    twice = bundle(entry(labelled, ifNoneExist="identifier=urn:example|a1"))
    refused(sent(reader, twice), 412, "condition-several")


def test_a_batch_is_each_request_by_itself(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    first = written(served, person)
    herself.done("grant_access", EVERYTHING)
    asked = bundle(
        entry(resource("Observation", person)),
        entry(resource("Observation", person, status="sûr")),
        {"request": {"method": "GET", "url": f"Observation/{first}"}},
        {"request": {"method": "GET", "url": f"Observation/{person}{'0' * 32}"}},
        {"request": {"method": "GET", "url": f"Observation?patient={person}&_count=1"}},
        {"request": {"method": "POST", "url": ""}},
        {"request": {"method": "DELETE", "url": f"Observation/{first}"}},
        kind="batch",
    )
    author_reply = sent(author, asked)
    assert (author_reply.status, author_reply.json["type"]) == (200, "batch-response")
    statuses = [one["response"]["status"][:3] for one in author_reply.json["entry"]]
    assert statuses[:2] == ["201", "422"] and statuses[5:] == ["400", "204"]
    refusal = author_reply.json["entry"][1]["response"]["outcome"]["issue"][0]
    assert refusal["expression"] == ["Observation.status"]
    reader = sent(served.client("diallo"), bundle(*asked["entry"][2:5], kind="batch")).json["entry"]
    assert [one["response"]["status"] for one in reader] == ["410 Gone", "404 Not Found", "200 OK"]
    assert reader[2]["resource"]["total"] == 1


def test_who_may_not_write_is_told_the_same_whatever_is_there(served: ServedHouse) -> None:
    served.opened()
    answers = {told(sent(served.client("guerin"), visit(one))) for one in ("0" * 32, "1" * 32)}
    assert len(answers) == 1


def test_a_place_is_seen_with_what_names_it_and_hidden_with_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author, reader = served.client("guerin"), served.client("diallo")
    herself.done("grant_access", EVERYTHING)
    place, stay, measure, doctor = ids_of(sent(author, visit(person)))

    def seen(who: Client) -> set[str]:
        whole = who.ask("GET", f"/fhir/Patient/{person}/$everything").json
        return {one["fullUrl"].split("/fhir/")[1] for one in whole.get("entry", [])}

    def alone(who: Client, one: str) -> int:
        return who.ask("GET", f"/fhir/{one}").status

    assert seen(reader) == {place, stay, measure, doctor}
    assert [alone(reader, one) for one in (place, doctor)] == [200, 200]
    herself.done("mask", {"document": stay.partition("/")[2]})
    assert seen(reader) == {measure, doctor}
    assert [alone(reader, one) for one in (place, stay, doctor)] == [404, 404, 200]
    unknown = told(reader.ask("GET", f"/fhir/Organization/{person}{'0' * 32}"))
    assert told(reader.ask("GET", f"/fhir/{place}")) == unknown, "hidden equals absent"
    found = reader.ask("GET", f"/fhir/Encounter?patient={person}&_include=Encounter:service-provider").json
    assert found["total"] == 0 and "entry" not in found
    assert reader.ask("GET", f"/fhir/Organization?patient={person}").json["total"] == 0
    herself.done("mask", {"category": 4})
    assert seen(reader) == set() and alone(reader, doctor) == 404
    assert seen(herself) == {place, stay, measure, doctor}
    assert [alone(herself, one) for one in (place, doctor)] == [200, 200]
    herself.done("unmask", {"category": 4})
    herself.done("mask", {"document": doctor.partition("/")[2]})
    assert seen(reader) == {measure}, "and by itself, when she says so"


def test_a_place_named_by_a_function_is_reached_through_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("grant_access", EVERYTHING)
    role = "urn:uuid:50000000-0000-4000-8000-000000000000"
    reply = sent(
        served.client("guerin"),
        bundle(
            entry({"resourceType": "Organization", "name": "Centre"}, PLACE),
            entry({"resourceType": "PractitionerRole", "organization": {"reference": PLACE}}, role),
            entry(resource("Encounter", person, participant=[{"individual": {"reference": role}}]), VISIT),
        ),
    )
    place, _, stay = ids_of(reply)
    reader = served.client("diallo")
    assert reader.ask("GET", f"/fhir/{place}").status == 200
    herself.done("mask", {"document": stay.partition("/")[2]})
    assert reader.ask("GET", f"/fhir/{place}").status == 404


def test_a_supporting_resource_is_changed_by_its_author_and_made_only_with_what_names_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    place = ids_of(sent(author, visit(person)))[0]
    refused(
        author.ask("POST", "/fhir/Organization", {"resourceType": "Organization", "name": "X"}), 400, "patient-missing"
    )
    new = {"resourceType": "Organization", "id": place.partition("/")[2], "name": "Autre nom"}
    assert author.ask("PUT", f"/fhir/{place}", new, If_Match='W/"1"').status == 200
    assert herself.ask("GET", f"/fhir/{place}").json["name"] == "Autre nom"
    assert DOCTOR and author.ask("DELETE", f"/fhir/{place}").status == 204
    assert herself.ask("GET", f"/fhir/{place}").status == 410


def test_what_asks_for_too_much_work_is_refused(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    asked = [
        entry(resource("Observation", person), ifNoneExist=f"identifier=urn:example|{number}")
        for number in range(CONDITIONS_MOST)
    ]
    named = resource("Observation", person, hasMember=[{"reference": "Observation?identifier=urn:example|1"}])
    refused(sent(author, bundle(*asked, entry(named))), 413, "conditions-too-many")
    read = {"request": {"method": "GET", "url": f"Patient/{person}/$everything"}}
    many = sent(author, bundle(*[read] * (BATCH_MOST + 1), kind="batch"))
    placed(many, 413, "transaction-too-long", f"Bundle.entry[{BATCH_MOST}]")
    assert total(herself) == 0
