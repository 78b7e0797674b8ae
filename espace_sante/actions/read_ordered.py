"""Take out one document that a confirmed order of a judge covers, and leave a trace at once. Guarantee: G5."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.read_document import ClearDocument
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import DocumentId
from espace_sante.records.document import metadata_context
from espace_sante.vault.envelope import SealBroken, open_sealed

_META = msgspec.msgpack.Decoder(d.DocumentMeta).decode


def parse(values: Values) -> tuple[str, DocumentId]:
    """Read which order, and which document of its list."""
    order = fields.text(values, "order", "numéro de la décision notée", longest=32)
    try:
        return order, DocumentId(UUID(hex=fields.text(values, "document", "numéro du document", longest=32)))
    except ValueError:
        raise Problem(Kind.INVALID, "demand-invalid") from None


async def perform(frame: Frame, request: Request, params: tuple[str, DocumentId]) -> Outcome:
    """Return the document as the outcome's result (ClearDocument): named by its row, since whose it is stays unsaid."""
    order, row = params
    asked = replace(request, person=f"order:{order}", on_behalf=False, idempotency_key="")
    answer, entry, effect = await frame.ask(asked, ActId.READ_ORDERED, d.ReadOrderedParams(row.bytes), d.ReadAnswer)
    return Outcome(entry, effect, "Document ouvert.", result=taken_out(answer, row, entry))


def taken_out(answer: d.ReadAnswer | None, row: DocumentId, entry: str) -> ClearDocument:
    """Return a document given to the operator's staff to hand over: named by its row alone. Raises Problem when it is not whole."""
    if answer is None:
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry)
    try:
        meta = _META(open_sealed(answer.key, answer.sealed, metadata_context(row)))
    except (SealBroken, msgspec.MsgspecError):
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry) from None
    return ClearDocument("0" * 32 + row.hex, meta, answer.version, row, answer.key)


ACT = Act(
    id=ActId.READ_ORDERED,
    name="Prendre un document que couvre une décision de justice",
    sentence="Prendre un document qu'une décision de justice confirmée oblige à remettre.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(
        Field("order", "Le numéro donné quand elle a été notée"),
        Field("document", "Le document (son numéro est sur la liste)"),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB}),
)
