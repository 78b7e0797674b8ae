"""Keep documents together no more: what follows the episode ends, what is hidden stays hidden. Source: docs/decisions/0030."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EndEpisodeParams, ReceiptAnswer


def parse(values: Values) -> EndEpisodeParams:
    """Read which episode."""
    return EndEpisodeParams(fields.text(values, "number", "numéro de l'épisode", longest=40))


async def perform(frame: Frame, request: Request, params: EndEpisodeParams) -> Outcome:
    """Undo it; whoever read by it alone reads nothing more from the next reading on."""
    answer, entry, effect = await frame.ask(request, ActId.END_EPISODE, params, ReceiptAnswer)
    sentence = "L'épisode est défait. Vos documents sont toujours là ; ce qui est caché le reste."
    if effect is not Effect.IMMEDIATE:
        sentence = "L'épisode est défait dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.END_EPISODE,
    name="Défaire un épisode de soins",
    sentence="Je défais un épisode : ceux que j'autorisais pour lui ne lisent plus, et mes documents restent.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(Field("number", "Le numéro de l'épisode", help="Six chiffres, écrits sur votre relevé."),),
    counter="Demandez le numéro. Dites : vos documents restent, et ce qui est caché le reste.",
    phone="C'est défait dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste ainsi.",
    form="ES-15",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
