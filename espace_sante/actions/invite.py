"""Invite a person: a letter in the mail room, no more. An act of the operator or of a counter. Guarantee: G1."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import InviteAnswer, InviteParams, Traits
from espace_sante.kernel.errors import Kind, Problem

_WAYS = {
    "letter": "par lettre, avec un code",
    "counter": "remise au guichet",
    "professional": "remise par un professionnel",
    "web": "proposée quand elle s'identifie sur ce site",
}
_SEX = {"F": "féminin", "M": "masculin", "I": "indéterminé"}


def parse(values: Values) -> InviteParams:
    """Read whom to invite: an INS, or a local number given at a counter."""
    ins = fields.text(values, "ins", "numéro de sécurité sociale (INS)", required=False).replace(" ", "")
    local = fields.text(values, "local", "numéro donné au guichet", required=not ins)
    traits = Traits(
        birth_name=fields.text(values, "birth_name", "nom de naissance"),
        first_given=fields.text(values, "first_given", "premier prénom"),
        birth_date=fields.text(values, "birth_date", "date de naissance"),
        sex=fields.choice(values, "sex", "sexe", _SEX),
    )
    way = fields.text(values, "way", "voie de l'invitation", required=False) or "letter"
    if way not in _WAYS:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "voie de l'invitation"})
    return InviteParams(f"ins:{ins}" if ins else f"local:{local}", traits, way)


async def perform(frame: Frame, request: Request, params: InviteParams) -> Outcome:
    """Write the invitation; the outcome's result is its InviteAnswer (code and last day)."""
    asked = Request(
        request.session, request.channel, request.proof, params.person, False, request.idempotency_key, request.client
    )
    answer, entry, effect = await frame.ask(asked, ActId.INVITE, params, InviteAnswer)
    return Outcome(entry, effect, "L'invitation est prise en compte.", result=answer)


ACT = Act(
    id=ActId.INVITE,
    name="Inviter une personne",
    sentence="Inviter une personne à dire oui ou non à l'ouverture de son espace.",
    audience=frozenset({ActorKind.OPERATOR, ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(
        Field("ins", "Numéro de sécurité sociale (INS)", required=False),
        Field("local", "ou numéro donné au guichet", required=False),
        Field("birth_name", "Nom de naissance"),
        Field("first_given", "Premier prénom"),
        Field("birth_date", "Date de naissance", FieldKind.DATE),
        Field("sex", "Sexe", FieldKind.CHOICE, choices=tuple(_SEX.items())),
        Field("way", "Comment elle la reçoit", FieldKind.CHOICE, required=False, choices=tuple(_WAYS.items())),
    ),
    counter="Remettez la lettre d'invitation. Dites : vous pouvez répondre oui, non, ou plus tard.",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API, Channel.COUNTER}),
)
