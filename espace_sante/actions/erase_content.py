"""Erase an archive now, before its end: its key is destroyed. Guarantee: G8."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EraseParams, ReceiptAnswer
from espace_sante.kernel.errors import Kind, Problem

_SURE = "Voulez-vous effacer votre archive maintenant ?"


def parse(values: Values) -> EraseParams:
    """Read a yes; anything else erases nothing."""
    if not fields.yes_no(values, "sure", _SURE):
        raise Problem(Kind.INVALID, "field-invalid", {"field": _SURE})
    return EraseParams()


async def perform(frame: Frame, request: Request, params: EraseParams) -> Outcome:
    """Erase; the key is destroyed within the minute, and then nothing opens any more."""
    answer, entry, effect = await frame.ask(request, ActId.ERASE_CONTENT, params, ReceiptAnswer)
    sentence = (
        "Votre archive est effacée. Sa clé est détruite dans la minute : vos documents sont illisibles pour toujours."
        " Gardez ce reçu : sa référence donne le certificat de destruction."
    )
    if effect is Effect.STARTS:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


# It gives nobody anything, but it cannot be taken back: by telephone it only starts, as a permission does.
ACT = Act(
    id=ActId.ERASE_CONTENT,
    name="Effacer mon archive",
    sentence="Je demande l'effacement de l'espace de santé que j'avais gardé en archive.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(Field("sure", _SURE, FieldKind.YES_NO, help="Ce qui est effacé ne revient pas."),),
    counter="Dites : ce qui est effacé ne revient pas. Puis faites relire la question et la réponse.",
    phone="Personne ne lit votre archive. Pour l'effacer, signez le formulaire que je vous envoie.",
    form="ES-51",
    obligations=("receipt", "notice", "erasure"),
    parse=parse,
    perform=perform,
    delay=Delay(web=1, api=1, counter=1, paper=24, phone=240),
)
