"""OperationOutcome: how a refusal is said in FHIR. Source: FHIR R4 operationoutcome, value set issue-type."""

from __future__ import annotations

from types import MappingProxyType

import orjson

from espace_sante.formats import codes
from espace_sante.kernel.errors import Kind

ISSUE_TYPES = MappingProxyType(
    {
        Kind.INVALID: "invalid",
        Kind.FORBIDDEN: "forbidden",
        Kind.NOT_FOUND: "not-found",
        Kind.CONFLICT: "conflict",
        Kind.GONE: "deleted",
        Kind.TOO_LARGE: "too-long",
        Kind.UNSUPPORTED_MEDIA: "not-supported",
        Kind.UNPROCESSABLE: "business-rule",
        Kind.TOO_MANY: "throttled",
        Kind.UNAUTHENTICATED: "login",
        Kind.BUSY: "transient",
        Kind.OUTSIDE_FAILURE: "transient",
        Kind.INTERNAL: "exception",
    }
)


def outcome(kind: Kind, code: str, sentence: str) -> bytes:
    """Return the JSON of one refusal: the issue type of its kind, our stable code, the sentence in French.

    It depends on these three alone: never on what was asked, so that two refusals with one code are the same bytes.
    """
    return orjson.dumps(
        {
            "resourceType": "OperationOutcome",
            "issue": [
                {
                    "severity": "error",
                    "code": ISSUE_TYPES[kind],
                    "details": {"coding": [{"system": codes.REFUSAL, "code": code}], "text": sentence},
                }
            ],
        }
    )
