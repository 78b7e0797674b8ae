"""See the judges' orders that are not over: an act of the operator, which says nothing of whom they are about. Guarantee: G5."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ListOrdersParams, OrdersAnswer


def parse(values: Values) -> ListOrdersParams:
    """Read nothing: there is one list."""
    del values
    return ListOrdersParams()


async def perform(frame: Frame, request: Request, params: ListOrdersParams) -> Outcome:
    """Return the orders as the outcome's result (OrdersAnswer)."""
    answer, entry, effect = await frame.ask(request, ActId.LIST_ORDERS, params, OrdersAnswer)
    return Outcome(entry, effect, "Voici les décisions de justice en cours.", result=answer)


ACT = Act(
    id=ActId.LIST_ORDERS,
    name="Voir les décisions de justice en cours",
    sentence="Voir les décisions de justice notées, et le jour où chaque personne saura.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.READING,
    fields=(),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
