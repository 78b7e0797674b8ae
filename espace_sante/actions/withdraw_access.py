"""Take back what was granted to a party; it takes effect on the next reading. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.parties import ANY_PARTY, party_named
from espace_sante.keeper.demand import ReceiptAnswer, WithdrawParams


def parse(values: Values) -> WithdrawParams:
    """Read from whom."""
    return WithdrawParams(party_named(values, teams=True))


async def perform(frame: Frame, request: Request, params: WithdrawParams) -> Outcome:
    """Withdraw everything granted to one party."""
    answer, entry, effect = await frame.ask(request, ActId.WITHDRAW_ACCESS, params, ReceiptAnswer)
    sentence = "L'autorisation est retirée."
    if effect is Effect.PROVISIONAL:
        sentence = "L'autorisation est retirée dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.WITHDRAW_ACCESS,
    name="Retirer une autorisation",
    sentence="Je retire à un professionnel, un établissement ou une équipe l'autorisation de lire mes documents.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=ANY_PARTY,
    counter="Demandez à qui, retirez, et dites : c'est fait, personne n'y lit plus à ce titre.",
    phone="C'est retiré dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste retiré.",
    form="ES-07",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
