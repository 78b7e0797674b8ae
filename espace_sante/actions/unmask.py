"""Show again what was hidden: exactly that, to exactly those it was hidden from. Guarantee: G11."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.mask import EPISODE, REPRESENTATIVES
from espace_sante.actions.mask import parse as parse_mask
from espace_sante.actions.parties import STRUCTURE
from espace_sante.keeper.demand import ReceiptAnswer, UnmaskParams

VERSIONS = (
    ("this", "celui-là seulement"),
    ("all", "lui et les autres versions cachées avec lui"),
)


def parse(values: Values) -> UnmaskParams:
    """Read what was hidden and from whom, as it was hidden; of a document, this version alone unless all are asked for."""
    hidden = parse_mask(values)
    versions = values.get("versions") or "this"
    if versions != "this":
        versions = fields.choice(values, "versions", "versions", frozenset(code for code, _ in VERSIONS))
    return UnmaskParams(hidden.document, hidden.category, hidden.practitioner, versions == "all", hidden.episode)


async def perform(frame: Frame, request: Request, params: UnmaskParams) -> Outcome:
    """Show again; only those she lets read see it."""
    answer, entry, effect = await frame.ask(request, ActId.UNMASK, params, ReceiptAnswer)
    sentence = "Ce n'est plus caché. Seuls ceux que vous autorisez le voient."
    if effect is not Effect.IMMEDIATE:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    elif answer is not None and answer.still:
        sentence = "Un autre de vos choix cache encore cela, à tous ou à quelqu'un."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.UNMASK,
    name="Montrer de nouveau ce qui est caché",
    sentence="Je montre de nouveau un document, une catégorie ou un épisode que j'avais caché.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field("document", "Le document (son numéro est sur la liste)", FieldKind.DOCUMENT, required=False),
        Field("category", "ou la catégorie", FieldKind.CATEGORY, required=False),
        EPISODE,
        Field("practitioner", "Caché à qui (vide : à tous les professionnels)", FieldKind.PRACTITIONER, required=False),
        STRUCTURE,
        REPRESENTATIVES,
        Field("versions", "Si c'est un document corrigé", FieldKind.CHOICE, required=False, choices=VERSIONS),
    ),
    counter="Demandez quoi, et à qui c'était caché. Dites : seuls ceux que vous autorisez le verront.",
    phone="On ne montre rien par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-13",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
