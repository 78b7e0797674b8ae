"""Take out one document that an heir's demand covers, to hand it over; it is written. Guarantee: G5."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.list_after_death import DEMAND
from espace_sante.actions.read_ordered import taken_out
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import DocumentId


@dataclass(frozen=True, slots=True)
class Taken:
    """Of whom, under which demand, which document."""

    person: str
    demand: str
    row: DocumentId


def parse(values: Values) -> Taken:
    """Read of whom, which demand, and which document of its list."""
    demand = fields.text(values, "demand", "numéro de la demande", longest=32)
    try:
        row = DocumentId(UUID(hex=fields.text(values, "document", "numéro du document", longest=32)))
    except ValueError:
        raise Problem(Kind.INVALID, "demand-invalid") from None
    return Taken(whom(values), demand, row)


async def perform(frame: Frame, request: Request, asked: Taken) -> Outcome:
    """Return the document as the outcome's result (ClearDocument)."""
    about = replace(request, person=asked.person, on_behalf=False, idempotency_key="")
    params = d.ReadAfterDeathParams(asked.demand, asked.row.bytes)
    answer, entry, effect = await frame.ask(about, ActId.READ_AFTER_DEATH, params, d.ReadAnswer)
    return Outcome(entry, effect, "Document ouvert.", result=taken_out(answer, asked.row, entry))


ACT = Act(
    id=ActId.READ_AFTER_DEATH,
    name="Prendre un document que couvre la demande d'un ayant droit",
    sentence="Prendre un document que couvre une demande notée par deux comptes.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(*WHOSE, DEMAND, Field("document", "Le document (son numéro est sur la liste)")),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB}),
)
