"""What nobody foresaw becomes a reference: never a trace, never the words of the error."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Message

from espace_sante.web.server import LastResort

SECRET = "Aubertin, diabète"


async def _broken(request: Request) -> Response:
    raise RuntimeError(SECRET)


def _get(path: str) -> tuple[int, bytes]:
    routes = [Route(p, _broken) for p in ("/page", "/fhir/Patient", "/api/x", "/jeton-oauth")]
    application = LastResort(Router(routes=routes), lambda reference: f"<p>{reference}</p>".encode())
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(application(scope, receive, send))
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent)


@pytest.mark.parametrize("path", ["/page", "/fhir/Patient", "/api/x"])
def test_an_unforeseen_error_says_a_reference_and_nothing_else(path: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        status, body = _get(path)
    assert status == 500
    assert body and SECRET.encode() not in body and b"Traceback" not in body
    assert "RuntimeError" in caplog.text and SECRET not in caplog.text


def test_each_reader_gets_the_error_in_its_own_form() -> None:
    assert b'"resourceType":"OperationOutcome"' in _get("/fhir/Patient")[1]
    assert b'"code":"internal"' in _get("/api/x")[1]
    assert b'"error":"server_error"' in _get("/jeton-oauth")[1]
    assert _get("/page")[1].startswith(b"<p>")
