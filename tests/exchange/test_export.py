"""`$export` of one person: every file is a reading of its own, decided when it is asked for; nothing is kept, nobody else is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.fhir.r4 import validate
from tests.exchange.test_emergency_told import BTG, broken
from tests.exchange.test_emergency_told import opened as opened_for_an_emergency
from tests.exchange.test_everything import deposited, everything
from tests.exchange.test_same_answer import DIALLO, EVERYTHING, told
from tests.exchange.test_search_of_resources import coded, refused, written
from tests.served import Client, Reply, ServedHouse
from tests.told import entered

pytestmark = [pytest.mark.slow, pytest.mark.database]
ASYNC = {"Prefer": "respond-async"}


def begun(reader: Client, person: str, query: str = "") -> str:
    """Return the address of the state of an export."""
    reply = reader.ask("GET", f"/fhir/Patient/{person}/$export?{query}", **ASYNC)
    assert (reply.status, reply.body) == (202, b"") and not reply.entry, reply.body
    return "/fhir/" + reply.headers["content-location"].partition("/fhir/")[2]


def manifest(reader: Client, person: str, query: str = "") -> dict[str, Any]:
    reply = reader.ask("GET", begun(reader, person, query))
    assert reply.status == 200 and reply.entry, reply.body
    said: dict[str, Any] = reply.json
    assert said["requiresAccessToken"] is True and said["error"] == []
    return said


def file(reader: Client, url: str) -> Reply:
    return reader.ask("GET", "/fhir/" + url.partition("/fhir/")[2])


def exported(reader: Client, person: str, query: str = "") -> dict[str, list[dict[str, Any]]]:
    """Return the resources of every file, by type."""
    every = {}
    for one in manifest(reader, person, query)["output"]:
        reply = file(reader, one["url"])
        assert reply.status == 200 and reply.entry and reply.headers["content-type"] == "application/fhir+ndjson"
        lines = [json.loads(line) for line in reply.body.splitlines()]
        assert {line["resourceType"] for line in lines} == {one["type"]} and len(lines) == one["count"]
        assert all(validate(line) == () for line in lines)
        every[one["type"]] = lines
    return every


def ids(every: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {line["id"] for lines in every.values() for line in lines}


def test_each_reader_takes_what_he_may_see_as_everything_gives_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    shown, secret = deposited(served, person, "un"), deposited(served, person, "deux")
    first, hidden = (written(served, person, **coded("718-7", f"2026-01-0{day}")) for day in (1, 2))
    allergy = written(served, person, "AllergyIntolerance", code={"text": "pollen"})
    herself.done("mask", {"document": secret})
    herself.done("mask", {"document": hidden})
    herself.done("grant_access", EVERYTHING)
    reader = served.client("diallo")
    before = entered(served)[0]
    every = exported(reader, person)
    assert entered(served)[0] == before + 4, "the state, and one for each of three files"
    assert every.keys() == {"AllergyIntolerance", "DocumentReference", "Observation"}
    assert ids(every) == {shown, first, allergy}
    bundle = {one["resource"]["id"]: one["resource"] for one in everything(reader, person).json["entry"]}
    assert {line["id"]: line for lines in every.values() for line in lines} == bundle
    assert ids(exported(herself, person)) == {shown, secret, first, hidden, allergy}
    raw = file(reader, manifest(reader, person, "_type=Observation")["output"][0]["url"])
    assert secret.encode() not in raw.body and hidden.encode() not in raw.body
    assert raw.body.splitlines() == [reader.ask("GET", f"/fhir/Observation/{first}").body]


def test_a_file_is_decided_when_it_is_asked_for(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    kept, later_hidden = (written(served, person, **coded("718-7", f"2026-01-0{day}")) for day in (1, 2))
    herself.done("grant_access", EVERYTHING)
    reader = served.client("diallo")
    (one,) = manifest(reader, person)["output"]
    herself.done("mask", {"document": later_hidden})
    assert [json.loads(line)["id"] for line in file(reader, one["url"]).body.splitlines()] == [kept]
    herself.done("withdraw_access", {"practitioner": DIALLO})
    gone = file(reader, one["url"])
    assert told(gone) == told(reader.ask("GET", f"/fhir/Observation/{'0' * 64}")) and gone.status == 404
    assert file(served.client(), one["url"]).status == 401, "an address opens nothing by itself"
    assert file(served.client("karim"), one["url"]).status == 404


def test_types_and_instants_narrow_it(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    document, result = deposited(served, person, "un"), written(served, person, **coded("718-7", "2026-01-01"))
    assert ids(exported(herself, person, "_type=Observation")) == {result}
    assert ids(exported(herself, person, "_type=DocumentReference,Condition")) == {document}
    assert exported(herself, person, "_type=Appointment") == {}
    assert exported(herself, person, "_since=2999-01-01T00:00:00Z") == {}
    said = manifest(herself, person, "_outputFormat=application/fhir%2Bndjson")
    after = written(served, person, **coded("718-7", "2026-01-02"))
    newer = deposited(served, person, "deux")
    (files,) = [{one["type"]: one["url"] for one in said["output"]}]
    assert after.encode() not in file(herself, files["Observation"]).body, "what came after is for the next one"
    assert newer.encode() not in file(herself, files["DocumentReference"]).body
    following = ids(exported(herself, person, f"_since={said['transactionTime'].replace('+', '%2B')}"))
    assert {after, newer} <= following


def test_before_anything_is_read_she_is_like_anybody(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    deposited(served, person, "un")
    reader = served.client("diallo")
    states = {told(reader.ask("GET", begun(reader, one))) for one in (person, "0" * 32)}
    states.add(told(reader.ask("GET", f"/fhir/Patient/{person}/$export-file?_type=Observation")))
    assert len(states) == 1 and next(iter(states))[0] == 404
    assert herself.ask("DELETE", begun(herself, person)).status == 202


def test_an_emergency_is_said_in_each_file(served: ServedHouse) -> None:
    _, person, reference, _ = opened_for_an_emergency(served)
    result = written(served, person, **coded("718-7", "2026-01-01"))
    until = broken(served, reference)
    doctor = served.client("diallo")
    (one,) = manifest(doctor, person, "_type=Observation")["output"]
    reply = file(doctor, one["url"])
    (line,) = [json.loads(line) for line in reply.body.splitlines()]
    assert line["id"] == result and BTG in line["meta"]["security"]
    assert reply.headers["emergency-access"] == until


@pytest.mark.parametrize("address", ["$export", "Patient/$export", "Group/tous/$export"])
def test_there_is_no_export_of_several_persons(served: ServedHouse, address: str) -> None:
    for client in (served.client("diallo"), served.client()):
        reply = client.ask("GET", f"/fhir/{address}", **ASYNC)
        refused(reply, 403, "export-of-several")
        assert "Il n'existe pas d'export de plusieurs personnes." in reply.body.decode()


def test_what_is_not_well_asked_is_refused(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    address = f"/fhir/Patient/{person}/$export"
    refused(herself.ask("GET", address), 400, "export-not-async")
    for query, status, code in (
        ("_type=Nothing", 400, "search-type-unknown"),
        ("_typeFilter=Observation%3Fcode%3D1", 400, "search-unknown"),
        ("_since=hier", 400, "search-invalid"),
        ("_since=2026&_since=2026", 400, "search-invalid"),
        ("at=demain", 400, "search-invalid"),
        ("_outputFormat=csv", 406, "not-acceptable"),
    ):
        refused(herself.ask("GET", f"{address}?{query}", **ASYNC), status, code)
    refused(herself.ask("POST", address, {}, **ASYNC), 405, "method-refused")
    refused(herself.ask("DELETE", address), 405, "method-refused")
    refused(herself.ask("GET", f"/fhir/Patient/{person}/$export-file"), 400, "search-invalid")
    strange = herself.ask("GET", "/fhir/Patient/%C3%A9%22%20%3Fx=1%23/$export", **ASYNC)
    assert strange.status == 202 and strange.headers["content-location"].isascii()
    assert herself.ask("GET", "/fhir/" + strange.headers["content-location"].partition("/fhir/")[2]).status == 404
    assert served.client().ask("GET", address, **ASYNC).status == 401
    assert served.client().ask("DELETE", f"{address}-state").status == 401
