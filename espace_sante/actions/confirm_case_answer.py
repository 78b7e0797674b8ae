"""Confirm, from a second account of the operator, the answer another one wrote. Guarantee: G5."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import CaseMoved, ConfirmCaseParams


def parse(values: Values) -> tuple[str, ConfirmCaseParams]:
    """Read which case, and the words that were read: what is confirmed is what was shown."""
    case = fields.text(values, "case", "numéro du dossier", longest=32)
    text = fields.paragraphs(values, "text", "ce que la personne lira", longest=2000)
    return case, ConfirmCaseParams(hashlib.sha256(text.encode()).digest())


async def perform(frame: Frame, request: Request, params: tuple[str, ConfirmCaseParams]) -> Outcome:
    """Confirm; the answer is sent to her."""
    case, said = params
    asked = replace(request, person=f"case:{case}")
    answer, entry, effect = await frame.ask(asked, ActId.CONFIRM_CASE_ANSWER, said, CaseMoved)
    return Outcome(entry, effect, "La réponse est envoyée.", result=answer)


ACT = Act(
    id=ActId.CONFIRM_CASE_ANSWER,
    name="Confirmer une réponse",
    sentence="Confirmer la réponse qu'un autre compte a écrite, avant qu'elle soit envoyée.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(Field("case", "Le numéro du dossier"), Field("text", "Ce que la personne lira")),
    counter="",
    phone="",
    form="",
    obligations=("notice",),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
