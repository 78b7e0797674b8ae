"""Open an archive again: hers alone to read, as at its first day. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import ReceiptAnswer, ReopenParams

_DEPOSITS = "Les professionnels peuvent-ils déposer des documents dans votre espace ?"


def parse(values: Values) -> ReopenParams:
    """Read her answer about deposits: it is asked again, and nothing is a yes but a yes."""
    return ReopenParams(fields.yes_no(values, "deposits", _DEPOSITS))


async def perform(frame: Frame, request: Request, params: ReopenParams) -> Outcome:
    """Open again; no permission, no card, no emergency comes back."""
    answer, entry, effect = await frame.ask(request, ActId.REOPEN_SPACE, params, ReceiptAnswer)
    sentence = "Votre espace est rouvert. Personne n'y lit : donnez de nouveau les autorisations que vous voulez."
    if effect is Effect.STARTS:
        sentence = "Votre demande est notée, à signer. Rien ne change pour le moment."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.REOPEN_SPACE,
    name="Rouvrir mon espace gardé en archive",
    sentence="Je rouvre l'espace de santé que j'avais fermé et gardé en archive.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(Field("deposits", _DEPOSITS, FieldKind.YES_NO),),
    counter="Dites : vos documents reviennent, vos autorisations non. Puis posez la question des dépôts.",
    phone="On ne rouvre pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-50",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
