"""A web process: uvicorn on the socket it inherited, and the one place that catches what nobody foresaw.

No access log: it would hold addresses. An unforeseen error becomes a reference, in the form its reader expects, and one
line in the log with that reference and the error's type: never its text, which could hold a health datum.
"""

from __future__ import annotations

import logging
import secrets
import socket
from collections.abc import Callable

import orjson
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from espace_sante.formats.oauth.places import INTROSPECT, REVOKE, TOKEN
from espace_sante.kernel.patience import PatientProtocol

_log = logging.getLogger("espace_sante.web")
STOP_SECONDS = 3


class LastResort:
    """Wraps an application: nothing leaves it but an answer. Controls: C54, C55."""

    def __init__(self, application: ASGIApp, page: Callable[[str], bytes]) -> None:
        self._application = application
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and answer 500 with a reference when serving failed before the answer began."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._application(scope, receive, watched)
        except Exception as fault:  # noqa: BLE001  # the last resort of this process: everything else is a Problem
            reference = secrets.token_hex(4)
            _log.error("unforeseen %s, reference %s", type(fault).__name__, reference)
            if begun:  # the answer is cut short; what is told to the server must not reach its log either
                raise ConnectionAbortedError from None
            await _answer(send, *self._form(scope["path"], reference))

    def _form(self, path: str, reference: str) -> tuple[bytes, bytes]:
        words = f"Une erreur est survenue de notre côté. Donnez cette référence au guichet : {reference}."
        if path.startswith("/fhir"):
            issue = {"severity": "error", "code": "exception", "details": {"text": words}}
            return b"application/fhir+json", orjson.dumps({"resourceType": "OperationOutcome", "issue": [issue]})
        if path in (TOKEN, REVOKE, INTROSPECT):
            return b"application/json", orjson.dumps({"error": "server_error", "error_description": words})
        if path.startswith("/api"):
            return b"application/json", orjson.dumps({"code": "internal", "sentence": words})
        return b"text/html; charset=utf-8", self._page(reference)


async def _answer(send: Send, media_type: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", media_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; style-src 'self'; frame-ancestors 'none'"),
    ]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def serve(application: ASGIApp, listener: socket.socket) -> None:
    """Serve on a socket already bound, until told to stop; then finish what was begun, within seconds."""
    server_of(application).run(sockets=[listener])


def server_of(application: ASGIApp) -> uvicorn.Server:
    """Return the server of an application: httptools and uvloop, bounded, silent about who asks what."""
    return uvicorn.Server(
        uvicorn.Config(
            application,
            http=PatientProtocol,
            loop="uvloop",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,  # nobody's address is read, so none is believed
            timeout_graceful_shutdown=STOP_SECONDS,
            timeout_keep_alive=15,
            limit_concurrency=1000,
        )
    )
