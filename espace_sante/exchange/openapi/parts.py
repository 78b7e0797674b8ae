"""What operations of the description share: parameters, refusals by status, the shape of answers.

Source: OpenAPI 3.1.1 (operation, parameter, responses objects); JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from espace_sante.actions.refusals import KINDS, SENTENCES
from espace_sante.exchange.edge import status_of
from espace_sante.exchange.fhir.form import JSON_WORDS
from espace_sante.formats import codes
from espace_sante.kernel.errors import Kind, Problem

FHIR = "application/fhir+json"
JSON = "application/json"
Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
PERSON_ID = "[0-9a-f]{32}"
RESOURCE_ID = "[0-9a-f]{64}"


def by_status() -> Mapping[int, tuple[str, ...]]:
    """Return the codes of refusals by the HTTP status they are answered with; a fault of ours is not one."""
    found: dict[int, list[str]] = {}
    for code, kind in KINDS.items():
        if kind is not Kind.INTERNAL:
            found.setdefault(status_of(Problem(kind, code)), []).append(code)
    return {status: tuple(found[status]) for status in sorted(found)}


def refused(interface: str, statuses: Iterable[int]) -> dict[str, Any]:
    """Return the responses of an operation that refuses with these statuses."""
    return {str(one): {"$ref": f"#/components/responses/{interface}-{one}"} for one in sorted(set(statuses))}


def refusals(interface: str) -> dict[str, Any]:
    """Return the responses that refuse, as components: each says its codes and their sentences."""
    return {f"{interface}-{status}": _refusal(interface, status, among) for status, among in by_status().items()}


def _refusal(interface: str, status: int, among: tuple[str, ...]) -> dict[str, Any]:
    words = " · ".join(f"{code} : {SENTENCES[code]}" for code in among)
    headers: dict[str, Any] = dict(headed("Journal-Entry"))
    if status == 401:
        headers["WWW-Authenticate"] = {"required": True, "schema": _TEXT}
    if status in (429, 503):
        headers["Retry-After"] = {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
    if interface == "api":
        return {"description": words, "headers": headers, "content": {JSON: {"schema": _problem(among)}}}
    return {"description": words, "headers": headers, "content": {FHIR: {"schema": _outcome(among)}}}


def _problem(among: tuple[str, ...]) -> Schema:
    return closed({"code": {"enum": list(among)}, "sentence": _TEXT, "entry": _TEXT})


def _outcome(among: tuple[str, ...]) -> Schema:
    ours = closed({"system": {"const": codes.REFUSAL}, "code": {"enum": list(among)}})
    coding = {"type": "array", "contains": ours, "items": {"type": "object", "required": ["code"]}}
    details = closed({"coding": coding, "text": _TEXT})
    kind = {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"}
    issue = closed({"severity": {"const": "error"}, "code": kind, "details": details})
    issue["properties"]["expression"] = {"type": "array", "items": _TEXT}
    several = {"type": "array", "minItems": 1, "items": issue}
    return closed({"resourceType": {"const": "OperationOutcome"}, "issue": several})


def closed(properties: Schema) -> Schema:
    """Return the schema of an object that has all these members and no other."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def head(read: dict[str, Any]) -> dict[str, Any]:
    """Return a reading of which only the headers come back."""
    answers = {
        status: {name: value for name, value in answer.items() if name != "content"}
        | {"description": "Les en-têtes seuls."}
        for status, answer in read["responses"].items()
        if "$ref" not in answer
    }
    refusals_ = {status: {"description": "Refusé."} for status, answer in read["responses"].items() if "$ref" in answer}
    return read | {"operationId": read["operationId"] + "-head", "responses": answers | refusals_}


def query(name: str, schema: Schema, description: str = "") -> dict[str, Any]:
    """Return a parameter of the address."""
    found: dict[str, Any] = {"name": name, "in": "query", "schema": schema}
    return found | ({"description": description} if description else {})


def path(name: str, schema: Schema) -> dict[str, Any]:
    """Return a part of the address."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def header(name: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """Return a header of the request."""
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string", **schema}}


PARAMETERS: Mapping[str, dict[str, Any]] = {
    "_format": query("_format", {"enum": list(JSON_WORDS)}),
    "_pretty": query("_pretty", {"enum": ["true", "false"]}),
    "If-Match": header("If-Match", required=True, pattern='^(W/)?"[1-9][0-9]{0,8}"$'),
    "If-Match-Maybe": header("If-Match", pattern='^(W/)?"[1-9][0-9]{0,8}"$'),
    "Prefer": header("Prefer", enum=["return=minimal", "return=representation", "return=OperationOutcome"]),
    "Idempotency-Key": header("Idempotency-Key", maxLength=200, pattern="^[A-Za-z0-9-]*$"),
    "If-None-Exist": header("If-None-Exist", pattern="^[A-Za-z0-9.,|=&-]*$"),
    "If-None-Match": header("If-None-Match", pattern='^W/"[1-9][0-9]{0,8}"$'),
    "If-Modified-Since": header("If-Modified-Since"),
    "_summary": query("_summary", {"enum": ["true", "text", "data", "count", "false"]}),
    "_elements": query("_elements", _TEXT),
    "Range": header("Range", pattern="^bytes=[0-9]+-[0-9]*$"),
    "If-Range": header("If-Range", pattern='^"[0-9a-f]{64}"$'),
    "X-Security-Context": header("X-Security-Context", pattern=f"^Patient/{PERSON_ID}$"),
}
HEADERS: Mapping[str, dict[str, Any]] = {
    "Journal-Entry": {"schema": _TEXT, "description": "Référence de la ligne du journal."},
    "Emergency-Access": {
        "schema": _INSTANT,
        "description": "Jusqu'à quand tient l'accès d'urgence qui donne cette réponse.",
    },
    "ETag": {"required": True, "schema": {"type": "string", "pattern": '^(W/"[1-9][0-9]*"|"[0-9a-f]{64}")$'}},
    "Location": {"required": True, "schema": {"type": "string", "format": "uri"}},
    "Content-Location": {"required": True, "schema": {"type": "string", "format": "uri"}},
    "Last-Modified": {"required": True, "schema": _TEXT},
}


def named(*names: str) -> list[dict[str, str]]:
    """Return references to shared parameters."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def headed(*names: str) -> dict[str, dict[str, str]]:
    """Return references to shared headers of answers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def resource(*types: str, **more: Schema) -> Schema:
    """Return the schema of a resource of one of these types (of any without), whose other members are those of FHIR R4."""
    kind: Schema = {"enum": list(types)} if types else {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"}
    return {"type": "object", "properties": {"resourceType": kind, **more}, "required": ["resourceType", *more]}


def kept(*types: str) -> Schema:
    """Return the schema of a resource as it is given back: with its id, its version and its instant."""
    meta = {
        "type": "object",
        "properties": {"versionId": {"type": "string", "pattern": "^[1-9][0-9]*$"}, "lastUpdated": _INSTANT},
        "required": ["versionId", "lastUpdated"],
    }
    return resource(*types, id={"type": "string", "pattern": f"^{RESOURCE_ID}$"}, meta=meta)


def bundle(*kinds: str) -> Schema:
    """Return the schema of a Bundle of one of these types."""
    entry = {"type": "array", "items": {"type": "object"}}
    found = resource("Bundle", type={"enum": list(kinds)})
    found["properties"] |= {"entry": entry, "total": {"type": "integer", "minimum": 0}}
    return found
