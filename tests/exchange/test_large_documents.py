"""Documents of the largest size, by every door, while what the web process holds in memory stays within a few mebibytes."""

from __future__ import annotations

import hashlib
import http.client
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from espace_sante.web.cookies import anti_forgery
from tests.exchange.test_binary import naming
from tests.served import Client, Reply, ServedHouse
from tests.web_process import WebProcess, web_process

pytestmark = [pytest.mark.database, pytest.mark.slow]
MIB = 1024 * 1024
MOST = 100_000_000  # document_bytes
ROOM = 24 * MIB  # a document whole in memory would be four times as much
BLOCK = hashlib.shake_256(b"a page of a scan").digest(256 * 1024)
DATED = {"created-day": "2", "created-month": "11", "created-year": "2026"}


def pdf(size: int) -> Iterator[bytes]:
    """Yield a document of a size: what matters is that it is not whole here either."""
    yield b"%PDF-1.7\n"
    left = size - 9
    while left:
        yield BLOCK[: min(left, len(BLOCK))]
        left -= min(left, len(BLOCK))


def sha256(size: int) -> str:
    found = hashlib.sha256()
    for piece in pdf(size):
        found.update(piece)
    return found.hexdigest()


@dataclass(frozen=True)
class Place:
    """A person with a space, before one web process."""

    served: ServedHouse
    web: WebProcess
    client: Client
    person: str

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.client.token}"} | {k.replace("_", "-"): v for k, v in more.items()}


@pytest.fixture(scope="module")
def place(served: ServedHouse) -> Iterator[Place]:
    client, person, _ = served.opened()
    with web_process(served) as web:
        yield Place(served, web, web.client(client.token), person)


def by_binary(place: Place, size: int) -> str:
    headers = place.headers(Content_Type="application/pdf", Content_Length=str(size))
    ahead = place.web.send("POST", "/fhir/Binary", pdf(size), headers)
    assert ahead.status == 201, ahead.body
    done = place.client.ask("POST", "/fhir/DocumentReference", naming(ahead.json["id"], place.person))
    assert done.status == 201, done.body
    return str(done.json["id"])


def form(fields: dict[str, str], size: int) -> tuple[str, Iterator[bytes], int]:
    """Return the type, the pieces and the length of a form whose file comes before its other fields."""
    boundary = secrets.token_hex(12)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="scan.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    others = "".join(
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'
        for name, value in fields.items()
    )
    tail = f"{others}\r\n--{boundary}--\r\n".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        yield from pdf(size)
        yield tail

    return f"multipart/form-data; boundary={boundary}", pieces(), len(head) + size + len(tail)


def by_api_form(place: Place, size: int) -> str:
    fields = {"title": "Scanner", "category": "3", "created": "2026-11-02"}
    kind, pieces, length = form(fields, size)
    headers = place.headers(Content_Type=kind, Content_Length=str(length))
    reply = place.web.send("POST", "/api/demarches/deposit_document", pieces, headers)
    assert reply.status == 200, reply.body
    return str(reply.json["result"]["document"])


def page_headers(place: Place, kind: str, length: int) -> dict[str, str]:
    return {
        "Cookie": f"es_session={place.client.token}",
        "Origin": f"http://127.0.0.1:{place.web.port}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": kind,
        "Content-Length": str(length),
    }


def by_page(place: Place, size: int) -> str:
    fields = {
        "title": "Scanner",
        "category": "3",
        **DATED,
        "anti_forgery": anti_forgery(place.client.token, os.urandom(16)),
        "idempotency_key": secrets.token_hex(16),
    }
    kind, pieces, length = form(fields, size)
    before = listed(place)
    reply = place.web.send("POST", "/moi/documents/deposer", pieces, page_headers(place, kind, length))
    assert reply.status == 200, reply.body[-2000:]
    (document,) = listed(place) - before
    return document


def listed(place: Place) -> set[str]:
    found = place.client.done("list_documents", {"count": 200})["result"]["documents"]
    return {line["document"] for line in found}


DOORS = {"FHIR Binary": by_binary, "form of the API": by_api_form, "form of a page": by_page}


@pytest.mark.parametrize("door", DOORS)
def test_the_largest_document_takes_little_memory_and_comes_back_the_same(place: Place, door: str) -> None:
    deposit = DOORS[door]
    deposit(place, 3 * MIB)  # so that what is loaded once is not counted
    idle, _ = place.web.memory()
    place.web.forget_peak()
    document = deposit(place, MOST)
    assert place.web.memory()[1] - idle < ROOM
    place.web.forget_peak()
    seen, size = hashlib.sha256(), 0
    connection = http.client.HTTPConnection("127.0.0.1", place.web.port, timeout=120)
    connection.request("GET", f"/fhir/Binary/{document}", headers=place.headers(Accept="*/*"))
    answer = connection.getresponse()
    while piece := answer.read(MIB):
        seen.update(piece)
        size += len(piece)
    connection.close()
    assert (size, seen.hexdigest()) == (MOST, sha256(MOST))
    assert answer.headers["etag"] == f'"{sha256(MOST)}"', "the same by every door"
    assert place.web.memory()[1] - idle < ROOM


