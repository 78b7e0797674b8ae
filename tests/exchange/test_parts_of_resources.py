"""A part of a resource, and a resource only if it changed, over HTTP: as much decided, and as much written in her journal, as a reading."""

from __future__ import annotations

import http.client
import json
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from tests.exchange.resources import observation
from tests.exchange.test_resources import refused, written
from tests.exchange.test_same_answer import EVERYTHING, told
from tests.served import Client, Reply, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]


def lines(herself: Client) -> int:
    return int(herself.done("read_journal")["result"]["n"])


def test_a_reading_gives_the_part_asked_for_and_keeps_every_digit(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    address = f"/fhir/Observation/{written(served, person)}"
    whole = herself.ask("GET", address)
    for where in (address, f"{address}/_history/1"):
        summary = herself.ask("GET", f"{where}?_summary=true")
        assert b'"valueQuantity":{"value":5.20,"unit":"mmol/L"}' in summary.body
        assert {"extension", "category"} & summary.json.keys() == set()
        assert summary.json["meta"]["tag"][0]["code"] == "SUBSETTED"
        assert summary.headers["etag"] == whole.headers["etag"] and summary.entry != whole.entry != ""
        some = herself.ask("GET", f"{where}?_elements=extension")
        assert b'"extension":[{"valueDecimal":1.000,  "url":"http://x/y"}]' in some.body
        assert some.json.keys() == {"resourceType", "id", "meta", "status", "code", "extension"}
        assert herself.ask("GET", f"{where}?_summary=false").body == whole.body
        for wrong in (
            "_summary=count",
            "_summary=a",
            "_elements=code.text",
            "_elements=codes",
            "_summary=true&_elements=code",
        ):
            refused(herself.ask("GET", f"{where}?{wrong}"), 400, "field-invalid")


def test_a_history_gives_parts_or_the_number_of_versions(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    address = f"/fhir/Observation/{written(served, person)}"
    assert served.client("guerin").ask("DELETE", address).status == 204
    history = herself.ask("GET", f"{address}/_history?_elements=value").json
    assert [("resource" in one) for one in history["entry"]] == [False, True]
    assert history["entry"][1]["resource"].keys() == {"resourceType", "id", "meta", "status", "code", "valueQuantity"}
    assert history["link"][0]["url"].endswith("/_history?_elements=value")
    counted = herself.ask("GET", f"{address}/_history?_summary=count").json
    assert counted["total"] == 2 and "entry" not in counted


def test_a_part_is_never_written_back_over_the_whole(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person)
    address = f"/fhir/Observation/{identifier}"
    part = herself.ask("GET", f"{address}?_elements=category").body
    author = served.client("guerin")
    refused(author.ask("PUT", address, part, If_Match='W/"1"'), 422, "resource-is-a-part")
    refused(author.ask("POST", "/fhir/Observation", part), 422, "resource-is-a-part")
    assert herself.ask("GET", address).headers["etag"] == 'W/"1"'


def test_a_resource_that_has_not_changed_is_not_sent_again_and_the_reading_is_written_all_the_same(
    served: ServedHouse,
) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person)
    address = f"/fhir/Observation/{identifier}"
    read = herself.ask("GET", address)
    modified = read.headers["last-modified"]
    before = format_datetime(parsedate_to_datetime(modified) - timedelta(seconds=1), usegmt=True)
    same = (
        {"If_None_Match": 'W/"1"'},
        {"If_None_Match": '"1"'},
        {"If_None_Match": 'W/"7", W/"1"'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": modified},
        {"If_None_Match": 'W/"1"', "If_Modified_Since": before},
    )
    for said in same:
        for method in ("GET", "HEAD"):
            count = lines(herself)
            reply = herself.ask(method, address, **said)
            assert (reply.status, reply.body) == (304, b""), said
            assert reply.headers["etag"] == 'W/"1"' and reply.headers["last-modified"] == modified
            assert reply.entry and "content-length" not in reply.headers and "content-type" not in reply.headers
            assert lines(herself) == count + 2, "the reading, and the reading of the journal"
    changed = (
        {"If_None_Match": 'W/"2"'},
        {"If_None_Match": "1"},
        {"If_Modified_Since": before},
        {"If_Modified_Since": "hier"},
        {"If_None_Match": 'W/"2"', "If_Modified_Since": modified},
    )
    for said in changed:
        assert herself.ask("GET", address, **said).body == read.body, said
    second = observation(person, f',"id":"{identifier}"')
    assert served.client("guerin").ask("PUT", address, second, If_Match='W/"1"').status == 200
    assert herself.ask("GET", address, If_None_Match='W/"1"').headers["etag"] == 'W/"2"'
    assert herself.ask("GET", f"{address}/_history/1", If_None_Match='W/"1"').status == 304
    served.client("guerin").ask("DELETE", address)
    refused(herself.ask("GET", address, If_None_Match="*"), 410, "resource-deleted")


def headed(served: ServedHouse, client: Client, address: str) -> tuple[Reply, bytes]:
    """Ask for a HEAD, and return all that came after its headers besides."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    try:
        connection.request("HEAD", address, headers={"Authorization": f"Bearer {client.token}"})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, headers, b""), answer.read()
    finally:
        connection.close()


def test_a_head_says_all_but_the_bytes_and_is_a_reading(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person)
    for address in (f"/fhir/Observation/{identifier}", f"/fhir/Observation/{identifier}/_history/1?_summary=text"):
        whole, count = herself.ask("GET", address), lines(herself)
        head, rest = headed(served, herself, address)
        assert (head.status, rest) == (200, b"") and head.entry not in ("", whole.entry)
        same = ("content-length", "content-type", "etag", "last-modified", "cache-control")
        assert {name: head.headers[name] for name in same} == {name: whole.headers[name] for name in same}
        assert int(head.headers["content-length"]) == len(whole.body)
        assert lines(herself) == count + 2


def test_no_condition_tells_a_reader_that_there_is_something(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    hidden = written(served, person)
    herself.done("grant_access", EVERYTHING)
    herself.done("mask", {"document": hidden})
    diallo = served.client("diallo")
    asked = (
        {},
        {"If_None_Match": "*"},
        {"If_None_Match": 'W/"1"'},
        {"If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    )
    answers, heads = set(), set()
    for identifier in (hidden, "0" * 64, person + "0" * 32, "x"):
        address = f"/fhir/Observation/{identifier}"
        for said in asked:
            answers |= {
                told(diallo.ask("GET", address, **said)),
                told(diallo.ask("GET", f"{address}?_summary=text", **said)),
            }
            heads |= {told(diallo.ask("HEAD", address, **said))}
    assert len(answers) == 1 and len(heads) == 1
    assert json.loads(answers.pop()[1])["issue"][0]["details"]["coding"][0]["code"] == "nothing-to-show"
    assert heads.pop()[0] == 404


def test_what_is_preferred_holds_for_a_deletion_too(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    author = served.client("guerin")
    for said, status in (("return=OperationOutcome", 200), ("return=minimal", 204), ("return=representation", 204)):
        reply = author.ask("DELETE", f"/fhir/Observation/{written(served, person)}", Prefer=said)
        assert (reply.status, reply.headers["etag"]) == (status, 'W/"2"') and reply.entry
        assert ("content-length" in reply.headers) == (status == 200)
        if status == 200:
            assert reply.json["issue"][0]["details"]["coding"][0]["code"] == "DELETE"
