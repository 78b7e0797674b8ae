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
from datetime import datetime
from pathlib import Path

OUT, IN = Path("sms") / "out", Path("sms") / "in"
_ANSWER_MOST = 4096


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody answered to a number of ours."""

    sender: str
    text: str


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

    def answers(self) -> Iterator[tuple[Path, Answered]]:
        """Yield what was answered, oldest name first, with its file, which the reader removes; what is no answer is left out."""
        folder = self.home / IN
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            with suppress(OSError, ValueError, KeyError, TypeError):
                if path.is_symlink() or path.stat().st_size > _ANSWER_MOST:
                    continue
                found = json.loads(path.read_text(encoding="utf-8"))
                yield path, Answered(str(found["from"]), str(found["text"]))

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
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
