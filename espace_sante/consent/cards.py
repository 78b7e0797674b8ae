"""A card or a code she hands over in the consulting room: whoever shows it gets a permission for a time, and no more.

Foreseen by the French code (CSP R1111-32): an access for a time, by a means made for it alone. The code finds the space by a
keyed term of the directory; nothing here lets it be rebuilt. Guarantee: G3, G10.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from espace_sante.consent.grant import Scope
from espace_sante.kernel.ids import CardId

WRONG_PINS = 5
USES_MOST = 20
HOURS_MOST = 168
HOURS = 12
# How long a card that goes by letter is worth at least: the post may take twenty days (docs/decisions/0062).
POST_DAYS_LEAST = 30


@dataclass(frozen=True, slots=True)
class Mailing:
    """How a card goes by letter: the line of her outbox it waits in, the letter it is printed in, since when that is on its way.

    `letter` and `posted`: None before it is printed, and posted. `place`: what tells where that letter goes.
    """

    notice: UUID
    letter: UUID | None = None
    place: bytes = b""
    posted: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessCard:
    """A card: the number printed on it (by which she stops it), what it shows, how often and until when.

    `pin`: keyed hash of the secret number she says aloud, empty for none. `hours`: how long a permission obtained with it
    lasts, never beyond the card's own `ends` (UTC, excluded). `term`: what the directory finds it by. `wrong`: wrong secret
    numbers in a row; at five the card is dead for whoever holds it. `by_law`: whoever acts for her by law made it, and what is
    obtained with it shows nothing that she keeps from him. `mailing`: how it goes to her by letter, None when it was handed to her;
    until that letter is printed it has no code, and `term` is empty.
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
    mailing: Mailing | None = None

    def usable(self, now: datetime) -> bool:
        """Say whether it still opens something at an instant."""
        if self.mailing is not None and self.mailing.posted is None:
            return False
        if self.uses_left <= 0 or self.wrong >= WRONG_PINS or self.scope.is_empty:
            return False
        return self.since <= now < self.ends

    def used(self) -> AccessCard:
        """Return the card with one use less; the secret number was right."""
        return replace(self, uses_left=self.uses_left - 1, wrong=0)

    def mistaken(self) -> AccessCard:
        """Return the card after one more wrong secret number."""
        return replace(self, wrong=self.wrong + 1)

    def printed(self, term: bytes, letter: UUID, place: tuple[str, ...]) -> AccessCard:
        """Return the card with the code it has just been printed with, in a letter to `place`: any code before it is worth nothing."""
        return replace(self, term=term, mailing=Mailing(self._waits(), letter, place_digest(place)))

    def sent(self, now: datetime) -> AccessCard:
        """Return the card once its letter is posted, or handed over: from then on it serves."""
        assert self.mailing is not None
        return replace(self, mailing=replace(self.mailing, posted=now))

    def waiting_again(self) -> AccessCard:
        """Return the card without the code it was printed with: its letter goes nowhere any more, and is printed anew."""
        return replace(self, term=b"", mailing=Mailing(self._waits()))

    def _waits(self) -> UUID:
        assert self.mailing is not None
        return self.mailing.notice


def place_digest(place: tuple[str, ...]) -> bytes:
    """Return what is kept of where a letter goes, so that the address itself is not kept twice."""
    return hashlib.sha256("\n".join(place).encode()).digest()[:16]
