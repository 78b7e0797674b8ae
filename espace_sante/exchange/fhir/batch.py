"""A batch: each entry is a request of its own, asked of this server as if it had come alone, with its own outcome and its own entry.

Source: FHIR R4 http 3.1.0.11.1; docs/decisions/0050. Guarantee: G3, G5.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import orjson

from espace_sante.exchange.edge import Answer, Call
from espace_sante.formats.fhir.sent_bundle import Sent, SentBundle, faulty
from espace_sante.kernel.errors import Kind, Problem

_JSON = b"application/fhir+json"
# Each is a request like another, and may read a whole record.
BATCH_MOST = 200
_SAID = ((b"etag", "etag"), (b"location", "location"))
# The headers of the whole that are those of each request in it.
_KEPT = frozenset({b"authorization", b"prefer", b"x-forwarded-for", b"user-agent"})


class _Meta(msgspec.Struct):
    updated: str = msgspec.field(name="lastUpdated", default="")


class _Stamped(msgspec.Struct):
    meta: _Meta = msgspec.field(default_factory=_Meta)


_STAMPED = msgspec.json.Decoder(_Stamped)


@dataclass(frozen=True, slots=True)
class Batch:
    """Asks each request of a batch: `dispatch` answers one, `render` says a refusal.

    `url_bytes`: how long an address, or a condition, may be; `most`: once so many bytes were given back, nothing more is done.
    """

    dispatch: Callable[[Call], Awaitable[Answer]]
    render: Callable[[Problem], Answer]
    base: str
    url_bytes: int
    most: int

    async def answered(self, call: Call, sent: SentBundle) -> bytes:
        """Return the batch-response: one entry for each one sent, in order, whatever became of the others.

        It holds `most` bytes and one more answer at most: a batch of readings of a whole record costs no more than two of them.
        """
        entries: list[bytes] = []
        given = 0
        for one in sent.entries:
            entries.append(await self._one(call, one, given))
            given += len(entries[-1])
        return b'{"resourceType":"Bundle","type":"batch-response","entry":[' + b",".join(entries) + b"]}"

    async def _one(self, call: Call, one: Sent, given: int) -> bytes:
        try:
            if given >= self.most:
                raise Problem(Kind.TOO_LARGE, "answer-too-large", {"maximum": self.most})
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
        is_told = one.method != "HEAD" or answer.status >= 400
        if not (answer.body and is_told) or answer.media_type != _JSON:
            return orjson.dumps({"response": response})
        if answer.status < 400:
            return orjson.dumps({"response": response})[:-1] + b',"resource":' + answer.body + b"}"
        return b'{"response":' + orjson.dumps(response)[:-1] + b',"outcome":' + answer.body + b"}}"

    def _call(self, call: Call, one: Sent) -> Call:
        """Return one entry as the request it stands for; raises Problem for what is none."""
        url = one.url.removeprefix(f"{self.base}/")
        path, _, query = url.partition("?")
        if len(url) > self.url_bytes:
            raise Problem(Kind.TOO_LARGE, "url-too-long", {"maximum": self.url_bytes})
        if not path or path.startswith("/") or "://" in path or not _is_plain(url):
            raise faulty(f"{one.place}.request.url")
        headers = [pair for pair in call.headers if pair[0] in _KEPT]
        headers += [(b"accept", _JSON), (b"content-length", b"%d" % len(one.body))]
        if one.body:
            headers.append((b"content-type", _JSON))
        for name, element, value in (
            (b"if-match", "ifMatch", one.if_match),
            (b"if-none-exist", "ifNoneExist", one.if_none_exist),
            (b"if-none-match", "ifNoneMatch", one.if_none_match),
            (b"if-modified-since", "ifModifiedSince", one.if_modified_since),
        ):
            if len(value) > self.url_bytes or not _is_plain(value):
                raise faulty(f"{one.place}.request.{element}", "field-invalid")
            if value:
                headers.append((name, value.encode("ascii")))
        return Call(one.method, tuple(path.strip("/").split("/")), query.encode(), headers, _body(one.body))


def _body(body: bytes) -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _is_plain(text: str) -> bool:
    """Say whether a text could stand in an address or a header: nothing but visible ASCII and spaces. Source: RFC 9110 5.5."""
    return text.isascii() and text.isprintable()


def _instant(answer: Answer) -> dict[str, str]:
    """Return when the resource of an answer was written, as FHIR writes an instant; nothing when it holds none."""
    try:
        updated = _STAMPED.decode(answer.body).meta.updated
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return {"lastModified": updated} if updated else {}
