"""`$everything` over HTTP: documents and resources that this reader may see, once each, page after page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.resources import resource
from tests.exchange.test_same_answer import EVERYTHING
from tests.exchange.test_search_of_resources import coded, found, link, refused, written
from tests.served import Client, Reply, ServedHouse, posted
from tests.told import entered

pytestmark = [pytest.mark.slow, pytest.mark.database]


def deposited(served: ServedHouse, person: str, text: str, **said: Any) -> str:
    body = posted(text.encode(), subject={"reference": f"Patient/{person}"}, **said)
    reply = served.client("guerin").ask("POST", "/fhir/DocumentReference", body)
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def everything(reader: Client, person: str, query: str = "") -> Reply:
    return reader.ask("GET", f"/fhir/Patient/{person}/$everything?{query}")


def pages(reader: Client, person: str, query: str) -> list[list[str]]:
    every, reply = [], everything(reader, person, query)
    while True:
        every.append(found(reply))
        following = link(reply, "next")
        if not following:
            return every
        reply = reader.ask("GET", "/fhir/" + following.partition("/fhir/")[2])


def test_all_that_one_may_see_is_given_at_once_as_it_is_read(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    documents = {deposited(served, person, "un"), deposited(served, person, "deux")}
    visit = written(served, person, "Encounter")
    first = written(served, person, **coded("718-7", "2026-01-01"))
    hidden = written(served, person, **coded("1-8", "2026-01-01"))
    secret = deposited(served, person, "trois")
    herself.done("mask", {"document": hidden})
    herself.done("mask", {"document": secret})
    herself.done("grant_access", EVERYTHING)
    reader = served.client("diallo")
    reply = everything(reader, person)
    assert set(found(reply)) == documents | {visit, first} and not link(reply, "next")
    assert set(found(everything(herself, person))) == documents | {visit, first, hidden, secret}
    for one in reply.json["entry"]:
        address = one["fullUrl"].partition("/fhir/")[2]
        read = reader.ask("GET", f"/fhir/{address}")
        assert read.json == one["resource"] and one["resource"]["id"] in one["fullUrl"]
        if not address.startswith("DocumentReference"):
            assert read.body in reply.body
    before = entered(served)[0]
    assert everything(reader, person).entry
    assert entered(served)[0] == before + 1, "one entry for all"


def test_it_is_cut_in_pages_that_nothing_moves(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    every = [deposited(served, person, f"document {number}") for number in range(3)]
    every += [written(served, person, **coded("718-7", f"2026-01-0{number}")) for number in range(1, 5)]
    for count in (1, 2, 3, 4, 6, 7, 8):
        cut = pages(herself, person, f"_count={count}")
        assert sorted(one for page in cut for one in page) == sorted(every), count
        assert all(len(one) == count for one in cut[:-1]) and len(cut) == -(-len(every) // count)
    reply = everything(herself, person, "_count=2")
    written(served, person)
    deposited(served, person, "venu depuis")
    seen = found(reply)
    while following := link(reply, "next"):
        reply = herself.ask("GET", "/fhir/" + following.partition("/fhir/")[2])
        seen += found(reply)
    assert len(seen) == len(set(seen)) and set(every) <= set(seen)
    empty = everything(herself, person, "_count=0")
    assert found(empty) == [] and not link(empty, "next")


def test_types_dates_and_instants_narrow_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    document = deposited(served, person, "un", date="2026-03-01T10:00:00+01:00")
    old = written(served, person, **coded("718-7", "2020-01-01"))
    new = written(served, person, **coded("718-7", "2026-03-02"))
    allergy = written(served, person, "AllergyIntolerance", code={"text": "pollen"})

    def asked(query: str) -> set[str]:
        return set(found(everything(herself, person, query)))

    assert asked("_type=Observation") == {old, new}
    assert asked("_type=Observation,AllergyIntolerance") == {old, new, allergy}
    assert asked("_type=DocumentReference") == {document}
    assert asked("_type=Patient,Appointment") == set()
    assert asked("_type=Observation&_type=DocumentReference") == {old, new, document}
    assert {new, allergy} <= asked("start=2026-03-02") and old not in asked("start=2026-03-02")
    assert asked("end=2020-12-31") == {old, allergy}, "what says no date is kept"
    assert asked("_since=2999-01-01T00:00:00Z") == set()
    assert asked("_since=2020-01-01T00:00:00Z") == {document, old, new, allergy}
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "_type", "valueCode": "Observation"}, {"name": "_count", "valueInteger": 1}],
    }
    posted = herself.ask("POST", f"/fhir/Patient/{person}/$everything", body)
    assert len(found(posted)) == 1 and "_type=Observation" in link(posted, "next")
    form = herself.ask(
        "POST",
        f"/fhir/Patient/{person}/$everything",
        b"_type=DocumentReference",
        content_type="application/x-www-form-urlencoded",
    )
    assert set(found(form)) == {document}


def test_what_is_not_well_asked_is_refused(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    for query, code in (
        ("_type=Nothing", "search-type-unknown"),
        ("name=x", "search-unknown"),
        ("_count=x", "search-invalid"),
        ("_count=1&_count=2", "search-invalid"),
        ("_since=hier", "search-invalid"),
        ("start=hier", "search-invalid"),
        ("end=hier", "search-invalid"),
        ("page=Mg", "search-invalid"),
        ("page=%C3%A9", "search-invalid"),
    ):
        refused(everything(herself, person, query), 400, code)
    refused(everything(herself, person, "_format=xml"), 406, "not-acceptable")
    refused(herself.ask("PUT", f"/fhir/Patient/{person}/$everything", {}), 405, "method-refused")
    for body in ({"resourceType": "Patient"}, {"resourceType": "Parameters", "parameter": [{"name": "_type"}]}):
        refused(herself.ask("POST", f"/fhir/Patient/{person}/$everything", body), 400, "resource-invalid")
    reader = served.client("diallo")
    answers = {
        (reply.status, reply.body) for one in (person, "0" * 32, "x") for reply in [everything(reader, one, "_count=1")]
    }
    assert len(answers) == 1 and answers.pop()[0] == 404


def test_a_permission_of_part_gives_that_part(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    shown = written(served, person, **coded("718-7", "2026-01-01"))
    reply = served.client("guerin").ask("POST", "/fhir/Immunization", resource("Immunization", person))
    assert reply.status == 201
    part = EVERYTHING | {"scope": "categories", "categories": "4"}
    herself.done("grant_access", part)
    assert found(everything(served.client("diallo"), person)) == [shown]
