"""Show the card or the code somebody handed over: what it says may then be read, for a time. Guarantee: G3."""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.card_code import PREFIX, normal_card_code
from espace_sante.keeper.demand import CardUsedAnswer, UseCardParams
from espace_sante.kernel.errors import Kind, Problem


class CardUsed(msgspec.Struct, frozen=True):
    """Whose card it was (her public number), and until when it shows something (RFC 3339 UTC)."""

    person: str
    ends: str


def parse(values: Values) -> UseCardParams:
    """Read the secret number she says; which card it is stands in the request's person, "card:<code>"."""
    return UseCardParams(fields.text(values, "pin", "code secret", required=False, longest=20))


async def perform(frame: Frame, request: Request, params: UseCardParams) -> Outcome:
    """Use it once; whatever is wrong with it, the answer is the one given for a person unknown."""
    typed = request.person.removeprefix(PREFIX)
    if (
        typed == request.person or normal_card_code(typed) is None
    ):  # a slip of the pen, told before anything is looked for
        raise Problem(Kind.INVALID, "card-code-invalid")
    answer, entry, effect = await frame.ask(request, ActId.USE_ACCESS_CARD, params, CardUsedAnswer)
    sentence = "La carte est acceptée. La personne est prévenue."
    if answer is None:
        return Outcome(entry, effect, sentence)
    return Outcome(entry, effect, sentence, answer.receipt, CardUsed(answer.person, answer.ends))


ACT = Act(
    id=ActId.USE_ACCESS_CARD,
    name="Présenter une carte ou un code",
    sentence="Je présente la carte ou le code que la personne m'a confié.",
    audience=frozenset({ActorKind.PRACTITIONER}),
    nature=Nature.ADDING,
    fields=(
        Field(
            "pin", "Son code secret", required=False, help="Seulement si la personne en a choisi un : elle vous le dit."
        ),
    ),
    counter="",
    phone="",
    form="",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
