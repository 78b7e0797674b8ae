"""fhirclient, the Python client of SMART Health IT: its models of R4 read all that we answer, strictly, and write what it may."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.conftest import Story
from tests.served import posted

client = pytest.importorskip("fhirclient.client", reason="sans fhirclient (make setup)")
server = pytest.importorskip("fhirclient.server", reason="sans fhirclient (make setup)")
requests = pytest.importorskip("requests", reason="sans requests (make setup)")

pytestmark = [pytest.mark.slow, pytest.mark.database]


def signed(story: Story, token: str) -> Any:
    """Return what this client calls a server, for one account."""
    found = client.FHIRClient(settings={"app_id": "essai", "api_base": story.base})
    found.server.session.headers["Authorization"] = f"Bearer {token}"
    return found.server


def refused(answer: Any) -> tuple[int, str]:
    """Return the status and our code of an answer that the model of an OperationOutcome reads."""
    from fhirclient.models.operationoutcome import OperationOutcome

    outcome = OperationOutcome(answer.json())
    return answer.status_code, outcome.issue[0].details.coding[0].code


def test_its_model_reads_what_the_server_says_it_does(story: Story) -> None:
    statement = signed(story, story.writer).capabilityStatement
    assert (statement.fhirVersion, statement.kind, statement.rest[0].mode) == ("4.0.1", "instance", "server")
    known = {one.type: {each.code for each in one.interaction or []} for one in statement.rest[0].resource}
    assert {"read", "vread", "update", "delete", "create", "history-instance"} <= known["Observation"]
    assert {"read", "create", "search-type"} <= known["DocumentReference"]


def test_a_session(story: Story) -> None:
    from fhirclient.models.bundle import Bundle
    from fhirclient.models.observation import Observation

    writer = signed(story, story.writer)
    made = Observation(Observation(story.observation()).create(writer))
    assert (made.meta.versionId, made.valueQuantity.value) == ("1", 5.2)
    read = Observation.read(made.id, writer)
    assert read.as_json() == made.as_json()
    assert Observation.read_from(f"Observation/{made.id}/_history/1", writer).as_json() == made.as_json()

    read.status = "amended"
    with pytest.raises(requests.HTTPError) as wrong:
        read.update()
    assert refused(wrong.value.response) == (400, "if-match-missing")
    writer.session.headers["If-Match"] = f'W/"{read.meta.versionId}"'
    assert Observation(read.update()).meta.versionId == "2"
    with pytest.raises(requests.HTTPError) as wrong:
        read.update()
    assert refused(wrong.value.response) == (412, "version-differs")
    del writer.session.headers["If-Match"]

    past = Bundle.read_from(f"Observation/{made.id}/_history", writer)
    assert (past.type, past.total) == ("history", 2)
    assert [(one.request.method, one.resource.status) for one in past.entry] == [("PUT", "amended"), ("POST", "final")]
    if "Observation" in story.searches:
        found = Observation.where({"patient": story.person, "code": "http://loinc.org|14771-0"}).perform_resources_iter(
            signed(story, story.herself.token)
        )
        assert [one.id for one in found] == [made.id]

    assert read.delete() is None
    with pytest.raises(requests.HTTPError) as wrong:
        Observation.read(made.id, writer)
    assert refused(wrong.value.response) == (410, "resource-deleted")
    assert Bundle.read_from(f"Observation/{made.id}/_history", writer).entry[0].request.method == "DELETE"


def test_documents_are_models_of_r4_too(story: Story) -> None:
    from fhirclient.models.binary import Binary
    from fhirclient.models.documentreference import DocumentReference

    writer, hers = signed(story, story.writer), signed(story, story.herself.token)
    sent = DocumentReference(posted(b"Bonjour.\n", subject={"reference": f"Patient/{story.person}"}))
    made = DocumentReference(sent.create(writer))
    assert DocumentReference.read(made.id, hers).content[0].attachment.title == "Compte rendu de consultation"
    found = DocumentReference.where({"patient": story.person, "status": "current"}).perform_resources_iter(hers)
    assert [one.id for one in found] == [made.id]
    assert Binary.read(made.id, hers).data == "Qm9uam91ci4K"


def test_what_is_refused_is_an_outcome_it_reads(story: Story) -> None:
    from fhirclient.models.observation import Observation

    made = Observation(Observation(story.observation()).create(signed(story, story.writer)))
    with pytest.raises(server.FHIRNotFoundException) as unknown:
        Observation.read(made.id, signed(story, story.stranger))
    assert refused(unknown.value.response) == (404, "nothing-to-show")
    with pytest.raises(server.FHIRUnauthorizedException) as nobody:
        Observation.read(made.id, signed(story, "x"))
    assert refused(nobody.value.response) == (401, "unauthenticated")
    foreign = Observation(story.observation(encounter={"reference": "Encounter/1"}))
    with pytest.raises(requests.HTTPError) as wrong:
        foreign.create(signed(story, story.writer))
    assert refused(wrong.value.response) == (422, "reference-foreign")
