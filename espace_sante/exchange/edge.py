"""The edge of the exchange interfaces: bytes in, an answer out, and the one table of HTTP statuses.

Plain ASGI, because a reading by identifier must cost little: no object is built that the answer does not need.
Headers that decide something may stand only once; a body is counted while it arrives and refused before it is whole.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from espace_sante.access.request import Channel, Proof
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.receiving import in_time
from espace_sante.actions.sign_in import session_of, who_is
from espace_sante.keeper.demand import SessionAnswer
from espace_sante.kernel.errors import Kind, Problem

STATUS = MappingProxyType(
    {
        Kind.INVALID: 400,
        Kind.UNAUTHENTICATED: 401,
        Kind.FORBIDDEN: 403,
        Kind.NOT_FOUND: 404,
        Kind.CONFLICT: 409,
        Kind.GONE: 410,
        Kind.TOO_LARGE: 413,
        Kind.UNSUPPORTED_MEDIA: 415,
        Kind.UNPROCESSABLE: 422,
        Kind.TOO_MANY: 429,
        Kind.INTERNAL: 500,
        Kind.OUTSIDE_FAILURE: 502,
        Kind.BUSY: 503,
    }
)
_BY_CODE = MappingProxyType(
    {
        "not-acceptable": 406,
        "url-too-long": 414,
        "method-refused": 405,
        "range-unsatisfiable": 416,
        "version-differs": 412,
        "condition-several": 412,
    }
)
RETRY_SECONDS = 2
KNOWN_SECONDS = 5.0
KNOWN_SESSIONS = 4096
_BODILESS = frozenset({204, 304})  # a length in them would be that of another answer. Source: RFC 9110 section 8.6
_ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. `path` is what follows the mount, split at each slash; `query` is still encoded."""

    method: str
    path: tuple[str, ...]
    query: bytes
    headers: list[tuple[bytes, bytes]]
    receive: Receive

    def header(self, name: bytes) -> str:
        """Return a header, "" when absent; raises Problem when it stands twice."""
        found = [value for key, value in self.headers if key == name]
        if len(found) > 1:
            raise Problem(Kind.INVALID, "demand-invalid")
        return found[0].decode("latin-1") if found else ""

    def parameters(self) -> list[tuple[str, str]]:
        """Return the decoded parameters of the address, in order; raises Problem when they cannot be read."""
        return read_parameters(self.query)

    async def body(self, most: int, refusal: Problem) -> bytes:
        """Return the body; raises the refusal as soon as more than `most` bytes are announced or have come."""
        return b"".join([piece async for piece in self.pieces(most, refusal)])

    async def pieces(self, most: int, refusal: Problem) -> AsyncIterator[bytes]:
        """Yield the body as it comes; raises as `body` does, and Problem(demand-invalid) when the caller hangs up."""
        if self.header(b"content-encoding").strip().lower() not in (
            "",
            "identity",
        ):  # nothing is unpacked: no small body that is large
            raise Problem(Kind.UNSUPPORTED_MEDIA, "encoding-unsupported")
        announced = self.header(b"content-length")
        if announced.isdigit() and int(announced) > most:
            raise refusal
        size = 0
        while True:
            message = await in_time(self.receive())
            if message["type"] == "http.disconnect":
                raise Problem(Kind.INVALID, "demand-invalid")
            piece = message.get("body", b"")
            size += len(piece)
            if size > most:
                raise refusal
            yield piece
            if not message.get("more_body", False):
                return


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: a whole body, or its first piece and the iterator of the others, each opened in a thread.

    `length` is said when it is not that of `body`; without a body it answers a HEAD.
    """

    status: int
    media_type: bytes
    body: bytes
    headers: Headers = ()
    rest: Iterator[bytes] | None = None
    length: int = -1

    async def send(self, send: Send, receive: Receive) -> None:
        """Send it, piece by piece, no faster than it is read; a caller that hangs up stops the work."""
        length = len(self.body) if self.length < 0 else self.length
        kind = ((b"content-type", self.media_type),) if length else ()  # nothing is of no type
        size = ((b"content-length", b"%d" % length),) if self.status not in _BODILESS else ()
        headers = [*kind, *size, *_ALWAYS, *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if self.rest is None:
            await send({"type": "http.response.body", "body": self.body})
            return
        hung_up = asyncio.create_task(_hung_up(receive))
        piece = self.body
        try:
            while piece and not hung_up.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await asyncio.to_thread(next, self.rest, b"")
        finally:
            hung_up.cancel()
        await send({"type": "http.response.body", "body": b""})


async def _hung_up(receive: Receive) -> None:
    """Return when the caller has hung up; nothing else can come once a body was read."""
    while (await receive())["type"] != "http.disconnect":
        pass


@dataclass(frozen=True, slots=True)
class Edge:
    """An ASGI application over one dispatcher: problems are rendered here and nowhere else."""

    dispatch: Callable[[Call], Awaitable[Answer]]
    render: Callable[[Problem], Answer]
    url_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            path: str = scope["path"]
            mounted: str = scope.get("root_path", "")
            if len(scope.get("raw_path") or path) + len(scope["query_string"]) > self.url_bytes:
                raise Problem(Kind.TOO_LARGE, "url-too-long", {"maximum": self.url_bytes})
            parts = tuple(path[len(mounted) :].strip("/").split("/"))
            answer = await self.dispatch(Call(scope["method"], parts, scope["query_string"], scope["headers"], receive))
        except Problem as problem:
            answer = self.render(problem)
        if scope["method"] == "HEAD" and answer.length < 0:
            answer = replace(answer, body=b"", length=len(answer.body))
        await answer.send(send, receive)


# What a session proves; nobody stands behind a software on trial.
_PROOFS = {"practitioner": Proof.PROFESSIONAL, "sandbox": Proof.NONE}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as an edge needs to know: never used for a decision."""

    session: bytes
    who: SessionAnswer

    @property
    def is_practitioner(self) -> bool:
        """Say whether a professional calls."""
        return self.who.kind == "practitioner"

    @property
    def is_on_trial(self) -> bool:
        """Say whether a software on trial calls, which knows invented persons alone."""
        return self.who.kind == "sandbox"

    @property
    def account(self) -> str:
        """Return the word that names who calls, among all accounts."""
        return f"{self.who.kind}|{self.who.identifier}"

    def request(self, person: str = "self", *, key: str = "") -> Request:
        """Return the request of an act by this channel; the keeper checks the proof against the session."""
        proof = _PROOFS.get(self.who.kind, Proof.LOGIN)
        return Request(self.session, Channel.API, proof, person, False, key, "api")


