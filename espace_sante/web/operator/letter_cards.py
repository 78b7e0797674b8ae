"""The words of the letter that brings a card: what it is for, how it is stopped, and the card to cut out, which names nobody.

Guarantee: G3, G10. Source: docs/decisions/0088.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.printed_card import card_words
from espace_sante.consent.card_code import PREFIX
from espace_sante.formats.mail import CardSlip
from espace_sante.keeper.demand import CardLetter
from espace_sante.kernel.i18n import mark

Say = Callable[[str], str]
Part = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CardWords:
    """What such a letter says; `again`: it was printed before, with another code."""

    say: Say
    card: CardLetter
    again: bool = False

    def body(self, contact: tuple[str, ...]) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
        """Return the title, the first lines and the parts."""
        intro = [self.say(_CUT), self.say(_ANYBODY)]
        if self.again:
            intro.append(self.say(_AGAIN))
        stop = self.say(_SAY_STOP) % {"number": self.card.number}
        return self.say(_TITLE), tuple(intro), ((self.say(_STOP), (stop, *contact)),)

    def slip(self) -> CardSlip:
        """Return the card to cut out."""
        one = self.card
        made = IssuedCard(
            one.number, one.code, one.scope, list(one.categories), 0, one.uses, one.hours, one.ends, one.pin
        )
        title, lines, alt = card_words(made, self.say)
        return CardSlip(title, one.code, PREFIX + one.code, tuple(lines), alt, self.say(_CODE))


_TITLE = mark("Votre carte d’accès")
_CUT = mark(
    "Découpez la carte. Montrez-la au professionnel qui vous soigne : il lit alors ce que vous avez dit, pour un temps."
)
_ANYBODY = mark("Qui a la carte, et son code secret s’il y en a un, peut s’en servir. Gardez-la comme une clé.")
_AGAIN = mark("Cette lettre a été imprimée deux fois. Seul le code de celle-ci sert.")
_STOP = mark("Pour l’arrêter")
_SAY_STOP = mark("Dites : « arrêtez la carte %(number)s ». Elle ne sert plus, tout de suite.")
_CODE = mark("Code de la carte : %(code)s")
