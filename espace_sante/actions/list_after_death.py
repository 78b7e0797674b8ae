"""See the documents that an heir's demand covers, once two accounts noted it; each look is written. Guarantee: G5."""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.list_ordered import OrderedDocuments, described
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper import demand as d

DEMAND = Field("demand", "Le numéro donné quand elle a été notée")


@dataclass(frozen=True, slots=True)
class Listed:
    """Of whom, which demand, from which place."""

    person: str
    params: d.ListAfterDeathParams


def parse(values: Values) -> Listed:
    """Read of whom, which demand, and from which place."""
    demand = fields.text(values, "demand", "numéro de la demande", longest=32)
    offset = fields.number(values, "offset", "début", required=False)
    return Listed(whom(values), d.ListAfterDeathParams(demand, offset))


async def perform(frame: Frame, request: Request, asked: Listed) -> Outcome:
    """Return what the demand covers as the outcome's result (OrderedDocuments)."""
    about = replace(request, person=asked.person, on_behalf=False, idempotency_key="")
    answer, entry, effect = await frame.ask(about, ActId.LIST_AFTER_DEATH, asked.params, d.OrderedAnswer)
    found = answer or d.OrderedAnswer(0, ())
    lines = tuple((line.row, described(line)) for line in found.lines)
    result = OrderedDocuments(asked.params.demand, found.total, lines)
    return Outcome(entry, effect, "Cette lecture est écrite.", result=result)


ACT = Act(
    id=ActId.LIST_AFTER_DEATH,
    name="Voir les documents que couvre la demande d'un ayant droit",
    sentence="Voir la liste des documents que couvre une demande notée par deux comptes.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(*WHOSE, DEMAND, Field("offset", "À partir du rang", FieldKind.NUMBER, required=False)),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB}),
)
