"""fhirpy, as its users write with it: create, read, versions, update, search, delete, and what is refused. Synchronous and not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.clients.conftest import Story
from tests.served import posted

fhirpy = pytest.importorskip("fhirpy", reason="sans fhirpy (make setup)")
exceptions = pytest.importorskip("fhirpy.base.exceptions", reason="sans fhirpy (make setup)")

pytestmark = [pytest.mark.slow, pytest.mark.database]


def code_of(refusal: Any) -> str:
    """Return our code of an OperationOutcome that the client read."""
    return str(refusal.resource["issue"][0]["details"]["coding"][0]["code"])


def new(client: Any, resource: dict[str, Any]) -> Any:
    """Return a resource of this client, not sent yet."""
    return client.resource(
        resource["resourceType"], **{name: value for name, value in resource.items() if name != "resourceType"}
    )


def test_a_session_of_the_synchronous_client(story: Story) -> None:
    client = fhirpy.SyncFHIRClient(story.base, authorization=f"Bearer {story.writer}")
    statement = client.execute("metadata", method="get")
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")

    made = new(client, story.observation())
    assert made.is_valid(raise_exception=True)
    made.save()
    assert made["meta"]["versionId"] == "1"
    read = client.reference("Observation", made.id).to_resource()
    assert read.serialize() == made.serialize()
    assert client.execute(f"Observation/{made.id}/_history/1", method="get", params={"_format": "json"}) == dict(made)

    made["status"] = "amended"
    with pytest.raises(exceptions.OperationOutcome) as refused:
        made.save()
    assert code_of(refused.value) == "if-match-missing"
    client.extra_headers = {"If-Match": f'W/"{made["meta"]["versionId"]}"'}
    made.save()
    assert (made["meta"]["versionId"], made["status"]) == ("2", "amended")
    with pytest.raises(exceptions.MultipleResourcesFound):  # what this client calls any 412
        made.save()
    client.extra_headers = None
    assert made.refresh()["meta"]["versionId"] == "2"
    past = client.execute(f"Observation/{made.id}/_history", method="get")
    assert (past["type"], past["total"]) == ("history", 2)

    if "Observation" in story.searches:
        hers = fhirpy.SyncFHIRClient(story.base, authorization=f"Bearer {story.herself.token}")
        found = hers.resources("Observation").search(patient=f"Patient/{story.person}", code="14771-0").limit(10)
        assert [one.id for one in found.fetch()] == [made.id]
        assert found.count() == 1
    with pytest.raises(exceptions.OperationOutcome) as refused:
        client.resources("DocumentReference").search(nonsense="1").fetch()
    assert code_of(refused.value) == "field-invalid"

    made.delete()
    with pytest.raises(exceptions.ResourceNotFound, match="resource-deleted"):
        client.reference("Observation", made.id).to_resource()


def test_documents_are_found_and_counted_by_the_synchronous_client(story: Story) -> None:
    client = fhirpy.SyncFHIRClient(story.base, authorization=f"Bearer {story.writer}")
    subject = {"subject": {"reference": f"Patient/{story.person}"}}
    made = [new(client, posted(b"Un texte.\n", title=title, **subject)).save() for title in ("Un", "Deux", "Trois")]
    hers = fhirpy.SyncFHIRClient(story.base, authorization=f"Bearer {story.herself.token}")
    documents = hers.resources("DocumentReference").search(patient=story.person)
    assert documents.count() == 3
    assert {one.id for one in documents.limit(2).fetch_all()} == {one.id for one in made}  # page after page
    assert documents.search(status="superseded").fetch() == []
    assert documents.first().id in {one.id for one in made}


def test_what_may_not_be_read_is_said_as_a_refusal_the_client_knows(story: Story) -> None:
    made = new(fhirpy.SyncFHIRClient(story.base, authorization=f"Bearer {story.writer}"), story.observation()).save()
    stranger = fhirpy.SyncFHIRClient(story.base, authorization=f"Bearer {story.stranger}")
    for reference in (f"Observation/{made.id}", f"Observation/{story.person}{'0' * 32}", f"Patient/{story.person}"):
        with pytest.raises(exceptions.ResourceNotFound, match="nothing-to-show"):
            stranger.reference(reference=reference).to_resource()
    with pytest.raises(exceptions.AuthorizationError, match="unauthenticated"):
        fhirpy.SyncFHIRClient(story.base).reference("Observation", made.id).to_resource()
    with pytest.raises(exceptions.OperationOutcome) as refused:
        new(stranger, story.observation(status=7)).is_valid(raise_exception=True)
    assert refused.value.resource["issue"][0]["severity"] == "error"


def test_a_session_of_the_asynchronous_client(story: Story) -> None:
    asyncio.run(session(story))


async def session(story: Story) -> None:
    client = fhirpy.AsyncFHIRClient(story.base, authorization=f"Bearer {story.writer}")
    assert (await client.execute("metadata", method="get"))["resourceType"] == "CapabilityStatement"
    made = await asyncio.gather(
        *(new(client, story.observation(effectiveDateTime=f"2026-11-0{day}")).save() for day in range(1, 6))
    )
    first = made[0]
    assert await first.is_valid(raise_exception=True)
    assert (await client.reference("Observation", first.id).to_resource()).serialize() == first.serialize()
    assert await client.execute(f"Observation/{first.id}/_history/1", method="get") == dict(first)
    client.extra_headers = {"If-Match": 'W/"1"'}
    first["status"] = "amended"
    await first.save()
    with pytest.raises(exceptions.MultipleResourcesFound):
        await first.save()
    client.extra_headers = None
    assert (await first.refresh())["meta"]["versionId"] == "2"
    assert (await client.execute(f"Observation/{first.id}/_history", method="get"))["total"] == 2
    if "Observation" in story.searches:
        hers = fhirpy.AsyncFHIRClient(story.base, authorization=f"Bearer {story.herself.token}")
        found = hers.resources("Observation").search(patient=story.person).sort("-date").limit(2)
        assert [one.id async for one in found] == [one.id for one in reversed(made)]
    await first.delete()
    with pytest.raises(exceptions.ResourceNotFound, match="resource-deleted"):
        await client.reference("Observation", first.id).to_resource()
    stranger = fhirpy.AsyncFHIRClient(story.base, authorization=f"Bearer {story.stranger}")
    with pytest.raises(exceptions.ResourceNotFound, match="nothing-to-show"):
        await stranger.reference("Observation", made[1].id).to_resource()
