"""How many uploads one account makes in a minute, a software in a second: counted in memory, in each web process.

Nothing is written: a list of who uploads when would be a trace of care. Source: INTERFACE "Limits".
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from espace_sante.kernel.errors import Kind, Problem

WINDOW_SECONDS, SOFTWARE_SECONDS = 60.0, 1.0
# The accounts of software, by the beginning of the word that names them (exchange.edge.Caller.account).
SOFTWARE = ("sandbox|",)
ACCOUNTS = 10_000


class UploadLimit:
    """A ceiling per account; `software`: that of a software, in a second. The least recently seen are forgotten beyond a bound."""

    def __init__(
        self,
        most: int,
        *,
        software: int = 0,
        window: float = WINDOW_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self._software = software
        self._window = window
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, account: str) -> None:
        """Count one upload; raises Problem(TOO_MANY) with the whole seconds to wait, and then counts nothing."""
        now = self._clock()
        moments = self._seen.setdefault(account, deque())
        self._seen.move_to_end(account)
        is_software = bool(self._software) and account.startswith(SOFTWARE)
        most, window = (self._software, SOFTWARE_SECONDS) if is_software else (self.most, self._window)
        while moments and now - moments[0] >= window:
            moments.popleft()
        if len(moments) >= most:
            wait = int(window - (now - moments[0])) + 1
            raise Problem(Kind.TOO_MANY, "too-many", {"seconds": wait})
        moments.append(now)
        if len(self._seen) > ACCOUNTS:
            self._seen.popitem(last=False)
