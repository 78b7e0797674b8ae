"""Be written to no more by mail, or by telephone: letters take their place, if she wants any. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, RemoveContactParams

WHAT = (("mail", "mon adresse électronique"), ("sms", "mon numéro de mobile"), ("both", "les deux"))


def parse(values: Values) -> RemoveContactParams:
    """Read which."""
    return RemoveContactParams(
        fields.choice(values, "what", "ce qui ne sert plus", frozenset(code for code, _ in WHAT))
    )


async def perform(frame: Frame, request: Request, params: RemoveContactParams) -> Outcome:
    """Use it no more; one last message says so there."""
    answer, entry, effect = await frame.ask(request, ActId.REMOVE_CONTACT, params, ReceiptAnswer)
    sentence = "C’est fait : plus rien n’y part, sauf un dernier message qui le dit. Sans autre contact, vos avis arrivent par lettre."
    if effect is Effect.PROVISIONAL:
        sentence = "C’est fait dès maintenant : plus rien n’y part. Sans autre contact, vos avis arrivent par lettre."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REMOVE_CONTACT,
    name="Ne plus recevoir d’avis par message",
    sentence="Je ne veux plus que mes avis arrivent par message électronique, ou par téléphone.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(Field("what", "Ce qui ne sert plus", FieldKind.CHOICE, choices=WHAT),),
    counter="Demandez : l’adresse électronique, le mobile, ou les deux ? Dites : sans autre contact, vos avis arriveront par lettre.",
    phone="C’est fait dès maintenant. Sans autre contact, vos avis arriveront par lettre. Un dernier message le dit là où ils arrivaient.",
    form="ES-91",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
