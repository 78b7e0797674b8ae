"""Have no address kept any more: her letters then wait for her at the counter. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import AddressParams, ReceiptAnswer


def parse(_: Values) -> AddressParams:
    """Nothing to read."""
    return AddressParams()


async def perform(frame: Frame, request: Request, params: AddressParams) -> Outcome:
    """Use it no more; one last letter says so at that address."""
    answer, entry, effect = await frame.ask(request, ActId.REMOVE_ADDRESS, params, ReceiptAnswer)
    sentence = "Aucune adresse ne sert plus : vos lettres vous attendent au guichet. Une dernière lettre le dit à l'ancienne adresse."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est fait dès maintenant : vos lettres vous attendent au guichet. Une dernière lettre le dit à l'ancienne adresse."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REMOVE_ADDRESS,
    name="Ne plus recevoir de lettres à mon adresse",
    sentence="Je ne veux plus que mes lettres arrivent à mon adresse. Je les prendrai au guichet.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(),
    counter="Dites : vos lettres vous attendront ici. Une dernière lettre le dira à l'ancienne adresse.",
    phone="C'est fait dès maintenant : vos lettres vous attendront au guichet. Une dernière lettre part à l'ancienne adresse.",
    form="ES-72",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
