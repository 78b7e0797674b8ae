"""Take back a remembered refusal: she may be proposed a space again. Guarantee: G2."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Delay, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, ReverseRefusalParams


def parse(_: Values) -> ReverseRefusalParams:
    """Read nothing: she says no more than that."""
    return ReverseRefusalParams()


async def perform(frame: Frame, request: Request, params: ReverseRefusalParams) -> Outcome:
    """Forget her refusal; it is said alike whether one was kept, and opens nothing."""
    answer, entry, effect = await frame.ask(request, ActId.REVERSE_REFUSAL, params, ReceiptAnswer)
    sentence = "C'est noté. On peut de nouveau vous proposer un espace. Rien n'est ouvert."
    if effect is Effect.STARTS:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REVERSE_REFUSAL,
    name="Reprendre mon refus",
    sentence="Je veux bien qu'on me propose de nouveau un espace de santé.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(),
    counter="Dites : cela n'ouvre rien. Vous pourrez recevoir une nouvelle invitation, et y répondre comme vous voulez.",
    phone="Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer. Rien ne s'ouvre sans votre oui.",
    form="ES-52",
    obligations=("receipt", "nothing-kept"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
