"""End a helper's mandate, or all of them, at once and without a reason. Guarantee: G2. Source: inclusion.md HLP-08."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import EndMandateParams, ReceiptAnswer
from espace_sante.kernel.i18n import mark


def parse(values: Values) -> EndMandateParams:
    """Read which mandate; nothing said is all of them: a no never asks more than the yes that it takes back."""
    return EndMandateParams(fields.text(values, "number", "numéro du mandat", required=False, longest=20))


async def perform(frame: Frame, request: Request, params: EndMandateParams) -> Outcome:
    """End it; whatever the helper asks next is refused."""
    answer, entry, effect = await frame.ask(request, ActId.END_MANDATE, params, ReceiptAnswer)
    words = mark("C’est arrêté : à partir de maintenant, plus rien n’est permis par ce mandat.")
    if effect is Effect.PROVISIONAL:
        words = mark("C’est arrêté dès maintenant. Une lettre vous le confirmera.")
    return Outcome(entry, effect, words, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.END_MANDATE,
    name="Arrêter un aidant",
    sentence="J'arrête un aidant : il ne peut plus rien faire pour moi, dès maintenant.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field("number", "Le numéro du mandat", required=False, help="Six chiffres. Sans réponse : tous vos aidants."),
    ),
    counter="Demandez quel mandat, ou tous. Dites : c'est arrêté, vous n'avez pas à dire pourquoi.",
    phone="C'est arrêté dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste arrêté.",
    form="ES-81",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
