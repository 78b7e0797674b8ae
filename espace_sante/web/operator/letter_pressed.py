"""The words of the letter about a day when a second agent had to come: what was given, how to take it back, all of it at once.

Guarantee: G2, G10. Source: inclusion.md HLP-16; docs/decisions/0083.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import orjson

from espace_sante.actions.line_said import line_of
from espace_sante.consent.postal import lengthened
from espace_sante.consent.visits import KEPT_DAYS
from espace_sante.keeper.demand import Letter
from espace_sante.kernel.i18n import Language, mark, say_date
from espace_sante.web.operator.letter_firsts import by_whom
from espace_sante.web.operator.year_words import sentence_on_paper

Say = Callable[[str], str]
Part = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PressedWords:
    """What such a letter says; `undo`: how each act is taken back."""

    say: Say
    name_of: Callable[[str], str]
    undo: Mapping[str, str]

    def first(self, letter: Letter) -> str:
        """Return what is read first."""
        last = say_date(date.fromisoformat(letter.pressed) + lengthened(KEPT_DAYS, letter.address), Language.FR)
        if not letter.items:
            return self.say(_FIRST_BRIEF) % {"last": last}
        return self.say(_FIRST) % {"who": by_whom(list(letter.items), self.say), "last": last}

    def body(self, letter: Letter, contact: tuple[str, ...]) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
        """Return the title, the first lines and the parts."""
        title = self.say(_TITLE) % {"day": self._day(letter)}
        if not letter.items:  # whoever lives where she was learns neither what nor to whom
            not_yours = (self.say(_NOT_YOURS), (self.say(_SAY_SO), *contact))
            return title, (self.say(_BRIEF), self.say(_NOTHING_TO_DO)), (not_yours,)
        given = [text for one in letter.items for text in self._item(one.record, one.entry, one.act)]
        if letter.more:
            given.append(self.say(_MORE) % {"num": letter.more})
        all_of_it = (self.say(_SAY_SO), self.say(_ENDS), *contact)
        parts = ((self.say(_GIVEN), tuple(given)), (self.say(_NOT_YOURS), all_of_it))
        return title, (self.say(_WHY), self.say(_NOTHING_TO_DO)), parts

    def boxes(self, letter: Letter) -> tuple[str, str, tuple[str, ...]]:
        """Return the title of the coupon, what it asks, and its one box."""
        return self.say(_CHOICE), self.say(_TICK), (self.say(_BOX) % {"day": self._day(letter)},)

    def _day(self, letter: Letter) -> str:
        return say_date(date.fromisoformat(letter.pressed), Language.FR)

    def _item(self, record: bytes, entry: str, act: str) -> list[str]:
        kept = orjson.loads(record)
        line = line_of(kept, entry, "", self.say, self.name_of)
        said = [f"• {sentence_on_paper(line, kept, self.say)}"]
        return [*said, self.undo[act]] if self.undo.get(act) else said


_TITLE = mark("Ce qui a été donné en votre nom le %(day)s")
_FIRST = mark(
    "Fait par %(who)s, pour vous. Pas d’accord ? Dites « ce n’était pas mon choix » par le coupon, au guichet ou par"
    " téléphone, quand vous voulez. Avant le %(last)s, tout s’arrête en une fois."
)
_FIRST_BRIEF = mark(
    "Fait par des agents, pour vous. Pas d’accord ? Dites « ce n’était pas mon choix » au guichet ou par téléphone,"
    " quand vous voulez. Avant le %(last)s, tout s’arrête en une fois. Une lettre au guichet vous dit quoi, et à qui."
)
_BRIEF = mark("Quelqu’un d’autre que vous peut ouvrir cette lettre-ci. Par prudence, elle n’en dit pas plus.")
_WHY = mark(
    "Ce jour-là, il a fallu un second agent. Nous vous écrivons quelques jours après, pour que vous lisiez cette lettre"
    " au calme."
)
_NOTHING_TO_DO = mark("C’était bien votre choix ? Vous n’avez rien à faire.")
_GIVEN = mark("Ce qui a été donné")
_MORE = mark("Et %(num)s autres lignes, dans votre journal.")
_NOT_YOURS = mark("Ce n’était pas votre choix ?")
_SAY_SO = mark(
    "Si quelqu’un vous a poussé à le faire, dites : « ce n’était pas mon choix ». Vous n’avez pas à dire qui, ni pourquoi."
)
_ENDS = mark(
    "Tout ce qui a été donné ce jour-là s’arrête en une fois. Une personne du service cherche ce qui s’est passé, et vous"
    " répond dans un mois au plus."
)
_CHOICE = mark("Ce n’était pas mon choix")
_TICK = mark("Cochez, datez et signez. Tout s’arrête quand ce coupon nous arrive.")
_BOX = mark("Tout ce qui a été donné le %(day)s doit s’arrêter")
