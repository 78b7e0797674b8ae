"""Accept to be somebody's helper, with the code she handed over: it serves once, for the person she named. Guarantee: G3.

Her name is not told by the code: whoever accepts writes how he calls her, and that stays in his own list.
"""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.card_code import normal_card_code
from espace_sante.keeper.demand import AcceptedAnswer, AcceptMandateParams
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark

CODE = "mandate:"
LABEL_LONGEST = 60


class Accepted(msgspec.Struct, frozen=True):
    """The reference that leads to her for this account alone, and the mandate's end (RFC 3339 UTC)."""

    reference: str
    ends: str


def parse(values: Values) -> AcceptMandateParams:
    """Read how the helper calls her; which mandate it is stands in the request's person, "mandate:<code>"."""
    return AcceptMandateParams(fields.text(values, "label", "comment vous l'appelez", longest=LABEL_LONGEST))


async def perform(frame: Frame, request: Request, params: AcceptMandateParams) -> Outcome:
    """Accept it; whatever is wrong with the code, the answer is the one given for a person unknown."""
    typed = request.person.removeprefix(CODE)
    if (
        typed == request.person or normal_card_code(typed) is None
    ):  # a slip of the pen, told before anything is looked for
        raise Problem(Kind.INVALID, "card-code-invalid")
    answer, entry, effect = await frame.ask(request, ActId.ACCEPT_MANDATE, params, AcceptedAnswer)
    words = mark("Vous pouvez agir pour cette personne, dans ce qu’elle a dit.")
    found = Accepted(answer.reference, answer.ends) if answer else None
    return Outcome(entry, effect, words, result=found)


ACT = Act(
    id=ActId.ACCEPT_MANDATE,
    name="Accepter d'être aidant",
    sentence="J'accepte d'agir pour la personne qui m'a remis ce code, dans ce qu'elle a dit.",
    audience=frozenset({ActorKind.HELPER}),
    nature=Nature.ADDING,
    fields=(
        Field("label", "Comment l'appelez-vous ?", help="Pour la retrouver dans votre liste. Vous seul le voyez."),
    ),
    counter="",
    phone="",
    form="",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
