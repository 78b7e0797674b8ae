"""Say that a first access was expected. That it was not is said by contesting it, which may block too. Guarantee: G3, G5."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ExpectParams, ReceiptAnswer


def parse(values: Values) -> ExpectParams:
    """Read which line of her journal."""
    return ExpectParams(fields.text(values, "entry", "ligne du journal", longest=40).replace("-", ""))


async def perform(frame: Frame, request: Request, params: ExpectParams) -> Outcome:
    """Note it; nothing else changes, and nobody is given anything."""
    answer, entry, effect = await frame.ask(request, ActId.EXPECT_ACCESS, params, ReceiptAnswer)
    sentence = "C’est noté : vous vous attendiez à cet accès. Rien d’autre ne change."
    if effect is Effect.PROVISIONAL:
        sentence = "C’est noté dès maintenant : vous vous attendiez à cet accès. Rien d’autre ne change."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.EXPECT_ACCESS,
    name="Dire que je m’attendais à un accès",
    sentence="Quelqu’un a lu dans mon espace pour la première fois : je m’y attendais.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,  # gives nobody anything: at once by telephone
    fields=(Field("entry", "Le numéro ou la référence de la ligne du journal"),),
    counter="Demandez quelle ligne. Dites : cela ne donne rien à personne. Si elle ne s’y attendait pas, c’est le formulaire ES-55.",
    phone="C’est noté. Cela ne donne rien à personne.",
    form="ES-94",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