def test_what_one_process_received_ahead_another_deposits(place: Place) -> None:
    headers = place.headers(Content_Type="application/pdf", Content_Length=str(3 * MIB))
    ahead = place.web.send("POST", "/fhir/Binary", pdf(3 * MIB), headers).json["id"]
    elsewhere = Client(place.served.port, place.client.token)
    done = elsewhere.ask("POST", "/fhir/DocumentReference", naming(ahead, place.person))
    assert done.status == 201, done.body
    read = place.client.ask("GET", f"/fhir/Binary/{done.json['id']}", Accept="*/*")
    assert hashlib.sha256(read.body).hexdigest() == sha256(3 * MIB)


@pytest.mark.parametrize("door", ["FHIR Binary", "form of the API", "form of a page"])
def test_one_byte_too_many_is_refused_as_soon_as_it_is_announced(place: Place, door: str) -> None:
    before = place.served.counted()
    path, headers = {
        "FHIR Binary": ("/fhir/Binary", place.headers(Content_Type="application/pdf", Content_Length=str(MOST + 1))),
        "form of the API": (
            "/api/demarches/deposit_document",
            place.headers(Content_Type="multipart/form-data; boundary=b", Content_Length=str(MOST + 1_000_001)),
        ),
        "form of a page": (
            "/moi/documents/deposer",
            page_headers(place, "multipart/form-data; boundary=b", MOST + 1_000_001),
        ),
    }[door]
    connection = http.client.HTTPConnection("127.0.0.1", place.web.port, timeout=20)
    connection.putrequest("POST", path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413, "nothing of the body was sent"
    connection.close()
    assert place.served.counted() == before


def refused_when_crossed(place: Place) -> Iterator[Reply]:
    headers = place.headers(Content_Type="application/pdf")
    yield place.web.send("POST", "/fhir/Binary", pdf(MOST + 1), headers)
    kind, pieces, _ = form({"title": "Scanner"}, MOST + 1)
    yield place.web.send("POST", "/api/demarches/deposit_document", pieces, place.headers(Content_Type=kind))


def test_one_byte_too_many_is_refused_when_it_comes(place: Place) -> None:
    before = place.served.counted()
    for reply in refused_when_crossed(place):
        assert reply.status == 413
        assert b"document-too-large" in reply.body
    assert place.served.counted() == before


@pytest.mark.parametrize("door", ["FHIR Binary", "form of the API", "form of a page"])
@pytest.mark.parametrize("framing", ["announced", "chunked"])
def test_a_sender_who_hangs_up_leaves_nothing(place: Place, door: str, framing: str) -> None:
    before = place.served.counted()
    kind, pieces, _ = form({}, 20 * MIB)
    path, headers, sent = {
        "FHIR Binary": ("/fhir/Binary", place.headers(Content_Type="application/pdf"), pdf(20 * MIB)),
        "form of the API": ("/api/demarches/deposit_document", place.headers(Content_Type=kind), pieces),
        "form of a page": ("/moi/documents/deposer", page_headers(place, kind, 0), pieces),
    }[door]
    headers.pop("Content-Length", None)
    headers |= {"Transfer-Encoding": "chunked"} if framing == "chunked" else {"Content-Length": str(30 * MIB)}
    connection = http.client.HTTPConnection("127.0.0.1", place.web.port, timeout=20)
    connection.putrequest("POST", path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    for number, piece in enumerate(sent):
        connection.send(b"%x\r\n%s\r\n" % (len(piece), piece) if framing == "chunked" else piece)
        if number == 40:
            break
    assert eventually(lambda: place.served.counted()[1] == before[1] + 1), "sealed while it came"
    connection.close()
    assert eventually(lambda: place.served.counted() == before)


def test_a_reader_who_hangs_up_stops_the_work(place: Place) -> None:
    document = by_binary(place, 60 * MIB)
    connection = http.client.HTTPConnection("127.0.0.1", place.web.port, timeout=20)
    connection.request("GET", f"/fhir/Binary/{document}", headers=place.headers(Accept="*/*"))
    connection.getresponse().read(10)
    folder = f"/proc/{place.web.pid}/fd"

    def opened() -> bool:
        found = []
        for number in os.listdir(folder):
            try:
                found.append(os.readlink(f"{folder}/{number}"))
            except FileNotFoundError:
                continue
        return any(path.endswith(document[32:]) for path in found)

    assert opened(), "a slow reader keeps it waiting: it is not read ahead"
    connection.close()
    assert eventually(lambda: not opened())


def eventually(holds: object) -> bool:
    """Wait until something holds, within the patience of a test."""
    assert callable(holds)
    for _ in range(200):
        if holds():
            return True
        time.sleep(0.05)
    return False
