"""Note the death of a person, with its certificate: nothing stops before a second account notes the same. Guarantee: G3."""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper.demand import NotedAnswer, RecordDeathParams

CERTIFICATE_MOST = 40


@dataclass(frozen=True, slots=True)
class Noted:
    """Whose death, and what the certificate says."""

    person: str
    params: RecordDeathParams


def parse(values: Values) -> Noted:
    """Read whose death it is, its day and the number of the certificate."""
    died = fields.day(values, "died_on", "jour du décès").isoformat()
    number = fields.text(values, "certificate", "numéro de l'acte de décès", longest=CERTIFICATE_MOST)
    return Noted(whom(values), RecordDeathParams(died, number))


async def perform(frame: Frame, request: Request, asked: Noted) -> Outcome:
    """Note it; said alike whether this person has a space or not, and whether another account noted it."""
    about = replace(request, person=asked.person, on_behalf=False)
    _, entry, effect = await frame.ask(about, ActId.RECORD_DEATH, asked.params, NotedAnswer)
    sentence = (
        "Le décès est noté. Quand deux comptes ont noté le même, plus personne ne lit l'espace de cette personne, "
        "si elle en avait un."
    )
    return Outcome(entry, effect, sentence)


ACT = Act(
    id=ActId.RECORD_DEATH,
    name="Noter un décès",
    sentence="Noter le décès d'une personne, l'acte de décès sous les yeux.",
    audience=frozenset({ActorKind.OPERATOR, ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        *WHOSE,
        Field("died_on", "Le jour du décès", FieldKind.DATE),
        Field(
            "certificate",
            "Le numéro de l'acte de décès",
            help="Un second compte écrira le même jour et le même numéro.",
        ),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
