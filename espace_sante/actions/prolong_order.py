"""Put off the day she is told of what a judge had read: one account asks a day, another confirms it. Guarantee: G5."""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import OrderNoted, ProlongOrderParams


def parse(values: Values) -> tuple[str, ProlongOrderParams]:
    """Read which order, and the new day."""
    order = fields.text(values, "order", "numéro de la décision notée", longest=32)
    return order, ProlongOrderParams(fields.day(values, "reveal", "nouveau jour").isoformat())


async def perform(frame: Frame, request: Request, params: tuple[str, ProlongOrderParams]) -> Outcome:
    """Ask, or confirm; the outcome's result says which (OrderNoted)."""
    order, said = params
    about = replace(request, person=f"order:{order}", on_behalf=False)
    answer, entry, effect = await frame.ask(about, ActId.PROLONG_ORDER, said, OrderNoted)
    done = answer is not None and answer.confirmed
    sentence = "Le jour est repoussé. C'est compté en public." if done else "Un second compte doit confirmer ce jour."
    return Outcome(entry, effect, sentence, result=answer)


ACT = Act(
    id=ActId.PROLONG_ORDER,
    name="Repousser le jour où la personne saura",
    sentence="Repousser, quand une décision de justice le demande, le jour où la personne saura.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(
        Field("order", "Le numéro donné quand elle a été notée"),
        Field("reveal", "Le nouveau jour", FieldKind.DATE),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
