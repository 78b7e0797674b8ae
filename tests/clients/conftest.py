"""One served house for each module of these tests, and what every client is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.fixtures_database import Databases
from tests.served import Client, ServedHouse, served_house


@dataclass(frozen=True)
class Story:
    """Who a client speaks for: a person who opened her space, who writes in it, and who may read nothing of it."""

    base: str
    person: str
    herself: Client
    writer: str
    stranger: str
    searches: frozenset[str]

    def observation(self, **changes: Any) -> dict[str, Any]:
        """Return an Observation that is right for FHIR R4, of this person."""
        return {
            "resourceType": "Observation",
            "status": "final",
            "category": [
                {
                    "coding": [
                        {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
                    ]
                }
            ],
            "code": {"coding": [{"system": "http://loinc.org", "code": "14771-0"}], "text": "Glycémie à jeun"},
            "subject": {"reference": f"Patient/{self.person}"},
            "effectiveDateTime": "2026-11-02",
            "valueQuantity": {"value": 5.2, "unit": "mmol/L"},
        } | changes


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, uploads_per_minute=10_000) as running:
        yield running


@pytest.fixture
def story(served: ServedHouse) -> Story:
    herself, person, _ = served.opened()
    statement = served.client().ask("GET", "/fhir/metadata").json
    searches = {
        one["type"] for one in statement["rest"][0]["resource"] if {"code": "search-type"} in one.get("interaction", [])
    }
    tokens = [served.client(word).token for word in ("guerin", "diallo")]
    return Story(f"{served.address}/fhir", person, herself, tokens[0], tokens[1], frozenset(searches))
