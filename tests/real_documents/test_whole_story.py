"""Real documents through the whole story, by the API: deposited by one professional, read by nobody, then by the one she
names and by him only, journaled, masked, withdrawn, erased. Guarantee: G3, G5, G8, G11.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from espace_sante.access.matrix_files import builtin_texts, matrices_of
from espace_sante.keeper import demand as d
from tests import needs
from tests.fixtures_database import Databases
from tests.real_documents.examples import RealDocument, real_documents, resource
from tests.served import Client, Reply, ServedHouse, served_house

pytestmark = [needs.shared("data/interop-fr/cda"), pytest.mark.slow, pytest.mark.database]
INS = "urn:oid:1.2.250.1.213.1.4.8"
DIALLO = "99900000011"
MATRIX = matrices_of(builtin_texts()).current
OTHERS = ("guerin", "lopez", "labo", "karim", "petit", "accueil")


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, uploads_per_minute=1000) as running:
        yield running


def refused(reader: Client, documents: list[str]) -> bool:
    """Say whether a reader gets the answer of an unknown person for every document, and the same each time."""
    answers = {
        (reply.status, reply.body)
        for document in documents
        for reply in (
            reader.ask("GET", f"/fhir/DocumentReference/{document}"),
            reader.ask("GET", f"/fhir/Binary/{document}"),
        )
    }
    return [status for status, _ in answers] == [404]


def deposit(client: Client, document: RealDocument, person: str) -> str:
    reply = posted(client, document, person)
    assert reply.status == 201, (document.name, reply.body)
    return str(reply.json["id"])


def posted(client: Client, document: RealDocument, person: str) -> Reply:
    """Post a document for a person, with the identity it names as her identity."""
    known = document.identity
    identity = {
        "identifier": [{"system": INS, "value": known["ins"]}] if known["ins"] else [],
        "name": [{"use": "official", "family": known["birth_name"], "given": [known["first_given"]]}],
        "gender": {"F": "female", "M": "male"}[known["sex"]],
        "birthDate": known["birth_date"],
    }
    sent = resource(document, {"reference": f"Patient/{person}"}, identity)
    return client.ask("POST", "/fhir/DocumentReference", sent, Idempotency_Key=f"{person[:8]} {document.unique_id}")


def listed(client: Client, person: str) -> int:
    return int(client.ask("GET", f"/fhir/DocumentReference?patient={person}&_count=0").json["total"])


def test_real_documents_go_through_the_whole_story(served: ServedHouse) -> None:
    everyone = real_documents()
    assert len(everyone) == 37
    identity = everyone[-1].identity
    examples = [each for each in everyone if each.identity == identity]
    many = len(examples)
    assert many >= 30, "most of them are about one test identity"
    herself, person, _ = served.opened(**identity)
    herself.done("stop_authors_reading", {})
    diallo, others = served.client("diallo"), [served.client(word) for word in OTHERS]
    kept = {deposit(others[0], example, person): example for example in examples}
    documents = list(kept)
    assert served.counted() == (many, many)

    for reader in (diallo, *others):
        assert refused(reader, documents), "nobody reads before she says so"

    herself.done("grant_access", {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 30})
    lines = herself.done("list_documents", {"count": 200})["result"]["documents"]
    off_grid = {line["document"] for line in lines if line["category"] not in MATRIX.row("G15_10").categories}
    assert 0 < len(off_grid) < 5, "a few, as reimbursements"
    assert refused(diallo, list(off_grid)), "the public matrix shows them to no doctor"
    entries = set()
    for document, example in kept.items():
        if document in off_grid:
            continue
        read = diallo.ask("GET", f"/fhir/Binary/{document}", Accept=f"{example.media_type}, */*;q=0.1")
        assert (read.status, read.body) == (200, example.data), example.name
        assert read.headers["content-type"] == example.media_type
        entries.add(read.entry)
    assert listed(diallo, person) == many - len(off_grid)
    for reader in others:
        assert refused(reader, documents), "he alone was named"

    told = journal(herself)
    assert entries <= told.keys(), "every reading is in her journal"
    assert all(told[entry]["actor"]["id"] == DIALLO for entry in entries)
    refusals = [r for r in told.values() if r["act"] == "read_document" and r["decision"]["result"] == "refuse"]
    assert len(refusals) == many * 2 * (1 + len(OTHERS) * 2) + 2 * len(off_grid), "so is every refusal"

    for document in documents:
        herself.done("mask", {"document": document})
    assert refused(diallo, documents)
    assert listed(diallo, person) == 0
    assert listed(herself, person) == many
    assert herself.ask("GET", f"/fhir/Binary/{documents[0]}").body == examples[0].data

    herself.done("withdraw_access", {"practitioner": DIALLO})
    assert diallo.ask("GET", f"/fhir/DocumentReference?patient={person}").status == 404

    herself.done("close_space", {"sure": "yes"})
    served.background.run(served.house.link.ask(d.Maintain(0, "erase")))
    assert served.counted() == (0, 0)
    assert refused(herself, documents)


def journal(client: Client) -> dict[str, Any]:
    """Return a whole journal: each record by its public reference."""
    found: dict[str, Any] = {}
    before = 0
    while True:
        page = client.done("read_journal", {"before": before, "count": 200})["result"]
        found |= dict(zip(page["references"], page["records"], strict=True))
        before = page["records"][-1]["seq"]
        if before == 0:
            return found


def test_a_second_version_takes_the_place_of_the_first_as_its_header_says(served: ServedHouse) -> None:
    """Both are kept; the first is out of date, and leads nowhere for whoever may not see the second."""
    first, second = (
        next(example for example in real_documents() if word in example.name)
        for word in ("Transmission_initiale", "Remplacement")
    )
    assert first.unique_id != second.unique_id
    herself, person, _ = served.opened(**first.identity)
    guerin = served.client("guerin")
    old, new = deposit(guerin, first, person), deposit(guerin, second, person)
    was, now = (herself.ask("GET", f"/fhir/DocumentReference/{one}").json for one in (old, new))
    assert (was["status"], now["status"]) == ("superseded", "current")
    assert now["relatesTo"] == [{"code": "replaces", "target": {"reference": f"DocumentReference/{old}"}}]
    for document, example in ((old, first), (new, second)):
        assert herself.ask("GET", f"/fhir/Binary/{document}").body == example.data
    close(served, herself)


def close(served: ServedHouse, herself: Client) -> None:
    """Close a space: the next test opens one for the same identity."""
    herself.done("close_space", {"sure": "yes"})
    served.background.run(served.house.link.ask(d.Maintain(0, "erase")))


def test_a_version_of_somebody_else_s_document_replaces_nothing_and_is_kept(served: ServedHouse) -> None:
    first, second = (
        next(example for example in real_documents() if word in example.name)
        for word in ("Transmission_initiale", "Remplacement")
    )
    herself, person, _ = served.opened(**first.identity)
    old = deposit(served.client("labo"), first, person)
    new = deposit(served.client("guerin"), second, person)
    was, now = (herself.ask("GET", f"/fhir/DocumentReference/{one}").json for one in (old, new))
    assert (was["status"], now["status"]) == ("current", "current")
    assert "reference" not in now["relatesTo"][0]["target"], "what the document says of itself, and no more"
    close(served, herself)
