"""Let the support look at the state of one's choices, for a ticket and some hours: never at documents. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import AllowSupportParams, ReceiptAnswer

HOURS = (("2", "2 heures"), ("24", "un jour"), ("72", "trois jours"))


def parse(values: Values) -> AllowSupportParams:
    """Read which ticket, for how long, and whether her journal may be seen."""
    return AllowSupportParams(
        fields.text(values, "ticket", "numéro du ticket", longest=40),
        fields.number(values, "hours", "pendant combien d'heures"),
        fields.yes_no(values, "journal", "votre journal aussi"),
    )


async def perform(frame: Frame, request: Request, params: AllowSupportParams) -> Outcome:
    """Allow it; two accounts of the support are needed to look, and each look is in her journal."""
    answer, entry, effect = await frame.ask(request, ActId.ALLOW_SUPPORT, params, ReceiptAnswer)
    sentence = "Le support peut voir l'état de vos choix, le temps que vous avez dit. Jamais vos documents."
    if effect is not Effect.IMMEDIATE:
        sentence = "Votre demande est notée, à signer. Rien n'est montré pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.ALLOW_SUPPORT,
    name="Laisser le support m'aider",
    sentence="Je laisse le support voir l'état de mes choix, pour un ticket et pour quelques heures.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field("ticket", "Le numéro du ticket que le support vous a donné"),
        Field("hours", "Pendant combien de temps", FieldKind.CHOICE, choices=HOURS),
        Field("journal", "Le support peut-il voir aussi votre journal ?", FieldKind.YES_NO),
    ),
    counter="Demandez le numéro du ticket. Dites : le support ne verra jamais vos documents, et chaque regard est dans votre journal.",
    phone="On ne le permet pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-57",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
