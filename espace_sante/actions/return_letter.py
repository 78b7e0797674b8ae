"""Note that a posted letter came back: after two, nothing with content goes to that address. Guarantee: G10.

Source: inclusion.md LET-09; docs/decisions/0062.
"""

from __future__ import annotations

import re
from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import LetterReturned, ReturnLetterParams
from espace_sante.kernel.errors import Kind, Problem

_NUMBER = re.compile("[0-9a-f]{12}")
_FIELD = Field(
    "letter", "Le numéro de la lettre", help="Douze signes, en haut de la lettre, à gauche. Exemple : 0A1B 2C3D 4E5F."
)


def parse(values: Values) -> str:
    """Read the number printed on the letter, spaces or not."""
    number = fields.text(values, _FIELD.name, _FIELD.label, longest=40).replace(" ", "").lower()
    if not _NUMBER.fullmatch(number):
        raise Problem(Kind.INVALID, "field-invalid", {"field": _FIELD.label})
    return number


async def perform(frame: Frame, request: Request, number: str) -> Outcome:
    """Note it; the letter stays at the counter for her."""
    asked = replace(request, person=f"posted:{number}", on_behalf=False)
    answer, entry, effect = await frame.ask(asked, ActId.RETURN_LETTER, ReturnLetterParams(), LetterReturned)
    sentence = "Le retour est noté. Gardez la lettre au guichet, fermée."
    if answer is not None and answer.halted:
        sentence = (
            "Le retour est noté : c'est le deuxième. Plus rien de ce qui la concerne ne part à cette adresse."
            " Gardez la lettre au guichet, fermée."
        )
    return Outcome(entry, effect, sentence, result=answer)


ACT = Act(
    id=ActId.RETURN_LETTER,
    name="Noter qu'une lettre est revenue",
    sentence="Noter qu'une lettre postée est revenue : la personne n'habite pas là.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(_FIELD,),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
