"""Parts of a document: any range is that part of the bytes, each is a reading, and only what it needs is opened."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from espace_sante.adapters.object_folder import ObjectFolder
from espace_sante.vault.stream import CHUNK
from tests.served import Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.database]
DATA = b"%PDF-1.7\n" + hashlib.sha256(b"seed").digest() * (3 * CHUNK // 32)
SIZE = len(DATA)
EDGES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK, SIZE - 1, SIZE, SIZE + 5])
PLACES = st.one_of(EDGES, st.integers(0, SIZE + 10))


@dataclass(frozen=True)
class Deposited:
    """A document of several chunks, and its owner."""

    client: Client
    document: str

    def read(self, wanted: str, method: str = "GET", **headers: str) -> Reply:
        sent = {"Range": wanted, "Accept": "*/*", **headers} if wanted else {"Accept": "*/*", **headers}
        return self.client.ask(method, f"/fhir/Binary/{self.document}", **sent)


@pytest.fixture(scope="module")
def deposited(served: ServedHouse) -> Deposited:
    client, person, _ = served.opened()
    sent = posted(DATA, subject={"reference": f"Patient/{person}"}, contentType="application/pdf")
    reply = client.ask("POST", "/fhir/DocumentReference", sent)
    assert reply.status == 201, reply.body
    return Deposited(client, reply.json["id"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.one_of(st.none(), PLACES), last=st.one_of(st.none(), PLACES))
def test_any_range_is_that_slice_of_the_bytes(deposited: Deposited, first: int | None, last: int | None) -> None:
    wanted = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    reply = deposited.read(wanted)
    if (first, last) == (None, None) or (first is not None and last is not None and last < first):
        assert (reply.status, reply.body) == (200, DATA)
        return
    if first is None:
        assert last is not None
        start, stop = max(0, SIZE - last), SIZE
    else:
        start, stop = first, SIZE if last is None else min(SIZE, last + 1)
    if start >= stop:
        assert (reply.status, reply.headers["content-range"]) == (416, f"bytes */{SIZE}")
        return
    assert (reply.status, reply.body) == (206, DATA[start:stop])
    assert reply.headers["content-range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert reply.headers["content-length"] == str(stop - start)


def test_a_range_outside_of_the_document_is_refused(deposited: Deposited) -> None:
    reply = deposited.read(f"bytes={SIZE}-")
    assert (reply.status, reply.headers["content-range"]) == (416, f"bytes */{SIZE}")
    assert reply.json["issue"][0]["details"]["coding"][0]["code"] == "range-unsatisfiable"
    assert reply.entry, "it was opened to be measured: it is a reading"


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,4-5",
        "lines=0-1",
        "bytes=a-b",
        "bytes=-",
        "bytes",
        "bytes=5-2",
        "bytes=0x1-2",
        "bytes=1--2",
        "bytes=²-",
    ],
)
def test_what_is_not_one_range_of_bytes_is_the_whole_document(deposited: Deposited, wanted: str) -> None:
    reply = deposited.read(wanted.encode().decode("latin-1"))
    assert (reply.status, reply.body) == (200, DATA)


def test_a_range_of_other_bytes_is_the_whole_document(deposited: Deposited) -> None:
    tag = deposited.read("").headers["etag"]
    assert deposited.read("bytes=0-9", If_Range=tag).status == 206
    for other in ('"other"', f"W/{tag}", "Wed, 25 Nov 2026 08:00:00 GMT"):
        reply = deposited.read("bytes=0-9", If_Range=other)
        assert (reply.status, reply.body) == (200, DATA)


def test_what_is_said_with_the_bytes(deposited: Deposited) -> None:
    whole, part = deposited.read(""), deposited.read("bytes=-5")
    digest = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    for reply in (whole, part):
        assert reply.headers["repr-digest"] == f"sha-256=:{digest}:"
        assert reply.headers["accept-ranges"] == "bytes"
        assert reply.headers["etag"] == f'"{hashlib.sha256(DATA).hexdigest()}"'
        assert reply.headers["content-disposition"] == "attachment"
        assert reply.headers["cache-control"] == "no-store"


def test_a_head_says_the_same_and_gives_nothing(deposited: Deposited, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = deposited.read("")
    monkeypatch.delattr(ObjectFolder, "chunks")
    monkeypatch.delattr(ObjectFolder, "read_at")
    head = deposited.read("bytes=0-3", "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(SIZE))
    assert {k: v for k, v in head.headers.items() if k not in ("journal-entry", "date")} == {
        k: v for k, v in whole.headers.items() if k not in ("journal-entry", "date")
    }
    assert head.entry != whole.entry, "it is a reading too"


def test_every_range_read_has_its_own_entry(deposited: Deposited) -> None:
    def readings() -> int:
        page = deposited.client.done("read_journal", {"count": 200})["result"]
        return sum(record["act"] == "read_document" for record in page["records"])

    before = readings()
    replies = [deposited.read(f"bytes={n}-{n}") for n in range(5)]
    replies += [deposited.read("bytes=-0"), deposited.read("", "HEAD")]
    assert readings() == before + 7
    assert len({reply.entry for reply in replies}) == 7


def test_only_the_chunks_that_hold_a_range_are_read(deposited: Deposited, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = ObjectFolder.read_at

    def counted(self: ObjectFolder, *where: object) -> bytes:
        data = original(self, *where)  # type: ignore[arg-type]  # passed on as they came
        read.append(len(data))
        return data

    monkeypatch.setattr(ObjectFolder, "read_at", counted)
    monkeypatch.delattr(ObjectFolder, "chunks")
    assert deposited.read(f"bytes={CHUNK + 5}-{CHUNK + 9}").body == DATA[CHUNK + 5 : CHUNK + 10]
    assert sum(read) < CHUNK + 100
