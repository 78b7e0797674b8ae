"""A document shown as pictures of its pages: the values, and the promise pages rely on; fulfilled in adapters.

The document is never changed and never shown itself: what a page displays was drawn by a process that can do nothing else,
from a document already opened for its reader (a preview is part of a reading, not an act). Decision 0018.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

PREVIEW_WIDTH = 900
THUMBNAIL_WIDTH = 120


class PreviewCode(StrEnum):
    """Why a document is not shown; a code of the table of refusals, with its sentence."""

    ENCRYPTED = "preview-encrypted"
    DAMAGED = "preview-damaged"
    TOO_LARGE = "preview-too-large"
    TOO_LONG = "preview-too-long"
    UNSUPPORTED = "preview-unsupported"
    BUSY = "preview-busy"


@dataclass(frozen=True, slots=True)
class Page:
    """One page drawn: its number from 1, the size of its picture, the picture (PNG), its text ("" for an image)."""

    number: int
    width: int
    height: int
    png: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The pages drawn, and how many the document says it has; no page when the first one asked is past the last."""

    total: int
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class CannotShow:
    """The document is not shown, and why; it may still be downloaded."""

    code: PreviewCode


class Previews(Protocol):
    """What draws documents."""

    async def pages(
        self,
        pieces: bytes | Iterable[bytes] | AsyncIterable[bytes],
        media_type: str,
        *,
        first: int = 1,
        count: int = 5,
        width: int = PREVIEW_WIDTH,
    ) -> Preview | CannotShow:
        """Draw `count` pages from page `first`, `width` pixels wide at most."""
        ...
