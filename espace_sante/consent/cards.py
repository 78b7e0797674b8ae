"""A card or a code she hands over in the consulting room: whoever shows it gets a permission for a time, and no more.

Foreseen by the French code (CSP R1111-32): an access for a time, by a means made for it alone. The code finds the space by a
keyed term of the directory; nothing here lets it be rebuilt. Guarantee: G3, G10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from espace_sante.consent.grant import Scope
from espace_sante.kernel.ids import CardId


@dataclass(frozen=True, slots=True)
class AccessCard:
    """A card: the number printed on it (by which she stops it), what it shows, how often and until when.

    `pin`: keyed hash of the secret number she says aloud, empty for none. `hours`: how long a permission obtained with it
    lasts, never beyond the card's own `ends` (UTC, excluded). `term`: what the directory finds it by.
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

    def usable(self, now: datetime) -> bool:
        """Say whether it still opens something at an instant."""
        return self.uses_left > 0 and not self.scope.is_empty and self.since <= now < self.ends

    def used(self) -> AccessCard:
        """Return the card with one use less."""
        return replace(self, uses_left=self.uses_left - 1)
