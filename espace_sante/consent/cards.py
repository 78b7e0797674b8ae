"""A card or a code she hands over in the consulting room: whoever shows it gets a permission for a time, and no more.

Foreseen by the French code (CSP R1111-32): an access for a time, by a means made for it alone. The code finds the space by a
keyed term of the directory; nothing here lets it be rebuilt. Guarantee: G3, G10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from espace_sante.consent.grant import Scope
from espace_sante.kernel.ids import CardId

WRONG_PINS = 5
USES_MOST = 20
HOURS_MOST = 168
HOURS = 12


@dataclass(frozen=True, slots=True)
class AccessCard:
    """A card: the number printed on it (by which she stops it), what it shows, how often and until when.

    `pin`: keyed hash of the secret number she says aloud, empty for none. `hours`: how long a permission obtained with it
    lasts, never beyond the card's own `ends` (UTC, excluded). `term`: what the directory finds it by. `wrong`: wrong secret
    numbers in a row; at five the card is dead for whoever holds it. `by_law`: whoever acts for her by law made it, and what is
    obtained with it shows nothing that she keeps from him.
    """

    card_id: CardId
    number: str
    term: bytes
    pin: bytes
    scope: Scope
    purpose: str
    uses_left: int
    hours: int
    since: datetime
    ends: datetime
    matrix: str = ""
    wrong: int = 0
    by_law: bool = False

    def usable(self, now: datetime) -> bool:
        """Say whether it still opens something at an instant."""
        if self.uses_left <= 0 or self.wrong >= WRONG_PINS or self.scope.is_empty:
            return False
        return self.since <= now < self.ends

    def used(self) -> AccessCard:
        """Return the card with one use less; the secret number was right."""
        return replace(self, uses_left=self.uses_left - 1, wrong=0)

    def mistaken(self) -> AccessCard:
        """Return the card after one more wrong secret number."""
        return replace(self, wrong=self.wrong + 1)
