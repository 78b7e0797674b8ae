"""A card on paper: its code, what it shows, until when, how to stop it. No name and no number of hers: lost, it says nothing of her.

Guarantee: G3, G10.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.will_said import day_said, shown_said
from espace_sante.consent.card_code import PREFIX
from espace_sante.formats.letter import card_pdf
from espace_sante.kernel.i18n import mark


def printed_card(card: IssuedCard, say: Callable[[str], str] = str, *, language: str = "fr", at: datetime) -> bytes:
    """Return a card as a page to print."""
    title, lines, alt = card_words(card, say)
    return card_pdf(title, card.code, PREFIX + card.code, lines, alt=alt, language=language, at=at)


def card_words(card: IssuedCard, say: Callable[[str], str]) -> tuple[str, list[str], str]:
    """Return the title of a card, the lines printed on it, and what its picture is to whoever does not see it."""
    values = {
        "what": shown_said(card.scope, card.categories, say),
        "uses": card.uses,
        "hours": card.hours,
        "ends": day_said(card.ends),
        "number": card.number,
    }
    words = [
        mark("Carte numéro %(number)s. À garder sur vous."),
        mark("Elle montre %(what)s, %(uses)s fois au plus, %(hours)s h chaque fois, jusqu’au %(ends)s."),
        *([mark("Un code secret est demandé : vous le dites vous-même.")] if card.pin else []),
        mark("Pour l’arrêter : votre espace, un guichet ou le téléphone, avec son numéro."),
    ]
    lines = [say(one) % values for one in words]
    return say(mark("Carte d’accès")), lines, say(mark("Code de la carte, à lire par une machine"))
