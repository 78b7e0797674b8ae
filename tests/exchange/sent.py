"""Invented Bundles of several resources, as care software sends them together."""

from __future__ import annotations

from typing import Any

from tests.exchange.resources import resource

VISIT, PLACE, DOCTOR, MEASURE = (f"urn:uuid:{n}0000000-0000-4000-8000-000000000000" for n in range(1, 5))


def entry(body: dict[str, Any], full_url: str = "", **request: str) -> dict[str, Any]:
    """One entry that creates a resource, with whatever is changed in its request."""
    asked = {"method": "POST", "url": body["resourceType"]} | request
    return ({"fullUrl": full_url} if full_url else {}) | {"resource": body, "request": asked}


def bundle(*entries: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    """A Bundle of these entries."""
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def visit(person: str) -> dict[str, Any]:
    """A visit to a named place, by a named doctor, and what was measured there."""
    return bundle(
        entry({"resourceType": "Organization", "name": "Centre du Sommeil"}, PLACE),
        entry(resource("Encounter", person, serviceProvider={"reference": PLACE}), VISIT),
        entry(
            resource(
                "Observation",
                person,
                encounter={"reference": VISIT},
                performer=[{"reference": DOCTOR}],
                valueQuantity={"value": 1},
            ),
            MEASURE,
        ),
        entry({"resourceType": "Practitioner", "name": [{"family": "Guérin"}]}, DOCTOR),
    )


def ids_of(reply: Any) -> list[str]:
    """The type and id of each resource a transaction wrote, in order."""
    return ["/".join(one["response"]["location"].split("/")[-4:-2]) for one in reply.json["entry"]]
