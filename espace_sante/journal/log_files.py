"""The folder that is published: each file written whole and synced, or not at all.

A stop at any instant leaves, of the files of an unfinished `write`, some new, some not, none by halves; those of finished
ones are all there.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

_FILE_MODE = 0o640
_FOLDER_MODE = 0o2750  # the group of the state folder goes on downwards


class Files(Protocol):
    """The published files, as the sequencer reads and writes them; paths as in docs/specs/journal.md §4."""

    def read(self, path: str) -> bytes | None:
        """Return a file, None when there is none."""
        ...

    async def write(self, files: Mapping[str, bytes]) -> None:
        """Write files; all are there for good when this returns."""
        ...


class Folder:
    """A folder of files; it is made when missing."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        """Return a file, None when there is none."""
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    async def write(self, files: Mapping[str, bytes]) -> None:
        """Write files; all are there for good when this returns. Raises OSError."""
        await asyncio.to_thread(self._write, dict(files))

    def _write(self, files: Mapping[str, bytes]) -> None:
        touched: dict[Path, None] = {}
        for path, content in files.items():
            target = self._root / path
            for made in _made(target.parent):
                touched[made.parent] = None
            _replace(target, content)
            touched[target.parent] = None
        for folder in touched:
            _sync_folder(folder)


def _made(folder: Path) -> list[Path]:
    """Make a folder and those above it; return those that were missing."""
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        one.chmod(_FOLDER_MODE)
    return missing


def _replace(target: Path, content: bytes) -> None:
    draft = target.with_name(f".{target.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, _FILE_MODE)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(target)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
