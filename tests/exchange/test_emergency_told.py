"""An answer that an emergency access gives says so by FHIR, and nothing else does: neither what is hidden, nor what is granted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.served import Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]
GLASS = {"kind": "bedside", "beside": "yes", "ground": "life-at-risk", "reason": "Malaise"}
BTG = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG", "display": "break the glass"}
DIALLO = "99900000011"


def opened(served: ServedHouse) -> tuple[Client, str, str, str]:
    """Return someone who lets an emergency read, her public id, her number, and the id of her one document."""
    herself, person, account = served.opened()
    herself.done("set_emergency_will", {"regulator": "no", "bedside": "yes", "hidden": "no", "scope": "everything"})
    sent = posted(b"Bonjour.\n", subject={"reference": f"Patient/{person}"})
    reply = served.client("guerin").ask("POST", "/fhir/DocumentReference", sent)
    assert reply.status == 201, reply.body
    return herself, person, f"ins:{account.ins}", reply.json["id"]


def broken(served: ServedHouse, reference: str) -> str:
    """Break the glass; return until when."""
    until: str = served.client("diallo").done("break_glass", GLASS | {"person": reference})["result"]["ends"]
    return until


def asked(reader: Client, person: str, document: str) -> dict[str, Reply]:
    return {
        "search": reader.ask("GET", f"/fhir/DocumentReference?patient={person}"),
        "reference": reader.ask("GET", f"/fhir/DocumentReference/{document}"),
        "resource": reader.ask("GET", f"/fhir/Binary/{document}", Accept="application/fhir+json"),
        "bytes": reader.ask("GET", f"/fhir/Binary/{document}"),
        "head": reader.ask("HEAD", f"/fhir/Binary/{document}"),
        "part": reader.ask("GET", f"/fhir/Binary/{document}", Range="bytes=0-1"),
    }


def outcomes(reply: Reply) -> list[dict[str, Any]]:
    return [entry for entry in reply.json.get("entry", []) if entry["search"]["mode"] == "outcome"]


def test_what_a_broken_glass_shows_says_so_in_every_answer(served: ServedHouse) -> None:
    _, person, reference, document = opened(served)
    until = broken(served, reference)
    replies = asked(served.client("diallo"), person, document)
    assert all(reply.status in (200, 206) for reply in replies.values()), replies
    assert {reply.headers.get("emergency-access") for reply in replies.values()} == {until}
    for name in ("search", "reference", "resource"):
        assert replies[name].json["meta"]["security"] == [BTG], name
    (told,) = outcomes(replies["search"])
    (issue,) = told["resource"]["issue"]
    assert (issue["severity"], issue["code"]) == ("information", "informational")
    assert issue["details"]["coding"] == [BTG] and "urgence" in issue["details"]["text"]
    assert replies["search"].json["total"] == 1, "what is said of the search counts for no document"
    assert replies["bytes"].body == b"Bonjour.\n"


def test_what_a_permission_shows_says_nothing_of_an_emergency(served: ServedHouse) -> None:
    herself, person, _, document = opened(served)
    herself.done("grant_access", {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": 3})
    for reader in (served.client("diallo"), herself):
        replies = asked(reader, person, document)
        assert all(reply.status in (200, 206) for reply in replies.values())
        assert not any("emergency-access" in reply.headers for reply in replies.values())
        assert not any(b"BTG" in reply.body for reply in replies.values())
        assert outcomes(replies["search"]) == []


def test_it_is_said_alike_whether_something_is_hidden_or_not_there(served: ServedHouse) -> None:
    said = []
    for hides in (True, False):
        herself, person, reference, document = opened(served)
        if hides:
            herself.done("mask", {"document": document})
        else:
            served.client("diallo")  # the same work
        until = broken(served, reference)
        reply = served.client("diallo").ask("GET", f"/fhir/DocumentReference?patient={person}&status=superseded")
        assert reply.headers["emergency-access"] == until
        body = reply.body.replace(person.encode(), b"person")
        said.append(body.replace(outcomes(reply)[0]["resource"]["issue"][0]["details"]["text"].encode(), b"text"))
    assert said[0] == said[1]


def test_a_refused_emergency_says_nothing(served: ServedHouse) -> None:
    herself, person, reference, document = opened(served)
    broken(served, reference)
    herself.done("refuse_emergency")
    for name, reply in asked(served.client("diallo"), person, document).items():
        assert reply.status == 404 and "emergency-access" not in reply.headers, name
        assert b"BTG" not in reply.body
