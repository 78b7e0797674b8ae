"""Where a reference leads, as far as its own words tell. Source: FHIR R4 references.html section 2.3.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from espace_sante.formats.fhir.r4.definitions import resource_types

_MOST = 2048


def type_of(literal: str) -> str:
    """Return the type of resource that a literal reference names, "" when it names none that FHIR R4 has.

    `Patient/1`, `https://…/Patient/1`, each with or without a version, and the conditional `Patient?…` of a transaction.
    """
    if len(literal) > _MOST:
        return ""
    head = literal.partition("?")
    if head[1]:
        return head[0] if head[0] in resource_types() else ""
    parts = literal.split("/")
    if len(parts) > 3 and parts[-2] == "_history":
        del parts[-2:]
    if len(parts) < 2 or (len(parts) > 2 and parts[0] not in ("http:", "https:")):
        return ""
    return parts[-2] if parts[-2] in resource_types() else ""


def leads_elsewhere(reference: Mapping[str, Any], targets: frozenset[str], contained: Mapping[str, str]) -> bool:
    """Say whether a reference names a type that is none of its targets, in its address or in its `type`."""
    literal = reference.get("reference", "")
    found = contained.get(literal[1:], "") if literal[:1] == "#" else type_of(literal)
    said = reference.get("type", "")
    return bool((found and found not in targets) or (said in resource_types() and said not in targets))
