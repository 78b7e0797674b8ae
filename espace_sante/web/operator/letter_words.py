"""What a letter says: from what the keeper releases to words on paper, in plain French, for who may have no screen.

A letter names no document and shows no word of anybody but what was done, by whom, when, and what can be done about it.
Guarantee: G4, G10, G11. Source: docs/decisions/0031; inclusion.md LET-07.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

import msgspec
import orjson

from espace_sante.access.kinds import REVEALED
from espace_sante.access.request import ActId, Channel, Effect
from espace_sante.actions.answer_case import OUTCOMES
from espace_sante.actions.app_said import apps_said
from espace_sante.actions.line_said import line_of
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.sharing_said import grants_said
from espace_sante.actions.will_said import cards_said, emergency_said
from espace_sante.formats.mail import (
    LARGE_LETTER_POINTS,
    LETTER_POINTS,
    Coupon,
    Sheet,
    envelope_lines,
)
from espace_sante.formats.voice import can_speak
from espace_sante.keeper.demand import (
    AppView,
    CardView,
    EmergencyView,
    GrantView,
    Letter,
    LetterItem,
    PrintedAnswer,
    YearLines,
)
from espace_sante.kernel.i18n import Language, mark, say_date, say_short_moment, translator
from espace_sante.kernel.settings import Settings
from espace_sante.notices import WORDS
from espace_sante.notices import Kind as NoticeKind
from espace_sante.records.document import CATEGORIES
from espace_sante.web.operator.letter_cards import CardWords
from espace_sante.web.operator.letter_firsts import FIRST_ACCESS, MANDATE_ENDS, URGENT, first_of, is_lost_contact
from espace_sante.web.operator.letter_pressed import PressedWords
from espace_sante.web.operator.letter_sheets import sheet_words
from espace_sante.web.operator.year_words import YearWords, sentence_on_paper

NameOf = Callable[[str], str]
APPS_MOST = 2
GRANTS_MOST = 6  # more than that is another page: the counter prints the whole list
_FIRST = WORDS[NoticeKind.FIRST_ACCESS]
_GRANTS = msgspec.msgpack.Decoder(list[GrantView]).decode
_APPS = msgspec.msgpack.Decoder(list[AppView]).decode
_CARDS = msgspec.msgpack.Decoder(list[CardView]).decode
_EMERGENCY = msgspec.msgpack.Decoder(EmergencyView).decode
_AT_THE_COUNTER = mark("À remettre au guichet")
# Done for her without a screen of hers: her letter is then the receipt. Source: inclusion.md PAR-12.
_BY_POST_OR_CALL = frozenset({Channel.PAPER.value, Channel.PHONE.value})
Part = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Writer:
    """What every letter of a printing shares: how to reach the operator, the names this instance knows, how acts are undone.

    `language`: French or plain French, as each person asked, whatever the language of who prints. `speaks`: a program that
    speaks is installed.
    """

    settings: Settings
    name_of: NameOf
    undo: Mapping[str, str] = field(default_factory=dict)
    language: Language = Language.FR
    speaks: bool = field(default_factory=can_speak)

    def say(self, words: str) -> str:
        """Return a sentence as it is printed."""
        return translator(self.language).gettext(words)

    def sheets(self, printed: PrintedAnswer) -> list[Sheet]:
        """Return the letters of one printing, ready to be drawn."""
        return [self.sheet(printed, one) for one in printed.letters]

    def number(self, printed: PrintedAnswer) -> str:
        """Return the number of a printing, as it stands on its letters."""
        words = mark("Lettre %(number)s, réimprimée") if printed.again else mark("Lettre %(number)s")
        return self.say(words) % {"number": _cut(printed.letter[:12].upper(), 4)}

    def way(self, letter: Letter) -> str:
        """Return where a letter goes, for the slip: no name."""
        if letter.to == "author":
            return self.say(mark("à un professionnel, par l’annuaire interne"))
        return self.say(mark("à poster")) if letter.address else self.say(mark("à remettre au guichet"))

    def contact(self) -> tuple[str, ...]:
        """Return how to reach the operator without a screen, the counter always."""
        settings = self.settings
        said = [self.say(mark("Au guichet."))]
        if settings.contact_phone:
            said.append(
                self.say(mark("Par téléphone, l’appel est gratuit : %(phone)s.")) % {"phone": settings.contact_phone}
            )
        if settings.contact_post:
            said.append(self.say(mark("Par courrier, sans timbre : %(post)s.")) % {"post": ", ".join(self._post())})
        return tuple(said)

    def sheet(self, printed: PrintedAnswer, letter: Letter) -> Sheet:
        """Return one letter of a printing, in the words and the size its reader asked for."""
        number = self.number(printed)
        if letter.to == "author":
            return self._author(letter, number)
        if letter.form.simple and self.language is Language.FR:
            return replace(self, language=Language.FR_SIMPLE).sheet(printed, letter)
        to = envelope_lines(letter.name, letter.address or (self.say(_AT_THE_COUNTER),))
        card = CardWords(self.say, letter.card, printed.again) if letter.card is not None else None
        title, intro, parts = self._body(letter) if card is None else card.body(self.contact())
        if not letter.waits:  # it may be opened by whoever lives there now
            whom = self.say(mark("Cette lettre est pour %(name)s, date de naissance : %(born)s."))
            intro = (whom % {"name": letter.name, "born": _birth(letter.birth_date)}, *self._with_it(letter), *intro)
        coupon = self._coupon(letter, printed.letter)
        shown = letter.year or letter.proof
        code = YearWords(self.say, self.name_of).code(shown) if shown is not None else None
        points = LARGE_LETTER_POINTS if letter.form.large else LETTER_POINTS
        first = self._pressed().first(letter) if letter.pressed else first_of(letter, self.say)
        slip = card.slip() if card is not None else None
        return Sheet(self._post(), to, number, title, intro, parts, coupon, code, points, first, card=slip)

    def _pressed(self) -> PressedWords:
        return PressedWords(self.say, self.name_of, self.undo)

    def _with_it(self, letter: Letter) -> tuple[str, ...]:
        """Return what she asked for beside paper, and whether it is there."""
        said = []
        if letter.form.braille:
            said.append(self.say(mark("Avec cette lettre : un fichier de texte, pour le braille.")))
        if letter.form.audio and self.speaks:
            said.append(self.say(mark("Avec cette lettre : un fichier à écouter. C’est un programme qui parle.")))
        elif letter.form.audio:
            words = mark(
                "Vous avez demandé un fichier à écouter. Nous n’avons pas pu le faire. Appelez, ou passez au guichet :"
                " on vous lit cette lettre."
            )
            said.append(self.say(words))
        return tuple(said)

    def _body(self, letter: Letter) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
        if letter.waits:
            return self._waits()
        if letter.months:
            return self._reminder(letter)
        if letter.year is not None:
            return self._year(letter.year)
        if letter.pressed:
            return self._pressed().body(letter, self.contact())
        urgent = any(one.act in URGENT for one in letter.items)
        ending = [one for one in letter.items if one.act == MANDATE_ENDS]
        announced = [one for one in letter.items if not one.entry and one.act != MANDATE_ENDS]
        done = [one for one in letter.items if one.entry]
        parts: list[Part] = (
            [("", tuple(text for one in done for text in self._item(one, letter.address)))] if done else []
        )
        if ending:
            title = self.say(mark("Un mandat d’aidant finit bientôt"))
            parts.append((title if done or announced else "", tuple(self._ending(one) for one in ending)))
        if announced:
            title = self.say(mark("Quelqu’un doit vous parler"))
            words = mark(
                "Un professionnel qui vous suit a quelque chose à vous dire de vive voix."
                " Prenez rendez-vous avec lui, ou avec votre médecin."
            )
            parts.append((title if done else "", (self.say(words),)))
        if _contestable(letter):
            parts.append((self.say(mark("Vous ne vous y attendiez pas ?")), self._contest(done)))
        else:
            parts.append((self.say(mark("Une question ?")), self.contact()))
        if letter.proof is not None:
            parts.append(YearWords(self.say, self.name_of).proof(letter.proof))
        if urgent:
            title = self.say(mark("Quelqu’un a ouvert un accès d’urgence à votre espace"))
            intro = self.say(mark("Vous l’aviez permis d’avance. Une autre personne va vérifier que c’était justifié."))
        elif any(one.act == REVEALED for one in done):
            title = self.say(mark("Une décision de justice a été suivie"))
            words = mark(
                "L’organisme n’avait pas le droit de vous le dire avant aujourd’hui. Chaque lecture est dans votre journal."
            )
            intro = self.say(words)
        elif any(one.words for one in done):
            title = self.say(mark("La réponse du service"))
            intro = self.say(mark("Si cette réponse ne vous suffit pas, dites-le : on vous reçoit au guichet."))
        elif done and all(one.act == FIRST_ACCESS for one in done):
            title, intro = (self.say(one) for one in (_FIRST.title, _FIRST.todo))
        elif done and all(is_lost_contact(one) for one in done):
            title = self.say(mark("Nos messages ne vous arrivent plus"))
            intro = self.say(mark("Vous préférez les lettres ? Vous n’avez rien à faire."))
        elif done:
            title = self.say(mark("Ce qui a été fait dans votre espace"))
            intro = self.say(mark("Si c’est bien ce que vous vouliez, vous n’avez rien à faire."))
        elif announced:
            title, intro = self.say(mark("Quelqu’un doit vous parler")), ""
        else:
            title, intro = self.say(mark("Un mandat d’aidant finit bientôt")), ""
        return title, (intro,) if intro else (), tuple(parts)

    def _year(self, shown: YearLines) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
        title, intro, parts = YearWords(self.say, self.name_of).body(shown)
        return title, intro, (*parts, (self.say(mark("Une question ?")), self.contact()))

    def _item(self, item: LetterItem, address: Sequence[str]) -> list[str]:
        record = orjson.loads(item.record)
        line = line_of(record, item.entry, "", self.say, self.name_of)
        sentence = sentence_on_paper(line, record, self.say)
        when = self.say(mark("Le %(when)s, %(how)s. Ligne %(number)s de votre journal."))
        moment = say_short_moment(line.at, Language.FR)
        said = [f"• {sentence} {when % {'when': moment, 'how': line.channel, 'number': item.number}}"]
        if item.categories:
            names = ", ".join(self.say(CATEGORIES[one]) for one in item.categories)
            said.append(
                self.say(mark("Pendant cet accès, il a été lu des documents de ces sortes : %(names)s."))
                % {"names": names}
            )
        if item.words:
            outcome = self.say(dict(OUTCOMES).get(item.outcome, item.outcome))
            said.append(self.say(mark("La réponse : %(outcome)s.")) % {"outcome": outcome})
            said += [f"« {item.words} »"]
        elif item.act not in URGENT:
            said.append(line.why)
        if record["channel"] in _BY_POST_OR_CALL and not item.words:
            said += self._receipt(item, record.get("effect", Effect.IMMEDIATE.value))
        if line.sheet and line.permitted:
            said += sheet_words(record, self.say, address)
        return said

    def _receipt(self, item: LetterItem, effect: str) -> list[str]:
        """Return what makes of a line a receipt: how far it went, its number, its proof, how it is taken back."""
        words = mark("Ceci est votre reçu. %(effect)s Code de preuve, dans le journal public : %(code)s.")
        said = [self.say(words) % {"effect": self.say(_EFFECTS.get(effect, "")), "code": _cut(item.entry, 5)}]
        undo = self.undo.get(item.act, "")
        return [*said, undo] if undo else said

    def _waits(self) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
        words = mark("Nous gardons vos lettres au guichet. Venez les prendre, ou dites où vous habitez.")
        parts = ((self.say(mark("Comment faire")), (self.say(words), *self.contact())),)
        return self.say(mark("Une lettre vous attend au guichet")), (), parts

    def _ending(self, item: LetterItem) -> str:
        words = mark(
            "Le mandat de %(name)s finit le %(day)s. Vous n’avez rien à faire : il s’arrête ce jour-là."
            " Pour continuer, donnez un nouveau mandat."
        )
        day = say_date(datetime.fromisoformat(item.at), Language.FR)
        return self.say(words) % {"name": item.outcome, "day": day}

    def _contest(self, done: Sequence[LetterItem]) -> tuple[str, ...]:
        first = mark(
            "Dites-le : remplissez le coupon de cette lettre, ou parlez-nous. On vous répond dans un mois au plus."
            " Vous n’avez pas à dire pourquoi."
        )
        block = mark(
            "Pour que cette personne ne lise plus rien : dites « bloquez » au guichet ou par téléphone, c’est tout de suite."
            " Ou cochez aussi la dernière case du coupon : c’est fait quand il nous arrive."
        )
        blocks = (self.say(block),) if any(one.act == FIRST_ACCESS for one in done) else ()
        return (self.say(first), *blocks, *self.contact())

    def _reminder(self, letter: Letter) -> tuple[str, tuple[str, ...], tuple[Part, ...]]:
        apps = tuple(_APPS(letter.apps)) if letter.apps else ()
        page = JournalPage(0, (), (), (), tuple(_GRANTS(letter.grants)), cards=tuple(_CARDS(letter.cards)), apps=apps)
        open_to = grants_said(page, self.say, self.name_of)
        by_apps = apps_said(page, self.say)
        kept = (*open_to[: GRANTS_MOST - min(len(by_apps), APPS_MOST)], *by_apps[:APPS_MOST])
        left = len(open_to) + len(by_apps) - len(kept)
        shown = [f"• {one}" for one in kept]
        if left > 0:
            more = mark("Et %(num)s autres autorisations : demandez la liste entière au guichet.")
            shown.append(self.say(more) % {"num": left})
        shown += [f"• {one}" for one in cards_said(page, self.say)[:GRANTS_MOST]]
        if not shown:
            shown = [self.say(mark("Votre espace n’est ouvert à personne en dehors de l’urgence."))]
        emergency = emergency_said(_EMERGENCY(letter.emergency), self.say)
        nobody = self.say(mark("Vous n’avez rien permis pour l’urgence : personne ne lit."))
        undo = mark(
            "Vous pouvez tout retirer quand vous voulez, sans dire pourquoi. Vous pouvez aussi arrêter cette lettre."
        )
        every = (
            mark("Vous avez demandé cette lettre tous les six mois.")
            if letter.months == 6
            else mark("Vous avez demandé cette lettre tous les ans.")
        )
        return (
            self.say(mark("À qui votre espace est ouvert")),
            (self.say(every),),
            (
                (self.say(mark("Qui peut lire, et jusqu’à quand")), tuple(shown)),
                (self.say(mark("En urgence")), tuple(emergency) or (nobody,)),
                (self.say(mark("Si vous changez d’avis")), (self.say(undo), *self.contact())),
            ),
        )

    def _author(self, letter: Letter, number: str) -> Sheet:
        whom = self.name_of(letter.number) or self.say(mark("Professionnel numéro %(number)s")) % {
            "number": letter.number
        }
        lines = []
        for item in letter.items:
            words = mark("• Le document numéro %(number)s, déposé le %(day)s.")
            day = say_date(datetime.fromisoformat(item.at), Language.FR)
            lines.append(self.say(words) % {"number": _cut(item.document), "day": day})
        ask = mark(
            "Vous avez demandé que la personne l’apprenne de quelqu’un avant de le lire. Personne n’a encore noté l’avoir fait."
            " Parlez-lui, puis notez-le sur la page du document. Un mois après le dépôt, elle le lira de toute façon."
        )
        to = envelope_lines(whom, (self.say(mark("À remettre par l’annuaire interne")),))
        title = self.say(mark("Un document attend que vous en parliez"))
        first = first_of(letter, self.say)
        return Sheet(
            self._post(), to, number, title, (), (("", (*lines, self.say(ask), *self.contact())),), first=first
        )

    def _coupon(self, letter: Letter, number: str) -> Coupon | None:
        done = _contestable(letter)
        if not done:
            return None
        form = REGISTRY[ActId.CONTEST_ACCESS].form
        box = self.say(mark("Ligne %(number)s, le %(day)s"))
        boxes = [
            box % {"number": one.number, "day": say_date(datetime.fromisoformat(one.at), Language.FR)} for one in done
        ]
        title = self.say(mark("Je ne m’attendais pas à cela"))
        asked = self.say(mark("Cochez ce à quoi vous ne vous attendiez pas. On cherche pourquoi, et on vous répond."))
        ticked = (*boxes, self.say(mark("Bloquez aussi ce professionnel dès maintenant")))
        if letter.pressed:
            title, asked, ticked = self._pressed().boxes(letter)
        post, at_the_counter = self._post(), (self.say(mark("au guichet")),)
        where = mark("À remettre, ou à envoyer sans timbre :") if post else mark("À remettre :")
        return Coupon(
            title,
            asked,
            ticked,
            (
                self.say(mark("Votre nom et votre prénom :")),
                self.say(mark("Votre numéro de sécurité sociale :")),
                self.say(mark("Date et signature :")),
            ),
            (self.say(where), *(post or at_the_counter)),
            f"ES|{form}|1|{number}",
            self.say(mark("Code de ce coupon")),
        )

    def _post(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.settings.contact_post.split("|") if part.strip())


_EFFECTS: Mapping[str, str] = MappingProxyType(
    {
        Effect.IMMEDIATE.value: mark("L’effet est immédiat."),
        Effect.PROVISIONAL.value: mark("L’effet est immédiat et provisoire : sans réponse de vous, il dure."),
    }
)


def _contestable(letter: Letter) -> list[LetterItem]:
    """Return what a coupon may contest: what was done by somebody, not what was answered to her."""
    return [one for one in letter.items if one.entry and not one.words and not is_lost_contact(one)]


def _birth(text: str) -> str:
    """A date of birth in words, or as it is known when it is partial."""
    try:
        return say_date(date.fromisoformat(text), Language.FR)
    except ValueError:
        return text


def _cut(identifier: str, every: int = 8) -> str:
    """Cut a long number so that it can be copied by hand."""
    return " ".join(identifier[start : start + every] for start in range(0, len(identifier), every))
