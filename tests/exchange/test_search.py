"""Searches for documents: each parameter finds what it says and nothing else, and counts and pages are those of the answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.exchange.test_bad_inputs import refused
from tests.served import Client, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
FORM = "application/x-www-form-urlencoded"
LOINC = "http://loinc.org"
RPPS = "https://rpps.esante.gouv.fr"
PRACTITIONER = {
    "resourceType": "Practitioner",
    "id": "a",
    "identifier": [{"system": RPPS, "value": "99900000029"}],
    "name": [{"family": "Guérin", "given": ["Paul-Émile"]}],
}
# What each invented document is; the searches below are answered from these words.
SENT: dict[str, dict[str, Any]] = {
    "report": {
        "creation": "2026-03-31T23:30:00+02:00",
        "masterIdentifier": {"system": "urn:oid:1.2.3", "value": "A-1"},
        "contained": [PRACTITIONER],
        "author": [{"reference": "#a"}],
        "context": {
            "period": {"start": "2026-03-01T08:00:00+01:00", "end": "2026-03-05T08:00:00+01:00"},
            "facilityType": {"coding": [{"system": "urn:oid:1.2.250.1.71.4.2.4", "code": "SA01"}]},
            "practiceSetting": {"coding": [{"code": "ETABLISSEMENT"}]},
            "event": [{"coding": [{"system": "urn:oid:1.2.250.1.213.2.5", "code": "DEQP003"}]}],
            "related": [{"identifier": {"system": "urn:oid:1.2.3.4", "value": "ACC-7"}}],
        },
        "securityLabel": [{"coding": [{"code": "R"}]}],
    },
    "biology": {
        "creation": "2026-04-01T00:30:00+02:00",
        "type": {"coding": [{"system": "urn:oid:2.16.840.1.113883.6.1", "code": "11502-2"}]},
        "category": None,
        "author": [{"display": "Laboratoire du Val"}],
        "context": {"period": {"start": "2026-04-01T08:00:00+02:00"}},
    },
    "letter": {
        "creation": "2025-12-24",
        "type": {"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.12", "code": "SYNTH"}]},
        "category": [{"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": "11"}]}],
        "author": [{"display": "Dr Anne Petit"}],
    },
}


@pytest.fixture(scope="module")
def space(served: ServedHouse) -> tuple[Client, str, dict[str, str]]:
    """A space with these documents; the ids by word."""
    herself, person, _ = served.opened()
    ids = {}
    for word, changes in SENT.items():
        resource = posted(word.encode(), subject={"reference": f"Patient/{person}"}, **changes)
        reply = served.client("guerin").ask("POST", "/fhir/DocumentReference", resource)
        assert reply.status == 201, (word, reply.body)
        ids[word] = reply.json["id"]
    return herself, person, ids


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "report biology letter"),
        (f"type={LOINC}|11488-4", "report"),
        ("type=urn:oid:2.16.840.1.113883.6.1|11502-2", "biology"),
        (f"type={LOINC}|11502-2", "biology"),  # one system under two names
        ("type=11488-4,SYNTH", "report letter"),
        (f"type={LOINC}|", "report biology"),
        (f"type={LOINC}|SYNTH", ""),
        ("type=|11488-4", ""),
        ("category=urn:oid:1.2.250.1.213.1.1.4.1|11", "letter"),
        ("category=urn:espace-sante:categorie|4", "biology"),
        ("category=urn:espace-sante:categorie|4,urn:espace-sante:categorie|5", "report biology"),
        ("date=2026-03", "report"),
        ("date=2026-04-01", "biology"),
        ("date=2026-03-31", "report"),
        ("date=ge2026-04-01", "biology"),
        ("date=gt2026-03-31", "biology"),
        ("date=lt2026", "letter"),
        ("date=le2025-12-24", "letter"),
        ("date=ge2026&date=lt2026-04", "report"),
        ("date=ne2026-03", "biology letter"),
        ("creation=2026-03-31T21:30:00Z", "report"),
        ("creation=ge2026-03-31T21:30:01Z", "biology"),
        ("period=ge2026-03-04", "report biology"),
        ("period=ge2026-03-05", "biology"),  # the range above the day, or within it: FHIR R4 says no more
        ("period=2026-03", "report"),
        ("period=lt2026-03-02", "report"),
        ("period=sa2026-03-31", "biology"),
        (f"author:identifier={RPPS}|99900000029", "report"),
        ("author.identifier=99900000029", "report"),
        ("author.identifier=urn:oid:9|99900000029", ""),
        ("author.family=guerin", "report"),
        ("author.given=PAUL-EMILE", "report"),
        ("author.family=laboratoire du", "biology"),
        ("author.family=aboratoire", ""),
        ("identifier=urn:oid:1.2.3|A-1", "report"),
        ("identifier=urn:oid:1.2.3|A-2", ""),
        ("facility=SA01", "report"),
        ("setting=ETABLISSEMENT", "report"),
        ("event=urn:oid:1.2.250.1.213.2.5|DEQP003", "report"),
        ("related:identifier=urn:oid:1.2.3.4|ACC-7", "report"),
        ("security-label=R", "report"),
        ("security-label=N", "biology letter"),
        ("status=current", "report biology letter"),
        ("status=superseded", ""),
        ("status=current&status=superseded", ""),
        ("status=entered-in-error", ""),
        ("_total=accurate", "report biology letter"),
    ],
)
def test_a_parameter_finds_what_it_says(space: tuple[Client, str, dict[str, str]], query: str, found: str) -> None:
    herself, person, ids = space
    address = quote(f"patient={person}&{query}".rstrip("&"), safe="=&,")
    by_address = herself.ask("GET", f"/fhir/DocumentReference?{address}")
    assert by_address.status == 200, by_address.body
    bundle = by_address.json
    assert {entry["resource"]["id"] for entry in bundle.get("entry", [])} == {ids[word] for word in found.split()}
    assert bundle["total"] == len(found.split())
    by_body = herself.ask("POST", "/fhir/DocumentReference/_search", address.encode(), content_type=FORM)
    assert by_body.body == by_address.body


def test_the_identifier_a_document_is_given_here_finds_it(space: tuple[Client, str, dict[str, str]]) -> None:
    herself, person, ids = space
    given = herself.ask("GET", f"/fhir/DocumentReference/{ids['letter']}").json["identifier"][0]["value"]
    found = herself.ask("GET", f"/fhir/DocumentReference?patient={person}&identifier={given}").json
    assert [entry["resource"]["id"] for entry in found["entry"]] == [ids["letter"]]


def test_pages_of_a_narrowed_search_say_again_what_narrows_it(space: tuple[Client, str, dict[str, str]]) -> None:
    herself, person, ids = space
    page = herself.ask("GET", f"/fhir/DocumentReference?patient={person}&date=ge2026&_count=1&status=current").json
    assert page["total"] == 2
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    second = herself.ask("GET", following[following.index("/fhir") :]).json
    assert second["total"] == 2
    assert [one["link"][0]["relation"] for one in (page, second)] == ["self", "self"]
    seen = [one["entry"][0]["resource"]["id"] for one in (page, second)]
    assert seen == [ids["biology"], ids["report"]]
    assert "next" not in [link["relation"] for link in second["link"]]


@pytest.mark.parametrize(
    "query",
    [
        "type=", "type=|", "type=a|b|c", "date=hier", "date=2026-13", "date=2026-02-30", "date=ap2026", "date=",
        "period=2026-01-01T10", "author.family=", "identifier=", "author=Practitioner/1", "relatesto=x", "_sort=date",
        "title=x", "type:not=11488-4", "type=" + ",".join(["1"] * 51), "_total=x",
    ],
)  # fmt: skip
def test_what_cannot_be_searched_by_is_refused(space: tuple[Client, str, dict[str, str]], query: str) -> None:
    herself, person, _ = space
    refused(
        herself.ask("GET", f"/fhir/DocumentReference?patient={person}&{quote(query, safe='=&,')}"), 400, "field-invalid"
    )


def test_a_narrowed_search_does_not_tell_what_is_hidden(served: ServedHouse) -> None:
    """Hidden and never sent answer alike, whatever the search. Guarantee: G11."""
    told = []
    diallo = served.client("diallo")
    for hide in (True, False):
        herself, person, _ = served.opened()
        for word in ("biology", "letter") if hide else ("letter",):
            resource = posted(word.encode(), subject={"reference": f"Patient/{person}"}, **SENT[word])
            sent = served.client("guerin").ask("POST", "/fhir/DocumentReference", resource).json["id"]
            if word == "biology":
                herself.done("mask", {"document": sent})
        herself.done(
            "grant_access", {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": 3}
        )
        answers = []
        for query in ("type=11502-2", "date=ge2026", "author.family=labo", "status=superseded", "_count=0"):
            reply = diallo.ask("GET", f"/fhir/DocumentReference?patient={person}&{query}")
            answers.append((reply.json["total"], len(reply.json.get("entry", [])), len(reply.body)))
        told.append(answers)
    assert told[0] == told[1]
