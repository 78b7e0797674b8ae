"""Look after the numbered sheets of a counter: print some, take some on a round, say what became of them. Guarantee: G10.

Source: inclusion.md PAR-20; docs/decisions/0084.
"""

from __future__ import annotations

import re

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.sheets import PRINTED_AT_ONCE, sheet_number
from espace_sante.keeper.demand import SheetsAnswer, SheetsParams
from espace_sante.kernel.errors import Kind, Problem

LOOK, PRINT, OUT = "look", "print", "out"
WHAT = (
    (LOOK, "les voir"),
    (PRINT, "en imprimer"),
    (OUT, "en prendre pour une visite"),
    ("back", "elles reviennent, non écrites"),
    ("void", "elles sont abîmées ou annulées"),
    ("lost", "elles sont perdues"),
)
_ABOUT_NUMBERS = frozenset({"back", "void", "lost"})
# A hundred numbers, as they are written.
_LONGEST = 1_500
_BETWEEN = re.compile(r"[,;\n]+")


def parse(values: Values) -> SheetsParams:
    """Read what is done with which sheets."""
    what = fields.choice(values, "what", "ce que deviennent les feuilles", frozenset(code for code, _ in WHAT))
    if what == LOOK:
        return SheetsParams()
    if what in _ABOUT_NUMBERS:
        return SheetsParams(
            what, numbers=_numbers(fields.text(values, "numbers", "numéros des feuilles", longest=_LONGEST))
        )
    count = fields.number(values, "count", "combien de feuilles")
    back = fields.day(values, "back", "jour du retour").isoformat() if what == OUT else ""
    return SheetsParams(what, count, back=back)


def _numbers(typed: str) -> tuple[str, ...]:
    parts = [part.strip() for part in _BETWEEN.split(typed) if part.strip()]
    found = tuple(number for part in parts if (number := sheet_number(part)) is not None)
    if len(found) != len(parts) or not 1 <= len(found) <= PRINTED_AT_ONCE:
        raise Problem(Kind.NOT_FOUND, "sheet-unknown")
    return found


async def perform(frame: Frame, request: Request, params: SheetsParams) -> Outcome:
    """Do it; how the sheets of the counter then stand is the outcome's result (SheetsAnswer)."""
    answer, entry, effect = await frame.ask(request, ActId.KEEP_SHEETS, params, SheetsAnswer)
    return Outcome(entry, effect, "C'est noté.", result=answer)


ACT = Act(
    id=ActId.KEEP_SHEETS,
    name="Tenir les feuilles numérotées",
    sentence="Imprimer des feuilles numérotées, les prendre pour une visite, dire ce qu'elles deviennent.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        Field("what", "Que faites-vous des feuilles ?", FieldKind.CHOICE, choices=WHAT),
        Field("count", "Combien de feuilles", FieldKind.NUMBER, required=False),
        Field("back", "Le jour du retour", FieldKind.DATE, required=False),
        Field("numbers", "Les numéros des feuilles", required=False, help="Une virgule entre deux numéros."),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
