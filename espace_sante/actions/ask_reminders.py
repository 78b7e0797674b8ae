"""Ask for letters that come by themselves: what is open to whom, every six or twelve months; her journal, each quarter.

Both are off by default, and each is asked for and stopped alone. Guarantee: G5, G10.
"""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.letters import Wanted
from espace_sante.keeper.demand import ReceiptAnswer, RemindersParams

EVERY = (("6", "tous les six mois"), ("12", "tous les ans"))
WHAT = (
    (Wanted.OPEN.value, "celle qui dit qui peut lire"),
    (Wanted.JOURNAL.value, "mon journal, chaque trimestre"),
    (Wanted.BOTH.value, "les deux"),
)


def parse(values: Values) -> RemindersParams:
    """Read which letters, the one of what is open when none is named, and how often that one comes."""
    what = wanted(values, Wanted.OPEN)
    if what is Wanted.JOURNAL:
        return RemindersParams(0, what.value)
    months = fields.choice(values, "months", "fréquence", frozenset(code for code, _ in EVERY))
    return RemindersParams(int(months), what.value)


def wanted(values: Values, otherwise: Wanted) -> Wanted:
    """Read which letters are meant."""
    return (
        Wanted(fields.choice(values, "what", "quelle lettre", frozenset(Wanted))) if values.get("what") else otherwise
    )


async def perform(frame: Frame, request: Request, params: RemindersParams) -> Outcome:
    """Have the first letter written so many months from today."""
    answer, entry, effect = await frame.ask(request, ActId.ASK_REMINDERS, params, ReceiptAnswer)
    sentence = "Vous recevrez cette lettre. Vous pouvez l'arrêter quand vous voulez."
    if effect is Effect.PROVISIONAL:
        sentence = "C'est noté dès maintenant : vous recevrez cette lettre. Vous pouvez l'arrêter quand vous voulez."
    return Outcome(entry, effect, sentence, answer.receipt if answer else b"")


ACT = Act(
    id=ActId.ASK_REMINDERS,
    name="Recevoir une lettre : qui peut lire, ou mon journal",
    sentence=(
        "Je veux recevoir régulièrement une lettre : celle qui dit à qui mon espace est ouvert,"
        " ou celle de mon journal du trimestre."
    ),
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.RESTRICTIVE,  # gives nobody anything: at once by telephone, as stopping it is
    fields=(
        Field("what", "Quelle lettre", FieldKind.CHOICE, required=False, choices=WHAT),
        Field("months", "Qui peut lire : tous les combien", FieldKind.CHOICE, required=False, choices=EVERY),
    ),
    counter=(
        "Demandez : la lettre qui dit qui peut lire, tous les six mois ou tous les ans ? Celle de son journal,"
        " chaque trimestre ? Les deux ? Dites où elles arriveront : à l'adresse donnée, ou ici."
    ),
    phone="C'est noté dès maintenant. La lettre part à votre adresse, ou vous attend au guichet si vous n'en avez pas donné.",
    form="ES-73",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
)
