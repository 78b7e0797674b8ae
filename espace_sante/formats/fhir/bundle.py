"""Bundle of type searchset: one page of what a search found. Source: FHIR R4 bundle, http (3.1.1.8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a page: the address of a resource, its bytes as they are given, and why it stands there (`search.mode`)."""

    url: str
    resource: bytes
    mode: str


def page_of_bytes(
    total: int | None,
    self_link: str,
    next_link: str,
    entries: Iterable[Entry],
    *,
    labels: Sequence[dict[str, str]] = (),
    told: Sequence[dict[str, Any]] = (),
) -> bytes:
    """Return the JSON of a page whose resources are bytes already, untouched; `total` None is not said.

    The rest is as in `searchset`.
    """
    links = [{"relation": "self", "url": self_link}, *([{"relation": "next", "url": next_link}] if next_link else [])]
    head: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if total is not None:
        head["total"] = total
    head["link"] = links
    if labels:
        head["meta"] = {"security": labels}
    pieces = [
        b'{"fullUrl":%s,"resource":%s,"search":{"mode":"%s"}}'
        % (orjson.dumps(one.url), one.resource, one.mode.encode())
        for one in entries
    ]
    pieces += [orjson.dumps({"resource": one, "search": {"mode": "outcome"}}) for one in told]
    body = orjson.dumps(head)
    return body if not pieces else body[:-1] + b',"entry":[' + b",".join(pieces) + b"]}"  # FHIR has no empty arrays


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
