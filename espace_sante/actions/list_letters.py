"""See how many letters wait to be printed or posted: an act of the mail room, which names nobody. Guarantee: G4."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import LettersAnswer, LettersParams


def parse(_: Values) -> LettersParams:
    """Nothing to read."""
    return LettersParams()


async def perform(frame: Frame, request: Request, params: LettersParams) -> Outcome:
    """Return the numbers of what waits as the outcome's result (LettersAnswer)."""
    answer, entry, effect = await frame.ask(request, ActId.LIST_LETTERS, params, LettersAnswer)
    return Outcome(entry, effect, "Voici ce qui attend d'être imprimé ou posté.", result=answer)


ACT = Act(
    id=ActId.LIST_LETTERS,
    name="Voir combien de lettres attendent",
    sentence="Voir combien de lettres attendent, sans savoir pour qui.",
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
