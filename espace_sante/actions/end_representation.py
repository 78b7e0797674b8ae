"""End a power that the law or a judge gave over somebody, from the paper that says it is over. Guarantee: G10."""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper.demand import EndRepresentationParams, ReceiptAnswer


@dataclass(frozen=True, slots=True)
class Ended:
    """For whom, which power, by what."""

    person: str
    params: EndRepresentationParams


def parse(values: Values) -> Ended:
    """Read for whom, which power, and the paper that ends it."""
    number = fields.text(values, "number", "numéro du pouvoir", longest=20)
    basis = fields.text(values, "basis", "papier vu", longest=200)
    return Ended(whom(values), EndRepresentationParams(number, basis))


async def perform(frame: Frame, request: Request, asked: Ended) -> Outcome:
    """End it; the next demand made under it is refused."""
    about = replace(request, person=asked.person, on_behalf=False)
    _, entry, effect = await frame.ask(about, ActId.END_REPRESENTATION, asked.params, ReceiptAnswer)
    return Outcome(entry, effect, "C'est fini : ce représentant n'agit plus pour elle.")


ACT = Act(
    id=ActId.END_REPRESENTATION,
    name="Finir le pouvoir d'un représentant légal",
    sentence="Finir un pouvoir, d'après le papier qui le dit.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        *WHOSE,
        Field("number", "Le numéro du pouvoir (six chiffres)"),
        Field("basis", "Le papier vu", help="Par exemple : jugement de mainlevée, émancipation."),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
