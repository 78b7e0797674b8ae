"""End an application, or every one: its tokens are refused at the very next demand. Guarantee: G3, G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EndAppParams, ReceiptAnswer


def parse(values: Values) -> EndAppParams:
    """Read which one, by its number or its short name; none named means all of them."""
    return EndAppParams(fields.text(values, "number", "numéro de l'application", required=False, longest=64))


async def perform(frame: Frame, request: Request, params: EndAppParams) -> Outcome:
    """End it; what it received before is no longer ours to take back, and the words say so."""
    answer, entry, effect = await frame.ask(request, ActId.END_APP, params, ReceiptAnswer)
    sentence = "L'application ne reçoit plus rien. Ce qu'elle a déjà reçu reste chez elle : demandez-lui de l'effacer."
    if not params.number:
        sentence = "Vos applications ne reçoivent plus rien. Ce qu'elles ont déjà reçu reste chez elles."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est arrêté dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.END_APP,
    name="Arrêter une application",
    sentence="J'arrête une application : elle ne reçoit plus rien. Ce qu'elle a déjà reçu reste chez elle.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field(
            "number",
            "Le numéro de l'application, ou son nom court",
            required=False,
            help="Il est sur la page de vos applications. Sans réponse : toutes vos applications.",
        ),
    ),
    counter="Demandez quelle application, ou si c'est toutes. Dites : c'est fait. Ce qu'elle a déjà reçu reste chez elle.",
    phone="C'est arrêté dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste arrêté.",
    form="ES-76",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
