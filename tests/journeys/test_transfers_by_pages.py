"""Documents in and out by the pages: parts of them, what is said with them, and files from who may not send any."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from espace_sante.vault.stream import CHUNK
from espace_sante.web.cookies import anti_forgery
from tests.fixtures_database import Databases
from tests.journeys.surfer import Surfer
from tests.served import Client, ServedHouse, posted, served_house

pytestmark = [pytest.mark.database]
DATA = b"%PDF-1.7\n" + hashlib.shake_256(b"pages").digest(2 * CHUNK + 77)


@dataclass(frozen=True)
class Place:
    """A person with one document, at a browser."""

    served: ServedHouse
    client: Client
    surfer: Surfer
    person: str
    address: str


@pytest.fixture(scope="module")
def place(databases: Databases) -> Iterator[Place]:
    with served_house(databases, whole=True) as served:
        client, person, _ = served.opened()
        sent = posted(DATA, subject={"reference": f"Patient/{person}"}, contentType="application/pdf")
        document = client.ask("POST", "/fhir/DocumentReference", sent).json["id"]
        surfer = Surfer(served.port, {"es_session": client.token})
        yield Place(served, client, surfer, person, f"/moi/documents/{document}/contenu")


def test_a_part_of_a_document_is_given_by_its_page(place: Place) -> None:
    whole = place.surfer.get(place.address)
    assert (whole.status, whole.body) == (200, DATA)
    digest = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    assert whole.header("Repr-Digest") == f"sha-256=:{digest}:"
    assert (whole.header("Accept-Ranges"), whole.header("Cache-Control")) == ("bytes", "no-store")
    for wanted, part in (
        ("bytes=0-0", DATA[:1]),
        (f"bytes={CHUNK - 3}-{CHUNK + 3}", DATA[CHUNK - 3 : CHUNK + 4]),
        ("bytes=-9", DATA[-9:]),
        (f"bytes={2 * CHUNK}-", DATA[2 * CHUNK :]),
    ):
        seen = place.surfer.get(place.address, headers={"Range": wanted, "If-Range": whole.header("ETag")})
        assert (seen.status, seen.body) == (206, part)
        assert seen.header("Content-Range").endswith(f"/{len(DATA)}")
    other = place.surfer.get(place.address, headers={"Range": "bytes=0-0", "If-Range": '"other"'})
    assert (other.status, other.body) == (200, DATA)
    beyond = place.surfer.get(place.address, headers={"Range": f"bytes={len(DATA)}-"})
    assert (beyond.status, beyond.header("Content-Range")) == (416, f"bytes */{len(DATA)}")
    assert len({seen.header("Journal-Entry") for seen in (whole, other, beyond)}) == 3


def test_a_head_of_its_page_is_a_reading_that_gives_nothing(place: Place) -> None:
    head = place.surfer._ask("HEAD", place.address, None, {}, follow=False)
    assert (head.status, head.body, head.header("Content-Length")) == (200, b"", str(len(DATA)))
    assert head.header("Journal-Entry")


def test_the_bytes_of_who_may_not_send_any_are_not_even_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    monkeypatch.setattr(type(place.served.house.objects), "begin", lambda *given: begun.append(given))
    before = place.served.counted()
    file = ("file", ("a.pdf", "application/pdf", DATA))
    stranger = Surfer(place.served.port)
    assert stranger.post("/moi/documents/deposer", {"title": "A"}, file=file, follow=False).status == 303
    doctor = Surfer(place.served.port, {"es_session": place.served.client("diallo").token})
    word = anti_forgery(doctor.cookies["es_session"], os.urandom(16))
    wrong = doctor.post("/moi/documents/deposer", {"title": "A", "anti_forgery": word}, file=file)
    assert wrong.status == 403
    assert (begun, place.served.counted()) == ([], before)


def test_a_form_that_is_refused_leaves_no_file(place: Place) -> None:
    before = place.served.counted()
    word = anti_forgery(place.client.token, os.urandom(16))
    dated = {"created-day": "2", "created-month": "11", "created-year": "2026"}
    right: dict[str, str | list[str]] = {"title": "Scanner", "category": "3", "anti_forgery": word, **dated}
    for changes, status in (
        ({"anti_forgery": "x"}, 403),
        ({"title": ""}, 400),
        ({"category": "99"}, 400),
        ({"created-year": "2999"}, 422),
        ({"title": ["a", "b"]}, 400),
    ):
        seen = place.surfer.post(
            "/moi/documents/deposer", right | changes, file=("file", ("a.pdf", "application/pdf", DATA))
        )
        assert (seen.status, place.served.counted()) == (status, before), changes
    no_file = place.surfer.post("/moi/documents/deposer", right, file=("file", ("", "application/octet-stream", b"")))
    assert (no_file.status, place.served.counted()) == (400, before)
    kept = place.surfer.post("/moi/documents/deposer", right, file=("file", ("a.pdf", "application/pdf", DATA)))
    assert kept.status == 200
    assert place.served.counted() == (before[0] + 1, before[1] + 1)
