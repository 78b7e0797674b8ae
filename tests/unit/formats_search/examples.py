"""The resources the tests of search read: HL7's examples and Synthea's patients, which lie beside the project."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson

from tests import needs

FOLDER = needs.SHARED / "data" / "fhir"
EXAMPLES = needs.shared("data/fhir/r4-examples")
PATIENTS = needs.shared("data/fhir/synthea-r4")


def examples() -> Iterator[dict[str, Any]]:
    """Yield HL7's examples of every type."""
    for path in sorted((FOLDER / "r4-examples").glob("*.ndjson.gz")):
        yield from map(orjson.loads, gzip.decompress(path.read_bytes()).splitlines())


@cache
def patients() -> tuple[list[dict[str, Any]], ...]:
    """Return the resources of each of Synthea's patients, references between them by type and id."""
    return tuple(map(_patient, sorted((FOLDER / "synthea-r4").glob("*.json.gz"))))


def _patient(path: Any) -> list[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes())
    entries = orjson.loads(text)["entry"]
    names = {entry["fullUrl"]: f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in entries}
    return [_pointed(entry["resource"], names) for entry in entries]


def _pointed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: names.get(value, value) if key == "reference" else _pointed(value, names)
            for key, value in node.items()
        }
    return [_pointed(one, names) for one in node] if isinstance(node, list) else node
