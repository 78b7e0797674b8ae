"""See what has to be answered, by deadline: an act of the operator, which says nothing of whose case it is. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import CaseListAnswer, CaseListParams


def parse(values: Values) -> CaseListParams:
    """Read which page is wanted."""
    after_due = fields.text(values, "after_due", "après le", required=False, longest=10)
    after = fields.text(values, "after", "après le dossier", required=False, longest=32)
    return CaseListParams(after_due, after, fields.number(values, "count", "nombre", required=False) or 50)


async def perform(frame: Frame, request: Request, params: CaseListParams) -> Outcome:
    """Return a page of the queue as the outcome's result (CaseListAnswer)."""
    answer, entry, effect = await frame.ask(request, ActId.LIST_CASES, params, CaseListAnswer)
    return Outcome(entry, effect, "Voici les dossiers à traiter.", result=answer)


ACT = Act(
    id=ActId.LIST_CASES,
    name="Voir les dossiers à traiter",
    sentence="Voir les dossiers auxquels il faut répondre, du plus pressé au moins pressé.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
