"""Say that one is alive: a death noted by mistake is forgotten. Guarantee: G3, G10. Source: docs/decisions/0061."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Delay, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ContestDeathParams, ReceiptAnswer


def parse(values: Values) -> ContestDeathParams:
    """Read nothing: there is nothing to explain."""
    del values
    return ContestDeathParams()


async def perform(frame: Frame, request: Request, params: ContestDeathParams) -> Outcome:
    """Forget the death; what she had allowed stays withdrawn. From one agent alone, it is noted and waits for another."""
    answer, entry, effect = await frame.ask(request, ActId.CONTEST_DEATH, params, ReceiptAnswer)
    if effect is not Effect.IMMEDIATE:
        return Outcome(entry, effect, "Votre demande est notée, à signer. Rien ne change pour le moment.")
    if answer is not None and answer.still:
        sentence = "C'est noté. Un second agent doit le noter aussi. D'ici là, l'espace reste fermé."
        return Outcome(entry, effect, sentence, answer.receipt)
    sentence = "L'erreur est corrigée : votre espace est de nouveau à vous. Ce que vous aviez autorisé reste retiré."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CONTEST_DEATH,
    name="Dire que je suis en vie",
    sentence="Un décès a été noté pour moi par erreur. Je suis en vie.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.ADDING,
    fields=(),
    counter="Regardez la pièce d'identité. Un second agent note la même chose : l'espace revient. Les autorisations restent retirées.",
    phone="Cela ne se corrige pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-87",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
