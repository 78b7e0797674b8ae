"""Her standing choices as Consent over HTTP: those of her pages, for her alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.fhir.r4 import validate
from tests.exchange.test_everything import deposited
from tests.exchange.test_same_answer import DIALLO, EVERYTHING, told
from tests.exchange.test_search_of_resources import FORM, found, link, refused
from tests.served import Client, Reply, ServedHouse
from tests.told import entered

pytestmark = [pytest.mark.slow, pytest.mark.database]
OTHER = "99900000029"


def asked(client: Client, person: str, query: str = "") -> Reply:
    return client.ask("GET", f"/fhir/Consent?patient={person}&{query}")


def choices(reply: Reply) -> dict[str, list[dict[str, Any]]]:
    assert reply.status == 200, reply.body
    sorted_out: dict[str, list[dict[str, Any]]] = {}
    for one in reply.json.get("entry", []):
        resource = one["resource"]
        assert validate(json.dumps(resource).encode(), kind="Consent") == ()
        sorted_out.setdefault(resource["category"][0]["coding"][0]["code"], []).append(resource)
    return sorted_out


def test_she_sees_each_of_her_choices_as_it_stands(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    document = deposited(served, person, "un")
    herself.done("grant_access", EVERYTHING | {"scope": "categories", "categories": "4"})
    herself.done("mask", {"document": document})
    herself.done("block", {"practitioner": OTHER, "what": "reading-but-emergency"})
    before = entered(served)[0]
    reply = asked(herself, person, "_count=200")
    assert entered(served)[0] == before + 1 and reply.entry
    seen = choices(reply)
    (grant,), (mask,), (block,) = seen["grant"], seen["mask"], seen["block"]
    journal = herself.done("read_journal", {"count": 1})["result"]
    assert grant["id"] == person + journal["grants"][0]["grant"] and grant["status"] == "active"
    assert grant["provision"]["type"] == "permit"
    assert grant["provision"]["period"]["end"] == journal["grants"][0]["ends"]
    assert [one["code"] for one in grant["provision"]["class"]] == ["4"]
    assert grant["provision"]["actor"][0]["reference"]["identifier"]["value"] == DIALLO
    assert mask["provision"]["type"] == block["provision"]["type"] == "deny"
    assert mask["provision"]["data"][0]["reference"]["identifier"]["value"] == document
    assert "actor" not in mask["provision"]
    assert block["provision"]["purpose"][0]["code"] == "TREAT"
    assert len(found(reply)) == reply.json["total"] == 4 + len(journal["choices"])
    deposits = next(one for one in journal["choices"] if one["choice"] == "deposits")
    assert (seen["deposits"][0]["provision"]["type"] == "permit") == deposits["gives"] is True
    assert (seen["emergency"][0]["status"], seen["emergency"][0]["provision"]["type"]) == ("proposed", "deny")
    assert herself.ask("GET", f"/fhir/Consent/{grant['id']}").json == grant
    herself.done("withdraw_access", {"practitioner": DIALLO})
    assert "grant" not in choices(asked(herself, person, "_count=200"))
    assert herself.ask("GET", f"/fhir/Consent/{grant['id']}").status == 404


def test_it_is_searched_and_cut_in_pages(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("grant_access", EVERYTHING)
    every = found(asked(herself, person, "_count=200"))
    reply, seen = asked(herself, person, "_count=3"), []
    while True:
        seen += found(reply)
        following = link(reply, "next")
        if not following:
            break
        reply = herself.ask("GET", "/fhir/" + following.partition("/fhir/")[2])
    assert seen == every and len(set(every)) == len(every) > 3
    assert found(asked(herself, person, "category=grant")) == every[:1]
    assert found(asked(herself, person, "period=lt2020")) == []
    assert set(found(asked(herself, person, "status=active,proposed&_count=200"))) == set(every)
    form = herself.ask("POST", "/fhir/Consent/_search", b"category=grant", content_type=FORM)
    assert found(form) == every[:1], "her own, without saying whose"


def test_to_others_she_is_nobody(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("grant_access", EVERYTHING)
    mine = found(asked(herself, person))[0]
    other, _, _ = served.opened()
    for reader in (served.client("diallo"), served.client("guerin"), other):
        answers = {told(asked(reader, one)) for one in (person, "0" * 32, "x")}
        answers |= {told(reader.ask("GET", f"/fhir/Consent/{one}")) for one in (mine, "0" * 64, "x")}
        assert len(answers) == 1 and next(iter(answers))[0] == 404
    refused(served.client("diallo").ask("GET", "/fhir/Consent"), 400, "patient-missing")
    refused(asked(herself, person, "_revinclude=Provenance:target"), 400, "search-unsupported")
    refused(herself.ask("PUT", f"/fhir/Consent/{mine}", {}), 405, "method-refused")
    refused(herself.ask("POST", "/fhir/Consent", {}), 405, "method-refused")
