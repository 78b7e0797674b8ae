"""The operations of /api, from the registry of acts. Source: guarantee G10; docs/specs/api.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from espace_sante.access.request import ActorKind, Channel, Effect
from espace_sante.actions.act import Act, Field, FieldKind, Nature
from espace_sante.exchange.acts_api import ALSO
from espace_sante.exchange.openapi import parts as p
from espace_sante.keeper.demand import SessionAnswer

_OPEN = (400, 414)
_SIGNED = (*_OPEN, 401, 503)
_DONE = (*_SIGNED, 403, 404, 409, 410, 413, 415, 422, 429)
_TEXT: p.Schema = {"type": "string"}
_WORDS: p.Schema = {
    "anyOf": [_TEXT, {"type": "integer"}, {"type": "array", "items": {"anyOf": [_TEXT, {"type": "integer"}]}}]
}
_FILE: p.Schema = {
    "type": "object",
    "properties": {"name": _TEXT, "media_type": _TEXT, "data": {"type": "string", "contentEncoding": "base64"}},
    "required": ["media_type", "data"],
}


def operations(acts: Iterable[Act]) -> dict[str, dict[str, Any]]:
    """Return the paths of /api for these acts."""
    listed = p.closed({"demarches": {"type": "array", "items": {"$ref": "#/components/schemas/Demarche"}}})
    who = {"$ref": "#/components/schemas/Who"}
    token = {"allOf": [who, {"type": "object", "properties": {"token": _TEXT}, "required": ["token"]}]}
    word = _body(p.closed({"as": _TEXT}))
    paths: dict[str, dict[str, Any]] = {
        "/api/openapi.json": {"get": _operation("description", _OPEN, _json({"type": "object"}), signed=False)},
        "/api/demarches": {"get": _operation("acts", _OPEN, _json(listed), signed=False)},
        "/api/moi": {"get": _operation("who", _SIGNED, _json(who))},
        "/api/jeton": {
            "post": _operation("sign-in", (*_SIGNED, 403, 404, 413, 415, 422), _json(token), body=word, signed=False),
            "delete": _operation("sign-out", _SIGNED, {"204": {"description": "La session est finie."}}),
        },
    }
    for act in acts:
        paths[f"/api/demarches/{act.id.value}"] = _act(act)
    for methods in paths.values():
        if "get" in methods:
            methods["head"] = p.head(methods["get"])
    return paths


def schemas() -> dict[str, p.Schema]:
    """Return the schemas of what /api answers."""
    who: p.Schema = dict(msgspec.json.schema(SessionAnswer)["$defs"]["SessionAnswer"])
    members = {name: {"type": value["type"]} for name, value in who["properties"].items() if name != "token"}
    field = p.closed(
        {
            "name": _TEXT,
            "label": _TEXT,
            "kind": {"enum": [one.value for one in FieldKind]},
            "required": {"type": "boolean"},
        }
    )
    choice = p.closed({"code": _TEXT, "label": _TEXT})
    field["properties"] |= {"help": _TEXT, "choices": {"type": "array", "items": choice}}
    act = p.closed(
        {
            "id": _TEXT,
            "name": _TEXT,
            "sentence": _TEXT,
            "audience": {"type": "array", "items": {"enum": [one.value for one in ActorKind]}},
            "nature": {"enum": [one.value for one in Nature]},
            "fields": {"type": "array", "items": field},
            "channels": {"type": "array", "items": {"enum": [one.value for one in Channel]}},
            "delay_hours": {"type": "integer", "minimum": 0},
        }
    )
    done = p.closed({"entry": _TEXT, "effect": {"enum": [one.value for one in Effect]}, "sentence": _TEXT})
    done["properties"] |= {"receipt": {"type": "object"}, "result": {"type": "object"}}
    # Open, since `token` stands beside it in one answer.
    return {
        "Who": {"type": "object", "properties": members, "required": list(members)},
        "Demarche": act,
        "Done": done,
    }


def _act(act: Act) -> dict[str, Any]:
    described = _operation(
        f"describe-{act.id.value}", _OPEN, _json({"$ref": "#/components/schemas/Demarche"}), signed=False
    )
    body = _body(_asked(act))
    if any(field.kind is FieldKind.FILE for field in act.fields):
        body["content"]["multipart/form-data"] = {"schema": _as_form(act)}
    done = _operation(act.id.value, _DONE, _json({"$ref": "#/components/schemas/Done"}), body=body)
    done |= {"summary": act.name, "description": act.sentence}
    done["parameters"] = p.named("Idempotency-Key")
    done["responses"]["200"]["headers"] = p.headed("Journal-Entry")
    return {"get": described, "post": done}


def _asked(act: Act) -> p.Schema:
    """Return the schema of what an act is told: its fields, whom it is about, what readings also take."""
    known = {field.name: _field(field) for field in act.fields}
    others: dict[str, p.Schema] = {name: _WORDS for name in sorted(ALSO) if name not in known}
    whom = {"type": "string", "maxLength": 100, "pattern": f"^(self|id:{p.PERSON_ID}|(ins|local|code):[ -~]+)$"}
    return {
        "type": "object",
        "properties": {**known, **others, "person": whom},
        "required": [field.name for field in act.fields if field.required],
        "additionalProperties": False,
    }


def _as_form(act: Act) -> p.Schema:
    """Return the schema of the same as a form: every member is a text, but the file."""
    asked = _asked(act)
    files = {field.name for field in act.fields if field.kind is FieldKind.FILE}
    asked["properties"] = {name: {} if name in files else _TEXT for name in asked["properties"]}
    return asked


def _field(field: Field) -> p.Schema:
    """Return the schema of one field; software may also say a number or a list where a text is wanted."""
    said = {"title": field.label} | ({"description": field.help} if field.help else {})
    if field.choices:
        return said | {"enum": [code for code, _ in field.choices] + ([] if field.required else [""])}
    match field.kind:
        case FieldKind.FILE:
            return said | _FILE
        case FieldKind.YES_NO:
            return said | {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]}
        case FieldKind.NUMBER:
            return said | {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]*$"}]}
        case FieldKind.DATE:
            return said | {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}.*)?$"}
    return said | _WORDS


def _json(schema: p.Schema) -> dict[str, Any]:
    return {"200": {"description": "", "content": {p.JSON: {"schema": schema}}}}


def _body(schema: p.Schema) -> dict[str, Any]:
    return {"required": True, "content": {p.JSON: {"schema": schema}}}


def _operation(
    name: str,
    statuses: Iterable[int],
    answers: dict[str, Any],
    *,
    body: dict[str, Any] | None = None,
    signed: bool = True,
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": f"api-{name}",
        "tags": ["api"],
        "responses": answers | p.refused("api", statuses),
        "security": [{"session": []}] if signed else [],
    }
    return found | ({"requestBody": body} if body else {})
