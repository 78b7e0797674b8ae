"""Draws documents in processes of one document each, that can do nothing else. Fulfils `actions.previews.Previews`.

Clear bytes go through pipes only, never to a disk. Whatever the document does to its process, the answer here is pages or a
code; the process is killed when its time is up, and in any case at the end. Decision 0018.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from types import MappingProxyType

from espace_sante.actions.previews import PREVIEW_WIDTH, CannotShow, Page, Preview, PreviewCode
from espace_sante.formats.media import ACCEPTED
from espace_sante.kernel.settings import Settings
from espace_sante.preview import wire
from espace_sante.preview.plain_png import is_plain_png
from espace_sante.preview.wire import Answer, Format, Refusal, Request, Unreadable

Pieces = bytes | Iterable[bytes] | AsyncIterable[bytes]

_COMMAND = (sys.executable, "-I", "-B", "-m")
_FORMATS = {"pdf": Format.PDF, "png": Format.PNG, "jpeg": Format.JPEG, "tiff": Format.TIFF}
_MOST_PAGES, _LEAST_WIDTH, _MOST_WIDTH = 50, 16, 2_000
# Who would wait behind more than this many others is told at once.
_WAITING_EACH = 8
# What stopped a process, told from the signal: time, memory, or a document that broke its reader.
_STOPPED = {signal.SIGXCPU: PreviewCode.TOO_LONG, signal.SIGKILL: PreviewCode.TOO_LARGE}
# Control characters but the line and the tab; what turns or hides words.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_logger = logging.getLogger("espace_sante.preview")


class Previewer:
    """Draws documents, `preview_processes` at once; others wait `preview_seconds` at most for their turn.

    `module` is the program that draws, `environment` all it is given.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        module: str = "espace_sante.preview",
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._settings = settings
        self._module = module
        self._environment = dict(environment)
        self._turns = asyncio.Semaphore(settings.preview_processes)
        self._waiting = 0

    async def pages(
        self, pieces: Pieces, media_type: str, *, first: int = 1, count: int = 5, width: int = PREVIEW_WIDTH
    ) -> Preview | CannotShow:
        """Draw pages of one document in a process of its own.

        `pieces` is read only once a process waits for it; what it raises comes out unchanged. Bounds are brought back
        to what is served: `first` to 1 at least, `count` to 1 to 50, `width` to 16 to 2000.
        """
        form = _FORMATS.get(ACCEPTED.get(media_type.partition(";")[0].strip().lower(), ""))
        if form is None:
            return CannotShow(PreviewCode.UNSUPPORTED)
        async with self._turn() as turn:
            return await self._draw(self._request(form, first, count, width), pieces) if turn else _BUSY

    def _request(self, form: Format, first: int, count: int, width: int) -> Request:
        return Request(
            format=form,
            first=min(max(1, first), 1_000_000),
            pages=min(max(1, count), _MOST_PAGES),
            width=min(max(_LEAST_WIDTH, width), _MOST_WIDTH),
            seconds=self._settings.preview_seconds,
            megabytes=self._settings.preview_megabytes,
            pixels=self._settings.preview_pixels,
            document_bytes=self._settings.document_bytes,
        )

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[bool]:
        """Wait for one of the turns; yield False when none came in time."""
        if self._waiting >= _WAITING_EACH * self._settings.preview_processes:
            yield False
            return
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.preview_seconds):
                await self._turns.acquire()
        except TimeoutError:
            yield False
            return
        finally:
            self._waiting -= 1
        try:
            yield True
        finally:
            self._turns.release()

    async def _draw(self, request: Request, pieces: Pieces) -> Preview | CannotShow:
        try:
            async with asyncio.timeout(request.seconds), _process(self._module, self._environment) as process:
                answer = await _converse(process, request, pieces)
                return await (_why_stopped(process) if answer is None else asyncio.to_thread(_believed, answer))
        except TimeoutError:
            return CannotShow(PreviewCode.TOO_LONG)
        except _NotStarted:
            return _BUSY


class _NotStarted(Exception):
    """No process could be started."""


_BUSY = CannotShow(PreviewCode.BUSY)


@asynccontextmanager
async def _process(module: str, environment: dict[str, str]) -> AsyncIterator[Process]:
    """Start a drawing process with nothing of ours but two pipes; whatever happens, it is gone at the end."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(*_COMMAND, module),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
        # Held by a handle, not by its number: it may have ended, and the number be another's.
        handle = os.pidfd_open(process.pid)
    except OSError:
        # No process, memory or descriptor left on this machine.
        raise _NotStarted from None
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        os.close(handle)
        await asyncio.shield(process.wait())


async def _converse(process: Process, request: Request, pieces: Pieces) -> Answer | Refusal | None:
    """Send the request and the document, and read what comes out meanwhile; None when it is not an answer.

    What the source of the document raises comes out: that is what is to be said, not that the process lacked it.
    """
    assert process.stdout is not None
    sending = asyncio.create_task(_send(process, request, pieces))
    reading = asyncio.create_task(wire.read_answer(request, process.stdout.readexactly))
    try:
        await asyncio.wait({sending, reading}, return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
        return await reading
    except Unreadable:
        return None
    finally:
        sending.cancel()
        reading.cancel()
        await asyncio.gather(sending, reading, return_exceptions=True)


async def _send(process: Process, request: Request, pieces: Pieces) -> None:
    """Send all; the pipe is closed only then, which says that the document is whole."""
    assert process.stdin is not None
    # A process that refuses early no longer reads: it has already said why.
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(wire.write_request(request))
        async for piece in _stream(pieces):
            process.stdin.write(piece)
            await process.stdin.drain()
    process.stdin.close()


async def _stream(pieces: Pieces) -> AsyncIterator[bytes]:
    if isinstance(pieces, bytes):
        yield pieces
    elif isinstance(pieces, AsyncIterable):
        async for each in pieces:
            yield each
    else:
        following = partial(_following, iter(pieces))
        # Opening a piece of a sealed document is work: not on the loop that serves everybody.
        while (piece := await asyncio.to_thread(following)) is not None:
            yield piece


def _following(source: Iterator[bytes]) -> bytes | None:
    return next(source, None)


def _believed(answer: Answer | Refusal) -> Preview | CannotShow:
    """Return what may be shown of an answer: a process taken over by its document may send anything."""
    if isinstance(answer, Refusal):
        return CannotShow(PreviewCode(answer.value))
    if not all(is_plain_png(page.png, page.width, page.height) for page in answer.pages):
        return CannotShow(PreviewCode.DAMAGED)
    pages = (Page(each.number, each.width, each.height, each.png, _plain(each.text)) for each in answer.pages)
    return Preview(answer.total, tuple(pages))


def _plain(text: str) -> str:
    """Return text without what cannot be seen, whatever the document holds; lines and tabs stay."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


async def _why_stopped(process: Process) -> CannotShow:
    status = await process.wait()
    _logger.warning("a drawing process was stopped: status %d", status)
    stopped_by = signal.Signals(-status) if status < 0 else None
    return CannotShow(_STOPPED.get(stopped_by, PreviewCode.DAMAGED) if stopped_by else PreviewCode.DAMAGED)
