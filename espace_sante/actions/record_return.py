"""Note that a letter of invitation came back, or a message bounced: the invitation is erased. Guarantee: G1."""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper.demand import NotedAnswer, ReturnParams


def parse(values: Values) -> str:
    """Read whose letter."""
    return whom(values)


async def perform(frame: Frame, request: Request, person: str) -> Outcome:
    """Erase the invitation that did not arrive; said alike whether there was one."""
    about = replace(request, person=person, on_behalf=False)
    _, entry, effect = await frame.ask(about, ActId.RECORD_RETURN, ReturnParams(), NotedAnswer)
    return Outcome(entry, effect, "Le retour est noté. S'il y avait une invitation, elle est effacée.")


ACT = Act(
    id=ActId.RECORD_RETURN,
    name="Noter le retour d'une invitation",
    sentence="Noter qu'une lettre d'invitation est revenue, ou n'est pas arrivée.",
    audience=frozenset({ActorKind.OPERATOR, ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=WHOSE,
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
