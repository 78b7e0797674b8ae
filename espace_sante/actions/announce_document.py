"""Say that a document was told to the person: from then on she reads it herself. Guarantee: G3, G11."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import AnnounceParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id


def parse(values: Values) -> AnnounceParams:
    """Read which document."""
    found = parse_document_id(fields.text(values, "document", "numéro du document"))
    if found is None:
        raise Problem(Kind.NOT_FOUND, "nothing-to-show")
    return AnnounceParams(found[1].bytes)


async def perform(frame: Frame, request: Request, params: AnnounceParams) -> Outcome:
    """Say it; she reads the document from her next request on."""
    answer, entry, effect = await frame.ask(request, ActId.ANNOUNCE_DOCUMENT, params, ReceiptAnswer)
    sentence = "C'est noté : la personne peut maintenant lire ce document."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.ANNOUNCE_DOCUMENT,
    name="Dire qu'un document a été annoncé à la personne",
    sentence="J'ai parlé de ce document à la personne : elle peut maintenant le lire.",
    audience=frozenset({ActorKind.PRACTITIONER}),
    nature=Nature.PERMISSIVE,
    fields=(Field("document", "Le numéro du document", FieldKind.DOCUMENT),),
    counter="",
    phone="",
    form="",
    obligations=("receipt",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
