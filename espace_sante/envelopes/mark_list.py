"""The list of one dossier: who took an envelope, as keyed marks in one file, sorted and rewritten whole.

    FOLDER/<dossier>/key          32 random bytes, destroyed with the list
    FOLDER/<dossier>/marks        32 bytes each, in order, one after another
    FOLDER/<dossier>/number       once the list is destroyed: how many took one

A database would keep the order of arrival in its pages and its log, and several files the instant of each: one has neither. Guarantee: G14.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from espace_sante.envelopes.marks import KEY_BYTES, MARK_BYTES, Shown, mark_of

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class Answer(StrEnum):
    """What the agent is told."""

    MAY_TAKE = "may-take"
    HAS_TAKEN = "has-taken"
    NO_LIST = "no-list"


class MarkList:
    """The lists of every dossier, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, dossier: str) -> bool:
        """Begin the list of a dossier; return whether it was begun now. Raises ValueError for another sort of name."""
        place = self._place(dossier)
        place.mkdir(mode=0o700, exist_ok=True)
        _give(place, self._folder)
        if (place / "key").exists() or (place / "number").exists():
            return False
        write(place / "key", secrets.token_bytes(KEY_BYTES))
        return True

    def names(self) -> list[str]:
        """Return the dossiers whose list is open, in alphabetical order."""
        if not self._folder.is_dir():
            return []
        return sorted(
            one.name for one in self._folder.iterdir() if _NAME.fullmatch(one.name) and (one / "key").is_file()
        )

    def take(self, dossier: str, shown: Shown) -> Answer:
        """Note that a person takes an envelope, unless she took one. Raises NotWritten."""
        with self._held(dossier) as place:
            if place is None:
                return Answer.NO_LIST
            mark = mark_of((place / "key").read_bytes(), shown)
            file = place / "marks"
            marks = _marks(file)
            if mark in marks:
                return Answer.HAS_TAKEN
            write(file, b"".join(sorted([*marks, mark])))
            return Answer.MAY_TAKE

    def number(self, dossier: str) -> int:
        """Return how many took an envelope, the list being open or destroyed."""
        with self._held(dossier) as place:
            return self._number(dossier, place)

    def destroy(self, dossier: str) -> int:
        """Destroy a list and its key; keep only how many took an envelope, and return it. Goes on from where it stopped."""
        with self._held(dossier) as place:
            number = self._number(dossier, place)
            if place is not None:
                write(place / "number", str(number).encode())
            for name in ("key", "marks"):
                for file in self._place(dossier).glob(name):
                    _overwrite(file)
        return number

    def _number(self, dossier: str, place: Path | None) -> int:
        if place is None:  # FileNotFoundError when there never was a list
            return int((self._place(dossier) / "number").read_text(encoding="ascii"))
        return len(_marks(place / "marks"))

    def _place(self, dossier: str) -> Path:
        if not _NAME.fullmatch(dossier):
            raise ValueError("not the name of a dossier")
        return self._folder / dossier

    @contextmanager
    def _held(self, dossier: str) -> Iterator[Path | None]:
        """Hold a list for one change; None when it is not open."""
        place = self._place(dossier)
        if not place.is_dir():
            yield None
            return
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield place if (place / "key").is_file() else None
        finally:
            os.close(descriptor)


def _marks(file: Path) -> list[bytes]:
    data = file.read_bytes() if file.exists() else b""
    return [data[start : start + MARK_BYTES] for start in range(0, len(data), MARK_BYTES)]


def write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all, durably; its instants say nothing."""
    draft = file.with_name(f".{file.name}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    os.utime(draft, (0, 0))
    _give(draft, file.parent)
    draft.rename(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _give(path: Path, folder: Path) -> None:
    """Give what root writes to the owner of the folder: the process that serves the counters."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _overwrite(file: Path) -> None:
    with file.open("r+b", buffering=0) as opened:
        opened.write(bytes(file.stat().st_size))
        os.fsync(opened.fileno())
    file.unlink()
