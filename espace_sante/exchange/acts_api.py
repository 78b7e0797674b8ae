"""Every act of the registry as JSON, from the registry alone: an act added there is served here without another line.

Source: guarantee G10; docs/specs/api.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Field, FieldKind, Outcome, Upload, Value
from espace_sante.actions.frame import Frame
from espace_sante.actions.posted_form import discard_files, read_posted
from espace_sante.actions.refusals import sentence
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sign_in import session_of, sign_in, sign_out, who_is
from espace_sante.exchange.edge import (
    Answer,
    Call,
    Caller,
    Callers,
    bearer,
    entry_header,
    headers_of,
    idempotency_key,
    media_type_is,
    only,
    status_of,
)
from espace_sante.exchange.results import as_json
from espace_sante.formats.fhir.binary import decode_base64
from espace_sante.formats.fhir.reading import read_object
from espace_sante.keeper.demand import SessionAnswer
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.loopback import LOOPBACK
from espace_sante.kernel.place import place_of

JSON = b"application/json"
_BODIES = frozenset({"application/json"})
# What readings also take, besides the fields that are filled in on paper.
ALSO = frozenset({"offset", "count", "before", "language", "status"})


def problem_answer(problem: Problem) -> Answer:
    """Render a problem as JSON: its code, its sentence in French, the entry when one was made."""
    said = {"code": problem.code, "sentence": sentence(problem), "entry": problem.entry}
    return Answer(status_of(problem), JSON, orjson.dumps(said), headers_of(problem))


@dataclass(frozen=True, slots=True)
class ActsApi:
    """Answers what comes to /api. `assertion_of` signs for an invented account; None without a trial provider.

    `description` is the OpenAPI description of both interfaces, made once.
    """

    frame: Frame
    callers: Callers
    assertion_of: Callable[[str], str] | None
    description: bytes

    async def dispatch(self, call: Call) -> Answer:
        """Answer one request; raises Problem."""
        if call.method == "HEAD":
            call = replace(call, method="GET")
        match call.path:
            case ("openapi.json",):
                return await only(call, GET=self._description)
            case ("demarches",):
                return await only(call, GET=self._acts)
            case ("demarches", word):
                act = self._act(word)
                return await only(call, GET=lambda: self._one(act), POST=lambda: self._do(call, act))
            case ("moi",):
                return await only(call, GET=lambda: self._caller(call))
            case ("jeton",):
                return await only(call, POST=lambda: self._token(call), DELETE=lambda: self._end(call))
        raise Problem(Kind.NOT_FOUND, "page-unknown")

    async def _description(self) -> Answer:
        return Answer(200, JSON, self.description)

    async def _acts(self) -> Answer:
        return _json(200, {"demarches": [described(act) for act in REGISTRY.values() if self._exists(act)]})

    async def _one(self, act: Act) -> Answer:
        return _json(200, described(act))

    async def _caller(self, call: Call) -> Answer:
        return _json(200, _who(await who_is(self.frame.keeper, session_of(bearer(call)))))

    def _act(self, word: str) -> Act:
        act = REGISTRY.get(ActId(word)) if word in set(ActId) else None
        if act is None or (served(act) and not self._exists(act)):
            raise Problem(Kind.NOT_FOUND, "act-unknown")
        if not served(act):
            raise Problem(Kind.FORBIDDEN, "channel-refused")
        return act

    def _exists(self, act: Act) -> bool:
        return served(act, trial=self.assertion_of is not None)

    async def _do(self, call: Call, act: Act) -> Answer:
        caller = await self.callers.of(call)
        files = [field.name for field in act.fields if field.kind is FieldKind.FILE]
        if files:
            self.frame.uploads.count(caller.account)
        given = await self._given(call, with_file=bool(files))
        try:
            return await self._done(call, act, caller, given)
        finally:
            await discard_files(self.frame, given.values())

    async def _done(self, call: Call, act: Act, caller: Caller, given: dict[str, Any]) -> Answer:
        person = given.pop("person", "self")
        if not isinstance(person, str) or len(person) > 100 or not person.isascii():
            raise Problem(Kind.INVALID, "field-invalid", {"field": "person"})
        values = _values(act, given)
        request = caller.request(person, key=idempotency_key(call))
        done: Outcome = await act.perform(self.frame, request, act.parse(values))
        said: dict[str, Any] = {"entry": done.entry, "effect": done.effect.value, "sentence": done.sentence}
        if done.receipt:
            said["receipt"] = orjson.Fragment(done.receipt)  # as it was signed, byte for byte
        if done.result is not None:
            # The proof of a long journal takes a while to be made: nobody else waits for it.
            made = asyncio.to_thread(as_json, act.id, done.result, self.frame.settings.address)
            said["result"] = await made
        return Answer(200, JSON, orjson.dumps(said), entry_header(done.entry))

    async def _given(self, call: Call, *, with_file: bool) -> dict[str, Any]:
        """Read what was sent: JSON, or a form when a file comes with it, which may then be as large as a document."""
        content_type = call.header(b"content-type")
        if not with_file or content_type.partition(";")[0].strip().lower() != "multipart/form-data":
            return await self._object(call, with_file=with_file)
        settings = self.frame.settings
        refusal = Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": settings.document_bytes})
        pieces = call.pieces(settings.document_bytes + settings.form_bytes, refusal)
        pairs = await read_posted(self.frame, content_type, pieces)
        if len(dict(pairs)) != len(pairs):
            await discard_files(self.frame, [value for _, value in pairs])
            raise Problem(Kind.INVALID, "demand-invalid")
        return dict(pairs)

    async def _object(self, call: Call, *, with_file: bool = False) -> dict[str, Any]:
        """Read the JSON object sent; a file in it may be as large as a document."""
        media_type_is(call, _BODIES)
        settings = self.frame.settings
        if not with_file:
            most, refusal = (
                settings.form_bytes,
                Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": settings.form_bytes}),
            )
        else:
            most = settings.form_bytes + settings.inline_bytes * 4 // 3
            refusal = Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": settings.inline_bytes})
        return read_object(await call.body(most, refusal))

    async def _token(self, call: Call) -> Answer:
        """Sign an invented account in. On the loopback address only, even when the page of another site asks."""
        host = place_of("//" + call.header(b"host")).hostname
        if self.assertion_of is None or host not in LOOPBACK:
            raise Problem(Kind.FORBIDDEN, "development-provider-off")
        word = (await self._object(call)).get("as")
        if not isinstance(word, str):
            raise Problem(Kind.INVALID, "field-missing", {"field": "as"})
        answer = await sign_in(self.frame.keeper, self.assertion_of(word))
        return _json(200, {"token": answer.token, **_who(answer)})

    async def _end(self, call: Call) -> Answer:
        session = session_of(bearer(call))
        await sign_out(self.frame.keeper, session)
        self.callers.forget(session)
        return Answer(204, JSON, b"")


def served(act: Act, *, trial: bool = True) -> bool:
    """Say whether software may do an act; what a software on trial alone does is unknown where there is no trial."""
    return Channel.API in act.channels and (trial or act.audience != {ActorKind.SANDBOX})


def described(act: Act) -> dict[str, Any]:
    """Return what a program needs to show and fill in an act."""
    return {
        "id": act.id.value,
        "name": act.name,
        "sentence": act.sentence,
        "audience": sorted(kind.value for kind in act.audience),
        "nature": act.nature.value,
        "fields": [_field(field) for field in act.fields],
        "channels": sorted(channel.value for channel in act.channels),
        "delay_hours": act.delay.api,
    }


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": field.name,
        "label": field.label,
        "kind": field.kind.value,
        "required": field.required,
    }
    if field.help:
        found["help"] = field.help
    if field.choices:
        found["choices"] = [{"code": code, "label": words} for code, words in field.choices]
    return found


def _values(act: Act, given: dict[str, Any]) -> dict[str, Value]:
    """Return what was filled in, in the registry's form; a name the act does not know is refused, never left out."""
    known = {field.name: field.kind for field in act.fields} | dict.fromkeys(ALSO, FieldKind.TEXT)
    found: dict[str, Value] = {}
    for name, value in given.items():
        if name not in known:
            raise Problem(Kind.INVALID, "field-invalid", {"field": ascii(name)[1:41]})
        if known[name] is FieldKind.FILE:
            found[name] = _upload(name, value)
        elif value is not None:
            found[name] = _text(name, value)
    return found


def _text(name: str, value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str() | int():
            return str(value)
        case list() if all(isinstance(one, str | int) for one in value):
            return ",".join(str(one) for one in value)
    raise Problem(Kind.INVALID, "field-invalid", {"field": name})


def _upload(name: str, value: object) -> Upload:
    match value:
        case Upload():
            return value
        case {"media_type": str(media_type), "data": str(data), **rest}:
            called = rest.get("name", "")
            return Upload(called if isinstance(called, str) else "", media_type, decode_base64(data, f"{name}.data"))
    raise Problem(Kind.INVALID, "field-invalid", {"field": name})


def _who(answer: SessionAnswer) -> dict[str, Any]:
    return {
        "kind": answer.kind,
        "identifier": answer.identifier,
        "name": answer.name,
        "profession": answer.profession,
        "structure": answer.structure,
        "person": answer.person,
        "invited": answer.invited,
        "state": answer.state,
        "until": answer.until,
    }


def _json(status: int, value: dict[str, Any]) -> Answer:
    return Answer(status, JSON, orjson.dumps(value))
