"""What a scanned page says, as those who act on it know it; fulfilled in adapters, where the file is read behind locks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from espace_sante.actions.previews import CannotShow


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page as it was read. `sealed`: the token of its codes, believed by nobody before the keeper checks it.

    `choice` is the one box that is clearly marked on a signed page that gives no doubt; `doubts` say why a person looks.
    `marked`: the boxes that are all clearly marked, when that is the only doubt.
    """

    number: int
    png: bytes
    width: int
    height: int
    doubts: tuple[str, ...]
    sealed: bytes
    form: str
    choice: int | None
    marked: tuple[int, ...] = ()


class ScanReader(Protocol):
    """Reads scanned files; fulfilled in adapters."""

    async def read(self, data: bytes, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
        """Return what each page of a file says, or why it cannot be read."""
        ...
