"""Witnesses and mirrors as an association starts them: real processes, on loopback."""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from espace_sante.adapters.witness_http import HttpCosigner, now_seconds
from espace_sante.cli.main import run_command
from espace_sante.journal.notes import NoteKey

PROGRAM = [sys.executable, "-P", "-m", "espace_sante.cli.watching"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Running:
    """A running witness or mirror."""

    process: subprocess.Popen[str]
    url: str
    key: NoteKey
    said: list[str]
    word: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def cosigner(self) -> HttpCosigner:
        return HttpCosigner(self.key, self.url, self.word == "mirror", now_seconds)

    def post(self, body: bytes) -> Answer:
        return self._ask("POST", "/add-checkpoint", body)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Typed:
    returncode: int
    stdout: str
    stderr: str


def type_command(*words: str | os.PathLike[str]) -> Typed:
    """Type a command; in this process, since each start loads the whole program."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_command([os.fspath(word) for word in words])
    return Typed(code, out.getvalue(), err.getvalue())


def made(word: str, folder: Path, name: str, *more: str) -> NoteKey:
    """Make a witness or a mirror; returns its key as its operator reads it."""
    done = type_command(word, "init", "--folder", folder, "--name", name, *more)
    assert done.returncode == 0, done.stderr
    return NoteKey.parse(done.stdout.splitlines()[1])


@contextmanager
def running(word: str, folder: Path, key: NoteKey, *more: str, env: dict[str, str] | None = None) -> Iterator[Running]:
    process = subprocess.Popen(
        [*PROGRAM, word, "run", "--folder", os.fspath(folder), "--port", "0", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env={**os.environ, **(env or {})},
    )
    said: list[str] = []
    try:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            said.append(line.strip())
            if line.startswith("prêt "):
                break
        else:
            raise AssertionError(process.stderr.read())
        yield Running(process, said[-1].removeprefix("prêt "), key, said, word)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)  # a machine that does much else


def status(word: str, folder: Path) -> tuple[int, dict]:
    done = type_command(word, "status", "--folder", folder, "--json")
    return done.returncode, json.loads(done.stdout)


def until(truth: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.05)
