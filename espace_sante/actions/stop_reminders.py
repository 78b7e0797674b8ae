"""Ask no more for the letter that says what is open to whom. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, RemindersParams


def parse(_: Values) -> RemindersParams:
    """Nothing to read."""
    return RemindersParams()


async def perform(frame: Frame, request: Request, params: RemindersParams) -> Outcome:
    """Stop it: the letter that waited is written no more."""
    answer, entry, effect = await frame.ask(request, ActId.STOP_REMINDERS, params, ReceiptAnswer)
    sentence = "Vous ne recevrez plus cette lettre. Les autres lettres ne changent pas."
    if effect is Effect.PROVISIONAL:
        sentence = (
            "C'est arrêté dès maintenant : vous ne recevrez plus cette lettre. Les autres lettres ne changent pas."
        )
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.STOP_REMINDERS,
    name="Ne plus recevoir la lettre qui dit qui peut lire",
    sentence="Je ne veux plus recevoir la lettre qui dit à qui mon espace est ouvert.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(),
    counter="Dites : cette lettre s'arrête. Celles qui disent ce que d'autres ont fait continuent.",
    phone="C'est arrêté dès maintenant. Les lettres qui disent ce que d'autres ont fait continuent.",
    form="ES-74",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
