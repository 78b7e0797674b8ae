"""What anybody may send to the listening socket: heads without end, silences, numbers that are not numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from espace_sante.actions import grant_access
from espace_sante.kernel import patience
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web import server


@asynccontextmanager
async def _served() -> AsyncIterator[int]:
    async def home(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    made = server.server_of(Starlette(routes=[Route("/", home, methods=["GET", "POST"])]))
    made.config.port, made.config.loop = 0, "none"
    made.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # not in every version
    task = asyncio.create_task(made.serve())
    while not made.started:
        await asyncio.sleep(0.01)
    try:
        yield made.servers[0].sockets[0].getsockname()[1]
    finally:
        made.should_exit = True
        await task


async def _said(port: int, pieces: list[bytes], *, seconds: float = 5.0) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(seconds):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await reader.read(12)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_a_head_without_end_is_cut_and_large_bodies_are_not() -> None:
    async def play() -> None:
        async with _served() as port:
            begun = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            many = [b"X-%d: %s\r\n" % (i, b"a" * 1000) for i in range(20_000)]
            assert await _said(port, [begun, *many]) in (b"", b"HTTP/1.1 400")
            assert await _said(port, [begun, b"X: ", *[b"a" * 60_000] * 100]) in (b"", b"HTTP/1.1 400")
            assert await _said(port, [b"GET /", *[b"a" * 60_000] * 100]) in (b"", b"HTTP/1.1 400")
            posted = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3000000\r\n\r\n"
            assert await _said(port, [posted + b"b" * 1_000_000, b"b" * 2_000_000]) == b"HTTP/1.1 200"

    asyncio.run(play())


def test_who_says_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)

    async def play() -> None:
        async with _served() as port:
            assert await _said(port, [], seconds=3) == b""
            assert await _said(port, [b"GET / HTTP/1.1\r\nHost: 1"], seconds=3) == b""
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(3):  # a head that came in time leaves the connection to its own patience
                writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
                await reader.readexactly(1)
                await asyncio.sleep(0.2)
            writer.write(b"GET / HTTP/1.1\r\n")
            async with asyncio.timeout(3):
                assert await reader.read(12) == b""
            writer.close()

    asyncio.run(play())


@pytest.mark.parametrize("category", ["²", "٣٣", "99999999999999999999", "-1", "1²"])
def test_a_category_that_is_no_number_is_refused(category: str) -> None:
    values = {
        "practitioner": "99900000011",
        "scope": "categories",
        "categories": category,
        "purpose": "care",
        "days": "3",
    }
    with pytest.raises(Problem) as refused:
        grant_access.parse(values)
    assert refused.value.kind is Kind.INVALID
