"""Say no to a professional's request: as short as yes, at once by telephone too. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import DeclineRequestParams, ReceiptAnswer


def parse(values: Values) -> DeclineRequestParams:
    """Read which request."""
    return DeclineRequestParams(fields.text(values, "number", "numéro de la demande", longest=40))


async def perform(frame: Frame, request: Request, params: DeclineRequestParams) -> Outcome:
    """Drop it; whoever asked is told nothing."""
    answer, entry, effect = await frame.ask(request, ActId.DECLINE_REQUEST, params, ReceiptAnswer)
    sentence = "Vous avez dit non. Rien ne le lui dit."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est non, dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.DECLINE_REQUEST,
    name="Dire non à une demande d'accès",
    sentence="Je dis non à un professionnel qui demande à lire.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(Field("number", "Le numéro de la demande", help="Six chiffres, écrits avec la demande."),),
    counter="Demandez le numéro de la demande. Dites : c'est non, et rien ne le lui dit.",
    phone="C'est non, dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste non.",
    form="ES-28",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
