"""What a witness serves: `add-checkpoint`, its page, its alarms; a mirror also serves what it copied.

On the loopback address, behind whatever web server the association has. Nothing is read beyond its bound: head (`PatientProtocol`),
body, connections, demands a second. No access log: nobody's address is kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from espace_sante.journal.add_checkpoint import MOST_BYTES, SIZE_TYPE
from espace_sante.kernel.patience import PatientProtocol
from espace_sante.witness.folder import Log
from espace_sante.witness.page import LogState, page, state_of
from espace_sante.witness.rules import Refuse
from espace_sante.witness.watch import Examined, Watch

BODY_SECONDS = 10.0
CONNECTIONS = 64
DEMANDS_A_SECOND = 50
RETRY_SECONDS = 5  # what a mirror that still copies asks for
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_PLAIN = "text/plain; charset=utf-8"
_log = logging.getLogger("espace_sante.witness")
Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


class Copies(Protocol):
    """What a mirror adds: it reaches a checkpoint before it is cosigned, and gives what it copied."""

    def reach(self, examined: Examined) -> bool:
        """Wait a little until everything of this checkpoint is held and verified; say whether it is."""
        ...

    def held(self, log: Log) -> int | None:
        """Return how many leaves of a log are held and verified."""
        ...

    def file(self, path: str) -> bytes | None:
        """Return a published file of the copy, or None."""
        ...


class Rate:
    """A bucket of demands that fills with time. `clock` in seconds, never going back."""

    def __init__(self, a_second: float, most: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._most, self._clock = a_second, most, clock
        self._left, self._at = most, clock()

    def takes(self) -> bool:
        """Take one demand; say whether there was room."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def application(watch: Watch, copies: Copies | None = None, rate: Rate | None = None) -> Starlette:
    """Build what a witness serves."""
    allowed = rate or Rate(DEMANDS_A_SECOND, 2 * DEMANDS_A_SECOND)
    key = str(watch.folder.key)

    def states() -> list[LogState]:
        return [state_of(watch.folder, log, copies.held(log) if copies else None) for log in watch.folder.logs()]

    async def add_checkpoint(request: Request) -> Response:
        if not allowed.takes():
            return _refusal(429, "too many demands", retry=1)
        content = await _body(request)
        if isinstance(content, Response):
            return content
        examined = await asyncio.to_thread(watch.examine, content)
        if isinstance(examined, Refuse):
            return _refused(examined)
        if copies is not None and not await asyncio.to_thread(copies.reach, examined):
            return _refusal(503, "still copying up to this checkpoint", retry=RETRY_SECONDS)
        cosigned = await asyncio.to_thread(watch.cosign, content)
        return _refused(cosigned) if isinstance(cosigned, Refuse) else _answer(200, cosigned.line.encode(), _PLAIN)

    async def shown(_: Request) -> Response:
        return _answer(200, page(watch.folder, key, await asyncio.to_thread(states)), "text/html; charset=utf-8")

    async def alarms(_: Request) -> Response:
        found = [state.alarm for state in await asyncio.to_thread(states) if state.alarm is not None]
        said = {"kind": "espace-alarmes", "v": 1, "witness": key, "alarms": found}
        return _answer(200, json.dumps(said, ensure_ascii=False).encode(), "application/json")

    routes = [
        Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
        Route("/", shown, methods=["GET"]),
        Route("/alarme.json", alarms, methods=["GET"]),
    ]
    if copies is not None:
        routes.append(Route("/{path:path}", _files(copies), methods=["GET"]))
    return Starlette(routes=routes, exception_handlers={500: _unforeseen})


def serve(application: Starlette, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on a socket already bound, until told to stop; `ready` is called once a stop can no longer be missed.

    A signal only says that it is the end: raised as an exception, wherever the program is, it may be lost there.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
            timeout_keep_alive=15,
            limit_concurrency=CONNECTIONS,
        )
    )

    def end(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    ready()
    server.run(sockets=[listener])


def _files(copies: Copies) -> Handler:
    async def file(request: Request) -> Response:
        path = request.path_params["path"]
        found = await asyncio.to_thread(copies.file, path)
        if found is None:
            return _answer(404, b"not here\n", _PLAIN)
        kind = _PLAIN if path.endswith("checkpoint") else "application/octet-stream"
        return _answer(200, found, kind)

    return file


async def _body(request: Request) -> bytes | Response:
    content = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                content += piece
                if len(content) > MOST_BYTES:
                    return _refusal(413, "too long")
    except TimeoutError:
        return _refusal(408, "too slow")
    except ClientDisconnect:
        return _refusal(400, "cut short")
    return content


def _refused(refused: Refuse) -> Response:
    if refused.size is not None:
        return _answer(refused.status, b"%d\n" % refused.size, SIZE_TYPE)
    return _refusal(refused.status, refused.why)


def _refusal(status: int, why: str, *, retry: int | None = None) -> Response:
    answer = _answer(status, f"{why}\n".encode(), _PLAIN)
    if retry is not None:
        answer.headers["Retry-After"] = str(retry)
    if status in (408, 413):
        answer.headers["Connection"] = "close"
    return answer


def _answer(status: int, body: bytes, kind: str) -> Response:
    return Response(body, status, headers=_HEADERS | {"Content-Type": kind})


async def _unforeseen(_: Request, fault: Exception) -> Response:
    _log.error("unforeseen %s", type(fault).__name__)
    return _refusal(500, "internal error")
