"""Say beforehand what may be read in an emergency, and by whom. Guarantee: G4."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Delay, Nature, Outcome
from espace_sante.actions.emergency_answers import FIELDS, parse
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EmergencyParams, ReceiptAnswer


async def perform(frame: Frame, request: Request, params: EmergencyParams) -> Outcome:
    """Keep her answers; they hold from the next reading on, and end what they no longer let."""
    answer, entry, effect = await frame.ask(request, ActId.SET_EMERGENCY_WILL, params, ReceiptAnswer)
    sentence = "Vos réponses pour l'urgence sont notées. Elles valent dès maintenant."
    if effect is not Effect.IMMEDIATE:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    elif not params.regulator and not params.bedside:
        sentence = "C'est noté : en urgence, personne ne lit."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.SET_EMERGENCY_WILL,
    name="Dire ce qui peut être lu en urgence",
    sentence="Je dis à l'avance qui peut lire en urgence, et quoi.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=FIELDS,
    counter="Posez les trois questions, oui ou non, puis ce qui peut être lu. Dites : jamais est une réponse, aussi courte que oui.",
    phone="Un oui ne se donne pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-20",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
