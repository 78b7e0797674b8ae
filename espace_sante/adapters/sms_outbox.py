"""Short messages as files, for whoever carries them: one by message, named by its number, so that written twice it is there once.

No carrier was met (docs/non-essaye.md). A carrier's program takes a file, sends it, and removes it; what people answer, it leaves
in the other folder. Source: docs/decisions/0067; docs/operate/avis.md.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from stat import S_ISREG

OUT, IN = Path("sms") / "out", Path("sms") / "in"
_ANSWER_MOST = 4096


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody answered to a number of ours, in which file, and when it was left there (UTC).

    `name`: of the file, with the instant it was written: one that is left later under the same name is another.
    """

    sender: str
    text: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SmsOutbox:
    """The two folders under the state folder. Fulfils `jobs.sending.Post`."""

    home: Path

    async def send(self, number: str, to: str, subject: str, text: str, now: datetime) -> str:
        """Write one message, durably; return "sent", or "away" when the folder cannot be written."""
        try:
            await asyncio.to_thread(self._write, number, {"to": to, "text": text})
        except OSError:
            return "away"
        return "sent"

    async def close(self) -> None:
        """Nothing is open."""

    def answers(self, most: int) -> Iterator[Answered]:
        """Yield what was answered, oldest name first, so many at most; what is no answer is left out, and left there."""
        folder = self.home / IN
        found = (_answer(path) for path in (sorted(folder.glob("*.json")) if folder.is_dir() else ()))
        yield from islice((one for one in found if one is not None), most)

    def taken(self, name: str) -> None:
        """Remove an answer that was read, by its name; it is gone when this returns, whatever stops afterwards."""
        (self.home / IN / name.rpartition("|")[0]).unlink(missing_ok=True)
        _settled(self.home / IN)

    def _write(self, number: str, content: dict[str, str]) -> None:
        folder = self.home / OUT
        folder.mkdir(parents=True, exist_ok=True)
        whole, part = folder / f"{number}.json", folder / f".{number}.part"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(whole)
        _settled(folder)


def _answer(path: Path) -> Answered | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        facts = path.lstat()
        if not S_ISREG(facts.st_mode) or facts.st_size > _ANSWER_MOST:
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
        at = datetime.fromtimestamp(facts.st_mtime, UTC)
        return Answered(str(found["from"]), str(found["text"]), f"{path.name}|{facts.st_mtime_ns}", at)
    return None


def _settled(folder: Path) -> None:
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
