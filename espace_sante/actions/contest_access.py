"""Say "I did not expect this access": a case with a deadline, and the professional blocked in the same step. Guarantee: G3, G10."""

from __future__ import annotations

import re

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import CaseOpened, ContestParams
from espace_sante.kernel.errors import Kind, Problem

REASONS = (
    ("unknown", "je ne connais pas ce professionnel"),
    ("not-my-care", "il ne me soignait pas"),
    ("not-then", "il ne me soignait pas à ce moment-là"),
    ("too-much", "il a regardé plus que nécessaire"),
    ("after-no", "je lui avais dit non"),
    ("not-my-choice", "ce n'était pas mon choix : quelqu'un m'a fait donner cela"),
    ("other", "autre chose"),
)
_SEPARATORS = re.compile(r"[,;\s]+")


def parse(values: Values) -> ContestParams:
    """Read which lines of the journal, why, and whether to block."""
    written = fields.text(values, "entries", "lignes du journal", longest=1100)
    entries = [one for one in _SEPARATORS.split(written.lower().replace("-", "")) if one]
    if not entries:
        raise Problem(Kind.INVALID, "field-missing", {"field": "lignes du journal"})
    return ContestParams(
        entries,
        fields.choice(
            values, "reason", "pourquoi vous ne vous y attendiez pas", frozenset(code for code, _ in REASONS)
        ),
        fields.paragraphs(values, "words", "ce que vous voulez ajouter", required=False),
        fields.yes_no(values, "block", "bloquer ce professionnel"),
        values.get("undo") == "yes",
    )


async def perform(frame: Frame, request: Request, params: ContestParams) -> Outcome:
    """Open the case; what she says was not her choice ends; the block, when asked for, holds from his next request on."""
    answer, entry, effect = await frame.ask(request, ActId.CONTEST_ACCESS, params, CaseOpened)
    sentence = "Votre contestation est ouverte. On vous répond dans un mois au plus."
    if params.block:
        sentence = (
            "Votre contestation est ouverte, et ce professionnel est bloqué. On vous répond dans un mois au plus."
        )
    if params.undo:
        sentence = "Ce que la feuille avait donné est repris, et on cherche d'où elle vient. On vous répond dans un mois au plus."
    if answer is not None and answer.undone:
        sentence = "Tout ce qui a été donné ce jour-là s'arrête. On cherche ce qui s'est passé, et on vous répond dans un mois au plus."
    if effect is Effect.PROVISIONAL and not (answer is not None and answer.undone):
        sentence = "Votre contestation est ouverte dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CONTEST_ACCESS,
    name="Contester un accès",
    sentence="Je ne m'attendais pas à cet accès : je demande pourquoi il a eu lieu.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field("entries", "Le numéro ou la référence de la ligne du journal (plusieurs : séparez-les par une virgule)"),
        Field("reason", "Pourquoi vous ne vous y attendiez pas", FieldKind.CHOICE, choices=REASONS),
        Field(
            "words",
            "Ce que vous voulez ajouter",
            required=False,
            help="Gardé dans votre espace seulement. Celui qui vous répond ne le lit pas.",
        ),
        Field("block", "Voulez-vous bloquer ce professionnel dès maintenant ?", FieldKind.YES_NO),
        Field(
            "undo",
            "Ces lignes viennent d’une feuille de papier : voulez-vous défaire ce qu’elle a donné ?",
            FieldKind.YES_NO,
            required=False,
            help="Si la feuille n’est pas de vous, ou si elle a été mal lue. Jusqu’au jour que dit la lettre.",
        ),
    ),
    counter="Demandez quelle ligne de son journal, et pourquoi. Dites : on vous répond dans un mois au plus, par courrier aussi.",
    phone="C'est noté dès maintenant. On vous répond dans un mois au plus, par courrier aussi.",
    form="ES-55",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
