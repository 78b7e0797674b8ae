"""Note that a letter of invitation is in her hands: from there alone, and where it is published, silence counts.

Guarantee: G1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import DeliveryParams, NotedAnswer

_PROOFS = {
    "registered": "l'avis de réception signé d'une lettre recommandée",
    "counter": "sa signature, à la remise au guichet",
}
WHOSE = (
    Field("ins", "Numéro de sécurité sociale (INS)", required=False),
    Field("local", "ou numéro donné au guichet", required=False),
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """Whose letter, and what proves that she has it."""

    person: str
    params: DeliveryParams


def whom(values: Values) -> str:
    """Return whose letter it is: an INS, or a local number given at a counter."""
    ins = fields.text(values, "ins", "numéro de sécurité sociale (INS)", required=False).replace(" ", "")
    local = fields.text(values, "local", "numéro donné au guichet", required=not ins)
    return f"ins:{ins}" if ins else f"local:{local}"


def parse(values: Values) -> Delivered:
    """Read whose letter, which proof, and which day; that it was sent is no proof."""
    day = fields.day(values, "day", "jour de la remise").isoformat()
    return Delivered(whom(values), DeliveryParams(fields.choice(values, "proof", "preuve", _PROOFS), day))


async def perform(frame: Frame, request: Request, asked: Delivered) -> Outcome:
    """Note it; said alike whether a letter waits for her answer or not."""
    about = replace(request, person=asked.person, on_behalf=False)
    _, entry, effect = await frame.ask(about, ActId.RECORD_DELIVERY, asked.params, NotedAnswer)
    return Outcome(entry, effect, "La remise est notée. Cela ne dit pas si une invitation attend une réponse.")


ACT = Act(
    id=ActId.RECORD_DELIVERY,
    name="Noter la remise d'une invitation",
    sentence="Noter qu'une lettre d'invitation a été remise, avec sa preuve.",
    audience=frozenset({ActorKind.OPERATOR, ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        *WHOSE,
        Field("proof", "La preuve", FieldKind.CHOICE, choices=tuple(_PROOFS.items())),
        Field("day", "Le jour de la remise", FieldKind.DATE),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
