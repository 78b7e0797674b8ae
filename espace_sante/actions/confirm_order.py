"""Confirm, from a second account of the operator, the judge's order another one noted, about the person named again. Guarantee: G5."""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper.demand import ConfirmOrderParams, OrderNoted
from espace_sante.kernel.errors import Kind, Problem


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whom it is about, and which order."""

    person: str
    params: ConfirmOrderParams


def parse(values: Values) -> Confirmed:
    """Read which order, the person named again, and the digest of the terms that were read."""
    order = fields.text(values, "order", "numéro de la décision notée", longest=32)
    try:
        seen = bytes.fromhex(fields.text(values, "terms", "ce qui a été lu", longest=64))
    except ValueError:
        raise Problem(Kind.INVALID, "demand-invalid") from None
    return Confirmed(whom(values), ConfirmOrderParams(order, seen))


async def perform(frame: Frame, request: Request, asked: Confirmed) -> Outcome:
    """Confirm; the two accounts may then read what it covers."""
    about = replace(request, person=asked.person, on_behalf=False)
    answer, entry, effect = await frame.ask(about, ActId.CONFIRM_ORDER, asked.params, OrderNoted)
    sentence = "La décision est confirmée. Chaque lecture sera écrite, et dite à la personne le jour prévu."
    return Outcome(entry, effect, sentence, result=answer)


ACT = Act(
    id=ActId.CONFIRM_ORDER,
    name="Confirmer une décision de justice",
    sentence="Confirmer la décision de justice qu'un autre compte a notée, avant toute lecture.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(
        Field("order", "Le numéro donné quand elle a été notée"),
        *WHOSE,
        Field("terms", "L'empreinte de ce qui a été lu (SHA-256)"),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
