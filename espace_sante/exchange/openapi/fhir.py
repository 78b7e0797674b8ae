"""The operations of /fhir, from the interactions that the CapabilityStatement says. Source: FHIR R4 http."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from espace_sante.exchange.openapi import parts as p
from espace_sante.formats.fhir.capability import Served
from espace_sante.formats.fhir.r4.definitions import resource_types
from espace_sante.formats.media import ACCEPTED
from espace_sante.records.resource import subject_element

_OPEN = (400, 406, 414)
_SIGNED = (*_OPEN, 401, 403, 404, 429, 503)
_SENT = (*_SIGNED, 409, 413, 415, 422)
_CHANGED = (*_SENT, 410, 412)
_FORM = ("_format", "_pretty")
NDJSON = "application/fhir+ndjson"
# Each interaction of a type of its own, and of one whose versions are kept: its method, and what follows the type.
_ADDRESSES = {
    "create": ("post", ""),
    "read": ("get", "/{id}"),
    "vread": ("get", "/{id}/_history/{version}"),
    "update": ("put", "/{id}"),
    "delete": ("delete", "/{id}"),
    "patch": ("patch", "/{id}"),
    "history-instance": ("get", "/{id}/_history"),
    "history-type": ("get", "/_history"),
    "search-type": ("get", ""),
}
_PATCH = {
    "required": True,
    "content": {
        "application/json-patch+json": {
            "schema": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
                        "path": {"type": "string", "pattern": "^(/[A-Za-z0-9-]+)+$"},
                    },
                    "required": ["op", "path"],
                },
            }
        }
    },
}
_VALIDATED = {"application/fhir+json": {"schema": p.resource()}}


def operations(served: Sequence[Served], interactions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the paths of /fhir for these types of resources, and for the interactions of the whole server."""
    paths: dict[str, dict[str, Any]] = {
        "/fhir/metadata": {
            "get": _operation("metadata", _OPEN, {"200": _json(p.resource("CapabilityStatement"))}, signed=False)
        },
        "/fhir/$validate": {"post": _validate("validate")},
        "/fhir/{type}/$validate": {
            "post": _validate("validate-type", p.path("type", {"enum": sorted(resource_types())}))
        },
        "/fhir/Patient/{id}": {"get": _operation("read-Patient", _SIGNED, _invented(), _id(p.PERSON_ID))},
    }
    if "transaction" in interactions:
        kinds = [one for one in ("transaction", "batch") if one in interactions]
        answer = {"200": _json(p.bundle(*(f"{one}-response" for one in kinds)), "Journal-Entry")}
        sent = _body({p.FHIR: {"schema": p.bundle(*kinds)}})
        paths["/fhir"] = {"post": _operation("transaction", _SENT, answer, *p.named("Idempotency-Key"), body=sent)}
    for one in served:
        if not one.versioned:
            _own(paths, one)
    _versioned(paths, [one for one in served if one.versioned])
    _of_a_person(paths, [one for one in served if "search-type" in one.interactions], served)
    for methods in paths.values():
        if "get" in methods:
            methods["head"] = p.head(methods["get"])
    return paths


def _own(paths: dict[str, dict[str, Any]], one: Served) -> None:
    """Add the operations of a type that is served in its own way: DocumentReference, Binary, what is only shown (a journal)."""
    base = f"/fhir/{one.type}"
    for interaction in one.interactions:
        method, tail = _ADDRESSES[interaction]
        shown = _document if "create" in one.interactions else _view
        made = _BINARY[interaction]() if one.type == "Binary" else shown(one, interaction)
        paths.setdefault(base + tail, {})[method] = made
    if "search-type" in one.interactions:
        paths[f"{base}/_search"] = {"post": _posted_search(f"search-{one.type}", one.searches)}


def _view(one: Served, interaction: str) -> dict[str, Any]:
    """Return the operation of what is shown and never written: its ids are not those of what is kept."""
    if interaction == "search-type":
        return _search(f"search-{one.type}", one.searches)
    answer = {"200": _json(p.resource(one.type), "Journal-Entry")}
    return _operation(f"read-{one.type}", _SIGNED, answer, _id("[A-Za-z0-9.-]{1,64}"))


