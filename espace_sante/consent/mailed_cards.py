"""Where a card that goes by letter goes, and which of her cards a letter is about. Pure.

Never where an agent had her letters moved on the day she asked for it with one, or since: whoever pressed her would have the card.
Guarantee: G3, G10. Source: docs/decisions/0088.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from espace_sante.consent.cards import AccessCard, place_digest
from espace_sante.consent.rights import Rights


def place_of_card(rights: Rights, card: AccessCard) -> tuple[str, ...]:
    """Return the lines of the address its letter goes to, none when it waits for her at the counter."""
    asked = card.since.date()
    moved = any(one.moved and one.day >= asked for one in rights.visits)
    return () if moved or rights.letters.counter else rights.address


def waiting_card(rights: Rights, notice: UUID, now: datetime) -> AccessCard | None:
    """Return the card that a line of her outbox is about, None when she stopped it, it ended, or it is on its way."""
    cards = (one for one in rights.in_force(now).cards if one.mailing is not None and one.mailing.posted is None)
    return next((one for one in cards if one.mailing is not None and one.mailing.notice == notice), None)


def cards_in(rights: Rights, letter: UUID) -> tuple[AccessCard, ...]:
    """Return the cards that are printed in a letter and not on their way yet."""
    return tuple(
        one
        for one in rights.cards
        if one.mailing is not None and one.mailing.letter == letter and one.mailing.posted is None
    )


def goes_there_still(rights: Rights, card: AccessCard) -> bool:
    """Say whether a card that is printed would be sent to the same place now: she left no address meanwhile."""
    return card.mailing is not None and card.mailing.place == place_digest(place_of_card(rights, card))


def cards_come_back(rights: Rights, number: str) -> tuple[AccessCard, ...]:
    """Return the cards of the letter that bears a number (twelve hexadecimal digits)."""
    mailed = ((one, one.mailing.letter) for one in rights.cards if one.mailing is not None)
    return tuple(one for one, letter in mailed if letter is not None and letter.hex.startswith(number))
