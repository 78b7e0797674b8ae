"""Note, from a decision or the family record, who acts for somebody by law; confirm the same from a second account. Guarantee: G10.

Source: docs/decisions/0060.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.mandate_words import OPENING, ORDINARY
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.identity.legal_tables import ForGuardian, Measure, Power, acts, measures
from espace_sante.keeper.demand import RepresentationNoted, RepresentationParams
from espace_sante.kernel.errors import Kind, Problem

WORDS_MOST = 200
POWERS = {
    Power.REPRESENTS.value: "il agit pour la personne",
    Power.ASSISTS.value: "il l'assiste : rien sans elle",
    Power.NOTHING.value: "rien sur la personne elle-même (ses biens seulement)",
}
# What a decision may name, one act at a time: nothing that the table of acts never leaves to who protects an adult.
DECIDED = (
    (ActId.READ_DOCUMENT.value, "Lire ses documents"),
    *((act, words) for act, words in (*ORDINARY, *OPENING) if acts()[act].guardian is not ForGuardian.NEVER),
)
FIELDS = (
    *WHOSE,
    Field("name", "Le représentant (prénom et nom)"),
    Field(
        "measure", "Par quelle mesure", FieldKind.CHOICE, choices=tuple((m.value, measures()[m].words) for m in Measure)
    ),
    Field("power", "Ce qu'elle donne sur la personne", FieldKind.CHOICE, choices=tuple(POWERS.items())),
    Field("basis", "Le papier vu", help="Par exemple : livret de famille, jugement du 3 mars 2026, numéro 26/123."),
    Field("starts", "Depuis le", FieldKind.DATE),
    Field("ends", "Jusqu'au (vide pour un enfant : sa majorité)", FieldKind.DATE, required=False),
    Field(
        "sole",
        "Ce parent a-t-il seul l'autorité ?",
        FieldKind.CHOICE,
        required=False,
        help="Vide : les deux parents.",
        choices=(("yes", "oui, le papier le dit"),),
    ),
    Field(
        "acts",
        "Les démarches que la décision nomme",
        FieldKind.CHOICES,
        required=False,
        help="Pour une habilitation limitée à certains actes, et pour elle seule. Ce qui n'est pas coché lui est refusé.",
        choices=DECIDED,
    ),
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """For whom, and what the paper says."""

    person: str
    params: RepresentationParams


def parse(values: Values) -> Recorded:
    """Read for whom, and what the paper says of whoever acts for her."""
    named = fields.several(values, "acts")
    if not set(named) <= dict(DECIDED).keys():
        raise Problem(Kind.INVALID, "representation-acts")
    params = RepresentationParams(
        fields.text(values, "name", "nom du représentant", longest=WORDS_MOST),
        fields.choice(values, "measure", "mesure", frozenset(Measure)),
        fields.choice(values, "power", "pouvoir sur la personne", frozenset(Power)),
        fields.text(values, "basis", "papier vu", longest=WORDS_MOST),
        fields.day(values, "starts", "depuis le").isoformat(),
        fields.day_if_said(values, "ends", "jusqu'au"),
        values.get("sole") == "yes",
        tuple(sorted(set(named))),
    )
    return Recorded(whom(values), params)


async def perform_record(frame: Frame, request: Request, asked: Recorded) -> Outcome:
    """Note it; nobody acts under it before another agent confirms it."""
    about = replace(request, person=asked.person, on_behalf=False)
    answer, entry, effect = await frame.ask(about, ActId.RECORD_REPRESENTATION, asked.params, RepresentationNoted)
    return Outcome(
        entry, effect, "C'est noté. Un autre agent doit noter la même chose, le papier sous les yeux.", result=answer
    )


async def perform_confirm(frame: Frame, request: Request, asked: Recorded) -> Outcome:
    """Confirm it; the code to hand over is the outcome's result, shown this once."""
    about = replace(request, person=asked.person, on_behalf=False)
    answer, entry, effect = await frame.ask(about, ActId.CONFIRM_REPRESENTATION, asked.params, RepresentationNoted)
    return Outcome(entry, effect, "C'est confirmé. Remettez ce code au représentant : il sert une fois.", result=answer)


ACT = Act(
    id=ActId.RECORD_REPRESENTATION,
    name="Noter un représentant légal",
    sentence="Noter qui agit par la loi pour un enfant ou un majeur protégé, le papier sous les yeux.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=FIELDS,
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform_record,
    channels=frozenset({Channel.WEB, Channel.API}),
)
CONFIRM = Act(
    id=ActId.CONFIRM_REPRESENTATION,
    name="Confirmer un représentant légal",
    sentence="Noter la même chose qu'un autre agent, le même papier sous les yeux.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=FIELDS,
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform_confirm,
    channels=frozenset({Channel.WEB, Channel.API}),
)
