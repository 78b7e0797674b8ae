"""Her journal as AuditEvent over HTTP: the same lines as her page, for her alone, page after page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.actions.depositing import Deposit
from espace_sante.actions.further import Further
from espace_sante.formats.fhir.r4 import validate
from tests.exchange.test_emergency_told import BTG, broken
from tests.exchange.test_emergency_told import opened as opened_for_an_emergency
from tests.exchange.test_everything import deposited
from tests.exchange.test_same_answer import EVERYTHING, told
from tests.exchange.test_search_of_resources import FORM, coded, found, link, refused, written
from tests.inside import deposit
from tests.served import Client, Reply, ServedHouse
from tests.told import entered

pytestmark = [pytest.mark.slow, pytest.mark.database]
GUERIN = "99900000029"


def asked(client: Client, person: str, query: str = "") -> Reply:
    return client.ask("GET", f"/fhir/AuditEvent?patient={person}&{query}")


def events(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.body
    given = [one["resource"] for one in reply.json.get("entry", [])]
    for one in given:
        assert validate(json.dumps(one).encode(), kind="AuditEvent") == ()
    return given


def lived(served: ServedHouse) -> tuple[Client, str, str, str]:
    """A person, a document and a result of hers, both read by a doctor's software after a refusal."""
    herself, person, _ = served.opened()
    document = deposited(served, person, "un")
    result = written(served, person, **coded("718-7", "2026-01-01"))
    doctor = served.client("diallo")
    assert doctor.ask("GET", f"/fhir/DocumentReference/{document}").status == 404
    herself.done("grant_access", EVERYTHING)
    for address in (f"DocumentReference/{document}", f"Observation/{result}", f"Observation?patient={person}"):
        assert doctor.ask("GET", f"/fhir/{address}").status == 200
    return herself, person, document, result


def test_she_sees_each_line_once_as_her_journal_has_it(served: ServedHouse) -> None:
    herself, person, document, result = lived(served)
    before = entered(served)[0]
    reply = asked(herself, person)
    assert entered(served)[0] == before + 1 and reply.entry, "one reading of the journal"
    given = events(reply)
    journal = herself.done("read_journal", {"before": len(given), "count": 100})["result"]
    assert [one["id"] for one in given] == [f"{person}-{one['seq']}" for one in journal["records"]]
    assert [one["recorded"] for one in given] == [one["at"] for one in journal["records"]]
    assert all(one["outcomeDesc"].startswith(said["what"]) for one, said in zip(given, journal["said"], strict=True))
    assert validate(reply.body) == ()
    by_profile = {one["meta"]["profile"][0].rpartition(".")[2]: one for one in reversed(given) if "meta" in one}
    assert by_profile.keys() == {"PatientRead", "PatientQuery", "PatientCreate"}
    read = [one for one in given if "PatientRead" in str(one.get("meta"))]
    what = [entity["what"] for one in read for entity in one["entity"] if entity["type"]["code"] == "2"]
    assert {"reference": f"DocumentReference/{document}"} in what
    assert {"identifier": {"system": "urn:espace-sante:donnee", "value": result}} in what
    (refusal,) = [one for one in given if one["outcome"] == "4"]
    assert "meta" not in refusal and refusal["agent"][0]["who"]["identifier"]["value"] == "99900000011"


def test_pages_follow_the_journal_and_one_line_is_read_by_its_id(served: ServedHouse) -> None:
    herself, person, _, _ = lived(served)
    every = found(asked(herself, person, "_count=200"))
    reply, seen = asked(herself, person, "_count=2"), []
    first = found(reply)
    assert first[1:] and first[1] == every[0], "the reading before is a line"
    while True:
        seen += found(reply)
        following = link(reply, "next")
        if not following:
            break
        reply = herself.ask("GET", "/fhir/" + following.partition("/fhir/")[2])
    assert seen[1:] == every, "each line once, whatever is written meanwhile"
    (one,) = [one for one in events(asked(herself, person, "_count=200")) if one["id"] == every[2]]
    reply = herself.ask("GET", f"/fhir/AuditEvent/{every[2]}")
    assert reply.json == one and reply.entry
    assert found(asked(herself, person, "_count=0")) == []


def test_filters_narrow_what_is_shown_and_nothing_else(served: ServedHouse) -> None:
    herself, person, document, _ = lived(served)
    every = events(asked(herself, person, "_count=200"))

    def narrowed(query: str) -> list[str]:
        return found(asked(herself, person, f"{query}&date=le{every[0]['recorded']}&_count=100"))

    assert narrowed("outcome=4") == [one["id"] for one in every if one["outcome"] == "4"] != []
    assert narrowed("action=R") == [one["id"] for one in every if one["action"] == "R"] != []
    assert len(narrowed(f"entity=DocumentReference/{document}")) == 2, "the refusal, and the reading"
    assert narrowed("date=lt2020") == [] and narrowed("date=ge2020") == [one["id"] for one in every]
    assert narrowed("subtype=urn:espace-sante:demarche%7Cgrant_access") == [
        one["id"] for one in every if one["subtype"][-1]["code"] == "grant_access"
    ]
    cut = asked(herself, person, "action=R&_count=1")
    assert len(found(cut)) == 1 and "action=R" in link(cut, "next")
    rest = herself.ask("GET", "/fhir/" + link(cut, "next").partition("/fhir/")[2])
    assert found(cut) + found(rest) == narrowed("action=R")[:2]
    form = herself.ask("POST", "/fhir/AuditEvent/_search", f"patient={person}&outcome=4".encode(), content_type=FORM)
    assert found(form) == narrowed("outcome=4")