class Callers:
    """Who each token belongs to, asked of the keeper and kept some seconds; bounded."""

    def __init__(self, frame: Frame, clock: Callable[[], float] = time.monotonic) -> None:
        self._frame = frame
        self._clock = clock
        self._held: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    async def of(self, call: Call) -> Caller:
        """Return who calls; raises Problem(UNAUTHENTICATED) without a token that holds."""
        session = session_of(bearer(call))
        held = self._held.get(session)
        now = self._clock()
        if held is not None and now - held[0] < KNOWN_SECONDS:
            return held[1]
        caller = Caller(session, await who_is(self._frame.keeper, session))
        self._held[session] = (now, caller)
        self._held.move_to_end(session)
        if len(self._held) > KNOWN_SESSIONS:
            self._held.popitem(last=False)
        return caller

    def forget(self, session: bytes) -> None:
        """Drop a session that was ended."""
        self._held.pop(session, None)


def bearer(call: Call) -> str:
    """Return the token of the Authorization header; raises Problem(UNAUTHENTICATED) when there is none."""
    scheme, _, token = call.header(b"authorization").partition(" ")
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise Problem(Kind.UNAUTHENTICATED, "unauthenticated")
    return token.strip()


def idempotency_key(call: Call) -> str:
    """Return the caller's key, "" for none; raises Problem when it is too long to be one."""
    key = call.header(b"idempotency-key")
    if len(key) > 200:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "Idempotency-Key"})
    return key


def read_parameters(encoded: bytes) -> list[tuple[str, str]]:
    """Return decoded parameters, in order; raises Problem when they cannot be read."""
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError:
        raise Problem(Kind.UNPROCESSABLE, "text-not-utf8") from None
    except ValueError:
        raise Problem(Kind.INVALID, "demand-invalid") from None


def status_of(problem: Problem) -> int:
    """Return the HTTP status of a problem."""
    return _BY_CODE.get(problem.code) or STATUS[problem.kind]


def headers_of(problem: Problem) -> Headers:
    """Return the headers a problem calls for: its entry, when to try again, how to sign in."""
    found: list[tuple[bytes, bytes]] = []
    if problem.entry:
        found.append((b"journal-entry", problem.entry.encode()))
    if problem.kind in (Kind.BUSY, Kind.TOO_MANY):
        found.append((b"retry-after", str(problem.fields.get("seconds", RETRY_SECONDS)).encode()))
    if problem.code == "range-unsatisfiable":
        found.append((b"content-range", f"bytes */{problem.fields['maximum']}".encode()))
    if problem.code == "method-refused" and "allow" in problem.fields:
        found.append((b"allow", str(problem.fields["allow"]).encode()))
    if problem.kind is Kind.UNAUTHENTICATED:
        found.append((b"www-authenticate", b'Bearer realm="espace-sante"'))
    if problem.code == "app-scope":  # RFC 6750 §3.1
        found.append((b"www-authenticate", b'Bearer realm="espace-sante", error="insufficient_scope"'))
    return tuple(found)


def entry_header(entry: str) -> Headers:
    """Return the header that carries the entry's reference; nothing when no entry was made."""
    return ((b"journal-entry", entry.encode()),) if entry else ()


async def only(call: Call, **methods: Callable[[], Awaitable[Answer]]) -> Answer:
    """Answer by the method asked for; raises Problem(method-refused) that says which there are. HEAD is there wherever GET is."""
    chosen = methods.get(call.method)
    if chosen is None:
        allowed = {*methods, *(("HEAD",) if "GET" in methods else ())}
        raise Problem(Kind.INVALID, "method-refused", {"allow": ", ".join(sorted(allowed))})
    return await chosen()


def media_type_is(call: Call, accepted: Mapping[str, object] | frozenset[str]) -> None:
    """Raise Problem(media-type-refused) when the body is not said to be of one of these types."""
    said = call.header(b"content-type").partition(";")[0].strip().lower()
    if said not in accepted:
        raise Problem(Kind.UNSUPPORTED_MEDIA, "body-type-unsupported")
