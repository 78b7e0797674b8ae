"""How many persons a professional may begin to read in an hour and in a day: what a stolen account can reach at most.

Counted in the memory of each keeper, as wrong codes are: a restart begins the count again, and with several keepers each
counts the persons it serves. A person counts when she is asked for, whether she has a space, refuses him or is nobody:
the count tells nothing about her. One asked for already within the day does not count again.
Guarantee: G3. Source: security-controls C11 (ASVS 2.4.1).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from espace_sante.access.request import Refuse

CEILING = Refuse("ceiling")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ACCOUNTS = 20_000
_NAMES = 3  # how many names of one person are kept, on average: by her number, by her identifier, by her space


@dataclass(slots=True)
class _Reached:
    """The persons one account asked for within a day: when each was first, and under which names."""

    moments: deque[datetime] = field(default_factory=deque)
    names: OrderedDict[bytes, datetime] = field(default_factory=OrderedDict)

    def forget(self, before: datetime) -> None:
        while self.moments and self.moments[0] <= before:
            self.moments.popleft()
        while self.names and next(iter(self.names.values())) <= before:
            self.names.popitem(last=False)


class Ceilings:
    """Two ceilings by account; the accounts least recently seen are forgotten beyond a bound."""

    def __init__(self, hour: int, day: int) -> None:
        self._hour = hour
        self._day = day
        self._accounts: OrderedDict[str, _Reached] = OrderedDict()

    def reach(self, account: str, names: Sequence[bytes], now: datetime) -> bool:
        """Count a person an account asks for, under one name or more; say whether it may. One too many is not counted."""
        mine = self._accounts.setdefault(account, _Reached())
        self._accounts.move_to_end(account)
        if len(self._accounts) > ACCOUNTS:
            self._accounts.popitem(last=False)
        mine.forget(now - DAY)
        since = next((mine.names[name] for name in names if name in mine.names), None)
        if since is None:
            within = sum(1 for moment in mine.moments if moment > now - HOUR)
            if within >= self._hour or len(mine.moments) >= self._day:
                return False
            mine.moments.append(now)
        if len(mine.names) < _NAMES * self._day:
            for name in names:
                mine.names.setdefault(name, now)
        return True
