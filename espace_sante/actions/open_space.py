"""Open a space: the yes of a person who was invited. Guarantee: G1."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.answers import as_shown_here, shown
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import OpenAnswer, OpenParams

_DEPOSITS = "Les professionnels peuvent-ils déposer des documents dans votre espace ?"


def parse(values: Values) -> OpenParams:
    """Read her answers; each question apart, and nothing is a yes but a yes."""
    words = shown(values)
    return OpenParams(fields.yes_no(values, "deposits", _DEPOSITS), words.version, words.language.value, words.sha256)


async def perform(frame: Frame, request: Request, params: OpenParams) -> Outcome:
    """Open the space; the outcome's result is her public id."""
    answer, entry, effect = await frame.ask(request, ActId.OPEN_SPACE, as_shown_here(frame, params), OpenAnswer)
    if effect is Effect.STARTS or answer is None:
        return Outcome(entry, effect, "Votre demande est notée. Elle sera ouverte avec votre accord signé.")
    return Outcome(entry, effect, "Votre espace est ouvert.", answer.receipt, answer.person)


ACT = Act(
    id=ActId.OPEN_SPACE,
    name="Ouvrir mon espace de santé",
    sentence="Je demande l'ouverture de mon espace de santé.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(Field("deposits", _DEPOSITS, FieldKind.YES_NO),),
    counter="Lisez à voix haute la notice d'ouverture. Demandez : voulez-vous ouvrir votre espace ? Puis posez la question des dépôts.",
    phone="Un accord ne se donne pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-01",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
