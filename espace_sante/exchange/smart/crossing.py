"""Which pages of other sites may read our answers: those of registered public applications, and anybody's for what is public.

No cookie is ever read here, so nothing is sent in somebody's name by a page that only knows our address.
Source: Fetch, "CORS protocol"; SMART App Launch 2.2, "Considerations for Cross-Origin Resource Sharing".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_SENT = b"Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Prefer, Range"
_SHOWN = b"Content-Location, Content-Range, ETag, Emergency-Access, Journal-Entry, Last-Modified, Location, Retry-After"
_PREFLIGHT = b"access-control-request-method"


@dataclass(frozen=True, slots=True)
class Crossing:
    """Wraps an application: answers preflights, and says to browsers who may read. `public` paths may be read by anybody."""

    application: ASGIApp
    is_registered: Callable[[str], bool]
    public: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        is_public = scope["path"] in self.public
        allowed = b"*" if is_public else self._allowed(origin)
        if scope["method"] == "OPTIONS" and allowed and origin and _PREFLIGHT in headers:
            await _answer_preflight(send, allowed)
            return

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [] if is_public else [(b"vary", b"Origin")]
                if origin and allowed:
                    more += [(b"access-control-allow-origin", allowed), (b"access-control-expose-headers", _SHOWN)]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self.application(scope, receive, said)

    def _allowed(self, origin: bytes) -> bytes:
        return origin if origin and self.is_registered(origin.decode("latin-1")) else b""


async def _answer_preflight(send: Send, allowed: bytes) -> None:
    headers = [
        (b"access-control-allow-origin", allowed),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _SENT),
        (b"access-control-max-age", b"600"),
        (b"vary", b"Origin"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
