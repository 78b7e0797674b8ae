"""OperationOutcome: how a refusal is said in FHIR. Source: FHIR R4 operationoutcome, value set issue-type."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import orjson

from espace_sante.formats import codes
from espace_sante.formats.fhir.r4.issues import Issue
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


def outcome(kind: Kind, code: str, sentence: str, *, name: str = "", expression: str = "") -> bytes:
    """Return the JSON of one refusal: the issue type of its kind, our stable code, the sentence in French.

    It depends on these alone, so that two refusals with one code are the same bytes; `name` is what an IHE profile calls
    it, `expression` the element at fault in what its sender sent, never in what is held here.
    """
    coding = [{"system": codes.REFUSAL, "code": code}, *([{"code": name}] if name else [])]
    issue: dict[str, Any] = {
        "severity": "error",
        "code": ISSUE_TYPES[kind],
        "details": {"coding": coding, "text": sentence},
    }
    if expression:
        issue["expression"] = [expression]
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": [issue]})


def nonconformance(code: str, issues: Sequence[Issue]) -> bytes:
    """Return the JSON of the refusal of a resource that is not R4: our stable code on each fault, each with its place."""
    said = [_issue(one) for one in issues]
    for one in said:
        one["details"] = {"coding": [{"system": codes.REFUSAL, "code": code}], **one["details"]}
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": said})


def validation(issues: Sequence[Issue]) -> bytes:
    """Return the JSON of what a validation found, or that it found nothing."""
    said = [_issue(one) for one in issues]
    nothing = {"severity": "information", "code": "informational", "details": {"text": "Aucune erreur trouvée."}}
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": said or [nothing]})


def information(coding: dict[str, str], sentence: str) -> dict[str, Any]:
    """Return the resource that says something of an answer that succeeded."""
    details = {"coding": [coding], "text": sentence}
    issue = {"severity": "information", "code": "informational", "details": details}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _issue(one: Issue) -> dict[str, Any]:
    return {
        "severity": one.severity,
        "code": one.code,
        "details": {"text": one.details},
        "expression": [one.expression],
    }
