"""Sends the notices that are due: a bounded number by minute, each said to have left as soon as it did.

It knows where a message goes and what kind it is, for the moment it takes; neither whose it is, nor what it is about. Nothing of
it is written in a log. Guarantee: G10. Source: docs/decisions/0067.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from espace_sante.jobs.words import Written, written
from espace_sante.keeper.demand import Done, Failed, Keeper, NoticesGone, Outgoing, TakenNotices, TakeNotices
from espace_sante.kernel.clock import Clock
from espace_sante.kernel.errors import Problem

# Asked for at once: what a process that dies leaves to be taken again.
AT_ONCE = 20
_DECODE = msgspec.msgpack.Decoder(TakenNotices).decode
_log = logging.getLogger("espace_sante.jobs")


class Post(Protocol):
    """What carries messages of one way; fulfilled in adapters."""

    async def send(self, number: str, to: str, subject: str, text: str, now: datetime, /) -> str:
        """Send one; return "sent", "refused" (it never will be), "later", or "away" (no fault of where it goes).

        The same number is the same message.
        """
        ...

    async def close(self) -> None:
        """Let go of whatever is open."""
        ...


async def run(
    keeper: Keeper,
    posts: Mapping[str, Post],
    now: Clock,
    *,
    per_minute: int,
    lease_seconds: int,
    pause_seconds: float = 2.0,
) -> None:
    """Send, for ever, what is due; a keeper or a server that is away is tried again later."""
    while True:
        sent = 0
        try:
            sent = await send_due(keeper, posts, now, per_minute=per_minute, lease_seconds=lease_seconds)
        except (OSError, Problem, msgspec.MsgspecError) as lost:
            _log.warning("notices wait: %s", type(lost).__name__)
        if sent < min(AT_ONCE, per_minute):
            await asyncio.sleep(pause_seconds)


async def send_due(
    keeper: Keeper, posts: Mapping[str, Post], now: Clock, *, per_minute: int, lease_seconds: int
) -> int:
    """Send one round of what is due, evenly over the minute; return how many were asked for."""
    answer = await keeper.ask(TakeNotices(0, min(AT_ONCE, per_minute), lease_seconds))
    if not isinstance(answer, Done):
        if isinstance(answer, Failed):
            _log.warning("notices wait: %s", answer.code)
        return 0
    taken = _DECODE(answer.payload).messages
    try:
        for one in taken:
            await _send(keeper, posts, one, now)
            await asyncio.sleep(60 / per_minute)
    finally:
        for post in posts.values():
            await post.close()
    return len(taken)


async def _send(keeper: Keeper, posts: Mapping[str, Post], one: Outgoing, now: Clock) -> None:
    post = posts.get(one.way)
    said: Written = written(one)
    # No way to send it here: it is tried again, then a letter says it, and no contact is blamed.
    outcome = await post.send(one.message, one.to, said.subject, said.text, now()) if post is not None else "away"
    await keeper.ask(NoticesGone(0, one.message, outcome))
