"""Take back the name of one's trusted person, at any moment and without a reason. Guarantee: G2. Source: CSP L1111-6."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions.act import Act, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EndTrustedParams, ReceiptAnswer
from espace_sante.kernel.i18n import mark


def parse(values: Values) -> EndTrustedParams:
    """Read nothing: there is one at most."""
    del values
    return EndTrustedParams()


async def perform(frame: Frame, request: Request, params: EndTrustedParams) -> Outcome:
    """Take it back."""
    answer, entry, effect = await frame.ask(request, ActId.END_TRUSTED_PERSON, params, ReceiptAnswer)
    words = mark("C’est repris : vous n’avez plus de personne de confiance ici.")
    if effect is Effect.PROVISIONAL:
        words = mark("C’est repris dès maintenant. Une lettre vous le confirmera.")
    return Outcome(entry, effect, words, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.END_TRUSTED_PERSON,
    name="Ne plus avoir de personne de confiance",
    sentence="Je reprends le nom de ma personne de confiance.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(),
    counter="Dites : c'est repris. Si un papier a été signé, dites-lui de le reprendre aussi à l'hôpital.",
    phone="C'est repris dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste repris.",
    form="ES-83",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
