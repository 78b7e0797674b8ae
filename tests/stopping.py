"""A keeper killed between two of its statements, as a power cut would."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.house import House


def end_keeper(house: House) -> None:
    """End the first keeper for good, and its connections with it, as when its process dies: whoever waits for an answer is told."""
    house.tasks[0].cancel()
    for wire in house.link._wires:
        if wire._writer is not None:
            wire._writer.close()


def stopped_at(house: House, step: str, moment: str) -> Callable[[str, str], Awaitable[None]]:
    """Return a hook for `watched` that ends the first keeper `before` or `after` a named statement, for good."""

    async def hook(name: str, when: str) -> None:
        if (name, when) == (step, moment):
            end_keeper(house)
            for task in asyncio.all_tasks():
                if "_slow" in repr(task.get_coro()):
                    task.cancel()
            await asyncio.sleep(30)

    return hook
