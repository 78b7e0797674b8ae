"""People whose spaces hold FHIR resources, for the rows `search` and `everything`: written by the act itself, as software writes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from bench import seed
from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sign_in import session_of
from espace_sante.actions.write_resource import writing_of

CODES = ("718-7", "789-8", "4544-3", "6690-2", "777-3", "2345-7", "2160-0", "3094-0", "2951-2", "2823-3")


async def fill(frame: Frame, sender: str, people: Sequence[seed.Seeded], *, each: int) -> None:
    """Write so many observations in each space: ten codes, one a month."""
    session, gate = session_of(sender), asyncio.Semaphore(16)

    async def one(person: str, number: int) -> None:
        request = Request(
            session, Channel.API, Proof.PROFESSIONAL, f"id:{person}", idempotency_key=f"r{person}{number}"
        )
        async with gate:
            await REGISTRY[ActId.WRITE_RESOURCE].perform(frame, request, writing_of(observation(person, number)))

    for number in range(each):  # one change of a person at a time
        await asyncio.gather(*[one(each_one.person, number) for each_one in people])


def observation(person: str, number: int) -> bytes:
    """Return an observation of some 800 bytes."""
    coding = {
        "system": "http://loinc.org",
        "code": CODES[number % len(CODES)],
        "display": "Hémoglobine [Masse/Volume] Sang",
    }
    return json.dumps(
        {
            "resourceType": "Observation",
            "status": "final",
            "identifier": [{"system": "urn:oid:1.2.250.1.999", "value": f"{person[:8]}-{number}"}],
            "category": [
                {
                    "coding": [
                        {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
                    ]
                }
            ],
            "code": {"coding": [coding], "text": "Hémoglobine"},
            "subject": {"reference": f"Patient/{person}"},
            "effectiveDateTime": f"{2016 + number // 12 % 10}-{number % 12 + 1:02}-15T08:00:00+01:00",
            "issued": "2026-11-02T09:00:00+01:00",
            "valueQuantity": {"value": 13.2, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
            "referenceRange": [{"low": {"value": 12.0, "unit": "g/dL"}, "high": {"value": 16.0, "unit": "g/dL"}}],
        },
        ensure_ascii=False,
    ).encode()
