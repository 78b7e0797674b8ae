"""Say, for one kind of notice, by which way it reaches her and how soon: by mail, telephone, letter, or on her pages alone.

Guarantee: G10. Source: inclusion.md UX-09.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ChooseNoticesParams, ReceiptAnswer
from espace_sante.kernel.i18n import mark
from espace_sante.notices import PREFERRED, WORDS, Pace, Way

KINDS = tuple((kind.value, WORDS[kind].name) for kind in PREFERRED)
PACES = (
    (Pace.AT_ONCE.value, mark("tout de suite")),
    (Pace.DAILY.value, mark("une fois par jour, le matin")),
    (Pace.WEEKLY.value, mark("une fois par semaine, le lundi")),
)
WAYS = (
    (Way.MAIL.value, "by_mail", mark("Par message électronique ?")),
    (Way.SMS.value, "by_sms", mark("Par message sur votre mobile ?")),
    (Way.LETTER.value, "by_letter", mark("Par lettre ?")),
)


def parse(values: Values) -> ChooseNoticesParams:
    """Read which kind, by which ways, how soon; nothing is supposed of a way that was not answered."""
    kind = fields.choice(values, "notice", "quel avis", frozenset(code for code, _ in KINDS))
    ways = tuple(way for way, name, label in WAYS if fields.yes_no(values, name, label))
    return ChooseNoticesParams(kind, ways, fields.choice(values, "pace", "quand vous êtes averti", frozenset(Pace)))


async def perform(frame: Frame, request: Request, params: ChooseNoticesParams) -> Outcome:
    """Keep the choice; it holds from the next notice on."""
    answer, entry, effect = await frame.ask(request, ActId.CHOOSE_NOTICES, params, ReceiptAnswer)
    sentence = "Votre choix est enregistré. Il vaut dès le prochain avis."
    if effect is Effect.STARTS:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CHOOSE_NOTICES,
    name="Choisir mes avis",
    sentence="Je choisis de quoi je veux être averti, comment, et quand.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field("notice", "De quoi", FieldKind.CHOICE, choices=KINDS),
        *(Field(name, label, FieldKind.YES_NO) for _, name, label in WAYS),
        Field("pace", "Quand", FieldKind.CHOICE, choices=PACES),
    ),
    counter=(
        "Demandez : être averti de quoi ? Par message électronique, sur le mobile, par lettre ? Tout de suite, chaque jour,"
        " chaque semaine ? Dites : ce que d’autres font dans votre espace ne peut pas être tu partout."
    ),
    phone="Cela ne se change pas par téléphone. Je vous envoie le formulaire rempli : vous n’aurez qu’à le signer.",
    form="ES-93",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
