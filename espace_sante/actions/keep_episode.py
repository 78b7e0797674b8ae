"""Keep documents together: a stay, a visit, an illness. Guarantee: G3. Source: docs/decisions/0030."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EpisodeAnswer, KeepEpisodeParams

NUMBER = Field("number", "Le numéro de l'épisode (vide : un nouveau)", required=False, help="Six chiffres.")
NAME = Field(
    "name",
    "Le nom que vous lui donnez",
    required=False,
    help="Par exemple : mon opération du genou. Vous seul voyez ce nom.",
)


def parse(values: Values) -> KeepEpisodeParams:
    """Read which episode (none: a new one), its name, and which documents go in or out of it."""
    number = fields.text(values, "number", NUMBER.label, required=False, longest=40)
    name = fields.text(values, "name", NAME.label, required=not number, longest=250)
    visit = fields.document_rows(values, "visit_of")
    rows = fields.document_rows(values), fields.document_rows(values, "documents_out")
    return KeepEpisodeParams(number, name, rows[0], visit[0] if visit else b"", rows[1])


async def perform(frame: Frame, request: Request, params: KeepEpisodeParams) -> Outcome:
    """Keep them together; the number of the episode is the outcome's result."""
    answer, entry, effect = await frame.ask(request, ActId.KEEP_EPISODE, params, EpisodeAnswer)
    if answer is None or effect is not Effect.IMMEDIATE:
        receipt = answer.receipt if answer is not None else b""  # with the coupon she signs
        return Outcome(entry, effect, "Votre demande est notée, à signer. Rien ne change pour le moment.", receipt)
    sentence = f"Ces documents vont ensemble. Le numéro de l'épisode est {answer.number}."
    if answer.shown:
        sentence += " Ceux que vous autorisez pour cet épisode lisent aussi ce que vous y ajoutez."
    return Outcome(entry, effect, sentence, answer.receipt, answer.number)


ACT = Act(
    id=ActId.KEEP_EPISODE,
    name="Garder des documents ensemble",
    sentence="Je garde ensemble les documents d'un séjour, d'une visite ou d'une maladie : c'est un épisode de soins.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        NUMBER,
        NAME,
        Field("documents", "Les documents à y mettre (leurs numéros)", FieldKind.DOCUMENT, required=False),
        Field(
            "visit_of",
            "ou : tous ceux de la même visite que ce document, et ceux qui viendront",
            FieldKind.DOCUMENT,
            required=False,
        ),
        Field("documents_out", "Les documents à en retirer", FieldKind.DOCUMENT, required=False),
    ),
    counter="Demandez le nom et les documents. Dites : cela ne donne rien à lire à personne ; vous pourrez autoriser ou cacher le tout.",
    phone="Cela ne se fait pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-14",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
