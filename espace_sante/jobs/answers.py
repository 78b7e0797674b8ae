"""Reads what people answered by short message, and hands each answer to the keeper once: the file goes when the keeper has it.

It knows a number and a text for the moment it takes; neither whose they are, nor what was asked. Nothing of it is written in a log.
Guarantee: G2, G10. Source: docs/decisions/0083.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from espace_sante.keeper.demand import Done, Keeper, TextAnswered
from espace_sante.kernel.errors import Problem

# Looked at in one pass: what a carrier leaves beyond waits for the next.
AT_ONCE = 200
_log = logging.getLogger("espace_sante.jobs")


class Received(Protocol):
    """One answer as it was left."""

    @property
    def name(self) -> str:
        """Return what tells it from any other, also from one that is left later under the same name."""
        ...

    @property
    def sender(self) -> str:
        """Return the number it came from."""
        ...

    @property
    def text(self) -> str:
        """Return what was typed."""
        ...

    @property
    def at(self) -> datetime:
        """Return when it was left, UTC."""
        ...


class Answers(Protocol):
    """Where answers are left; fulfilled in adapters."""

    def answers(self, most: int, /) -> Iterator[Received]:
        """Yield the oldest ones."""
        ...

    def taken(self, name: str, /) -> None:
        """Remove one that was read, by its name."""
        ...


async def run(keeper: Keeper, box: Answers, *, pause_seconds: float = 2.0) -> None:
    """Read, for ever, what is left; a keeper that is away is asked again later."""
    while True:
        try:
            read = await read_answers(keeper, box)
        except (OSError, Problem) as lost:
            _log.warning("answers wait: %s", type(lost).__name__)
            read = 0
        if read < AT_ONCE:
            await asyncio.sleep(pause_seconds)


async def read_answers(keeper: Keeper, box: Answers) -> int:
    """Read what is left, the oldest first; return how many were read. One the keeper did not take stays, with all that follow."""
    read = 0
    for one in await asyncio.to_thread(lambda: list(box.answers(AT_ONCE))):
        mark = hashlib.sha256(f"{one.name}|{one.sender}|{one.text}".encode()).digest()
        answer = await keeper.ask(TextAnswered(0, mark, one.sender, one.text, one.at.isoformat()))
        if not isinstance(answer, Done):
            _log.warning("answers wait: the keeper is busy")
            break
        await asyncio.to_thread(box.taken, one.name)
        read += 1
    return read
