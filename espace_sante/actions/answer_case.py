"""Answer a case: an act of the operator. About an access, nothing is sent before a second account confirms it. Guarantee: G5."""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import AnswerCaseParams, CaseMoved

OUTCOMES = (
    ("justified", "l'accès avait une raison valable"),
    ("not-justified", "l'accès n'avait pas de raison valable"),
    ("sanction", "l'accès n'avait pas de raison valable, et une suite est donnée"),
    ("corrected", "le document est corrigé"),
    ("not-corrected", "le document n'est pas corrigé"),
    ("passed-on", "la demande est transmise à qui peut y répondre"),
)
TEXT_MOST = 2000


def parse(values: Values) -> tuple[str, AnswerCaseParams]:
    """Read which case, the outcome, and the words she will read."""
    case = fields.text(values, "case", "numéro du dossier", longest=32)
    outcome = fields.choice(values, "outcome", "votre réponse", frozenset(code for code, _ in OUTCOMES))
    return case, AnswerCaseParams(
        outcome, fields.paragraphs(values, "text", "ce que la personne lira", longest=TEXT_MOST)
    )


async def perform(frame: Frame, request: Request, params: tuple[str, AnswerCaseParams]) -> Outcome:
    """Write the answer; the outcome's result says whether it was sent (CaseMoved)."""
    case, said = params
    asked = replace(request, person=f"case:{case}")
    answer, entry, effect = await frame.ask(asked, ActId.ANSWER_CASE, said, CaseMoved)
    sent = answer is not None and answer.sent
    sentence = "La réponse est envoyée." if sent else "La réponse attend la confirmation d'un second compte."
    return Outcome(entry, effect, sentence, result=answer)


ACT = Act(
    id=ActId.ANSWER_CASE,
    name="Répondre à un dossier",
    sentence="Répondre à la personne, sans savoir qui elle est.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(
        Field("case", "Le numéro du dossier"),
        Field("outcome", "Votre réponse", FieldKind.CHOICE, choices=OUTCOMES),
        Field("text", "Ce que la personne lira"),
    ),
    counter="",
    phone="",
    form="",
    obligations=("notice",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
