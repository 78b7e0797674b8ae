"""The help of the support, when she asks for it: a ticket, a few hours, what may be looked at, and two accounts to look.

Nothing of it shows a document or a title. Guarantee: G3. Source: docs/decisions/0029.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

HOURS_MOST = 72
_TICKET = re.compile("[0-9A-Z]{6,20}")


class Standing(StrEnum):
    """Where an operator's account stands with the help she allowed, at an instant."""

    ALLOWED = "allowed"  # nobody has asked to open it yet
    ASKED_BY_HIM = "asked-by-him"
    ASKED_BY_ANOTHER = "asked-by-another"
    OPENED_WITH_HIM = "opened-with-him"  # he asked or confirmed, another did the other


@dataclass(frozen=True, slots=True)
class Support:
    """The help she allows. `sees_journal`: her journal too, besides the state of her choices. `ends` is excluded."""

    ticket: str
    starts: datetime
    ends: datetime
    sees_journal: bool = False
    asked_by: str = ""
    opened_by: str = ""

    def standing(self, account: str, now: datetime) -> Standing | None:
        """Say where an account stands; None when it may do nothing here: over, or opened by two others."""
        if not account or not self.starts <= now < self.ends:
            return None
        if not self.asked_by:
            return Standing.ALLOWED
        if self.opened_by:
            return Standing.OPENED_WITH_HIM if account in (self.asked_by, self.opened_by) else None
        return Standing.ASKED_BY_HIM if account == self.asked_by else Standing.ASKED_BY_ANOTHER


def parse_ticket(text: str) -> str | None:
    """Return a ticket's number in its one form, None for anything else: 6 to 20 letters and digits."""
    plain = text.upper().replace(" ", "").replace("-", "")
    return plain if _TICKET.fullmatch(plain) else None
