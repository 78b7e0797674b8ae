"""Unblock a professional: he gets back what her permissions say, and nothing else. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, UnblockParams


def parse(values: Values) -> UnblockParams:
    """Read who."""
    return UnblockParams(fields.text(values, "practitioner", "numéro du professionnel"))


async def perform(frame: Frame, request: Request, params: UnblockParams) -> Outcome:
    """Unblock; effective on his next request."""
    answer, entry, effect = await frame.ask(request, ActId.UNBLOCK, params, ReceiptAnswer)
    sentence = "Ce professionnel n'est plus bloqué. Il ne lit que ce que vos autorisations lui donnent."
    if effect is not Effect.IMMEDIATE:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.UNBLOCK,
    name="Débloquer un professionnel",
    sentence="Je débloque un professionnel : il ne lira que ce que mes autorisations lui donnent.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(Field("practitioner", "Le numéro du professionnel (RPPS)", FieldKind.PRACTITIONER),),
    counter="Demandez quel professionnel. Dites : il lira de nouveau ce que vous lui autorisez, s'il reste une autorisation.",
    phone="On ne débloque pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-12",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
