"""Whether an element is there, in an object whose form is right: by its value, or by what is said beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def has(value: Json, name: str) -> bool:
    """Say whether an element is there, even without a value (`_name` alone)."""
    return name in value or f"_{name}" in value


def has_choice(value: Json, path: str) -> bool:
    """Say whether an element that has several forms (`path[x]`) is there in one of them."""
    return any(name.startswith((path, f"_{path}")) for name in value)


def codes(concept: Json | None, system: str) -> set[str]:
    """Return the codes that a CodeableConcept has in a system."""
    codings = (concept or {}).get("coding", ())
    return {one["code"] for one in codings if one.get("system") == system and "code" in one}


def each(value: Json, name: str) -> Iterator[Json]:
    """Yield the objects of a list, none when it is absent."""
    yield from value.get(name, ())
