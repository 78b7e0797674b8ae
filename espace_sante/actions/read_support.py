"""See what she allowed the support to see: the state of her choices, and her journal if she said so. Guarantee: G3, G5."""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReadSupportParams, SupportAnswer


def parse(values: Values) -> tuple[str, ReadSupportParams]:
    """Read which ticket."""
    return fields.text(values, "ticket", "numéro du ticket", longest=40), ReadSupportParams()


async def perform(frame: Frame, request: Request, params: tuple[str, ReadSupportParams]) -> Outcome:
    """Return what she allowed as the outcome's result (SupportAnswer)."""
    ticket, said = params
    asked = replace(request, person=f"ticket:{ticket}", idempotency_key="")
    answer, entry, effect = await frame.ask(asked, ActId.READ_SUPPORT, said, SupportAnswer)
    return Outcome(entry, effect, "Chaque regard est écrit dans le journal de la personne.", result=answer)


ACT = Act(
    id=ActId.READ_SUPPORT,
    name="Voir ce qu'une personne a permis pour un ticket",
    sentence="Voir l'état des choix d'une personne qui demande de l'aide. Jamais ses documents.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(Field("ticket", "Le numéro du ticket"),),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
