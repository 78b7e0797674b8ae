"""Where a resource comes from over HTTP: for whoever may see it, version by version; for anybody else it is not there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.fhir.r4 import validate
from tests.exchange.resources import resource
from tests.exchange.test_same_answer import EVERYTHING, told
from tests.exchange.test_search_of_resources import FORM, coded, found, link, refused, written
from tests.served import Client, Reply, ServedHouse
from tests.told import entered

pytestmark = [pytest.mark.slow, pytest.mark.database]
GUERIN = "99900000029"


def asked(client: Client, identifier: str, query: str = "") -> Reply:
    return client.ask("GET", f"/fhir/Provenance?target=Observation/{identifier}&{query}")


def origins(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.body
    given = [one["resource"] for one in reply.json.get("entry", [])]
    for one in given:
        assert validate(json.dumps(one).encode(), kind="Provenance") == ()
    return given


def rewritten(served: ServedHouse, person: str, identifier: str) -> None:
    body = resource("Observation", person, id=identifier, **coded("718-7", "2026-01-02"))
    reply = served.client("guerin").ask("PUT", f"/fhir/Observation/{identifier}", body, If_Match='W/"1"')
    assert reply.status == 200, reply.body


def test_each_version_says_who_wrote_it_and_when(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person, **coded("718-7", "2026-01-01"))
    rewritten(served, person, identifier)
    herself.done("grant_access", EVERYTHING)
    for reader in (herself, served.client("diallo"), served.client("guerin")):
        before = entered(served)[0]
        reply = asked(reader, identifier)
        assert entered(served)[0] == before + 1 and reply.entry
        assert validate(reply.body) == ()
        second, first = origins(reply)
        assert first["target"] == [{"reference": f"Observation/{identifier}/_history/1"}]
        assert second["target"] == [{"reference": f"Observation/{identifier}/_history/2"}]
        assert [one["activity"]["coding"][0]["code"] for one in (first, second)] == ["CREATE", "UPDATE"]
        version = reader.ask("GET", f"/fhir/Observation/{identifier}/_history/1").json
        assert first["recorded"] == version["meta"]["lastUpdated"]
        assert first["agent"][0]["who"]["identifier"]["value"] == GUERIN
        assert reader.ask("GET", f"/fhir/Provenance/{first['id']}").json == first
    assert served.client("guerin").ask("DELETE", f"/fhir/Observation/{identifier}").status == 204
    deleted = origins(asked(herself, identifier))
    assert [one["activity"]["coding"][0]["code"] for one in deleted] == ["DELETE", "UPDATE", "CREATE"]


def test_what_a_reader_may_not_see_comes_from_nowhere(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier, hidden = (written(served, person, **coded("718-7", f"2026-01-0{day}")) for day in (1, 2))
    (origin,) = origins(asked(herself, hidden))
    reader = served.client("diallo")
    answers = {told(asked(reader, one)) for one in (identifier, hidden, "0" * 64, "x")}
    herself.done("grant_access", EVERYTHING)
    herself.done("mask", {"document": hidden})
    answers |= {told(asked(reader, hidden)), told(asked(served.client("karim"), identifier))}
    for one in (origin["id"], "x", "A" * 52, origin["id"][:-4] + "AAAA"):
        answers.add(told(reader.ask("GET", f"/fhir/Provenance/{one}")))
    answers.add(told(reader.ask("GET", f"/fhir/Provenance?target=Condition/{identifier}")))
    assert len(answers) == 1 and next(iter(answers))[0] == 404, answers
    seen = asked(reader, identifier)
    assert len(origins(seen)) == 1 and hidden.encode() not in seen.body


def test_it_is_narrowed_and_cut_in_pages(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person, **coded("718-7", "2026-01-01"))
    rewritten(served, person, identifier)
    every = found(asked(herself, identifier, f"patient={person}"))
    reply = asked(herself, identifier, "_count=1")
    assert found(reply) == every[:1] and reply.json["total"] == len(every) == 2
    reply = herself.ask("GET", "/fhir/" + link(reply, "next").partition("/fhir/")[2])
    assert found(reply) == every[1:] and not link(reply, "next")
    assert found(asked(herself, identifier, "recorded=lt2020")) == []
    assert found(asked(herself, identifier, f"agent:identifier=https://rpps.esante.gouv.fr%7C{GUERIN}")) == every
    form = f"target=Observation/{identifier}".encode()
    assert found(herself.ask("POST", "/fhir/Provenance/_search", form, content_type=FORM)) == every


def test_what_is_not_well_asked_is_refused(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    identifier = written(served, person, **coded("718-7", "2026-01-01"))
    refused(herself.ask("GET", f"/fhir/Provenance?patient={person}"), 400, "field-missing")
    refused(asked(herself, identifier, f"target=Observation/{identifier}"), 400, "field-missing")
    refused(asked(herself, identifier, f"patient={'0' * 32}"), 400, "patient-twice")
    refused(asked(herself, identifier, "_sort=recorded"), 400, "search-unsupported")
    refused(herself.ask("GET", f"/fhir/Provenance?target=DocumentReference/{identifier}"), 400, "search-unsupported")
    refused(herself.ask("POST", "/fhir/Provenance", {}), 405, "method-refused")
    assert asked(served.client(), identifier).status == 401
