"""A batch: each entry is a request of its own, asked of this server as if it had come alone, with its own outcome and its own entry.

Source: FHIR R4 http 3.1.0.11.1; docs/decisions/0050. Guarantee: G3, G5.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from espace_sante.exchange.edge import Answer, Call
from espace_sante.formats.fhir.sent_bundle import Sent, SentBundle
from espace_sante.kernel.errors import Kind, Problem

_JSON = b"application/fhir+json"
# Each is a request like another, and may read a whole record.
BATCH_MOST = 200
_SAID = ((b"etag", "etag"), (b"location", "location"))
# The headers of the whole that are those of each request in it.
_KEPT = frozenset({b"authorization", b"prefer", b"x-forwarded-for", b"user-agent"})


@dataclass(frozen=True, slots=True)
class Batch:
    """Asks each request of a batch: `dispatch` answers one, `render` says a refusal."""

    dispatch: Callable[[Call], Awaitable[Answer]]
    render: Callable[[Problem], Answer]
    base: str

    async def answered(self, call: Call, sent: SentBundle) -> bytes:
        """Return the batch-response: one entry for each one sent, in order, whatever became of the others."""
        entries = [await self._one(call, one) for one in sent.entries]
        return b'{"resourceType":"Bundle","type":"batch-response","entry":[' + b",".join(entries) + b"]}"

    async def _one(self, call: Call, one: Sent) -> bytes:
        try:
            answer = await self.dispatch(self._call(call, one))
            if answer.rest is not None:
                for _ in answer.rest:  # what is not to be sent is closed
                    break
                raise Problem(Kind.INVALID, "not-acceptable")
        except Problem as problem:
            answer = self.render(problem)
        headers = dict(answer.headers)
        response = {"status": f"{answer.status} {HTTPStatus(answer.status).phrase}"}
        response |= {name: headers[word].decode() for word, name in _SAID if word in headers}
        response |= _instant(answer)
        if not answer.body or answer.media_type != _JSON:
            return orjson.dumps({"response": response})
        if answer.status < 400:
            return orjson.dumps({"response": response})[:-1] + b',"resource":' + answer.body + b"}"
        return b'{"response":' + orjson.dumps(response)[:-1] + b',"outcome":' + answer.body + b"}}"

    def _call(self, call: Call, one: Sent) -> Call:
        """Return one entry as the request it stands for; raises Problem for what is none."""
        url = one.url.removeprefix(f"{self.base}/")
        path, _, query = url.partition("?")
        if not path or path.startswith("/") or "://" in path or not url.isascii():
            raise Problem(Kind.INVALID, "resource-invalid", {"field": f"{one.place}.request.url"})
        headers = [pair for pair in call.headers if pair[0] in _KEPT]
        headers += [(b"accept", _JSON), (b"content-length", b"%d" % len(one.body))]
        if one.body:
            headers.append((b"content-type", _JSON))
        for name, value in (
            (b"if-match", one.if_match),
            (b"if-none-exist", one.if_none_exist),
            (b"if-none-match", one.if_none_match),
            (b"if-modified-since", one.if_modified_since),
        ):
            if value:
                headers.append((name, value.encode("latin-1", "replace")))
        return Call(one.method, tuple(path.strip("/").split("/")), query.encode(), headers, _body(one.body))


def _body(body: bytes) -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _instant(answer: Answer) -> dict[str, str]:
    """Return when the resource of an answer was written, as FHIR writes an instant; nothing when it holds none."""
    try:
        return {"lastModified": str(json.loads(answer.body)["meta"]["lastUpdated"])}
    except (ValueError, KeyError, TypeError):
        return {}
