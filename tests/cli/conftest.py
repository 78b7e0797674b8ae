"""A real house, started as anybody starts it, and the command line spoken to it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from espace_sante.cli.main import run_command
from tests.fixtures_database import new_state_folders

SETTINGS = {"ESPACE_SANTE_PORT": "0", "ESPACE_SANTE_UPLOADS_PER_MINUTE": "1000", "ESPACE_SANTE_ERASURE_SECONDS": "1"}
SETTINGS["ESPACE_SANTE_CHECKPOINT_SECONDS"] = "2"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Typed:
    """Types commands to the instance of a state folder."""

    home: Path

    def __call__(self, *arguments: str) -> Said:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        before = dict(os.environ)
        os.environ["ESPACE_SANTE_HOME"] = str(self.home)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = run_command(list(arguments))
        finally:
            os.environ.clear()
            os.environ.update(before)
        out.flush()
        assert isinstance(out.buffer, io.BytesIO)
        return Said(code, out.buffer.getvalue(), err.getvalue())

    def done(self, *arguments: str) -> Any:
        """Type a command that must succeed; return its JSON."""
        said = self(*arguments, "--json")
        assert said.code == 0, said.err
        return said.json

    def refused(self, *arguments: str) -> str:
        """Type a command that must be refused; return the sentence."""
        said = self(*arguments)
        assert said.code == 1, said.out
        assert said.out == b""
        assert said.err.count("\n") == 1
        return said.err.strip()


def started(home: Path, command: str) -> subprocess.Popen[str]:
    """Start the house in the foreground of another process."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "ESPACE_SANTE_POSTGRES_BIN")}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "espace_sante.assembly", command],
        env=kept | SETTINGS | {"ESPACE_SANTE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
    )


def stop(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C and wait."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=25)


@pytest.fixture(scope="session")
def house() -> Iterator[Typed]:
    """The command line of one running house, for every test of the command line."""
    with new_state_folders() as make:
        home = make()
        process = started(home, "run")
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready http://127.0.0.1:"), line + process.stdout.read()
            yield Typed(home)
        finally:
            stop(process)
