"""What an application sees of the views of one person: where data it may read come from, and files of them; never her journal
nor her choices."""

from __future__ import annotations

import pytest

from tests.exchange.smart.apps import Apps
from tests.exchange.smart.test_standalone import vital, whole, written

pytestmark = [pytest.mark.slow, pytest.mark.database]


def test_an_application_reads_neither_her_journal_nor_her_choices(apps: Apps) -> None:
    given, person, hers = whole(apps)
    reader = apps.bearer(given["access_token"])
    for name in ("AuditEvent", "Consent"):
        assert hers.ask("GET", f"/fhir/{name}?patient={person}").status == 200
        reply = reader.ask("GET", f"/fhir/{name}?patient={person}")
        assert (reply.status, reply.json["issue"][0]["details"]["coding"][0]["code"]) == (403, "app-scope")


def test_her_journal_says_which_application_asked(apps: Apps) -> None:
    given, person, hers = whole(apps)
    result = written(apps, person, "Observation", **vital("laboratory"))
    assert apps.bearer(given["access_token"]).ask("GET", f"/fhir/Observation/{result}").status == 200
    reply = hers.ask("GET", f"/fhir/AuditEvent?patient={person}&subtype=read_resource")
    (event,) = [one["resource"] for one in reply.json["entry"]]
    whom = [one["who"].get("identifier", {}) for one in event["agent"]]
    assert {"system": "urn:espace-sante:application", "value": "carnet"} in whom
    assert event["agent"][0]["who"]["reference"] == f"Patient/{person}"


def test_an_application_takes_what_its_scopes_let_through_and_no_more(apps: Apps) -> None:
    given, person, hers = whole(apps)
    result = written(apps, person, "Observation", **vital("laboratory"))
    vaccine = written(apps, person, "Immunization")
    reader = apps.bearer(given["access_token"])
    for client, status in ((reader, 403), (hers, 200)):
        reply = client.ask("GET", f"/fhir/Patient/{person}/$export-file?_type=Immunization&at=9999999999999")
        assert reply.status == status and (vaccine.encode() in reply.body) == (client is hers)
        origin = client.ask("GET", f"/fhir/Provenance?target=Immunization/{vaccine}")
        assert origin.status == status
    reply = reader.ask("GET", f"/fhir/Patient/{person}/$export-file?_type=Observation&at=9999999999999")
    assert reply.status == 200 and result.encode() in reply.body
    assert reader.ask("GET", f"/fhir/Provenance?target=Observation/{result}").json["total"] == 1
    assert reader.ask("GET", f"/fhir/Patient/{person}/$export-file?_type=DocumentReference").status == 404
