"""Contest who acts for one by law: suspended at once, without a reason. Guarantee: G2, G10. Source: docs/decisions/0060."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ContestRepresentationParams, ReceiptAnswer


def parse(values: Values) -> ContestRepresentationParams:
    """Read which power; nothing said is all of them."""
    return ContestRepresentationParams(fields.text(values, "number", "numéro du pouvoir", required=False, longest=20))


async def perform(frame: Frame, request: Request, params: ContestRepresentationParams) -> Outcome:
    """Suspend it; whatever is asked next under it is refused."""
    answer, entry, effect = await frame.ask(request, ActId.CONTEST_REPRESENTATION, params, ReceiptAnswer)
    sentence = "C'est suspendu : cette personne n'agit plus pour vous. Deux agents devront revoir ses papiers."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est suspendu dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CONTEST_REPRESENTATION,
    name="Contester un représentant légal",
    sentence="Je ne suis pas d'accord : cette personne ne doit pas agir pour moi.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field(
            "number", "Le numéro de son pouvoir (vide : tous)", required=False, help="Six chiffres, sur votre relevé."
        ),
    ),
    counter="Ne demandez pas pourquoi. Dites : c'est suspendu, deux agents devront revoir les papiers.",
    phone="C'est suspendu dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste suspendu.",
    form="ES-88",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
