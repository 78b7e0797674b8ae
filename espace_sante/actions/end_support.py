"""End the help of the support, at once. Guarantee: G3, G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EndSupportParams, ReceiptAnswer


def parse(_: Values) -> EndSupportParams:
    """Nothing to read."""
    return EndSupportParams()


async def perform(frame: Frame, request: Request, params: EndSupportParams) -> Outcome:
    """End it; the support's next request is answered as for a person unknown."""
    answer, entry, effect = await frame.ask(request, ActId.END_SUPPORT, params, ReceiptAnswer)
    sentence = "Le support ne voit plus rien."
    if effect is Effect.PROVISIONAL:
        sentence = "Le support ne voit plus rien dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.END_SUPPORT,
    name="Arrêter l'aide du support",
    sentence="Le support ne voit plus rien de mon espace.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(),
    counter="Dites : c'est fait, le support ne voit plus rien.",
    phone="C'est arrêté dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste arrêté.",
    form="ES-58",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
