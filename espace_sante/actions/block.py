"""Block a named professional: he reads nothing and deposits nothing, whatever was or will be granted. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.limits import BlockKind
from espace_sante.keeper.demand import BlockParams, ReceiptAnswer

WHAT = (
    (BlockKind.EVERYTHING.value, "tout : il ne lit rien et ne dépose rien"),
    (BlockKind.DEPOSITS.value, "ses dépôts seulement"),
)


def parse(values: Values) -> BlockParams:
    """Read who, and from what."""
    practitioner = fields.text(values, "practitioner", "numéro du professionnel")
    return BlockParams(
        practitioner, fields.choice(values, "what", "ce qui est bloqué", frozenset(code for code, _ in WHAT))
    )


async def perform(frame: Frame, request: Request, params: BlockParams) -> Outcome:
    """Block; from his next request on, he is answered as for a person unknown."""
    answer, entry, effect = await frame.ask(request, ActId.BLOCK, params, ReceiptAnswer)
    sentence = "Il ne lit rien et ne dépose rien."
    if answer is not None and answer.still:
        sentence = "Ce professionnel était déjà bloqué pour tout : il le reste."
    elif effect is Effect.PROVISIONAL:
        sentence = "C'est bloqué dès maintenant. Une lettre vous le confirmera."
    elif params.what == BlockKind.DEPOSITS.value:
        sentence = "Ses dépôts sont refusés. Ses lectures ne changent pas."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.BLOCK,
    name="Bloquer un professionnel",
    sentence="Je bloque un professionnel : ce que je lui refuse ici, aucune autorisation ne le lui donne.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        Field("practitioner", "Le numéro du professionnel (RPPS)", FieldKind.PRACTITIONER),
        Field("what", "Ce que vous lui refusez", FieldKind.CHOICE, choices=WHAT),
    ),
    counter="Demandez quel professionnel, et si c'est tout ou ses dépôts. Dites : c'est fait, rien ne lui dira qu'il est bloqué.",
    phone="C'est bloqué dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste bloqué.",
    form="ES-11",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