def _document(one: Served, interaction: str) -> dict[str, Any]:
    name = f"{interaction}-{one.type}"
    if interaction == "read":
        answer = {"200": _json(p.kept(one.type), "Journal-Entry", "Emergency-Access", "ETag")}
        return _operation(name, _SIGNED, answer, _id(p.RESOURCE_ID))
    if interaction == "create":
        answer = {"201": _json(p.kept(one.type), "Journal-Entry", "ETag", "Location")}
        body = _body({p.FHIR: {"schema": p.resource(one.type, status={"type": "string"}, content={"type": "array"})}})
        return _operation(name, _SENT, answer, *p.named("Idempotency-Key"), body=body)
    return _search(name, one.searches)


def _read_binary() -> dict[str, Any]:
    raw: dict[str, Any] = {media: {"schema": {}} for media in sorted(ACCEPTED)}
    resource = {p.FHIR: {"schema": p.resource("Binary", id={"type": "string"}, contentType={"type": "string"})}}
    headers = p.headed("Journal-Entry", "Emergency-Access", "ETag")
    answers = {
        status: {"description": words, "headers": headers, "content": raw | (resource if status == "200" else {})}
        for status, words in (("200", "Le document, ou un Binary."), ("206", "La partie demandée."))
    }
    parameters = [_id(p.RESOURCE_ID), *p.named("Range", "If-Range")]
    return _operation("read-Binary", (*_SIGNED, 413, 416), answers, *parameters)


def _create_binary() -> dict[str, Any]:
    content: dict[str, Any] = {media: {"schema": {}} for media in sorted(ACCEPTED)}
    held = p.resource(
        "Binary", contentType={"enum": sorted(ACCEPTED)}, data={"type": "string", "contentEncoding": "base64"}
    )
    answer = {"201": _json(p.resource("Binary", id={"type": "string"}, contentType={"type": "string"}), "Location")}
    body = _body({**content, p.FHIR: {"schema": held}})
    return _operation("create-Binary", _SENT, answer, *p.named("X-Security-Context"), body=body)


_BINARY = {"read": _read_binary, "create": _create_binary}


def _versioned(paths: dict[str, dict[str, Any]], served: Sequence[Served]) -> None:
    """Add the operations of the types whose every version is kept: one for each interaction, which says for which types."""
    if served:
        paths["/fhir/{type}"] = {}
        _conditional(paths, served)
    for interaction in _ADDRESSES:
        among = [one for one in served if interaction in one.interactions]
        if not among:
            continue
        method, tail = _ADDRESSES[interaction]
        paths.setdefault("/fhir/{type}" + tail, {})[method] = _of_types(interaction, among)
        if interaction == "search-type":
            searches = dict(pair for one in among for pair in one.searches)
            kind = p.path("type", {"enum": [one.type for one in among]})
            paths["/fhir/{type}/_search"] = {"post": _posted_search("search-type", tuple(searches.items()), kind)}


def _of_a_person(paths: dict[str, dict[str, Any]], among: Sequence[Served], served: Sequence[Served]) -> None:
    """Add what is found by a person's address: searches among what is hers, and the operations on her."""
    person = _id(p.PERSON_ID)
    for one in (one for one in among if not one.versioned and "create" in one.interactions):
        paths[f"/fhir/Patient/{{id}}/{one.type}"] = {"get": _search(f"compartment-{one.type}", one.searches, person)}
    kept = [one for one in among if one.versioned]
    if kept:
        kind = p.path("type", {"enum": [one.type for one in kept]})
        searches = dict(pair for one in kept for pair in one.searches)
        paths["/fhir/Patient/{id}/{type}"] = {"get": _search("compartment", tuple(searches.items()), person, kind)}
    for operation in (one for each in served if each.type == "Patient" for one in each.operations):
        name = operation["name"]
        if name == "export":
            paths |= _export(person)
            continue
        paths[f"/fhir/Patient/{{id}}/${name}"] = {
            "get": _operation(name, (*_SIGNED, 413), _found(), person),
            "post": _operation(f"{name}-post", (*_SIGNED, 413, 415, 422), _found(), person, body=_body(_VALIDATED)),
        }


