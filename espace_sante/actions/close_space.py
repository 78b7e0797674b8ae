"""Close a space and erase what it holds: its key is destroyed. Guarantee: G8."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.department import DEPARTMENT, department_said
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.space import ARCHIVE_YEARS_MOST
from espace_sante.keeper.demand import CloseParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

_SURE = "Voulez-vous fermer votre espace et effacer vos documents ?"
_YEARS = "Ou bien le fermer et garder une archive : pendant combien d'années (1 à 10) ?"


def parse(values: Values) -> CloseParams:
    """Read a yes; anything else closes nothing."""
    if not fields.yes_no(values, "sure", _SURE):
        raise Problem(Kind.INVALID, "field-invalid", {"field": _SURE})
    years = fields.number(values, "archive_years", _YEARS, required=False)
    if years > ARCHIVE_YEARS_MOST:
        raise Problem(Kind.INVALID, "archive-years-invalid", {"maximum": ARCHIVE_YEARS_MOST})
    return CloseParams(years, department=department_said(values))


async def perform(frame: Frame, request: Request, params: CloseParams) -> Outcome:
    """Close; the key is destroyed within the minute, and then nothing opens any more."""
    answer, entry, effect = await frame.ask(request, ActId.CLOSE_SPACE, params, ReceiptAnswer)
    sentence = (
        "Votre espace est fermé. Sa clé est détruite dans la minute : vos documents sont illisibles pour toujours."
        " Gardez ce reçu : sa référence donne le certificat de destruction."
    )
    if params.archive_years:
        sentence = "Votre espace est fermé et gardé en archive. Personne n'y lit ni n'y dépose. Vous pouvez le rouvrir ou l'effacer."
    if effect is Effect.PROVISIONAL:
        sentence = "Plus personne ne peut lire votre espace. Il sera effacé quand vous aurez signé la lettre que nous vous envoyons."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CLOSE_SPACE,
    name="Fermer mon espace",
    sentence="Je ferme mon espace de santé et je demande l'effacement de ce qu'il contient.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field(
            "sure",
            _SURE,
            FieldKind.YES_NO,
            help="Vos documents seront effacés. Demandez d'abord une copie si vous en voulez une.",
        ),
        Field("archive_years", _YEARS, FieldKind.NUMBER, required=False, help="Laissez vide pour tout effacer."),
        DEPARTMENT,
    ),
    counter="Imprimez d'abord le journal et les reçus, et les documents si elle veut. Puis faites relire les questions et les réponses.",
    phone="Dès maintenant plus personne ne peut lire votre espace. Pour l'effacer, signez la lettre que je vous envoie.",
    form="ES-10",
    obligations=("receipt", "notice", "erasure"),
    parse=parse,
    perform=perform,
    delay=Delay(web=1, api=1, counter=1, paper=24, phone=240),
)
