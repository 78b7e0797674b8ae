"""Note that a printed letter is posted, or handed over at the counter: an act of the mail room. Guarantee: G4, G5."""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import LetterPosted, PostLetterParams


def parse(values: Values) -> tuple[str, PostLetterParams]:
    """Read which letter."""
    return fields.text(values, "letter", "numéro de la lettre", longest=32), PostLetterParams()


async def perform(frame: Frame, request: Request, params: tuple[str, PostLetterParams]) -> Outcome:
    """Note it; what the letter said waits no more."""
    letter, said = params
    asked = replace(request, person=f"letter:{letter}")
    answer, entry, effect = await frame.ask(asked, ActId.POST_LETTER, said, LetterPosted)
    return Outcome(entry, effect, "C'est noté : la lettre est postée.", result=answer)


ACT = Act(
    id=ActId.POST_LETTER,
    name="Noter qu'une lettre est postée",
    sentence="Noter qu'une lettre imprimée est postée, ou remise au guichet.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(Field("letter", "Le numéro de la lettre"),),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
