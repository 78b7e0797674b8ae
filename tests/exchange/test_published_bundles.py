"""The transactions published with the French profiles go through; only the person they are about is an invented one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import needs
from tests.served import ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database, needs.shared("data/interop-fr/fhir")]
FOLDER = needs.SHARED / "data" / "interop-fr" / "fhir"
PUBLISHED = "123456789012345"


def published(name: str, number: str, **words: str) -> dict[str, Any]:
    """Return a published resource, about an invented person; `words` replaces other places of the example."""
    text = (FOLDER / name).read_text(encoding="utf-8").replace(PUBLISHED, number)
    for old, new in words.items():
        text = text.replace(old.replace("_", "-"), new)
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_the_published_submission_and_its_replacement_go_through(served: ServedHouse) -> None:
    herself, _, account = served.opened()
    sender = served.client("guerin")
    whole = published("pdsm4dmp/Bundle-example-td2-iti65-lot-soumission.json", account.ins)
    first = sender.ask("POST", "/fhir", whole)
    assert first.status == 200, first.body
    old = first.json["entry"][1]["response"]["location"][-64:]
    second = sender.ask(
        "POST", "/fhir", published("pdsm4dmp/Bundle-example-td2-1-remplacement.json", account.ins, doc_x_id=old)
    )
    assert second.status == 200, second.body
    statuses = [one["response"]["status"] for one in second.json["entry"]]
    assert statuses == ["201 Created", "201 Created", "200 OK", "201 Created"]
    new = second.json["entry"][1]["response"]["location"][-64:]
    was = herself.ask("GET", f"/fhir/DocumentReference/{old}").json
    now = herself.ask("GET", f"/fhir/DocumentReference/{new}").json
    assert (was["status"], now["status"]) == ("superseded", "current")
    assert now["relatesTo"][0]["target"]["reference"] == f"DocumentReference/{old}"
    given = whole["entry"][1]["resource"]
    for name in ("masterIdentifier", "date", "securityLabel", "type"):
        assert was[name] == given[name], name
    for name in ("period", "facilityType", "practiceSetting"):
        assert was["context"][name] == given["context"][name], name
    assert was["content"][0]["format"] == given["content"][0]["format"]
    attachment = given["content"][0]["attachment"]
    for name in ("contentType", "language", "size", "hash", "title", "creation"):
        assert was["content"][0]["attachment"][name] == attachment[name], name
    content = herself.ask("GET", f"/fhir/Binary/{old}")
    assert len(content.body) == attachment["size"]


def test_the_published_comprehensive_reference_goes_through_with_its_bytes(served: ServedHouse) -> None:
    """Its own bytes are not published, its address is nobody's here: these two are changed, nothing else."""
    herself, person, _ = served.opened()
    given = published("pdsm/DocumentReference-exemple-pdsm-documentreference.json", "")
    given["subject"] = {"reference": f"Patient/{person}"}
    attachment = given["content"][0]["attachment"]
    for name in ("url", "size", "hash"):
        del attachment[name]
    attachment["data"] = "JVBERi0xLjcK"
    reply = served.client("guerin").ask("POST", "/fhir/DocumentReference", given)
    assert reply.status == 201, reply.body
    read = herself.ask("GET", f"/fhir/DocumentReference/{reply.json['id']}").json
    for name in ("date", "description", "type", "masterIdentifier"):
        expected = {key: value for key, value in given[name].items() if key != "use"} if name[0] == "m" else given[name]
        assert read[name] == expected, name
    for name in ("period", "facilityType", "practiceSetting"):
        assert read["context"][name] == given["context"][name], name
    assert read["category"][0]["coding"][1] == given["category"][0]["coding"][0]
    assert read["content"][0]["format"] == given["content"][0]["format"]
    assert "sourcePatientInfo" not in read["context"], "a reference that leads out says nothing of her"
