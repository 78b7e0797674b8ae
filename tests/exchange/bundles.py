"""Transactions to send: a submission set, documents, their bytes; invented, plain and right."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from uuid import uuid4

from tests.served import posted

MHD = "https://profiles.ihe.net/ITI/MHD"


def document(content: bytes, /, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the entries of one document: its DocumentReference, and the Binary it points to."""
    binary = changes.pop("binary", {})
    address = f"urn:uuid:{uuid4()}"
    attachment = {
        "url": address,
        "size": len(content),
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
    }
    resource = posted(content, **({"attachment": attachment} | changes))
    resource["content"][0]["attachment"].pop("data")
    sent = {"resourceType": "Binary", "contentType": "text/plain", "data": base64.b64encode(content).decode()} | binary
    return entry(resource), entry(sent, address)


def entry(resource: dict[str, Any], address: str = "", **request: str) -> dict[str, Any]:
    """Return an entry that creates a resource."""
    return {
        "fullUrl": address or f"urn:uuid:{uuid4()}",
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]} | request,
    }


def bundle(*entries: dict[str, Any], submission: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the transaction of a submission set and of these entries."""
    named = [one["fullUrl"] for one in entries if one["resource"]["resourceType"] == "DocumentReference"]
    described = {
        "resourceType": "List",
        "status": "current",
        "mode": "working",
        "code": {"coding": [{"system": f"{MHD}/CodeSystem/MHDlistTypes", "code": "submissionset"}]},
        "date": "2026-11-20T10:00:00+01:00",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.99"}],
        "extension": [
            {
                "url": f"{MHD}/StructureDefinition/ihe-sourceId",
                "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"},
            }
        ],
        "entry": [{"item": {"reference": address}} for address in named],
    } | (submission or {})
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry(described), *entries]}


def superseding(address: str) -> dict[str, Any]:
    """Return the entry that sets a replaced document to `superseded`."""
    parts = (
        ("type", "Code", "replace"),
        ("path", "String", "DocumentReference.status"),
        ("value", "Code", "superseded"),
    )
    operation = [{"name": name, f"value{kind}": value} for name, kind, value in parts]
    resource = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": operation}]}
    return entry(resource, method="PATCH", url=address)
