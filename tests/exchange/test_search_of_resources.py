"""The search of resources over HTTP: what is found is what this reader may see, as it was sent, page after page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.exchange.resources import observation, resource
from tests.exchange.test_emergency_told import BTG, broken, opened
from tests.exchange.test_same_answer import EVERYTHING
from tests.served import Client, Reply, ServedHouse
from tests.told import entered

pytestmark = [pytest.mark.slow, pytest.mark.database]
LOINC = "http://loinc.org"
FORM = "application/x-www-form-urlencoded"


def written(served: ServedHouse, person: str, name: str = "Observation", **changes: Any) -> str:
    reply = served.client("guerin").ask("POST", f"/fhir/{name}", resource(name, person, **changes))
    assert reply.status == 201, reply.body
    return str(reply.json["id"])


def coded(code: str, when: str, **more: Any) -> dict[str, Any]:
    return {"code": {"coding": [{"system": LOINC, "code": code}]}, "effectiveDateTime": when, **more}


def found(reply: Reply, mode: str = "match") -> list[str]:
    assert reply.status == 200, reply.body
    return [one["resource"]["id"] for one in reply.json.get("entry", []) if one["search"]["mode"] == mode]


def refused(reply: Reply, status: int, code: str) -> None:
    assert (reply.status, reply.json["issue"][0]["details"]["coding"][0]["code"]) == (status, code), reply.body


def link(reply: Reply, relation: str) -> str:
    return next((one["url"] for one in reply.json["link"] if one["relation"] == relation), "")


def followed(reader: Client, reply: Reply) -> Reply:
    address = urlsplit(link(reply, "next"))
    return reader.ask("GET", f"/fhir/{address.path.rpartition('/fhir/')[2]}?{address.query}")


def test_a_search_finds_by_code_date_and_text_and_gives_each_resource_as_it_was_sent(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    sent = author.ask("POST", "/fhir/Observation", observation(person))
    first = sent.json["id"]
    second = written(served, person, **coded("718-7", "2026-10-01"))
    third = written(served, person, **coded("718-7", "2025-10-01", note=[{"text": "à jeun"}]))
    written(served, person, "Condition", code={"text": "718-7"})
    herself.done("grant_access", EVERYTHING)
    reader = served.client("diallo")

    def search(query: str) -> list[str]:
        return found(reader.ask("GET", f"/fhir/Observation?patient={person}&{query}"))

    assert set(search("")) == {first, second, third}
    assert set(search("code=718-7")) == {second, third}
    assert search(f"code={LOINC}%7C14771-0") == [first]
    assert search("code=718-7&date=2026") == [second]
    assert search("date=lt2026&code:not=1-1") == [third]
    assert search("code:text=glyc") == [first]
    assert search("value-quantity=5.2%7C%7Cmmol/L") == [first]
    assert search(f"_id={second}") == [second]
    assert search("_sort=-date") == [first, second, third]
    assert search("_lastUpdated=gt2030") == search("_tag=x") == search("_profile=http://x/p") == []
    assert search("code:missing=true") == []
    answer = reader.ask("GET", f"/fhir/Observation?patient={person}&code=14771-0")
    assert sent.body in answer.body, "each byte as it was sent"
    assert answer.json["entry"][0]["fullUrl"].endswith(f"/fhir/Observation/{first}")
    assert answer.entry and answer.json["total"] == 1
    compartment = reader.ask("GET", f"/fhir/Patient/{person}/Observation?code=718-7")
    assert set(found(compartment)) == {second, third}
    posted = reader.ask(
        "POST", "/fhir/Observation/_search?code=718-7", f"patient={person}&date=2026".encode(), content_type=FORM
    )
    assert found(posted) == [second]
    assert set(found(herself.ask("GET", "/fhir/Observation?code=718-7"))) == {second, third}


def test_pages_follow_each_other_although_something_comes_meanwhile(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    every = [written(served, person, **coded("718-7", f"2026-0{month}-01")) for month in range(1, 8)]
    base = f"/fhir/Observation?patient={person}&code=718-7&_sort=date&_count=3"
    page = herself.ask("GET", base)
    assert (found(page), page.json["total"]) == (every[:3], 7)
    written(served, person, **coded("718-7", "2025-01-01"))
    page = followed(herself, page)
    assert found(page) == every[3:6]
    page = followed(herself, page)
    assert found(page) == every[6:] and not link(page, "next")
    said = parse_qsl(urlsplit(link(page, "self")).query)
    assert [one for one in said if one[0] != "page"] == [
        ("patient", person),
        ("code", "718-7"),
        ("_sort", "date"),
        ("_count", "3"),
    ]
    counted = herself.ask("GET", f"{base}&_total=none")
    assert "total" not in counted.json and len(found(counted)) == 3
    empty = herself.ask("GET", base.replace("_count=3", "_count=0"))
    assert (empty.json["total"], "entry" in empty.json, link(empty, "next")) == (8, False, "")


def test_what_is_linked_is_joined_and_said_to_be(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    visit = written(served, person, "Encounter")
    other = written(served, person, "Encounter")
    first = written(served, person, **coded("1-8", "2026-01-01", encounter={"reference": f"Encounter/{visit}"}))
    second = written(served, person, **coded("2-6", "2026-01-01", hasMember=[{"reference": f"Observation/{first}"}]))
    base = f"/fhir/Observation?patient={person}"
    reply = herself.ask("GET", f"{base}&code=1-8&_include=Observation:encounter")
    assert (found(reply), found(reply, "include"), reply.json["total"]) == ([first], [visit], 1)
    reply = herself.ask(
        "GET", f"{base}&code=2-6&_include=Observation:has-member&_include:iterate=Observation:encounter"
    )
    assert (found(reply), set(found(reply, "include"))) == ([second], {first, visit})
    reply = herself.ask("GET", f"/fhir/Encounter?patient={person}&_revinclude=Observation:encounter")
    assert (set(found(reply)), found(reply, "include")) == ({visit, other}, [first])
    refused(
        herself.ask("GET", f"/fhir/Encounter?patient={person}&_revinclude=DocumentReference:encounter"),
        400,
        "search-unsupported",
    )


def test_what_cannot_be_searched_is_refused_or_left_out_and_said(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person)
    base = f"/fhir/Observation?patient={person}"
    refused(herself.ask("GET", f"{base}&nothing=1"), 400, "search-unknown")
    lenient = herself.ask("GET", f"{base}&nothing=1", Prefer="return=minimal; handling=lenient")
    assert found(lenient) == [identifier]
    assert "nothing" in lenient.json["entry"][-1]["resource"]["issue"][0]["details"]["text"]
    assert lenient.json["entry"][-1]["search"]["mode"] == "outcome" and "nothing" not in link(lenient, "self")
    refused(herself.ask("GET", f"{base}&subject.name=x"), 400, "search-chain")
    refused(herself.ask("GET", f"{base}&_has:Observation:encounter:code=1"), 400, "search-unsupported")
    refused(herself.ask("GET", f"{base}&_format=xml"), 406, "not-acceptable")
    refused(herself.ask("GET", f"{base}&patient={'0' * 32}"), 400, "patient-twice")
    refused(herself.ask("GET", f"/fhir/Patient/{person}/Observation?patient={'0' * 32}"), 400, "patient-twice")
    refused(herself.ask("GET", f"{base}&page=Mg"), 400, "search-invalid")
    refused(herself.ask("GET", "/fhir/Appointment"), 404, "resource-type-refused")
    refused(herself.ask("DELETE", "/fhir/Observation/_search"), 405, "method-refused")
    refused(served.client("guerin").ask("GET", "/fhir/Observation?code=1"), 400, "patient-missing")
    refused(
        herself.ask("POST", "/fhir/Observation/_search", b"{}", content_type="application/json"),
        415,
        "body-type-unsupported",
    )


def test_a_search_of_more_than_one_answer_holds_asks_again(
    served: ServedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    herself, person, _ = served.opened()
    every = [written(served, person, **coded("718-7", f"2026-0{month}-01")) for month in range(1, 8)]
    written(served, person, **coded("1-8", "2026-01-01"))
    monkeypatch.setattr("espace_sante.exchange.fhir.finding._AT_ONCE", 2)
    before = entered(served)[0]
    reply = herself.ask("GET", f"/fhir/Observation?patient={person}&code=718-7&_sort=-date")
    assert found(reply) == every[::-1] and reply.json["total"] == 7
    assert entered(served)[0] == before + 4, "an entry for each time that much was read"


def test_many_are_found_and_joined_as_few_are(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    visit = {"reference": f"Encounter/{written(served, person, 'Encounter')}"}
    every = {written(served, person, **coded("718-7", "2026-01-01", encounter=visit)) for _ in range(60)}
    reply = herself.ask("GET", f"/fhir/Observation?patient={person}&_count=200&_include=Observation:encounter")
    assert set(found(reply)) == every and len(found(reply, "include")) == 1
    joined = herself.ask("GET", f"/fhir/Encounter?patient={person}&_revinclude=Observation:encounter")
    assert set(found(joined, "include")) == every


def test_no_more_is_joined_than_a_page_holds_and_it_says_so(
    served: ServedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    herself, person, _ = served.opened()
    visit = {"reference": f"Encounter/{written(served, person, 'Encounter')}"}
    for _ in range(4):
        written(served, person, **coded("718-7", "2026-01-01", encounter=visit))
    monkeypatch.setattr("espace_sante.exchange.fhir.searching_resources.MOST_INCLUDED", 3)
    joined = herself.ask("GET", f"/fhir/Encounter?patient={person}&_revinclude=Observation:encounter")
    assert len(found(joined, "include")) == 3
    assert "3 des ressources" in joined.json["entry"][-1]["resource"]["issue"][0]["details"]["text"]


def test_what_a_broken_glass_shows_says_so(served: ServedHouse) -> None:
    _, person, reference, _ = opened(served)
    identifier = written(served, person)
    until = broken(served, reference)
    reader = served.client("diallo")
    for address in (f"Observation?patient={person}", f"Patient/{person}/$everything?_type=Observation"):
        reply = reader.ask("GET", f"/fhir/{address}")
        assert found(reply) == [identifier] and reply.headers["emergency-access"] == until
        assert reply.json["meta"]["security"] == [BTG] == reply.json["entry"][0]["resource"]["meta"]["security"]
        assert reply.json["entry"][-1]["search"]["mode"] == "outcome"


def test_a_search_of_whom_one_may_not_read_is_answered_as_of_an_unknown_person(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    written(served, person)
    reader = served.client("diallo")
    asked = [f"patient={person}", f"patient={'0' * 32}", "patient=x", f"subject=Patient/{person}", "subject=Group/1"]
    answers = {
        (reply.status, reply.body)
        for one in asked
        for reply in [reader.ask("GET", f"/fhir/Observation?{one}&code=718-7")]
    }
    assert len(answers) == 1 and answers.pop()[0] == 404


def test_a_search_gives_a_part_of_each_or_only_their_number(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    for when in ("2026-10-01", "2026-10-02"):
        written(served, person, **coded("718-7", when, note=[{"text": "à jeun"}]))
    search = f"/fhir/Observation?patient={person}&_count=1"
    counted = herself.ask("GET", f"{search}&_summary=count")
    assert (counted.json["total"], "entry" in counted.json, link(counted, "next")) == (2, False, "")
    some = herself.ask("GET", f"{search}&_elements=code")
    for reply in (some, followed(herself, some)):
        ((one,),) = [[each["resource"] for each in reply.json["entry"]]]
        assert {"code", "status"} <= one.keys() and "note" not in one
        assert one["meta"]["tag"][0]["code"] == "SUBSETTED"
    for wrong in ("_summary=all", "_elements=nothing", "_summary=true&_elements=code"):
        refused(herself.ask("GET", f"{search}&{wrong}"), 400, "field-invalid")
