"""How many uploads one account makes in a minute: counted in memory, in a window that slides, in each web process.

Nothing is written: a list of who uploads when would be a trace of care. Source: INTERFACE "Limits".
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from espace_sante.kernel.errors import Kind, Problem

WINDOW_SECONDS = 60.0
ACCOUNTS = 10_000


class UploadLimit:
    """A ceiling per account; the least recently seen accounts are forgotten beyond a bound."""

    def __init__(
        self, most: int, *, window: float = WINDOW_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = most
        self._window = window
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, account: str) -> None:
        """Count one upload; raises Problem(TOO_MANY) with the whole seconds to wait, and then counts nothing."""
        now = self._clock()
        moments = self._seen.setdefault(account, deque())
        self._seen.move_to_end(account)
        while moments and now - moments[0] >= self._window:
            moments.popleft()
        if len(moments) >= self.most:
            wait = int(self._window - (now - moments[0])) + 1
            raise Problem(Kind.TOO_MANY, "too-many", {"seconds": wait})
        moments.append(now)
        if len(self._seen) > ACCOUNTS:
            self._seen.popitem(last=False)