def _export(person: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the three steps of an export: where its state is, what files there are, and one file."""
    asked = [p.query(name, {"type": "string"}) for name in ("_type", "_since", "_outputFormat")]
    later = [*asked, p.query("at", {"type": "string", "pattern": "^[0-9]{1,15}$"})]
    begun = {"202": {"description": "", "headers": p.headed("Content-Location")}}
    manifest = {"type": "object", "required": ["transactionTime", "request", "requiresAccessToken", "output", "error"]}
    told = p.headed("Journal-Entry", "Emergency-Access")
    state = {"200": {"description": "", "headers": told, "content": {p.JSON: {"schema": manifest}}}}
    lines = {"200": {"description": "", "headers": told, "content": {NDJSON: {"schema": {"type": "string"}}}}}
    dropped = {"202": {"description": "Rien n'était gardé."}}
    base = "/fhir/Patient/{id}/$export"
    begin = _operation("export", (*_SIGNED, 413), begun, person, *asked, p.header("Prefer", enum=["respond-async"]))
    return {
        base: {"get": begin},
        f"{base}-state": {
            "get": _operation("export-state", (*_SIGNED, 413), state, person, *later),
            "delete": _operation("export-drop", _SIGNED, dropped, person),
        },
        f"{base}-file": {"get": _operation("export-file", (*_SIGNED, 413), lines, person, *later)},
    }


def _conditional(paths: dict[str, dict[str, Any]], served: Sequence[Served]) -> None:
    """Add the writings of what a search finds, for the types whose every version is kept."""
    types = [one.type for one in served]
    kind, changes = p.path("type", {"enum": types}), p.named("If-Match-Maybe", "Idempotency-Key", "Prefer")
    answers = {"200": _written(types, "Content-Location"), "201": _written(types, "Location")}
    paths["/fhir/{type}"]["put"] = _operation("update-where", _CHANGED, answers, kind, *changes, body=_resources(types))
    gone = {"204": {"description": "Supprimée.", "headers": p.headed("Journal-Entry")}}
    paths["/fhir/{type}"]["delete"] = _operation("delete-where", _CHANGED, gone, kind, *changes)


def _of_types(interaction: str, among: Sequence[Served]) -> dict[str, Any]:
    types = [one.type for one in among]
    kind, one = p.path("type", {"enum": types}), _id(p.RESOURCE_ID)
    told = ("Journal-Entry", "Emergency-Access")
    unchanged = {"description": "Rien n'a changé.", "headers": p.headed(*told, "ETag", "Last-Modified")}
    read = {"200": _json(p.kept(*types), *told, "ETag", "Last-Modified"), "304": unchanged}
    conditions = p.named("_summary", "_elements", "If-None-Match", "If-Modified-Since")
    match interaction:
        case "create":
            answer = {"201": _written(types, "Location"), "200": _there(types)}
            changes = p.named("Idempotency-Key", "Prefer", "If-None-Exist")
            return _operation("create", (*_SENT, 412), answer, kind, *changes, body=_resources(types))
        case "update" | "patch":
            answer = {"200": _written(types, "Content-Location")}
            changes = p.named("If-Match", "Idempotency-Key", "Prefer")
            body = _resources(types) if interaction == "update" else _PATCH
            return _operation(interaction, _CHANGED, answer, kind, one, *changes, body=body)
        case "delete":
            gone = {"description": "Supprimée.", "headers": p.headed("Journal-Entry", "ETag")}
            spoken = _json(p.resource("OperationOutcome"), "Journal-Entry", "ETag")
            return _operation(
                "delete",
                _CHANGED,
                {"204": gone, "200": spoken},
                kind,
                one,
                *p.named("If-Match-Maybe", "Idempotency-Key", "Prefer"),
            )
        case "vread":
            version = p.path("version", {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"})
            return _operation("vread", (*_SIGNED, 410), read, kind, one, version, *conditions)
        case "history-instance":
            parts = p.named("_summary", "_elements")
            return _operation(interaction, _SIGNED, {"200": _json(p.bundle("history"), *told)}, kind, one, *parts)
        case "history-type":
            return _operation(interaction, _SIGNED, {"200": _json(p.bundle("history"), *told)}, kind)
        case "search-type":
            searches = dict(pair for each in among for pair in each.searches)
            return _search("search-type", tuple(searches.items()), kind)
    return _operation("read", (*_SIGNED, 410), read, kind, one, *conditions)


def _written(types: Sequence[str], place: str) -> dict[str, Any]:
    """Return the answer to a writing: the resource, an OperationOutcome, or nothing, as Prefer says."""
    schema = {"anyOf": [p.kept(*types), p.resource("OperationOutcome")]}
    return _json(schema, "Journal-Entry", "ETag", "Last-Modified", place) | {
        "description": "Sans contenu ni type si Prefer: return=minimal."
    }


def _there(types: Sequence[str]) -> dict[str, Any]:
    """Return the answer to a creation of what `If-None-Exist` finds."""
    return _json(p.kept(*types), "Journal-Entry", "Emergency-Access", "ETag", "Location") | {"description": "Déjà là."}


def _resources(types: Sequence[str]) -> dict[str, Any]:
    reference = {
        "type": "object",
        "properties": {"reference": {"type": "string", "pattern": f"^Patient/{p.PERSON_ID}$"}},
    }
    anyone: list[p.Schema] = [
        p.resource(one, **{subject_element(one): reference | {"required": ["reference"]}}) for one in types
    ]
    return _body({p.FHIR: {"schema": {"anyOf": anyone}}})


def _search(name: str, searches: Sequence[tuple[str, str]], *more: dict[str, Any]) -> dict[str, Any]:
    return _operation(name, (*_SIGNED, 413), _found(), *more, *(_criterion(*one) for one in searches))


def _posted_search(name: str, searches: Sequence[tuple[str, str]], *more: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {one: {"type": "string"} for one, _ in searches},
        "additionalProperties": False,
    }
    body = _body({"application/x-www-form-urlencoded": {"schema": schema}})
    return _operation(f"{name}-post", (*_SIGNED, 413, 415, 422), _found(), *more, body=body)


def _found() -> dict[str, Any]:
    return {"200": _json(p.bundle("searchset"), "Journal-Entry", "Emergency-Access")}


def _criterion(name: str, kind: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": "^[0-9]{1,9}$"} if kind == "number" else {"type": "string"}
    return p.query(name, schema, kind)


def _validate(name: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    answer = {"200": _json(p.resource("OperationOutcome"))}
    return _operation(name, (*_SIGNED, 413, 415, 422), answer, *parameters, body=_body(_VALIDATED))


def _id(pattern: str) -> dict[str, Any]:
    return p.path("id", {"type": "string", "pattern": f"^{pattern}$"})


def _invented() -> dict[str, Any]:
    """Return what a software on trial is answered about an invented person; nobody else is given anybody."""
    return {"200": _json(p.resource("Patient", id={"type": "string"}), "Journal-Entry", "ETag")}


def _json(schema: p.Schema, *headers: str) -> dict[str, Any]:
    return {"description": "", "headers": p.headed(*headers), "content": {p.FHIR: {"schema": schema}}}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": content}


def _operation(
    name: str,
    statuses: Sequence[int],
    answers: dict[str, Any],
    *parameters: dict[str, Any],
    body: dict[str, Any] | None = None,
    signed: bool = True,
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": f"fhir-{name}",
        "tags": ["fhir"],
        "parameters": [*parameters, *p.named(*_FORM)],
        "responses": answers | p.refused("fhir", statuses),
        "security": [{"session": []}] if signed else [],
    }
    return found | ({"requestBody": body} if body else {})
