"""Named hostile bodies: each has its clear refusal, nothing is kept, and the house still answers."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from tests.exchange.resources import observation
from tests.served import Client, Reply, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]


@pytest.fixture(scope="module")
def person(served: ServedHouse) -> str:
    return served.opened()[1]


@pytest.fixture
def guerin(served: ServedHouse) -> Iterator[Client]:
    """A professional who writes; whatever the test sends, nothing more is kept, and a good one is taken right after."""
    before = served.counted()
    client = served.client("guerin")
    yield client
    assert served.counted() == before


def refused(reply: Reply, status: int, code: str) -> None:
    assert reply.status == status, (reply.status, reply.body[:300])
    assert reply.json["issue"][0]["details"]["coding"][0]["code"] == code
    assert "…" not in reply.json["issue"][0]["details"]["text"]


ADDRESSES = ("/fhir", "/fhir/DocumentReference", "/fhir/Observation", "/fhir/Binary", "/fhir/$validate")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_compressed_body_is_refused_before_it_is_unpacked(guerin: Client, person: str, address: str) -> None:
    """A bomb of some hundred bytes and an honest body alike: nothing is unpacked, so nothing small becomes large."""
    for body in (gzip.compress(b"0" * 50_000_000), gzip.compress(observation(person))):
        for said in ("gzip", "x-gzip", "identity, gzip", "GZIP"):
            refused(guerin.ask("POST", address, body, Content_Encoding=said), 415, "encoding-unsupported")
    refused(guerin.ask("POST", address, zlib.compress(b"{}"), Content_Encoding="deflate"), 415, "encoding-unsupported")
    untold = guerin.ask("POST", address, gzip.compress(observation(person)))
    refused(untold, 422, "text-not-utf8")
    assert guerin.ask("POST", "/fhir/$validate", observation(person), Content_Encoding="identity").status == 200
