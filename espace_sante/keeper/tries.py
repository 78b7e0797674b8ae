"""How many wrong invitation codes one account, and all together, may try in an hour: counted in memory, in each keeper.

A try counts when it comes, and is given back when a letter answered, so that many at once do not pass.
Guarantee: G1. Source: trust.md 4.3 (codes by post).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
BY_ACCOUNT = 20
BY_ALL = 1000
ACCOUNTS = 10_000


class CodeTries:
    """Ceilings of wrong codes; the accounts least recently seen are forgotten beyond a bound, never the common one."""

    def __init__(self) -> None:
        self._all: deque[datetime] = deque()
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, account: str, now: datetime) -> bool:
        """Count one try; say whether it may be made. One that may not is not counted."""
        mine = self._seen.setdefault(account, deque())
        self._seen.move_to_end(account)
        for moments in (mine, self._all):
            while moments and now - moments[0] >= WINDOW:
                moments.popleft()
        if len(mine) >= BY_ACCOUNT or len(self._all) >= BY_ALL:
            return False
        mine.append(now)
        self._all.append(now)
        if len(self._seen) > ACCOUNTS:
            self._seen.popitem(last=False)
        return True

    def give_back(self, account: str) -> None:
        """Forget one try of an account: its code was right."""
        for moments in (self._seen.get(account), self._all):
            if moments:
                moments.pop()
