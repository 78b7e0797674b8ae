"""Open the help she allowed for a ticket: one account of the operator asks, another confirms. Guarantee: G3, G5."""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import OpenSupportParams, SupportOpened


def parse(values: Values) -> tuple[str, OpenSupportParams]:
    """Read which ticket."""
    return fields.text(values, "ticket", "numéro du ticket", longest=40), OpenSupportParams()


async def perform(frame: Frame, request: Request, params: tuple[str, OpenSupportParams]) -> Outcome:
    """Ask, or confirm; the outcome's result says which (SupportOpened)."""
    ticket, said = params
    asked = replace(request, person=f"ticket:{ticket}")
    answer, entry, effect = await frame.ask(asked, ActId.OPEN_SUPPORT, said, SupportOpened)
    opened = answer is not None and answer.opened
    sentence = "L'aide est ouverte." if opened else "Il faut maintenant qu'un second compte confirme."
    return Outcome(entry, effect, sentence, result=answer)


ACT = Act(
    id=ActId.OPEN_SUPPORT,
    name="Ouvrir l'aide d'un ticket",
    sentence="Demander, ou confirmer, l'aide qu'une personne a permise pour un ticket.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(Field("ticket", "Le numéro du ticket"),),
    counter="",
    phone="",
    form="",
    obligations=("notice",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