def test_nobody_else_learns_that_there_is_a_journal(served: ServedHouse) -> None:
    herself, person, _, _ = lived(served)
    line = found(asked(herself, person))[0]
    unknown = "0" * 32
    other, _, _ = served.opened()
    for reader in (served.client("diallo"), served.client("guerin"), other):
        answers = {told(asked(reader, one)) for one in (person, unknown, "x")}
        answers |= {told(reader.ask("GET", f"/fhir/AuditEvent/{one}")) for one in (line, f"{unknown}-0", "x")}
        assert len(answers) == 1 and next(iter(answers))[0] == 404
    assert herself.ask("GET", f"/fhir/AuditEvent/{person}-999999").status == 404


def test_a_deposit_by_another_never_leads_to_its_document(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    deposited(served, person, "à annoncer")
    (line,) = [one for one in events(asked(herself, person)) if one["action"] == "C"]
    assert "DocumentReference" not in json.dumps(line)


def test_what_is_not_well_asked_is_refused(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    for query, code in (
        ("_sort=date", "search-unsupported"),
        ("_include=AuditEvent:agent", "search-unsupported"),
        ("nothing=1", "search-unknown"),
        ("date=hier", "search-invalid"),
        ("page=x", "search-invalid"),
        ("page=1&page=2", "search-invalid"),
        (f"patient={'0' * 32}", "patient-twice"),
    ):
        refused(asked(herself, person, query), 400, code)
    refused(served.client("diallo").ask("GET", "/fhir/AuditEvent"), 400, "patient-missing")
    assert served.client().ask("GET", f"/fhir/AuditEvent?patient={person}").status == 401
    for method, path in (("POST", ""), ("PUT", f"/{person}-0"), ("DELETE", f"/{person}-0"), ("GET", "/_search")):
        reply = herself.ask(method, f"/fhir/AuditEvent{path}", {})
        assert reply.status in (404, 405), (method, path)
    assert herself.ask("GET", f"/fhir/AuditEvent/{person}-0/_history").status == 404


def test_an_emergency_is_the_purpose_of_what_it_gave(served: ServedHouse) -> None:
    herself, person, reference, document = opened_for_an_emergency(served)
    broken(served, reference)
    assert served.client("diallo").ask("GET", f"/fhir/DocumentReference/{document}").status == 200
    by_act = {one["subtype"][-1]["code"]: one for one in events(asked(herself, person))}
    for act in ("break_glass", "read_document"):
        assert by_act[act]["purposeOfEvent"] == [{"coding": [BTG]}]
        assert by_act[act]["agent"][0]["purposeOfUse"] == [{"coding": [BTG]}]
    basis = [one for one in by_act["read_document"]["entity"] if one.get("role", {}).get("code") == "13"]
    assert basis[0]["what"]["identifier"]["system"] == "urn:espace-sante:acces-urgence"
    assert "purposeOfEvent" not in by_act["deposit_document"]


def test_what_waits_to_be_announced_is_in_no_view(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    run, house = served.background.run, served.house
    hidden = Further(confidentiality=("INVISIBLE_PATIENT",))
    waiting = Deposit(
        b"A dire.\n", "text/plain", "Bilan", 5, "2026-11-02T09:00:00+01:00", author_id=GUERIN, further=hidden
    )
    withheld = str(run(deposit(house, run(house.sign_in("guerin")), f"id:{person}", waiting)).result)
    plain = deposited(served, person, "un")
    herself.done("grant_access", EVERYTHING)
    reader = served.client("diallo")
    for one in (withheld, plain):
        assert reader.ask("GET", f"/fhir/DocumentReference/{one}").status == 200
    views = (
        "AuditEvent?_count=200",
        "Consent?_count=200",
        "Patient/{}/$export-file?_type=DocumentReference&at=9999999999999",
    )
    for view in views:
        address = view.format(person) + ("" if "Patient/" in view else f"&patient={person}")
        reply = herself.ask("GET", f"/fhir/{address}")
        assert reply.status == 200 and withheld[32:].encode() not in reply.body, view
    (first, second) = (shape(one) for one in events(asked(herself, person)) if one["action"] == "C")
    assert first == second, "the line of a deposit that waits is that of any other"
    assert (
        served.client("guerin").act("announce_document", {"document": withheld, "person": f"id:{person}"}).status == 200
    )
    read = [one for one in events(asked(herself, person)) if one["action"] == "R"]
    named = {entity["what"].get("reference") for one in read for entity in one["entity"]}
    assert {f"DocumentReference/{withheld}", f"DocumentReference/{plain}"} <= named


def shape(event: dict[str, Any]) -> Any:
    """An event without what differs between any two lines: its number, its instant, its channel and its chain."""
    kept = {
        name: value for name, value in event.items() if name in ("action", "outcome", "outcomeDesc", "purposeOfEvent")
    }
    return kept | {"entity": [{**one, "detail": [], "what": list(one["what"])} for one in event["entity"]]}
