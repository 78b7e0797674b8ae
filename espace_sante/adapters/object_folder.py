"""Documents' sealed bytes in a folder: file written, synced, renamed, folder synced; names are random, never paths.

Source: ARCHITECTURE "Parts"; docs/decisions/0007.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

CHUNK = 1024 * 1024
_UNFINISHED = ".partial"


class Writing:
    """One object being written: it stands under its name, durably, once finished, and nowhere when abandoned."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_suffix(_UNFINISHED)
        self._file = open(self._partial, "wb", buffering=0)  # noqa: SIM115  # closed by finish and abandon

    def write(self, chunk: bytes) -> None:
        """Add some bytes. Raises OSError (disk full)."""
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._file.write(rest) :]

    def finish(self) -> None:
        """Make the object durable under its name before returning. Raises OSError (disk full)."""
        os.fsync(self._file.fileno())
        self._file.close()
        os.rename(self._partial, self._path)
        _sync(self._path.parent)

    def abandon(self) -> None:
        """Leave nothing of what was written."""
        self._file.close()
        with suppress(OSError):
            self._partial.unlink()


class ObjectFolder:
    """An object store in one folder, shared by the processes that write, read and erase."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, name: UUID) -> Writing:
        """Begin to write under a name: nothing stands there before it is finished. Raises OSError (disk full)."""
        path = self._path(name)
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o770, exist_ok=True)
            _sync(self._folder)
        return Writing(path)

    def put(self, name: UUID, chunks: Iterable[bytes]) -> None:
        """Store the bytes under a name, durably, before returning. Raises OSError (disk full) leaving nothing."""
        writing = self.begin(name)
        try:
            for chunk in chunks:
                writing.write(chunk)
            writing.finish()
        except OSError:
            writing.abandon()
            raise

    def read_at(self, name: UUID, start: int, length: int) -> bytes:
        """Return some bytes; raises FileNotFoundError when there is nothing under this name."""
        with open(self._path(name), "rb") as file:
            file.seek(start)
            return file.read(length)

    def size(self, name: UUID) -> int:
        """Return how many sealed bytes stand under a name; raises FileNotFoundError."""
        return self._path(name).stat().st_size

    def chunks(self, name: UUID) -> Iterable[bytes]:
        """Yield the sealed bytes; raises FileNotFoundError when there is nothing under this name."""
        with open(self._path(name), "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def delete(self, name: UUID) -> None:
        """Remove what stands under a name, finished or not; nothing to do when it is already gone."""
        for path in (self._path(name), self._path(name).with_suffix(_UNFINISHED)):
            with suppress(FileNotFoundError):
                path.unlink()

    def names(self) -> Iterable[tuple[UUID, float]]:
        """Yield every name with the instant it was written (seconds since 1970), to sweep what no row claims."""
        for path in self._folder.glob("??/*"):
            with suppress(ValueError, FileNotFoundError):
                yield UUID(hex=path.stem), path.stat().st_mtime

    def _path(self, name: UUID) -> Path:
        return self._folder / name.hex[:2] / name.hex


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
