"""Hide a document, a category or an episode from one party or from all. Guarantee: G11."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.parties import STRUCTURE, party_named
from espace_sante.keeper.demand import MaskParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id

EPISODE = Field("episode", "ou le numéro de l'épisode", required=False, help="Six chiffres, écrits sur votre relevé.")

REPRESENTATIVES = Field(
    "representatives",
    "ou à mes représentants légaux",
    FieldKind.CHOICE,
    required=False,
    help="Mes parents, mon tuteur. Les professionnels, eux, continuent de voir.",
    choices=(("yes", "à mes représentants légaux"),),
)
WRITTEN = "representatives"


def parse(values: Values) -> MaskParams:
    """Read what is hidden and from whom; nobody named means every professional."""
    document = fields.text(values, "document", "document", required=False)
    category = fields.number(values, "category", "catégorie", required=False)
    episode = fields.text(values, "episode", EPISODE.label, required=False, longest=40)
    practitioner = party_named(values, required=False)
    if values.get(REPRESENTATIVES.name) == "yes":
        if practitioner:
            raise Problem(Kind.INVALID, "whom-twice")
        practitioner = WRITTEN
    found = parse_document_id(document) if document else None
    if document and found is None:
        raise Problem(Kind.NOT_FOUND, "document-unknown")
    if sum((found is not None, category != 0, bool(episode))) != 1:
        raise Problem(Kind.INVALID, "mask-invalid")
    return MaskParams(found[1].bytes if found else b"", category, practitioner, episode)


async def perform(frame: Frame, request: Request, params: MaskParams) -> Outcome:
    """Hide; from the next reading on, it is as if it did not exist."""
    answer, entry, effect = await frame.ask(request, ActId.MASK, params, ReceiptAnswer)
    sentence = (
        "C'est caché." if effect is Effect.IMMEDIATE else "C'est caché dès maintenant. Une lettre vous le confirmera."
    )
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.MASK,
    name="Cacher un document",
    sentence="Je cache un document, une catégorie ou un épisode, à un professionnel, à un établissement ou à tous.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field("document", "Le document (son numéro est sur la liste)", FieldKind.DOCUMENT, required=False),
        Field("category", "ou la catégorie", FieldKind.CATEGORY, required=False),
        EPISODE,
        Field("practitioner", "À qui (vide : à tous les professionnels)", FieldKind.PRACTITIONER, required=False),
        STRUCTURE,
        REPRESENTATIVES,
    ),
    counter="Demandez quoi et à qui. Dites : personne ne verra que quelque chose est caché.",
    phone="C'est caché dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste caché.",
    form="ES-08",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
