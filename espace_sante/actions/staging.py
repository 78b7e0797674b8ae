"""Bytes sent ahead of the request that says what they are: sealed, opened by nothing but what their sender was told.

The name given to the sender is the name of the object and its key together: no process keeps that key, and whoever has
not been told the name can neither find nor open anything. It opens for the account that sent it alone, and only to be
deposited: the bytes are then sealed again under a fresh name and key. Swept after a day. Guarantee: G3, G7.
Source: docs/decisions/0019.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from espace_sante.actions.frame import Frame
from espace_sante.actions.receiving import discard, receive
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.stream import open_stream

_ALTERNATIVE = b"-."  # what a FHIR id may hold besides letters and digits


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes sent ahead: where they stand and what opens them, for one account. Never written in a log."""

    row: UUID
    key: bytes = field(repr=False)
    account: str = field(repr=False)

    @property
    def name(self) -> str:
        """Return what the sender is told: 64 characters that may stand in a FHIR id."""
        return base64.b64encode(self.row.bytes + self.key, _ALTERNATIVE).decode()

    @property
    def fingerprint(self) -> bytes:
        """Return what stands for these bytes in a repeated request."""
        return hashlib.sha256(b"staged|" + self.row.bytes + self.key).digest()


def parse_staged(name: str, account: str) -> Staged:
    """Read the name a sender was told. Raises Problem(binary-unknown) for anything else."""
    try:
        known = base64.b64decode(name.encode("ascii"), _ALTERNATIVE, validate=True)
        if len(known) != 48:
            raise binascii.Error
        return Staged(UUID(bytes=known[:16]), known[16:], account)
    except (binascii.Error, ValueError):
        raise _unknown() from None


async def stage(frame: Frame, pieces: AsyncIterator[bytes], account: str, *, person: str = "") -> Staged:
    """Receive bytes ahead, for the account that sends them, bound to one person when she is named.

    Raises Problem: document-empty, document-too-large, storage-full, and what `pieces` raises; then nothing is kept.
    """

    def context(row: UUID) -> bytes:
        return _context(row, account, person)

    received = await receive(frame, pieces, frame.settings.document_bytes, context)
    if not received.size:
        await discard(frame, received)
        raise Problem(Kind.INVALID, "document-empty")
    return Staged(received.row, received.key, account)


async def claim(frame: Frame, staged: Staged, person: str) -> AsyncIterator[bytes]:
    """Yield the bytes sent ahead, for a deposit to one person. Raises Problem(binary-unknown) when nothing opens."""
    pieces: Iterator[bytes] | None = None
    for bound in ("", person):
        context = _context(staged.row, staged.account, bound)
        opened = open_stream(staged.key, frame.objects.chunks(staged.row), context)
        try:
            first = await asyncio.to_thread(next, opened)
        except (SealBroken, FileNotFoundError):
            continue
        pieces = opened
        break
    if pieces is None:
        raise _unknown()
    while first:
        yield first
        try:
            first = await asyncio.to_thread(next, pieces, b"")
        except (SealBroken, OSError):
            raise _unknown() from None


async def unstage(frame: Frame, staged: Staged) -> None:
    """Delete bytes sent ahead, once they are deposited."""
    await asyncio.to_thread(frame.objects.delete, staged.row)


def _context(row: UUID, account: str, person: str) -> bytes:
    return b"staged|" + row.bytes + hashlib.sha256(f"{account}|{person}".encode()).digest()


def _unknown() -> Problem:
    return Problem(Kind.UNPROCESSABLE, "binary-unknown")
