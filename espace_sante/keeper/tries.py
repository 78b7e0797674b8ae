"""How many wrong codes one account, and all accounts of one sort together, may try in an hour: counted in memory, in each keeper.

A try counts when it comes, and is given back when a letter answered, so that many at once do not pass.
Guarantee: G1. Source: trust.md 4.3 (codes by post).
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
BY_ACCOUNT = 20
BY_ALL = 1000
ACCOUNTS = 10_000


class CodeTries:
    """Ceilings of wrong codes of one kind; the accounts least recently seen are forgotten beyond a bound, never the common ones.

    Each sort of account has a common ceiling of its own: persons who try without end hold back no agent.
    """

    def __init__(self) -> None:
        self._all: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, account: str, now: datetime, sort: str) -> bool:
        """Count one try of an account of some sort; say whether it may be made. One that may not is not counted."""
        mine = self._seen.setdefault(account, deque())
        self._seen.move_to_end(account)
        for moments in (mine, self._all[sort]):
            while moments and now - moments[0] >= WINDOW:
                moments.popleft()
        if len(mine) >= BY_ACCOUNT or len(self._all[sort]) >= BY_ALL:
            return False
        mine.append(now)
        self._all[sort].append(now)
        if len(self._seen) > ACCOUNTS:
            self._seen.popitem(last=False)
        return True

    def give_back(self, account: str, sort: str) -> None:
        """Forget one try of an account: its code was right."""
        for moments in (self._seen.get(account), self._all[sort]):
            if moments:
                moments.pop()
