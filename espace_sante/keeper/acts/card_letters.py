"""The cards that go by letter: drawn when it is printed, serving once it is posted, dead when it comes back.

A code exists from the printing on, for whoever prints it alone; printed again, another one takes its place. It is kept nowhere, and
no demand gives it twice. Guarantee: G3, G10. Source: docs/decisions/0088.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from asyncpg import Record

from espace_sante.consent.card_code import RANDOM_BYTES, new_card_code
from espace_sante.consent.cards import AccessCard
from espace_sante.consent.mailed_cards import cards_come_back, cards_in, goes_there_still, place_of_card, waiting_card
from espace_sante.keeper.acts.will import with_card_terms
from espace_sante.keeper.card_terms import card_term
from espace_sante.keeper.demand import CardLetter
from espace_sante.keeper.notice_body import CARD, Notice
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Situation


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """A card that has just been given a code, the code, and where its letter goes (no line: the counter)."""

    card: AccessCard
    code: str
    place: tuple[str, ...]

    def said(self) -> CardLetter:
        """Return what its letter says of it."""
        card = self.card
        categories = tuple(sorted(card.scope.categories))
        kind, pin = card.scope.kind.value, bool(card.pin)
        return CardLetter(card.number, self.code, kind, categories, card.uses_left, card.hours, instant(card.ends), pin)


def draw_cards(s: Situation, will: Will, kept: Sequence[tuple[Record, Notice]], letter: UUID) -> dict[UUID, DrawnCard]:
    """Draw the code of each card that a printing brings, by the line of her outbox it waited in."""
    found: dict[UUID, DrawnCard] = {}
    for row, said in kept:
        card = waiting_card(will.rights, row["notice_id"], s.now) if said.act == CARD else None
        if card is None:
            continue
        code, place = new_card_code(s.random(RANDOM_BYTES)), place_of_card(will.rights, card)
        found[row["notice_id"]] = DrawnCard(card.printed(card_term(s.service, code), letter, place), code, place)
    return found


def with_drawn(s: Situation, will: Will, change: Change, drawn: Mapping[UUID, DrawnCard]) -> Change:
    """Return what a printing writes, with what the cards it brings are found by from now on; nobody is told them twice."""
    if not drawn:
        return change
    return replace(_with_cards(s, will, change, [one.card for one in drawn.values()]), told_once=True)


def with_posted(s: Situation, will: Will, change: Change, letter: UUID) -> Change:
    """Return what a posting writes: the cards of that letter serve from now on.

    One whose letter would go elsewhere now is not started: its code is worth nothing, and its letter is due again today.
    """
    cards = cards_in(will.rights, letter)
    if not cards:
        return change
    there = {one.card_id for one in cards if goes_there_still(will.rights, one)}
    elsewhere = {one.mailing.notice for one in cards if one.mailing is not None and one.card_id not in there}
    kept = [one.sent(s.now) if one.card_id in there else one.waiting_again() for one in cards]
    again = replace(
        change,
        drop_notices=tuple(one for one in change.drop_notices if one not in elsewhere),
        put_off=(*change.put_off, *((one, s.now.date()) for one in elsewhere)),
    )
    return _with_cards(s, will, again, kept)


def without_come_back(s: Situation, will: Will, change: Change, number: str) -> tuple[Change, tuple[str, ...]]:
    """Return what a return writes: the cards of that letter are stopped, with what was obtained with them; and their numbers."""
    gone = cards_come_back(will.rights, number)
    if not gone:
        return change, ()
    following = change.will or replace(will, version=will.version + 1)
    rights = following.rights
    for one in gone:
        rights = rights.without_card(one.card_id)
    stopped = with_card_terms(s, replace(change, will=replace(following, rights=rights)), will.rights)
    return stopped, tuple(one.number for one in gone)


def _with_cards(s: Situation, will: Will, change: Change, cards: Sequence[AccessCard]) -> Change:
    following = change.will or replace(will, version=will.version + 1)
    rights = following.rights
    for one in cards:
        rights = rights.with_card(one)
    return with_card_terms(s, replace(change, will=replace(following, rights=rights)), will.rights)
