"""How each letter begins: what was decided, by whom, what to do by whoever disagrees, until when.

One sentence of it may be all that is read: it is the first under the title, in bold, in every letter of every kind.
Guarantee: G10. Source: inclusion.md LET-07; docs/decisions/0062.
"""

from __future__ import annotations

from collections.abc import Callable

import orjson

from espace_sante.access.kinds import REVEALED
from espace_sante.access.request import ActId
from espace_sante.keeper.demand import Letter, LetterItem
from espace_sante.kernel.i18n import mark
from espace_sante.notices import Kind as NoticeKind

Say = Callable[[str], str]
URGENT = frozenset({ActId.BREAK_GLASS.value, ActId.CONFIRM_EMERGENCY.value})
_NAMES_MOST = 2
# As the line of an outbox names it (keeper/watching.py).
FIRST_ACCESS = NoticeKind.FIRST_ACCESS.value
_LOST_RULE = "contact-lost"  # keeper/contact_lost.py
# What the line of her outbox that tells the end of a mandate is called (keeper/notice_body.py).
MANDATE_ENDS = "mandate_ends"


def first_of(letter: Letter, say: Say) -> str:
    """Return the first lines of a letter to a person, or to an author."""
    if letter.to == "author":
        return say(_AUTHOR)
    if letter.waits:
        return say(_WAITS)
    if letter.card is not None:
        return say(_CARD)
    if letter.months:
        return say(_OPEN)
    if letter.year is not None:
        return say(_JOURNAL)
    done = [one for one in letter.items if one.entry]
    if not done:
        return say(_MANDATE if all(one.act == MANDATE_ENDS for one in letter.items) else _ANNOUNCED)
    if any(one.act == REVEALED for one in done):
        return say(_REVEALED)
    if any(one.words for one in done):
        return say(_ANSWERED)
    if all(is_lost_contact(one) for one in done):
        return say(_LOST)
    return say(_of_acts(done)) % {"who": by_whom(done, say)}


def is_lost_contact(item: LetterItem) -> bool:
    """Say whether a line tells that the service writes no more to a mailbox or a number."""
    return bool(item.entry) and orjson.loads(item.record)["decision"]["rule"] == _LOST_RULE


def _of_acts(done: list[LetterItem]) -> str:
    if any(one.act in URGENT for one in done):
        return _EMERGENCY
    read = [one.act == FIRST_ACCESS for one in done]
    return _READ if all(read) else _DONE_OR_READ if any(read) else _DONE


def by_whom(items: list[LetterItem], say: Say) -> str:
    """Return who did what a letter says: two names at most, in the order of the acts."""
    found: list[str] = []
    for one in items:
        name = orjson.loads(one.record)["actor"]["name"] or say(mark("le service"))
        if name not in found:
            found.append(name)
    if len(found) > _NAMES_MOST:
        return say(mark("%(names)s et d’autres")) % {"names": ", ".join(found[:_NAMES_MOST])}
    if len(found) == _NAMES_MOST:
        return say(mark("%(one)s et %(other)s")) % {"one": found[0], "other": found[1]}
    return found[0]


_EMERGENCY = mark(
    "Décidé par %(who)s. Pas d’accord ? Dites-le par le coupon, au guichet ou par téléphone, quand vous voulez :"
    " il n’y a pas de date limite."
)
_DONE = mark(
    "Fait par %(who)s, pour vous. Pas d’accord ? Dites-le par le coupon, au guichet ou par téléphone, quand vous voulez :"
    " il n’y a pas de date limite."
)
# Nobody reads for her: a first access is never said to be done in her name.
_READ = mark(
    "Un professionnel a lu dans votre espace pour la première fois : %(who)s. Pas d’accord ? Dites-le par le coupon, au"
    " guichet ou par téléphone, quand vous voulez : il n’y a pas de date limite."
)
_DONE_OR_READ = mark(
    "Fait ou lu par %(who)s. Pas d’accord ? Dites-le par le coupon, au guichet ou par téléphone, quand vous voulez :"
    " il n’y a pas de date limite."
)
_LOST = mark(
    "Décidé par le service : nos messages ne vous arrivent plus, nous vous écrivons par lettre. Pas d’accord ? Redonnez votre"
    " adresse ou votre numéro au guichet, quand vous voulez : il n’y a pas de date limite."
)
_ANNOUNCED = mark(
    "Un professionnel qui vous suit veut vous parler. Rien n’est décidé. Pas d’accord ? Vous pouvez ne pas y aller :"
    " aucune date ne court."
)
_MANDATE = mark(
    "Décidé par vous : ce mandat a une fin. Pas d’accord ? Arrêtez-le plus tôt, ou donnez-en un nouveau, quand vous voulez :"
    " il n’y a pas de date limite."
)
_REVEALED = mark(
    "Un juge l’a décidé. Pas d’accord ? Demandez à un avocat ou au guichet. Nous ne connaissons pas le délai pour"
    " contester : demandez vite."
)
_ANSWERED = mark(
    "Décidé par le service. Pas d’accord ? Dites-le au guichet, par téléphone ou par courrier, quand vous voulez :"
    " il n’y a pas de date limite."
)
_OPEN = mark(
    "Décidé par vous : voici qui peut lire. Pas d’accord, ou plus d’accord ? Retirez tout ce que vous voulez, quand vous"
    " voulez : il n’y a pas de date limite."
)
_JOURNAL = mark(
    "Demandé par vous : voici qui a lu. Pas d’accord avec une ligne ? Dites-le au guichet, par téléphone ou par courrier,"
    " quand vous voulez : il n’y a pas de date limite."
)
_CARD = mark(
    "Demandé par vous, ou pour vous : voici une carte d’accès. Pas d’accord ? Arrêtez-la par son numéro, au guichet ou par"
    " téléphone, quand vous voulez : il n’y a pas de date limite."
)
_WAITS = mark(
    "Décidé par le service : deux lettres sont revenues, plus rien n’est envoyé ici. Pas d’accord ? Venez au guichet, ou"
    " donnez une autre adresse, quand vous voulez : il n’y a pas de date limite."
)
_AUTHOR = mark(
    "Décidé par vous : la personne doit l’apprendre de quelqu’un. Pas d’accord, ou déjà fait ? Notez-le sur la page du"
    " document. Un mois après le dépôt, elle le lira de toute façon."
)
