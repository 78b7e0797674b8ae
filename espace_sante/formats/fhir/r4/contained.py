"""Resources inside another one: what they may not hold, and that they are referred to. Source: FHIR R4 references.html 2.3.3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from espace_sante.formats.fhir.r4.definitions import resource_types
from espace_sante.formats.fhir.r4.run import Faults, Run


def types_of_contained(resource: dict[str, Any]) -> dict[str, str]:
    """Return the type of each contained resource by its id, "" when it has none; what is not one is left out."""
    contained = resource.get("contained")
    if not isinstance(contained, list):
        return {}
    found = {}
    for one in contained:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            kind = one.get("resourceType")
            found[one["id"]] = kind if isinstance(kind, str) and kind in resource_types() else ""
    return found


def broken_inside(value: dict[str, Any]) -> str:
    """Return the rule that a contained resource breaks by what it holds, "" for none."""
    meta = value.get("meta")
    if "contained" in value:
        return "dom-2"
    if not isinstance(meta, dict):
        return ""
    if "versionId" in meta or "lastUpdated" in meta:
        return "dom-4"
    return "dom-5" if "security" in meta else ""


def broken_outside(resource: dict[str, Any], run: Run) -> Faults:
    """Return the faults of contained resources that nothing refers to, and that do not refer to what contains them."""
    named = set(_local(resource))
    faults: Faults = []
    for index, one in enumerate(resource["contained"]):
        if f"#{one.get('id', '')}" in named or "#" in _local(one):
            continue
        for fault in run.fault("dom-3"):
            fault.parts.extend((f"[{index}]", "contained"))
            faults.append(fault)
    return faults


def _local(value: Any) -> Iterator[str]:
    """Yield every text that begins with "#", where a reference or an address may stand. Bounded by the depth of what was read."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, str) and one.startswith("#"):
            yield one
