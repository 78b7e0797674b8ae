"""Unblock a professional or a structure: it gets back what her permissions say, and nothing else. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Delay, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.parties import ONE_OR_STRUCTURE, party_named
from espace_sante.keeper.demand import ReceiptAnswer, UnblockParams


def parse(values: Values) -> UnblockParams:
    """Read who."""
    return UnblockParams(party_named(values))


async def perform(frame: Frame, request: Request, params: UnblockParams) -> Outcome:
    """Unblock; effective on his next request."""
    answer, entry, effect = await frame.ask(request, ActId.UNBLOCK, params, ReceiptAnswer)
    sentence = "Ce n'est plus bloqué. Seules vos autorisations donnent à lire."
    if effect is not Effect.IMMEDIATE:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.UNBLOCK,
    name="Débloquer un professionnel",
    sentence="Je débloque un professionnel ou un établissement : il ne lira que ce que mes autorisations lui donnent.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=ONE_OR_STRUCTURE,
    counter="Demandez qui. Dites : il lira de nouveau ce que vous lui autorisez, s'il reste une autorisation.",
    phone="On ne débloque pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-12",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
