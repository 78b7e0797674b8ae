"""What a judge ordered to be read: what it covers, until when, and where an account of the operator stands with it.

Pure: values in, values out. Who is concerned is not here. Guarantee: G5. Source: docs/decisions/0043.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WAITING = timedelta(days=30)  # an order nobody confirmed by then gives nothing any more
READING = timedelta(days=30)  # from the day it was confirmed
LINES_MOST = 200  # sealed lines of one order, lists included
PROLONGED_MOST = 3
ASKED = timedelta(days=7)  # a later date that one account asked and no other confirmed by then is asked again


class OrderStanding(StrEnum):
    """Where an operator's account stands with an order, at an instant."""

    ASKED_BY_HIM = "asked-by-him"
    ASKED_BY_ANOTHER = "asked-by-another"
    CONFIRMED = "confirmed"  # by a second account, and still to be read or prolonged
    OUTSIDE = "outside"  # confirmed, and the document asked for is not among what it covers


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents an order covers: their categories, and the days they were made between, both included; None: not said."""

    categories: frozenset[int]
    first: date | None = None
    last: date | None = None

    def covers(self, category: int, made: date) -> bool:
        """Say whether a document is covered. No category named: none is."""
        if category not in self.categories:
            return False
        return (self.first is None or self.first <= made) and (self.last is None or made <= self.last)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the decision sees it. Accounts are "" while nobody did it; `prolonging`: a later date was asked, by whom.

    `lines`: how many sealed lines it has; `over`: told to her, or to nobody any more.
    """

    scope: Scope
    recorded: date
    reveal: date
    recorded_by: str
    confirmed: date | None = None
    confirmed_by: str = ""
    prolonging_by: str = ""
    prolonging_on: date | None = None
    prolonged: int = 0
    lines: int = 0
    over: bool = False

    def to_confirm(self, account: str, today: date) -> OrderStanding | None:
        """Say where an account stands to confirm it; None when there is nothing to confirm any more."""
        if self.over or self.confirmed is not None or not account or today >= self.reveal:
            return None
        if today > self.recorded + WAITING:
            return None
        return OrderStanding.ASKED_BY_HIM if account == self.recorded_by else OrderStanding.ASKED_BY_ANOTHER

    def to_prolong(self, account: str, today: date) -> OrderStanding | None:
        """Say where an account stands to put off the day she is told; None when it may not be put off."""
        if not self._stands(account, today) or self.prolonged >= PROLONGED_MOST:
            return None
        if not self.prolonging_by or self.prolonging_on is None or today > self.prolonging_on + ASKED:
            return OrderStanding.CONFIRMED
        return OrderStanding.ASKED_BY_HIM if account == self.prolonging_by else OrderStanding.ASKED_BY_ANOTHER

    def to_read(self, account: str, today: date) -> OrderStanding | None:
        """Say whether an account may read under it: one of the two that stand for it, while it is neither over nor used up."""
        if not self._stands(account, today) or self.lines >= LINES_MOST:
            return None
        if account not in (self.recorded_by, self.confirmed_by):
            return None
        return OrderStanding.CONFIRMED if self.confirmed and today <= self.confirmed + READING else None

    def _stands(self, account: str, today: date) -> bool:
        return bool(account) and not self.over and self.confirmed is not None and today < self.reveal
