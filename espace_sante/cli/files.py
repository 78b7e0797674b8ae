"""Files on this disk, sent and written piece by piece: they may be as large as a document."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from espace_sante.formats.media import Look
from espace_sante.kernel.on_disk import writing

_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file as it is: what it is (formats.media), its size and its hash."""

    kind: str
    size: int
    sha1: bytes


@dataclass(frozen=True, slots=True)
class SentAhead:
    """A file that was sent before its description, and where."""

    url: str
    known: FileSeen

    def described(self) -> dict[str, Any]:
        """Return what stands for it in a DocumentReference."""
        return {"url": self.url, "size": self.known.size, "hash": base64.b64encode(self.known.sha1).decode()}


@dataclass(slots=True)
class Written:
    """A file being written."""

    file: BinaryIO
    size: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes) -> None:
        """Add some bytes."""
        self.file.write(piece)
        self.size += len(piece)
        self.sha256.update(piece)


def inline(data: bytes) -> dict[str, Any]:
    """Return what stands for bytes in a DocumentReference that holds them."""
    sha1 = hashlib.sha1(data, usedforsecurity=False).digest()
    return {"data": base64.b64encode(data).decode(), "hash": base64.b64encode(sha1).decode()}


def look_at(path: Path) -> FileSeen:
    """Read a file through once; raises OSError."""
    look, size, seen = Look(), 0, hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            look.feed(piece)
            seen.update(piece)
            size += len(piece)
    return FileSeen(look.end(), size, seen.digest())


@contextmanager
def written(path: Path) -> Iterator[Written]:
    """Write a file beside its place, and put it there once everything came: an answer cut short replaces nothing."""
    path = path.resolve()
    if path.exists() and not path.is_file():  # a pipe, a terminal
        with writing(path):
            file = path.open("wb")
        with file:
            yield Written(file)
        return
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with writing(path):
        descriptor = os.open(
            beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
        )  # health data: for whoever asked for it
    try:
        with open(descriptor, "wb") as file:
            yield Written(file)
        beside.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            beside.unlink()
        raise
