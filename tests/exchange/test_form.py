"""What any FHIR request may say of the form of its answer: `_format`, `_pretty`, HEAD, and the methods there are."""

from __future__ import annotations

import json

import pytest

from tests.exchange.resources import observation
from tests.served import FHIR, Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]


@pytest.fixture(scope="module")
def hers(served: ServedHouse) -> tuple[Client, dict[str, str]]:
    """A person's client, and the addresses of what she has: a document, its bytes, an Observation."""
    client, person, _ = served.opened()
    document = client.ask(
        "POST", "/fhir/DocumentReference", posted(b"Bonjour.\n", subject={"reference": f"Patient/{person}"})
    )
    found = served.client("guerin").ask("POST", "/fhir/Observation", observation(person))
    assert (document.status, found.status) == (201, 201), (document.body, found.body)
    row = f"/fhir/Observation/{found.json['id']}"
    return client, {
        "metadata": "/fhir/metadata",
        "document": f"/fhir/DocumentReference/{document.json['id']}",
        "search": "/fhir/DocumentReference?status=current",
        "all": "/fhir/DocumentReference",
        "bytes": f"/fhir/Binary/{document.json['id']}",
        "resource": row,
        "version": f"{row}/_history/1",
        "history": f"{row}/_history",
    }


def asked(client: Client, address: str, more: str, method: str = "GET", **headers: str) -> Reply:
    return client.ask(method, address + ("&" if "?" in address else "?") + more, **headers)


JSON_FORMATS = (
    "json",
    "application/json",
    "application/fhir+json",
    "application%2Ffhir%2Bjson",
    "text/json",
    "json;fhirVersion=4.0",
    "",
)


@pytest.mark.parametrize("format_", JSON_FORMATS)
def test_json_may_be_asked_for_in_every_address_and_every_word(
    hers: tuple[Client, dict[str, str]], format_: str
) -> None:
    client, addresses = hers
    for name, address in addresses.items():
        if name == "bytes":
            continue
        plain = client.ask("GET", address)
        reply = asked(client, address, f"_format={format_}&_pretty=false", Accept="application/xml, */*")
        assert (reply.status, reply.headers["content-type"]) == (200, FHIR), (name, reply.body)
        assert reply.json == plain.json


def test_format_stands_over_accept(hers: tuple[Client, dict[str, str]]) -> None:
    client, addresses = hers
    assert asked(client, addresses["resource"], "_format=json", Accept="application/fhir+xml").status == 200
    assert client.ask("GET", addresses["resource"], Accept="application/fhir+xml").status == 406
    assert client.ask("GET", addresses["bytes"]).body == b"Bonjour.\n"
    assert asked(client, addresses["bytes"], "_format=json").json["resourceType"] == "Binary"
    assert asked(client, addresses["bytes"], "_format=text/plain", Accept=FHIR).body == b"Bonjour.\n"


@pytest.mark.parametrize(
    "said", ["_format=xml", "_format=application/fhir%2Bxml", "_format=ttl", "%5fformat=xml", "_format=%C3%A9"]
)
def test_another_format_is_refused(hers: tuple[Client, dict[str, str]], said: str) -> None:
    client, addresses = hers
    for address in addresses.values():
        reply = asked(client, address, said)
        assert (reply.status, reply.json["issue"][0]["details"]["coding"][0]["code"]) == (406, "not-acceptable"), (
            address
        )


@pytest.mark.parametrize("said", ["_pretty=maybe", "_pretty=true&_pretty=true", "_format=json&_format=json"])
def test_what_says_nothing_known_is_refused(hers: tuple[Client, dict[str, str]], said: str) -> None:
    client, addresses = hers
    for address in addresses.values():
        reply = asked(client, address, said)
        assert (reply.status, reply.json["issue"][0]["details"]["coding"][0]["code"]) == (400, "field-invalid"), address


def test_a_pretty_answer_is_the_same_with_space_and_no_digit_changed(hers: tuple[Client, dict[str, str]]) -> None:
    client, addresses = hers
    plain, pretty = client.ask("GET", addresses["resource"]), asked(client, addresses["resource"], "_pretty=true")
    assert json.loads(pretty.body, parse_float=str) == json.loads(plain.body, parse_float=str)
    assert b'"value": 5.20' in pretty.body
    assert b"\n  " in pretty.body
    assert int(pretty.headers["content-length"]) == len(pretty.body)


def test_other_parameters_still_narrow_a_search_or_are_refused(hers: tuple[Client, dict[str, str]]) -> None:
    client, addresses = hers
    assert asked(client, addresses["all"], "_format=json&status=superseded").json["total"] == 0
    assert asked(client, addresses["all"], "_format=json&x=1").status == 400
    assert asked(client, addresses["all"], "_count=0&_totalMethod=count").json["total"] == 1
    assert asked(client, addresses["all"], "_totalMethod=estimate").status == 400


def test_a_written_resource_is_answered_in_the_form_asked_for(served: ServedHouse) -> None:
    client, person, _ = served.opened()
    made = served.client("guerin").ask("POST", "/fhir/Observation?_format=json&_pretty=true", observation(person))
    assert made.status == 201
    assert b"\n  " in made.body
    checked = client.ask("POST", "/fhir/$validate?_format=json", observation(person))
    assert checked.status == 200, checked.body


def test_head_is_a_reading_without_its_bytes(hers: tuple[Client, dict[str, str]]) -> None:
    client, addresses = hers
    for address in addresses.values():
        full, head = client.ask("GET", address), client.ask("HEAD", address)
        assert (head.status, head.body) == (200, b"")
        for name in ("content-type", "content-length", "etag", "last-modified"):
            assert head.headers.get(name) == full.headers.get(name), (address, name)
        assert bool(head.entry) == bool(full.entry)
        assert not head.entry or head.entry != full.entry
    assert client.ask("HEAD", "/api/moi").status == 200
    unknown = client.ask("HEAD", "/fhir/Observation/x")
    assert (unknown.status, unknown.body) == (404, b"")


def test_a_method_that_is_not_there_says_which_are(hers: tuple[Client, dict[str, str]]) -> None:
    client, addresses = hers
    for address, allowed in (
        (addresses["resource"], "DELETE, GET, HEAD, PATCH, PUT"),
        ("/fhir", "POST"),
        ("/fhir/metadata", "GET, HEAD"),
    ):
        reply = client.ask("OPTIONS", address)
        assert (reply.status, reply.headers["allow"]) == (405, allowed)


def test_what_is_deleted_is_answered_without_a_body_nor_its_type(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    client = served.client("guerin")
    made = client.ask("POST", "/fhir/Observation", observation(person)).json
    gone = client.ask("DELETE", f"/fhir/Observation/{made['id']}?_format=json")
    assert (gone.status, gone.body) == (204, b"")
    assert not {"content-type", "content-length", "transfer-encoding"} & gone.headers.keys()
