"""A keeper killed between two of its statements, as a power cut would."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from espace_sante.adapters import keeper_link
from tests.house import House


@contextmanager
def impatient() -> Iterator[None]:
    """Wait a second for each answer asked inside, not thirty: a keeper stopped in this process closes no connection.

    Only around what is stopped: whatever comes before has all the time that a busy machine takes.
    """
    before = keeper_link.ANSWER_SECONDS
    keeper_link.ANSWER_SECONDS = 1.0
    try:
        yield
    finally:
        keeper_link.ANSWER_SECONDS = before


def stopped_at(house: House, step: str, moment: str) -> Callable[[str, str], Awaitable[None]]:
    """Return a hook for `watched` that ends the first keeper `before` or `after` a named statement, for good."""

    async def hook(name: str, when: str) -> None:
        if (name, when) == (step, moment):
            house.tasks[0].cancel()
            for task in asyncio.all_tasks():
                if "_slow" in repr(task.get_coro()):
                    task.cancel()
            await asyncio.sleep(30)

    return hook
