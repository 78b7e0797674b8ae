"""The portal passes the debate's demands on, and only what the debate may know of them."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from starlette.routing import Router

from espace_sante.web.debate.door import routes
from espace_sante.web.debate.edge import FORM_BYTES
from tests.served import Reply, asked

HEADERS = [
    (b"host", b"127.0.0.1:8000"),
    (b"cookie", b"session=secret; langue=en"),
    (b"authorization", b"Bearer secret"),
    (b"x-forwarded-for", b"192.0.2.1"),
    (b"user-agent", b"un navigateur rare"),
    (b"referer", b"http://127.0.0.1:8000/moi/documents"),
    (b"accept-language", b"fr"),
    (b"content-type", b"application/x-www-form-urlencoded"),
]
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nset-cookie: suivi=1\r\ncontent-length: 2\r\n\r\nok"


async def through(answer: bytes, method: str, path: str, body: bytes = b"") -> tuple[Reply, bytes]:
    """Ask through the door before a process that gives this answer; return what came back and what it received."""
    heard = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heard.extend(head)
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        heard.extend(await reader.readexactly(length))
        writer.write(answer)
        await writer.drain()
        writer.close()

    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "debate.sock"
        server = await asyncio.start_unix_server(serve, str(socket))
        async with server:
            application = Router(routes=routes(socket, lambda: b"pas maintenant"))
            return await asked(application, method, path, HEADERS, body), bytes(heard)


def test_no_cookie_no_account_and_no_address_of_the_caller_reaches_the_debate():
    reply, heard = asyncio.run(through(ANSWER, "POST", "/debat/dossiers/couts/ecrire?langue=en", b"code=1&text=a"))
    assert (reply.status, reply.body) == (200, b"ok") and "set-cookie" not in reply.headers
    assert heard.startswith(b"POST /debat/dossiers/couts/ecrire?langue=en HTTP/1.1\r\n")
    assert heard.endswith(b"\r\n\r\ncode=1&text=a")
    for word in (b"secret", b"192.0.2.1", b"navigateur", b"/moi/", b"127.0.0.1:1"):
        assert word not in heard
    names = {line.split(b":")[0] for line in heard.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]}
    assert names == {b"host", b"accept-language", b"content-type", b"content-length", b"connection"}


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\n", ANSWER[:-1], b"HTTP/1.1 200 OK\r\nx: " + b"a" * 20_000 + b"\r\n\r\n", b"\r\n\r\n"],
)
def test_an_answer_that_is_not_whole_is_never_shown(answer):
    reply, _ = asyncio.run(through(answer, "GET", "/debat"))
    assert (reply.status, reply.body) == (503, b"pas maintenant")


def test_without_its_process_the_rest_of_the_site_stands_and_the_page_says_so():
    application = Router(routes=routes(Path("/nulle/part/debate.sock"), lambda: b"pas maintenant"))
    assert asyncio.run(asked(application, "GET", "/debat", HEADERS)).status == 503


def test_a_form_too_large_stops_at_the_door():
    reply, heard = asyncio.run(through(ANSWER, "POST", "/debat/dossiers/couts/ecrire", b"a" * (FORM_BYTES + 1)))
    assert (reply.status, heard) == (413, b"")
