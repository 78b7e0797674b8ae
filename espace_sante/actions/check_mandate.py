"""Say that a mandate another agent recorded was checked: its two signed papers, the person, the helper. Guarantee: G10.

Two agents, never one: whoever records a mandate does not check it. Source: inclusion.md HLP-06; docs/decisions/0058.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.keeper.demand import CheckMandateParams, ReceiptAnswer
from espace_sante.kernel.i18n import mark


def parse(values: Values) -> CheckMandateParams:
    """Read which mandate."""
    return CheckMandateParams(fields.text(values, "number", "numéro du mandat", longest=20))


async def perform(frame: Frame, request: Request, params: CheckMandateParams) -> Outcome:
    """Note it; the code handed to the helper may be accepted from now on."""
    answer, entry, effect = await frame.ask(request, ActId.CHECK_MANDATE, params, ReceiptAnswer)
    words = mark("La feuille est vérifiée. L’aidant peut accepter avec son code.")
    return Outcome(entry, effect, words, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.CHECK_MANDATE,
    name="Vérifier un mandat",
    sentence="Je vérifie le mandat qu'un autre agent a enregistré.",
    audience=frozenset({ActorKind.AGENT}),
    nature=Nature.ADDING,
    fields=(Field("number", "Le numéro du mandat", help="Six chiffres, sur les deux feuilles signées."),),
    counter="Regardez les deux feuilles : les deux signatures, les cases cochées, la durée. Un doute : ne continuez pas.",
    phone="",
    form="",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.COUNTER, Channel.PAPER}),
)
