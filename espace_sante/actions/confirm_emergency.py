"""Confirm the emergency access of a colleague who is not beside the person: two look before it begins. Guarantee: G4."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.break_glass import outcome
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ConfirmEmergencyParams, GlassAnswer


def parse(values: Values) -> ConfirmEmergencyParams:
    """Read whose emergency is confirmed."""
    return ConfirmEmergencyParams(fields.text(values, "practitioner", "numéro de votre collègue"))


async def perform(frame: Frame, request: Request, params: ConfirmEmergencyParams) -> Outcome:
    """Confirm; his colleague then reads, he himself does not."""
    answer, entry, effect = await frame.ask(request, ActId.CONFIRM_EMERGENCY, params, GlassAnswer)
    return outcome(answer, entry, effect)


ACT = Act(
    id=ActId.CONFIRM_EMERGENCY,
    name="Confirmer l'urgence d'un collègue",
    sentence="Je confirme l'urgence déclarée par un collègue qui n'est pas auprès de la personne.",
    audience=frozenset({ActorKind.PRACTITIONER}),
    nature=Nature.ADDING,
    fields=(Field("practitioner", "Le numéro de votre collègue (RPPS)", FieldKind.PRACTITIONER),),
    counter="",
    phone="",
    form="",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
