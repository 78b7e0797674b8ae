"""Let one professional read everything, what she hides from all too: an act of its own, never part of another. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.grant_access import STILL_NOTHING
from espace_sante.actions.lasting import DURATION, duration, refuse_too_long
from espace_sante.keeper.demand import AdministratorParams, ReceiptAnswer


def parse(values: Values) -> AdministratorParams:
    """Read who, and for how long."""
    practitioner = fields.text(values, "practitioner", "Le numéro du professionnel (RPPS)")
    return AdministratorParams(practitioner, *duration(values))


async def perform(frame: Frame, request: Request, params: AdministratorParams) -> Outcome:
    """Name; effective on his next reading."""
    if not params.endless:
        refuse_too_long(params.days, frame.settings.grant_days_max)
    answer, entry, effect = await frame.ask(request, ActId.NAME_ADMINISTRATOR, params, ReceiptAnswer)
    sentence = "Ce professionnel lit aussi ce que vous cachez à tous. Ce que vous cachez à lui seul reste caché."
    if effect is not Effect.IMMEDIATE:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    elif answer is not None and answer.still:
        sentence = STILL_NOTHING
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.NAME_ADMINISTRATOR,
    name="Nommer un professionnel administrateur",
    sentence="Je nomme un professionnel qui lit tous mes documents, même ceux que je cache à tous.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field(
            "practitioner",
            "Le numéro du professionnel (RPPS)",
            FieldKind.PRACTITIONER,
            help="Onze chiffres, sur son ordonnance.",
        ),
        *DURATION,
    ),
    counter="Dites : il lira tout, même ce que vous cachez à tous. Faites dire son nom et jusqu'à quand, puis relisez-le.",
    phone="On ne nomme pas d'administrateur par téléphone. Je vous envoie le formulaire rempli, à signer.",
    form="ES-31",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
