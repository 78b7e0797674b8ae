"""Never in an emergency, for everything: as short as yes, and at once by telephone. Guarantee: G4."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import NoEmergencyParams, ReceiptAnswer


def parse(_values: Values) -> NoEmergencyParams:
    """Read nothing: never needs no more words."""
    return NoEmergencyParams()


async def perform(frame: Frame, request: Request, params: NoEmergencyParams) -> Outcome:
    """Refuse; emergency accesses in force end with it."""
    answer, entry, effect = await frame.ask(request, ActId.REFUSE_EMERGENCY, params, ReceiptAnswer)
    sentence = "C'est noté : en urgence, personne ne lit."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est fait dès maintenant : en urgence, personne ne lit. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REFUSE_EMERGENCY,
    name="Dire jamais pour l'urgence",
    sentence="En urgence non plus, personne ne lit mes documents. Les accès d'urgence en cours s'arrêtent.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(),
    counter="Dites : c'est fait, personne ne lira en urgence. Vous pourrez changer d'avis quand vous voulez.",
    phone="C'est fait dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste ainsi.",
    form="ES-21",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
