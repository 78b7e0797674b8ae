"""Writing on a condition over HTTP: what this caller finds by searching decides, and nothing that he may not see."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.exchange.resources import resource
from tests.exchange.test_same_answer import EVERYTHING
from tests.exchange.test_search_of_resources import found, refused
from tests.served import Client, Reply, ServedHouse
from tests.told import entered

pytestmark = [pytest.mark.slow, pytest.mark.database]
LAB = "urn:oid:1.2.9"


def numbered(person: str, number: str, **changes: Any) -> dict[str, Any]:
    return resource("Observation", person, identifier=[{"system": LAB, "value": number}], **changes)


def created(author: Client, person: str, number: str, **headers: str) -> Reply:
    header = {"If_None_Exist": f"identifier={LAB}|{number}"} | headers
    return author.ask("POST", "/fhir/Observation", numbered(person, number), **header)


def reading(served: ServedHouse) -> tuple[Client, str, Client]:
    """Return her, her id, and an author whom she lets read."""
    herself, person, _ = served.opened()
    herself.done("grant_access", EVERYTHING)
    return herself, person, served.client("diallo")


def test_what_is_there_is_not_created_twice(served: ServedHouse) -> None:
    herself, person, author = reading(served)
    first, before = created(author, person, "7"), entered(served)[0]
    again = created(author, person, "7")
    assert (first.status, again.status) == (201, 200)
    assert entered(served)[0] == before + 1, "what is there is read, and nothing is written"
    assert again.body == first.body == author.ask("GET", f"/fhir/Observation/{first.json['id']}").body
    assert again.headers["location"] == first.headers["location"] and again.headers["etag"] == 'W/"1"'
    short = created(author, person, "7", Prefer="return=minimal")
    assert (short.status, short.body) == (200, b"")
    other = created(author, person, "8", If_None_Exist=f"Observation?identifier={LAB}%7C8&patient={person}")
    assert other.status == 201
    assert len(found(herself.ask("GET", "/fhir/Observation"))) == 2


def test_what_one_may_not_see_is_no_reason_not_to_create(served: ServedHouse) -> None:
    herself, person, author = reading(served)
    first = created(author, person, "7")
    herself.done("mask", {"document": first.json["id"]})
    hidden = created(served.client("guerin"), person, "7")
    assert hidden.status == 201 and hidden.json["id"] != first.json["id"]
    herself.done("withdraw_access", {"practitioner": "99900000011"})
    assert created(author, person, "9").status == 201
    assert created(author, person, "9").status in (200, 201)


def test_the_one_found_is_updated_and_none_found_is_created(served: ServedHouse) -> None:
    _, person, author = reading(served)
    address = f"/fhir/Observation?identifier={LAB}%7C7"
    first = author.ask("PUT", address, numbered(person, "7"))
    assert (first.status, first.headers["etag"]) == (201, 'W/"1"')
    identifier = first.json["id"]
    second = author.ask("PUT", address, numbered(person, "7", note=[{"text": "revu"}]))
    assert (second.status, second.headers["etag"], second.json["id"]) == (200, 'W/"2"', identifier)
    third = author.ask("PUT", address, numbered(person, "7", id=identifier), If_Match='W/"2"')
    assert (third.status, third.headers["etag"]) == (200, 'W/"3"')
    refused(author.ask("PUT", address, numbered(person, "7"), If_Match='W/"2"'), 412, "version-differs")
    refused(author.ask("PUT", address, numbered(person, "7", id=person + "0" * 32)), 400, "resource-invalid")
    elsewhere = f"/fhir/Observation?identifier={LAB}%7C8"
    refused(author.ask("PUT", elsewhere, numbered(person, "8", id=person + "0" * 32)), 400, "resource-invalid")
    refused(author.ask("PUT", f"{elsewhere}&patient={'0' * 32}", numbered(person, "8")), 400, "patient-twice")


def test_what_somebody_else_wrote_is_found_and_not_changed(served: ServedHouse) -> None:
    _, person, reader = reading(served)
    first = served.client("guerin").ask("POST", "/fhir/Observation", numbered(person, "7"))
    assert first.status == 201
    address = f"/fhir/Observation?identifier={LAB}%7C7"
    refused(reader.ask("PUT", address, numbered(person, "7")), 404, "resource-unknown")
    refused(reader.ask("DELETE", f"{address}&patient={person}"), 404, "resource-unknown")


def test_the_one_found_is_deleted_and_none_found_is_unknown(served: ServedHouse) -> None:
    herself, person, author = reading(served)
    first = created(author, person, "7")
    address = f"/fhir/Observation?patient={person}&identifier={LAB}%7C7"
    assert author.ask("DELETE", address).status == 204
    refused(herself.ask("GET", f"/fhir/Observation/{first.json['id']}"), 410, "resource-deleted")
    unknown = author.ask("DELETE", address)
    refused(unknown, 404, "nothing-to-show")
    nobody = author.ask("DELETE", address.replace(person, "0" * 32))
    assert (nobody.status, nobody.body) == (unknown.status, unknown.body)
    refused(author.ask("DELETE", f"/fhir/Observation?identifier={LAB}%7C7"), 400, "patient-missing")


def test_several_are_changed_by_no_condition(served: ServedHouse) -> None:
    herself, person, author = reading(served)
    for _ in range(2):
        assert author.ask("POST", "/fhir/Observation", numbered(person, "7")).status == 201
    address = f"/fhir/Observation?patient={person}&identifier={LAB}%7C7"
    refused(created(author, person, "7"), 412, "condition-several")
    refused(author.ask("PUT", address, numbered(person, "7")), 412, "condition-several")
    refused(author.ask("DELETE", address), 412, "condition-several")
    assert len(found(herself.ask("GET", "/fhir/Observation"))) == 2


@pytest.mark.parametrize("said", ["", "patient={person}", "_format=json"])
def test_a_condition_that_says_nothing_is_refused(served: ServedHouse, said: str) -> None:
    _, person, author = reading(served)
    query = said.format(person=person)
    refused(author.ask("PUT", f"/fhir/Observation?{query}", numbered(person, "7")), 400, "condition-missing")
    refused(created(author, person, "7", If_None_Exist=f"Observation?{query}"), 400, "condition-missing")


def test_a_condition_speaks_of_a_resource_only_and_every_word_of_it_counts(served: ServedHouse) -> None:
    _, person, author = reading(served)
    lenient = {"Prefer": "handling=lenient"}
    refused(created(author, person, "7", If_None_Exist="identifier=7&nothing=1", **lenient), 400, "search-unknown")
    for more in ("_sort=date", "_count=1", "_include=Observation:encounter", "page=Mg"):
        refused(created(author, person, "7", If_None_Exist=f"identifier=7&{more}"), 400, "search-unsupported")
    refused(created(author, person, "7", If_None_Exist="identifier=é"), 422, "text-not-utf8")


def test_many_equal_creates_at_once_make_one(served: ServedHouse) -> None:
    herself, person, _ = reading(served)
    authors = [served.client("diallo") for _ in range(6)]
    with ThreadPoolExecutor(len(authors)) as pool:
        replies = list(pool.map(lambda one: created(one, person, "7"), authors))
        updates = list(pool.map(lambda one: updated(one, person, "8"), authors))
    assert sorted(one.status for one in replies) == [200] * 5 + [201]
    assert len({one.json["id"] for one in replies}) == 1
    assert {one.status for one in updates} <= {200, 201, 412} and [one.status for one in updates].count(201) == 1
    assert len(found(herself.ask("GET", "/fhir/Observation"))) == 2


def updated(author: Client, person: str, number: str) -> Reply:
    return author.ask("PUT", f"/fhir/Observation?identifier={LAB}%7C{number}", numbered(person, number))


def test_what_always_moves_is_not_waited_for(served: ServedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    herself, person, author = reading(served)
    monkeypatch.setattr("espace_sante.exchange.fhir.conditions.among", lambda rows: b"other")
    refused(created(author, person, "7"), 503, "condition-moved")
    refused(updated(author, person, "7"), 503, "condition-moved")
    assert found(herself.ask("GET", "/fhir/Observation")) == []
