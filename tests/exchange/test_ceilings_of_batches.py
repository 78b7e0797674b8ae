"""How much one batch may ask of the house: what it gives back is bounded, and nothing is read beyond. G5."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from espace_sante.operate.roles import superuser
from tests.exchange.resources import resource
from tests.exchange.sent import bundle, entry
from tests.exchange.test_same_answer import EVERYTHING
from tests.fixtures_database import Databases
from tests.inside import rows
from tests.served import ServedHouse, served_house

pytestmark = [pytest.mark.slow, pytest.mark.database]
SENT = 20_000
MOST = 2 * SENT


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, uploads_per_minute=10_000, bundle_bytes=SENT) as running:
        yield running


def entries(served: ServedHouse) -> int:
    """Return how many lines all journals of the house have."""
    (row,) = served.background.run(rows(served.house.settings, superuser("main"), "SELECT count(*) FROM journal.entry"))
    return int(row["count"])


def test_a_batch_gives_back_so_much_and_what_follows_is_neither_read_nor_written(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    author = served.client("guerin")
    for _ in range(4):
        long = resource("Observation", person, note=[{"text": "x" * 1_000}])
        assert author.ask("POST", "/fhir/Observation", long).status == 201
    herself.done("grant_access", EVERYTHING)
    reader = served.client("diallo")
    whole = len(reader.ask("GET", f"/fhir/Patient/{person}/$everything").body)
    before = entries(served)
    reading = {"request": {"method": "GET", "url": f"Patient/{person}/$everything"}}
    reply = reader.ask("POST", "/fhir", bundle(*[reading] * 40, kind="batch"))
    statuses = [one["response"]["status"][:3] for one in reply.json["entry"]]
    read = statuses.count("200")
    assert 1 < read <= -(-MOST // whole)
    assert statuses == ["200"] * read + ["413"] * (40 - read)
    assert MOST <= sum(len(json.dumps(one)) for one in reply.json["entry"][:read]) < MOST + 2 * whole
    refusal = reply.json["entry"][-1]["response"]["outcome"]["issue"][0]["details"]
    assert refusal["coding"][0]["code"] == "answer-too-large" and refusal["text"].startswith(
        "La réponse à cet envoi est trop lourde"
    )
    assert entries(served) == before + read, "what is read leaves a line, what is not leaves none"
    written = entry(resource("Observation", person))
    last = author.ask("POST", "/fhir", bundle(*[entry(long)] * 9, *[written] * 30, kind="batch"))
    assert [one["response"]["status"][:3] for one in last.json["entry"]].count("413") == 0, "what is small is all done"
    mixed = reader.ask(
        "POST",
        "/fhir",
        bundle(*[reading] * 39, {"request": {"method": "DELETE", "url": "Observation/x"}}, kind="batch"),
    )
    assert mixed.json["entry"][-1]["response"]["status"][:3] == "413"
