"""One drawing process run apart, to see what it says, how it ended and what it took."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from espace_sante.preview import wire
from espace_sante.preview.wire import Answer, Format, Refusal, Request, Unreadable

COMMAND = (sys.executable, "-I", "-B", "-m", "espace_sante.preview")
FORMATS = {
    "application/pdf": Format.PDF,
    "image/png": Format.PNG,
    "image/jpeg": Format.JPEG,
    "image/tiff": Format.TIFF,
}


@dataclass(frozen=True, slots=True)
class Ran:
    """What came out (None: no answer), the wait status as a signal or exit code, the most memory held, the time."""

    answer: Answer | Refusal | None
    status: int
    megabytes: float
    cpu: float
    seconds: float


def draw(data: bytes, media_type: str, *, seconds: int = 3, megabytes: int = 512) -> Ran:
    """Draw a document in a process of its own, killed two seconds after its time."""
    request = Request(FORMATS[media_type], 1, 5, 900, seconds, megabytes, 50_000_000, 100_000_000)
    began = time.perf_counter()
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
    )
    assert process.stdin and process.stdout
    killing = threading.Timer(seconds + 2, process.kill)
    sending = threading.Thread(target=_send, args=(process.stdin, wire.write_request(request) + data))
    killing.start()
    sending.start()
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - began
    killing.cancel()
    sending.join()
    process.stdout.close()
    cpu = used.ru_utime + used.ru_stime
    return Ran(_answer(request, out), process.returncode, used.ru_maxrss / 1000, cpu, took)


def _send(pipe: BytesIO, data: bytes) -> None:
    with suppress(BrokenPipeError):
        pipe.write(data)
    with suppress(BrokenPipeError):
        pipe.close()


def _answer(request: Request, out: bytes) -> Answer | Refusal | None:
    source = BytesIO(out)

    async def exactly(count: int) -> bytes:
        data = source.read(count)
        if len(data) < count:
            raise EOFError
        return data

    with suppress(Unreadable):
        return asyncio.run(wire.read_answer(request, exactly))
    return None
