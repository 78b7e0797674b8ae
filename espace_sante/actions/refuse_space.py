"""Refuse a space: as short as a yes, and nothing is kept but what she takes away. Guarantee: G2."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.answers import as_shown_here, shown
from espace_sante.actions.department import DEPARTMENT, department_said
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, RefuseParams
from espace_sante.kernel.errors import Kind, Problem

_REMEMBER = "Voulez-vous que l'on ne vous le propose plus ?"


def parse(values: Values) -> RefuseParams:
    """A no needs no other answer; she may ask besides that nobody propose it again."""
    words = shown(values)
    remember = fields.text(values, "remember", _REMEMBER, required=False) or "no"
    if remember not in ("yes", "no"):
        raise Problem(Kind.INVALID, "field-invalid", {"field": _REMEMBER})
    return RefuseParams(
        words.version, words.language.value, words.sha256, remember == "yes", department=department_said(values)
    )


async def perform(frame: Frame, request: Request, params: RefuseParams) -> Outcome:
    """Take the no; the receipt is hers alone."""
    answer, entry, effect = await frame.ask(request, ActId.REFUSE_SPACE, as_shown_here(frame, params), ReceiptAnswer)
    sentence = "Votre refus est enregistré. Votre invitation est effacée, et nous ne gardons rien sur vous."
    if params.remember:
        sentence = "Votre refus est enregistré. Votre invitation est effacée, et on ne vous le proposera plus."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REFUSE_SPACE,
    name="Refuser l'ouverture d'un espace",
    sentence="Je ne veux pas d'espace de santé.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field(
            "remember",
            _REMEMBER,
            FieldKind.YES_NO,
            required=False,
            help="Si oui, nous gardons une empreinte qui ne dit pas votre nom. Sinon, nous ne gardons rien.",
        ),
        DEPARTMENT,
    ),
    counter="Dites : votre refus ne change rien à vos soins ni à vos droits. Remettez le reçu imprimé : c'est le seul exemplaire.",
    phone="Votre refus est pris en compte tout de suite. Il ne change rien à vos soins. Je vous envoie votre reçu.",
    form="ES-02",
    obligations=("receipt", "nothing-kept"),
    parse=parse,
    perform=perform,
)
