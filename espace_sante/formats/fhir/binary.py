"""Binary: bytes as a FHIR resource, for a client that asks for FHIR rather than for the document. Source: FHIR R4 binary."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import orjson

from espace_sante.kernel.errors import Kind, Problem


def binary(identifier: str, media_type: str, data: bytes, labels: Sequence[dict[str, str]] = ()) -> bytes:
    """Return the JSON of a Binary; `labels` are the security labels of this answer."""
    said = {"resourceType": "Binary", "id": identifier, **({"meta": {"security": labels}} if labels else {})}
    return orjson.dumps(said | {"contentType": media_type, "data": base64.b64encode(data).decode()})


def read_binary(given: dict[str, Any]) -> tuple[str, bytes]:
    """Return the media type and the bytes of a Binary. Raises Problem(resource-invalid) naming the element at fault."""
    if given.get("resourceType") != "Binary":
        raise Problem(Kind.INVALID, "resource-invalid", {"field": "resourceType"})
    match given:
        case {"contentType": str(media_type), "data": str(data)}:
            return media_type.partition(";")[0].strip().lower(), decode_base64(data, "data")
        case {"data": str()}:
            raise Problem(Kind.INVALID, "resource-invalid", {"field": "contentType"})
    raise Problem(Kind.INVALID, "resource-invalid", {"field": "data"})


def decode_base64(text: str, field: str) -> bytes:
    """Return the bytes of a base64Binary, whose blanks do not count. Raises Problem(resource-invalid) for anything else.

    Source: FHIR R4 datatypes, base64Binary; RFC 4648 section 4 (no other alphabet, padding due).
    """
    if not text.isascii():
        raise Problem(Kind.INVALID, "resource-invalid", {"field": field})
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise Problem(Kind.INVALID, "resource-invalid", {"field": field}) from None
