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


class ObjectFolder:
    """An object store in one folder, shared by the processes that write, read and erase."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: UUID, chunks: Iterable[bytes]) -> None:
        """Store the bytes under a name, durably, before returning. Raises OSError (disk full) leaving nothing."""
        path = self._path(name)
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o770, exist_ok=True)
            _sync(self._folder)
        partial = path.with_suffix(".partial")
        try:
            with open(partial, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.rename(partial, path)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            raise
        _sync(path.parent)

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
        """Remove what stands under a name; nothing to do when it is already gone."""
        with suppress(FileNotFoundError):
            self._path(name).unlink()

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
