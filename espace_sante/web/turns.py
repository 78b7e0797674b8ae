"""Whose turn it is to have a document shown: showing one costs far more than asking for it, and others wait.

Counted in the memory of each web process; nothing is written. Guarantee: none is weakened by a refusal here, the reading has
its entry already.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

AT_ONCE = 2  # documents one account has shown at the same time: two tabs
LARGE_BYTES = 2_000_000  # read whole as a tree, it takes some hundred megabytes; the longest real one known is smaller


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of one process."""

    _held: Counter[str] = field(default_factory=Counter)
    _one_large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    @contextmanager
    def of(self, account: str) -> Iterator[bool]:
        """Hold a turn of an account; yield False when it has `AT_ONCE` already, so that nobody takes the turns of all."""
        free = self._held[account] < AT_ONCE
        self._held[account] += free
        try:
            yield free
        finally:
            self._held[account] -= free
            if not self._held[account]:
                del self._held[account]

    @asynccontextmanager
    async def whole(self, size: int) -> AsyncIterator[None]:
        """Wait, for a large document, until no other one is being read whole; the others do not wait."""
        if size <= LARGE_BYTES:
            yield
            return
        async with self._one_large:
            yield
