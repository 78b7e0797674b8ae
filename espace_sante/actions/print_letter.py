"""Print what is due to one person by post: an act of the mail room, written in her journal. Guarantee: G4, G5."""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import PrintedAnswer, PrintLetterParams

AGAIN = (("yes", "oui, une lettre déjà imprimée"), ("no", "non, pour la première fois"))


def parse(values: Values) -> tuple[str, PrintLetterParams]:
    """Read which letter, and whether it was printed before."""
    letter = fields.text(values, "letter", "numéro de la lettre", longest=32)
    again = bool(values.get("again")) and fields.yes_no(values, "again", "de nouveau")
    return letter, PrintLetterParams(again)


async def perform(frame: Frame, request: Request, params: tuple[str, PrintLetterParams]) -> Outcome:
    """Return what is to be printed as the outcome's result (PrintedAnswer)."""
    letter, said = params
    asked = replace(request, person=f"letter:{letter}")
    answer, entry, effect = await frame.ask(asked, ActId.PRINT_LETTER, said, PrintedAnswer)
    return Outcome(entry, effect, "Voici ce qu'il faut imprimer.", result=answer)


ACT = Act(
    id=ActId.PRINT_LETTER,
    name="Imprimer une lettre",
    sentence="Imprimer ce qui doit être dit par courrier à une personne.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(
        Field("letter", "Le numéro de la lettre"),
        Field("again", "Déjà imprimée", FieldKind.CHOICE, required=False, choices=AGAIN),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
