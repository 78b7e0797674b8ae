"""PATCH of a resource: some members changed, the others byte for byte, by who wrote it and may read it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.exchange.resources import observation, resource
from tests.exchange.test_resources import refused, written
from tests.exchange.test_same_answer import EVERYTHING, told
from tests.served import Client, Reply, ServedHouse
from tests.unit.formats.test_path_patch import operation, parameters

pytestmark = [pytest.mark.slow, pytest.mark.database]
JSON_PATCH = "application/json-patch+json"
FIRST = 'W/"1"'
NOTE = {"op": "add", "path": "/note", "value": [{"text": "corrigé"}]}


def patch(client: Client, address: str, operations: Any, **headers: str) -> Reply:
    body = operations if isinstance(operations, bytes) else json.dumps(operations).encode()
    return client.ask("PATCH", address, body, content_type=JSON_PATCH, **{"If_Match": FIRST, **headers})


def opened(served: ServedHouse, body: bytes | None = None) -> tuple[Client, Client, str, str]:
    """Return her, a writer whom she lets read, the address of what he wrote, and who she is."""
    herself, person, _ = served.opened()
    herself.done("let_authors_read")
    address = f"/fhir/Observation/{written(served, person, body=body or observation(person))}"
    return herself, served.client("guerin"), address, person


def test_what_a_patch_does_not_touch_keeps_its_bytes(served: ServedHouse) -> None:
    herself, author, address, _ = opened(served)
    before = herself.ask("GET", address)
    operations = (
        b'[{"op":"test","path":"/valueQuantity/value","value":5.2},{"op":"test","path":"/meta/versionId","value":"1"},'
    )
    operations += b'{"op":"add","path":"/valueQuantity/comparator","value":"<"},{"op":"add","path":"/referenceRange",'
    operations += b'"value":[{"high":{"value":6.10}}]}]'
    done = patch(author, address, operations)
    assert (done.status, done.headers["etag"]) == (200, 'W/"2"'), done.body
    assert done.headers["content-location"].endswith("/_history/2") and done.entry
    read = herself.ask("GET", address)
    assert read.body == done.body
    for piece in (
        b'"valueQuantity":{"value":5.20,"unit":"mmol/L","comparator":"<"}',
        b'"extension":[{"valueDecimal":1.000,  "url":"http://x/y"}]',
        b'"referenceRange":[{"high":{"value":6.10}}]',
    ):
        assert piece in read.body
    assert herself.ask("GET", f"{address}/_history/1").body == before.body
    told_back = patch(author, address, [NOTE], If_Match='W/"2"', Prefer="return=OperationOutcome")
    assert told_back.json["issue"][0]["details"]["coding"][0]["code"] == "PATCH"
    assert patch(author, address, [NOTE], If_Match='W/"3"', Prefer="return=minimal").body == b""
    acts = [record["act"] for record in herself.done("read_journal")["result"]["records"]]
    assert acts.count("write_resource") == 4, "one writing, then three patches"
    assert acts.count("read_resource") == 3 + 3, "each patch reads what it changes"


def test_a_patch_that_cannot_be_done_changes_nothing(served: ServedHouse) -> None:
    herself, author, address, person = opened(served)
    asked = (
        ([{"op": "spam", "path": "/note"}], 400, "patch-invalid"),
        (b"{}", 400, "body-not-json"),
        ([NOTE, {"op": "test", "path": "/status", "value": "preliminary"}], 409, "patch-test-failed"),
        ([NOTE, {"op": "remove", "path": "/nulle"}], 409, "patch-path-missing"),
        ([NOTE] * 201, 413, "patch-too-large"),
        ([{"op": "copy", "from": "", "path": f"/a{n}"} for n in range(60)], 413, "patch-too-large"),
        (b" " * 1_000_001, 413, "resource-too-large"),
        ([{"op": "remove", "path": "/status"}], 422, "resource-not-r4"),
        ([{"op": "add", "path": "/zzz", "value": 1}], 422, "resource-not-r4"),
        ([{"op": "replace", "path": "/id", "value": "x"}], 400, "resource-invalid"),
        ([{"op": "replace", "path": "/resourceType", "value": "Condition"}], 400, "resource-invalid"),
        ([{"op": "replace", "path": "/subject/reference", "value": f"Patient/{'0' * 32}"}], 400, "patient-twice"),
        ([{"op": "replace", "path": "/category/0/coding/0/code", "value": "imaging"}], 422, "resource-moved"),
        ([{"op": "add", "path": "/performer", "value": [{"reference": "Practitioner/1"}]}], 422, "reference-foreign"),
        ([{"op": "add", "path": "/meta/tag", "value": [{"code": "SUBSETTED"}]}], 422, "resource-is-a-part"),
        ([{"op": "replace", "path": "", "value": []}], 400, "body-not-json"),
    )
    for operations, status, code in asked:
        reply = patch(author, address, operations)
        refused(reply, status, code)
        if code.startswith("patch-test") or code.startswith("patch-path"):
            assert reply.json["issue"][0]["expression"] == ["[1]"] and reply.entry, "it was read, and that is told"
    refused(patch(author, address, [NOTE], If_Match='W/"2"'), 412, "version-differs")
    refused(patch(author, address, [NOTE], If_Match="*"), 400, "field-invalid")
    refused(author.ask("PATCH", address, b"[]", content_type=JSON_PATCH), 400, "if-match-missing")
    for other in (
        "application/json",
        "application/xml-patch+xml",
        "application/merge-patch+json",
    ):
        refused(author.ask("PATCH", address, b"[]", content_type=other, If_Match=FIRST), 415, "body-type-unsupported")
    assert herself.ask("GET", address).headers["etag"] == FIRST
    assert len(herself.ask("GET", f"{address}/_history").json["entry"]) == 1
    assert patch(author, address, [NOTE]).status == 200
    assert author.ask("DELETE", address).status == 204
    refused(patch(author, address, [NOTE], If_Match='W/"3"'), 410, "resource-deleted")
    assert person in address


def test_a_patch_by_the_names_of_elements_is_done_as_any_other(served: ServedHouse) -> None:
    herself, author, address, _ = opened(served)

    def by_path(*operations: dict[str, Any], version: int = 1) -> Reply:
        return author.ask("PATCH", address, parameters(*operations), If_Match=f'W/"{version}"')

    note = operation("add", "Observation", name="note", value={"valueAnnotation": {"text": "corrigé"}})
    done = by_path(note, operation("replace", "Observation.value.unit", value="mmol/l"))
    assert (done.status, done.headers["etag"]) == (200, 'W/"2"'), done.body
    assert b'"valueQuantity":{"value":5.20,"unit":"mmol/l"}' in done.body
    assert b'"extension":[{"valueDecimal":1.000,  "url":"http://x/y"}]' in done.body
    assert herself.ask("GET", address).json["note"] == [{"text": "corrigé"}]
    refused(by_path(note), 412, "version-differs")
    refused(by_path(operation("delete", "Observation.nulle"), version=2), 409, "patch-path-missing")
    refused(by_path(operation("delete", "Observation.status"), version=2), 422, "resource-not-r4")
    refused(by_path(operation("delete", "Observation.note.where(text='a')"), version=2), 400, "patch-invalid")
    refused(author.ask("PATCH", address, b"[]", If_Match='W/"2"'), 400, "body-not-json")
    refused(author.ask("PATCH", address, herself.ask("GET", address).body, If_Match='W/"2"'), 400, "resource-invalid")
    assert herself.ask("GET", address).headers["etag"] == 'W/"2"'


def test_only_who_may_read_it_and_wrote_it_changes_it(served: ServedHouse) -> None:
    herself, author, address, person = opened(served)
    diallo = served.client("diallo")
    unknown = {told(patch(diallo, f"/fhir/Observation/{one}", [NOTE])) for one in ("0" * 64, person + "0" * 32, "x")}
    unknown.add(told(patch(diallo, address, [NOTE])))
    unknown.add(told(patch(diallo, address, [{"op": "test", "path": "/status", "value": "final"}])))
    unknown.add(told(patch(diallo, address, [NOTE], If_Match='W/"9"')))
    unknown.add(told(patch(diallo, address, [NOTE], Idempotency_Key="k")))
    herself.done("grant_access", EVERYTHING)
    refused(patch(diallo, address, [NOTE]), 404, "resource-unknown")
    herself.done("mask", {"document": address[-64:]})
    unknown.add(told(patch(diallo, address, [NOTE])))
    assert len(unknown) == 1, unknown
    assert json.loads(unknown.pop()[1])["issue"][0]["details"]["coding"][0]["code"] == "nothing-to-show"
    herself.done("unmask", {"document": address[-64:]})
    assert patch(author, address, [NOTE]).status == 200
    assert patch(herself, address, [NOTE], If_Match='W/"2"').status == 404, "she writes nothing by this way yet"


def test_the_same_patch_twice_is_done_once(served: ServedHouse) -> None:
    herself, author, address, _ = opened(served)
    first, second = (patch(author, address, [NOTE], Idempotency_Key="k1") for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body) and first.status == 200
    refused(patch(author, address, [], Idempotency_Key="k1"), 409, "idempotency-conflict")
    refused(patch(author, address, [NOTE], Idempotency_Key="k2"), 412, "version-differs")
    refused(patch(author, address, [NOTE], Idempotency_Key="k3", If_Match='W/"7"'), 412, "version-differs")
    assert author.ask("DELETE", address).status == 204
    assert patch(author, address, [NOTE], Idempotency_Key="k1").body == first.body
    assert len(herself.ask("GET", f"{address}/_history").json["entry"]) == 3


def test_the_text_never_says_what_is_no_more(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("let_authors_read")
    author = served.client("guerin")
    div = '<div xmlns="http://www.w3.org/1999/xhtml">final</div>'
    for status in ("generated", "additional"):
        sent = resource("Observation", person, text={"status": status, "div": div})
        address = f"/fhir/Observation/{author.ask('POST', '/fhir/Observation', sent).json['id']}"
        reply = patch(author, address, [{"op": "replace", "path": "/status", "value": "amended"}])
        if status == "generated":
            assert reply.status == 200 and "text" not in reply.json
            continue
        refused(reply, 422, "patch-narrative")
        assert reply.json["issue"][0]["expression"] == ["text"] and reply.entry
        both = [{"op": "replace", "path": "/status", "value": "amended"}, {"op": "remove", "path": "/text"}]
        assert patch(author, address, both).status == 200
