"""Bundle of type searchset: one page of what a search found. Source: FHIR R4 bundle, http (3.1.1.8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson


def searchset(total: int, base: str, resources: Iterable[dict[str, Any]], self_link: str, next_link: str) -> bytes:
    """Return the JSON of a page; `total` is what this reader may see, over all pages; no next link when it is empty."""
    links = [{"relation": "self", "url": self_link}]
    if next_link:
        links.append({"relation": "next", "url": next_link})
    entries = [
        {
            "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
            "resource": resource,
            "search": {"mode": "match"},
        }
        for resource in resources
    ]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    if entries:  # FHIR has no empty arrays
        bundle["entry"] = entries
    return orjson.dumps(bundle)
