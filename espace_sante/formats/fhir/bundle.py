"""Bundle of type searchset: one page of what a search found. Source: FHIR R4 bundle, http (3.1.1.8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson


def searchset(
    total: int,
    base: str,
    resources: Iterable[dict[str, Any]],
    self_link: str,
    next_link: str,
    *,
    labels: Sequence[dict[str, str]] = (),
    told: dict[str, Any] | None = None,
) -> bytes:
    """Return the JSON of a page; `total` is what this reader may see, over all pages; no next link when it is empty.

    `labels` are the security labels of this answer; `told` an OperationOutcome about the search, counted in no total.
    """
    links = [{"relation": "self", "url": self_link}]
    if next_link:
        links.append({"relation": "next", "url": next_link})
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
            "resource": resource,
            "search": {"mode": "match"},
        }
        for resource in resources
    ]
    if told is not None:
        entries.append({"resource": told, "search": {"mode": "outcome"}})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    if labels:
        bundle["meta"] = {"security": labels}
    if entries:  # FHIR has no empty arrays
        bundle["entry"] = entries
    return orjson.dumps(bundle)
