"""Ask for a letter, every six or twelve months, that says what is open to whom and until when. Off by default. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, RemindersParams

EVERY = (("6", "tous les six mois"), ("12", "tous les ans"))


def parse(values: Values) -> RemindersParams:
    """Read how often."""
    return RemindersParams(int(fields.choice(values, "months", "fréquence", frozenset(code for code, _ in EVERY))))


async def perform(frame: Frame, request: Request, params: RemindersParams) -> Outcome:
    """Have the first letter written so many months from today."""
    answer, entry, effect = await frame.ask(request, ActId.ASK_REMINDERS, params, ReceiptAnswer)
    sentence = "Vous recevrez cette lettre. Vous pouvez l'arrêter quand vous voulez."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est noté dès maintenant : vous recevrez cette lettre. Vous pouvez l'arrêter quand vous voulez."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.ASK_REMINDERS,
    name="Recevoir une lettre qui dit qui peut lire",
    sentence="Je veux recevoir régulièrement une lettre qui dit à qui mon espace est ouvert, et jusqu'à quand.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,  # gives nobody anything: at once by telephone, as stopping it is
    fields=(Field("months", "Tous les combien", FieldKind.CHOICE, choices=EVERY),),
    counter="Demandez : tous les six mois, ou tous les ans ? Dites où la lettre arrivera : à l'adresse donnée, ou ici.",
    phone="C'est noté dès maintenant. La lettre part à votre adresse, ou vous attend au guichet si vous n'en avez pas donné.",
    form="ES-73",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
