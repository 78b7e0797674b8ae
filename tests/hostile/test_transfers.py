"""Each hostile transfer is answered as it must be, keeps nothing it should not, and leaves the service as it was."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from espace_sante.actions import receiving
from tests.fixtures_database import Databases
from tests.hostile.transfer_corpus import BOUNDARY, FIELDS, FORMS, LETTER, OTHERS, RANGES, WIRES, Case, Wire, file, form
from tests.served import Client, ServedHouse, served_house

pytestmark = [pytest.mark.database]
PATH = "/api/demarches/deposit_document"


@dataclass(frozen=True)
class Place:
    """A person with a space in a served house."""

    served: ServedHouse
    client: Client

    def files(self) -> set[str]:
        home = self.served.house.settings.home
        return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file() and "data" not in path.parts}


@pytest.fixture(scope="module")
def place(databases: Databases) -> Iterator[Place]:
    with served_house(databases, whole=True, uploads_per_minute=10_000) as served:
        client, _, _ = served.opened()
        yield Place(served, client)


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case.name)
def test_a_hostile_form_keeps_nothing_it_should_not(place: Place, case: Case) -> None:
    before, files = place.served.counted(), place.files()
    reply = place.client.ask("POST", PATH, case.body, content_type=case.content_type)
    assert reply.status in case.statuses, reply.body
    if reply.status != 200:
        assert (place.served.counted(), place.files()) == (before, files)
        assert reply.json["code"] not in ("internal", "")
        return
    assert case.kept
    document = reply.json["result"]["document"]
    assert place.client.ask("GET", f"/fhir/Binary/{document}", Accept="*/*").body == case.content
    assert place.files() - files <= {f"objects/{document[32:34]}/{document[32:]}"}, "a file's name is never a path"
    found = place.client.done("read_document", {"document": document})["result"]
    assert found["title"] == FIELDS["title"]
    assert "passwd" not in str(found)


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
def test_a_hostile_connection_keeps_nothing(place: Place, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "SILENCE_SECONDS", 0.3)
    before = place.served.counted()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{place.served.port}\r\nAuthorization: Bearer {place.client.token}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", place.served.port), timeout=20) as connection:
        try:
            connection.sendall(head + wire.head + b"\r\n" + wire.body)
            said = connection.recv(12)
        except ConnectionError:  # it hung up on us before we had said everything
            said = b""
    assert said in {b""} | {b"HTTP/1.1 %d" % status for status in wire.statuses}
    for _ in range(100):
        if place.served.counted() == before:
            break
        time.sleep(0.05)
    assert place.served.counted() == before
    sent = form(file(), *OTHERS)
    assert place.client.ask("POST", PATH, sent, content_type=f"multipart/form-data; boundary={BOUNDARY}").status == 200


@pytest.mark.parametrize("wanted", RANGES, ids=range(len(RANGES)))
def test_a_hostile_range_is_one_reading_at_most(place: Place, wanted: str) -> None:
    sent = form(file(), *OTHERS)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    document = place.client.ask("POST", PATH, sent, content_type=kind).json["result"]["document"]
    before = place.client.done("read_journal", {"count": 1})["result"]["n"]
    reply = place.client.ask("GET", f"/fhir/Binary/{document}", Accept="*/*", Range=wanted)
    assert (reply.status, reply.body) == (200, LETTER)
    assert place.client.done("read_journal", {"count": 1})["result"]["n"] <= before + 2
