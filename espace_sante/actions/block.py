"""Block a professional or a structure: reading, emergencies, deposits, each said apart, whatever is granted. Guarantee: G3."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.parties import ONE_OR_STRUCTURE, party_named
from espace_sante.consent.limits import BlockKind
from espace_sante.keeper.demand import BlockParams, ReceiptAnswer

WHAT = (
    (BlockKind.EVERYTHING.value, "tout : il ne lit rien, même en urgence, et ne dépose rien"),
    (BlockKind.EVERYTHING_BUT_EMERGENCY.value, "tout, sauf en urgence : il ne lit rien hors urgence et ne dépose rien"),
    (BlockKind.READING.value, "ses lectures : il ne lit rien, même en urgence ; il peut déposer"),
    (BlockKind.READING_BUT_EMERGENCY.value, "ses lectures, sauf en urgence ; il peut déposer"),
    (BlockKind.DEPOSITS.value, "ses dépôts seulement : il ne dépose rien ; ses lectures ne changent pas"),
)
_WHAT = "ce qui est bloqué"
_DONE = {
    BlockKind.EVERYTHING.value: "Il ne lit rien, même en urgence, et ne dépose rien.",
    BlockKind.EVERYTHING_BUT_EMERGENCY.value: "Hors urgence il ne lit rien, et il ne dépose rien.",
    BlockKind.READING.value: "Il ne lit rien, même en urgence. Ses dépôts ne changent pas.",
    BlockKind.READING_BUT_EMERGENCY.value: "Hors urgence il ne lit rien. Ses dépôts ne changent pas.",
    BlockKind.DEPOSITS.value: "Ses dépôts sont refusés. Ses lectures ne changent pas.",
}


def parse(values: Values) -> BlockParams:
    """Read who, and from what; nothing said is everything: a no never asks more than the yes that takes it back."""
    whom = party_named(values)
    if not fields.text(values, "what", _WHAT, required=False):
        return BlockParams(whom, BlockKind.EVERYTHING.value)
    return BlockParams(whom, fields.choice(values, "what", _WHAT, frozenset(_DONE)))


async def perform(frame: Frame, request: Request, params: BlockParams) -> Outcome:
    """Block; from his next request on, he is answered as for a person unknown."""
    answer, entry, effect = await frame.ask(request, ActId.BLOCK, params, ReceiptAnswer)
    sentence = _DONE[params.what]
    if answer is not None and answer.still:
        sentence = "Vous bloquiez déjà davantage : ce que vous refusiez reste refusé aussi."
    elif effect is Effect.PROVISIONAL:
        sentence = "C'est bloqué dès maintenant. Une lettre vous le confirmera."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.BLOCK,
    name="Bloquer un professionnel",
    sentence="Je bloque un professionnel ou un établissement : ce que je refuse ici, aucune autorisation ne le donne.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,
    fields=(
        *ONE_OR_STRUCTURE,
        Field(
            "what",
            "Ce que vous lui refusez",
            FieldKind.CHOICE,
            required=False,
            help="Sans réponse : tout.",
            choices=WHAT,
        ),
    ),
    counter="Demandez qui, et quoi : lectures, urgence, dépôts. Dites : c'est fait, rien ne lui dira qu'il est bloqué.",
    phone="C'est bloqué dès maintenant. Vous recevrez une lettre ; sans réponse de votre part, cela reste bloqué.",
    form="ES-11",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
