"""Stop a card by its number, and what was obtained with it; at once, by telephone too. Guarantee: G3, G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, RevokeCardParams


def parse(values: Values) -> RevokeCardParams:
    """Read which card; none named means all of them: whoever lost one may not know its number."""
    return RevokeCardParams(fields.text(values, "number", "numéro de la carte", required=False, longest=40))


async def perform(frame: Frame, request: Request, params: RevokeCardParams) -> Outcome:
    """Stop it; the next reading that rested on it is refused."""
    answer, entry, effect = await frame.ask(request, ActId.REVOKE_ACCESS_CARD, params, ReceiptAnswer)
    sentence = "La carte ne sert plus. Ce qui avait été obtenu avec elle est retiré."
    if not params.number:
        sentence = "Vos cartes ne servent plus. Ce qui avait été obtenu avec elles est retiré."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est arrêté dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REVOKE_ACCESS_CARD,
    name="Arrêter une carte d'accès",
    sentence="J'arrête une carte : elle ne sert plus, et ce qui a été obtenu avec elle est retiré.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field(
            "number",
            "Le numéro de la carte",
            required=False,
            help="Six chiffres, imprimés sur la carte. Sans réponse : toutes vos cartes.",
        ),
    ),
    counter="Demandez le numéro de la carte, ou si c'est toutes. Dites : c'est fait, elle ne sert plus.",
    phone="C'est arrêté dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste arrêté.",
    form="ES-26",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
