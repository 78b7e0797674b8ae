"""One drawing process run apart, to see what it says, how it ended and what it took."""

from __future__ import annotations

import asyncio
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


# Between us and it, because Linux counts in a process's largest memory that of whoever started it.
_MEASURING = """
import os, sys
pid = os.fork()
if pid == 0:
    os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(pid, 0)
os.write(2, b"%d %d %f" % (os.waitstatus_to_exitcode(status), used.ru_maxrss, used.ru_utime + used.ru_stime))
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came out (None: no answer), the wait status as a signal or exit code, the most memory held, the time."""

    answer: Answer | Refusal | None
    status: int
    megabytes: float
    cpu: float
    seconds: float


def draw(data: bytes, media_type: str, *, seconds: int = 3, megabytes: int = 512) -> Ran:
    """Draw a document in a process of its own, which ends at its time of CPU."""
    request = Request(FORMATS[media_type], 1, 5, 900, seconds, megabytes, 50_000_000, 100_000_000)
    began = time.perf_counter()
    process = subprocess.Popen(
        (sys.executable, "-I", "-S", "-c", _MEASURING, *COMMAND),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},
    )
    assert process.stdin and process.stdout and process.stderr
    sending = threading.Thread(target=_send, args=(process.stdin, wire.write_request(request) + data))
    sending.start()
    out = process.stdout.read()
    status, kilobytes, cpu = process.stderr.read().split()
    took = time.perf_counter() - began
    sending.join()
    for pipe in (process.stdout, process.stderr):
        pipe.close()
    process.wait()
    return Ran(_answer(request, out), int(status), int(kilobytes) / 1000, float(cpu), took)


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
