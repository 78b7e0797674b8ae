"""Bytes sent ahead, turned against those they were sent for, those who sent them, or those whose documents stand beside."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from espace_sante.keeper.demand import Maintain
from espace_sante.kernel.clock import utc_now
from tests.exchange.test_binary import PDF, code_of, naming, sent_ahead
from tests.fixtures_database import Databases
from tests.served import Client, ServedHouse, posted, served_house

pytestmark = [pytest.mark.database]


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, uploads_per_minute=10_000) as running:
        yield running


def place(served: ServedHouse, name: str) -> Path:
    row = UUID(bytes=base64.b64decode(name.encode(), b"-.")[:16])
    return served.house.settings.home / "objects" / row.hex[:2] / row.hex


def test_a_name_made_from_the_place_of_a_document_neither_opens_nor_removes_it(served: ServedHouse) -> None:
    her, person, _ = served.opened()
    sender = served.client("guerin")
    resource = posted(b"words\n", subject={"reference": f"Patient/{person}"})
    document = sender.ask("POST", "/fhir/DocumentReference", resource).json["id"]
    before = served.counted()
    seen = set()
    for row in (bytes.fromhex(document[32:]), os.urandom(16)):
        name = base64.b64encode(row + os.urandom(32), b"-.").decode()
        reply = sender.ask("POST", "/fhir/DocumentReference", naming(name, person))
        assert (reply.status, code_of(reply)) == (422, "binary-unknown")
        seen.add(reply.body)
    assert len(seen) == 1, "a place where a document stands is answered like one where nothing does"
    assert served.counted() == before
    assert her.ask("GET", f"/fhir/Binary/{document}", Accept="*/*").body == b"words\n"


def test_a_name_that_was_used_is_of_no_more_use_for_anybody(served: ServedHouse) -> None:
    her, person, _ = served.opened()
    sender = served.client("guerin")
    name = sent_ahead(sender).json["id"]
    assert sender.ask("POST", "/fhir/DocumentReference", naming(name, person)).status == 201
    _, other, _ = served.opened()
    for whom in (person, other):
        reply = sender.ask("POST", "/fhir/DocumentReference", naming(name, whom))
        assert (reply.status, code_of(reply)) == (422, "binary-unknown")
    assert her.ask("GET", "/fhir/DocumentReference").json["total"] == 1


def test_two_persons_share_no_name(served: ServedHouse) -> None:
    one, person, _ = served.opened()
    other, others, _ = served.opened()
    name = sent_ahead(one).json["id"]
    reply = other.ask("POST", "/fhir/DocumentReference", naming(name, others))
    assert (reply.status, code_of(reply)) == (422, "binary-unknown")
    assert one.ask("POST", "/fhir/DocumentReference", naming(name, person)).status == 201


def test_a_name_that_does_not_open_is_answered_alike_whoever_it_is_for_and_whatever_is_there(
    served: ServedHouse,
) -> None:
    _, person, _ = served.opened()
    sender = served.client("guerin")
    name = sent_ahead(served.client("diallo")).json["id"]
    answers = {
        (reply.status, reply.body)
        for whom in (person, "0" * 32)
        for one in (name, name[:-1] + ("A" if name[-1] != "A" else "B"), "x", "A" * 64)
        for reply in [sender.ask("POST", "/fhir/DocumentReference", naming(one, whom))]
    }
    assert len(answers) == 1


def test_what_was_sent_ahead_of_a_closing_is_not_delivered_and_is_gone_after_its_day(served: ServedHouse) -> None:
    her, person, _ = served.opened()
    sender = served.client("guerin")
    name = sent_ahead(sender, X_Security_Context=f"Patient/{person}").json["id"]
    her.done("close_space", {"sure": "yes"})
    reply = sender.ask("POST", "/fhir/DocumentReference", naming(name, person))
    nobody = sender.ask("POST", "/fhir/DocumentReference", naming(sent_ahead(sender).json["id"], "0" * 32))
    assert (reply.status, reply.body) == (nobody.status, nobody.body) and code_of(reply) == "not-delivered"
    path = place(served, name)
    assert path.exists() and PDF[:64] not in path.read_bytes()
    old = (utc_now() - timedelta(days=2)).timestamp()
    os.utime(path, (old, old))
    served.background.run(served.house.link.ask(Maintain(0, "purge")))
    assert not path.exists()


def test_a_place_named_as_a_path_leads_nowhere(served: ServedHouse) -> None:
    _, person, _ = served.opened()
    client: Client = served.client("guerin")
    for url in (
        "Binary/../../keys/master.key",
        "Binary/%2e%2e/x",
        "Binary/",
        "file:///etc/passwd",
        "http://127.0.0.1/x",
    ):
        resource = naming("x", person)
        resource["content"][0]["attachment"]["url"] = url
        reply = client.ask("POST", "/fhir/DocumentReference", resource)
        assert reply.status in (400, 422)
        assert "passwd" not in reply.body.decode() and "master" not in reply.body.decode()
