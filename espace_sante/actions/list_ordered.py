"""See the documents that a confirmed order of a judge covers, and leave a trace at once. Guarantee: G5."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper import demand as d

_META = msgspec.msgpack.Decoder(d.DocumentMeta).decode


@dataclass(frozen=True, slots=True)
class OrderedDocuments:
    """How many documents the order covers, and those of this page: the row of each, and what is known of it."""

    order: str
    total: int
    lines: tuple[tuple[str, d.DocumentMeta], ...]


def parse(values: Values) -> tuple[str, d.ListOrderedParams]:
    """Read which order, and from which place."""
    order = fields.text(values, "order", "numéro de la décision notée", longest=32)
    return order, d.ListOrderedParams(fields.number(values, "offset", "début", required=False))


async def perform(frame: Frame, request: Request, params: tuple[str, d.ListOrderedParams]) -> Outcome:
    """Return what the order covers as the outcome's result (OrderedDocuments)."""
    order, said = params
    asked = replace(request, person=f"order:{order}", on_behalf=False, idempotency_key="")
    answer, entry, effect = await frame.ask(asked, ActId.LIST_ORDERED, said, d.OrderedAnswer)
    found = answer or d.OrderedAnswer(0, ())
    lines = tuple((line.row, described(line)) for line in found.lines)
    sentence = "Cette lecture est écrite. La personne le saura le jour prévu."
    return Outcome(entry, effect, sentence, result=OrderedDocuments(order, found.total, lines))


def described(line: d.OrderedLine) -> d.DocumentMeta:
    """Return what is known of a document of such a list."""
    return msgspec.structs.replace(_META(line.meta), category=line.category)


ACT = Act(
    id=ActId.LIST_ORDERED,
    name="Voir les documents que couvre une décision de justice",
    sentence="Voir la liste des documents qu'une décision de justice confirmée oblige à remettre.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(
        Field("order", "Le numéro donné quand elle a été notée"),
        Field("offset", "À partir du rang", FieldKind.NUMBER, required=False),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB}),
)
