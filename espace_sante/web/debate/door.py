"""What the portal does for the debate: passes a demand on to its process, without cookie, account, nor the caller's address.

A browser sends the health space's cookie to every address of the site, `/debat` included: it stops here. Only the headers
named below go on. Guarantee: G14. Source: docs/decisions/0070.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from espace_sante.debate.refused import SENTENCES
from espace_sante.kernel.i18n import choose_language, translator
from espace_sante.web.debate.edge import FORM_BYTES
from espace_sante.web.rendering import LANGUAGE_PARAMETER, Page, render_error

PASSED = ("host", "accept-encoding", "accept-language", "content-type", "origin", "sec-fetch-site")
_KEPT_BACK = frozenset({"set-cookie", "connection", "transfer-encoding", "server", "date"})
_SECONDS = 10.0
_HEAD_BYTES = 16 * 1024


def routes(path: Path, unavailable: Callable[[], bytes], prefix: str = "/debat") -> list[BaseRoute]:
    """Return the routes under `prefix`, passed on to a socket; `unavailable` writes the page shown when nobody answers there."""

    async def forward(request: Request) -> Response:
        try:
            body = await _body(request)
            if body is None:
                return Response(_too_large(request), 413, {"Cache-Control": "no-store"}, "text/html")
            async with asyncio.timeout(_SECONDS):
                return await _asked(path, request, body)
        except (OSError, TimeoutError, ValueError, IndexError, ClientDisconnect):
            return Response(unavailable(), 503, {"Cache-Control": "no-store"}, "text/html")

    return [Route(one, forward, methods=["GET", "POST"]) for one in (prefix, prefix + "/{path:path}")]


async def _body(request: Request) -> bytes | None:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            return None
    return body


async def _asked(path: Path, request: Request, body: bytes) -> Response:
    reader, writer = await asyncio.open_unix_connection(str(path), limit=_HEAD_BYTES)
    try:
        writer.write(_head(request, len(body)) + body)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        return _answer(head, await reader.read(-1), headless=request.method == "HEAD")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise OSError("no whole answer") from None
    finally:
        writer.close()


def _head(request: Request, length: int) -> bytes:
    target = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope["query_string"]
    lines = [b"%s %s%s HTTP/1.1" % (request.method.encode(), target, b"?" + query if query else b"")]
    for name in PASSED:
        if value := request.headers.get(name):
            lines.append(f"{name}: {value}".encode("latin-1"))
    lines += [b"content-length: %d" % length, b"connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _too_large(request: Request) -> bytes:
    language = choose_language(
        asked=request.query_params.get(LANGUAGE_PARAMETER, ""), accepted=request.headers.get("accept-language", "")
    )
    said = SENTENCES["debate-text-length"]
    return render_error(413, language, page=Page(path="/debat"), sentence=translator(language).gettext(said)).encode()


def _answer(head: bytes, body: bytes, *, headless: bool = False) -> Response:
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() not in _KEPT_BACK:
            headers[name.lower()] = value.strip()
    if not (headless and not body):  # the head alone was asked for: it says how long the page is, and no page follows
        _check_length(headers, body)
    return Response(body, int(first.split(" ")[1]), headers)


def _check_length(headers: Mapping[str, str], body: bytes) -> None:
    if headers.get("content-length") != str(len(body)):
        raise OSError("an answer cut short")
