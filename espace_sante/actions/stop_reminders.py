"""Ask no more for letters that come by themselves: what is open to whom, her journal, or both. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.ask_reminders import WHAT, wanted
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.letters import Wanted
from espace_sante.keeper.demand import ReceiptAnswer, RemindersParams


def parse(values: Values) -> RemindersParams:
    """Read which letters, both when none is named."""
    return RemindersParams(0, wanted(values, Wanted.BOTH).value)


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
    name="Ne plus recevoir de lettre régulière",
    sentence="Je ne veux plus recevoir la lettre qui dit à qui mon espace est ouvert, ni celle de mon journal.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field("what", "Quelle lettre (les deux si rien n'est choisi)", FieldKind.CHOICE, required=False, choices=WHAT),
    ),
    counter="Dites : cette lettre s'arrête. Celles qui disent ce que d'autres ont fait continuent.",
    phone="C'est arrêté dès maintenant. Les lettres qui disent ce que d'autres ont fait continuent.",
    form="ES-74",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
