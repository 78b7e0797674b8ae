"""A search in one line, for the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from espace_sante.formats.fhir.search import Query, matches, parse

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def query(kind: str, *pairs: tuple[str, str], strict: bool = True) -> Query:
    """Read a search as a strict client makes it."""
    return parse(kind, pairs, strict=strict, now=NOW, base="https://essai.example/fhir")


def holds(resource: dict[str, Any], name: str, value: str) -> bool:
    """Say whether a resource passes one parameter."""
    return matches(resource, query(resource["resourceType"], (name, value)))
