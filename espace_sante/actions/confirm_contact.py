"""Say back what was sent to a mailbox or a number: it is then hers for sure, and notices leave there. Guarantee: G10."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ConfirmContactParams, ReceiptAnswer


def parse(values: Values) -> ConfirmContactParams:
    """Read what the message said."""
    return ConfirmContactParams(fields.text(values, "word", "ce que dit le message", longest=100))


async def perform(frame: Frame, request: Request, params: ConfirmContactParams) -> Outcome:
    """Prove the contact that was sent these words; five wrong answers, and another message must be asked for."""
    answer, entry, effect = await frame.ask(request, ActId.CONFIRM_CONTACT, params, ReceiptAnswer)
    sentence = "C’est vérifié : vos avis y arrivent dès maintenant."
    if effect is Effect.STARTS:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CONFIRM_CONTACT,
    name="Vérifier mon adresse électronique ou mon mobile",
    sentence="J’ai reçu un message pour vérifier mon adresse électronique ou mon mobile : voici ce qu’il dit.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field(
            "word",
            "Le nombre, ou les trois mots, du message",
            help="Six chiffres reçus sur votre mobile, ou trois mots reçus par message électronique.",
        ),
    ),
    counter="Demandez ce que dit le message. Ne le lisez pas vous-même sur son téléphone.",
    phone="Cela ne se vérifie pas par téléphone : dans votre espace, au guichet, ou sur le formulaire que je vous envoie.",
    form="ES-92",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
