"""Name a helper: one person, acts ticked one by one, a time. Nothing is given before that person accepts. Guarantee: G2, G10.

Reading and giving access are asked apart, and are in no mandate unless she ticks them. Source: inclusion.md HLP-02, HLP-04.
"""

from __future__ import annotations

import msgspec

from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.mandate_words import OPENING, ORDINARY
from espace_sante.identity.names import NAME_LONGEST
from espace_sante.keeper.demand import NamedAnswer, NameHelperParams
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark

DURATIONS = (("1", "un jour"), ("31", "31 jours"), ("182", "six mois (182 jours)"), ("365", "un an (365 jours)"))
_DAYS = frozenset(code for code, _ in DURATIONS)


class NamedHelper(msgspec.Struct, frozen=True):
    """What is handed to the helper, once: who was named, the code, the mandate's number, what it says, until when to accept.

    `checks`: an agent recorded it; the code serves once another agent has checked the paper; `asked`: once she says yes by message.
    """

    name: str
    number: str
    code: str
    acts: list[str]
    reads: bool
    hidden: bool
    days: int
    ends: str
    checks: bool
    asked: bool = False


def parse(values: Values) -> NameHelperParams:
    """Read whom, which acts, what is ticked apart, for how long; without an answer, one day and nothing ticked apart."""
    name = fields.text(values, "name", "son prénom et son nom", longest=NAME_LONGEST)
    acts = [*_among(values, "acts", ORDINARY), *_among(values, "giving", OPENING)]
    reads = fields.yes_no(values, "reads", "s'il peut lire vos documents")
    hidden = bool(values.get("hidden")) and fields.yes_no(values, "hidden", "même ceux que vous cachez")
    days = fields.choice(values, "days", "pendant combien de temps", _DAYS) if values.get("days") else "1"
    message = bool(values.get("message")) and fields.yes_no(values, "message", "si son oui se demande par SMS")
    if not acts and not reads:
        raise Problem(Kind.INVALID, "mandate-empty")
    return NameHelperParams(name, acts, int(days), reads, hidden, message)


async def perform(frame: Frame, request: Request, params: NameHelperParams) -> Outcome:
    """Name him; the code is in the outcome's result, once, and never in the receipt."""
    answer, entry, effect = await frame.ask(request, ActId.NAME_HELPER, params, NamedAnswer)
    if answer is None or not answer.code:
        return Outcome(
            entry, effect, mark("Votre demande est notée, à signer. Personne n’agit pour vous pour le moment.")
        )
    named = NamedHelper(
        params.name,
        answer.number,
        answer.code,
        params.acts,
        params.reads,
        params.hidden,
        params.days,
        answer.ends,
        answer.checks,
        answer.asked,
    )
    words = mark("C’est noté. Remettez-lui le code : son mandat commence quand il l’a accepté.")
    if answer.checks:
        words = mark("C’est noté. Un second agent vérifie la feuille ; ensuite, le code sert à accepter.")
    if answer.asked:
        words = mark("C’est noté. Deux SMS partent à son numéro. Le code ne sert que si la réponse est « oui ».")
    return Outcome(entry, effect, words, answer.receipt, named)


def _among(values: Values, name: str, offered: tuple[tuple[str, str], ...]) -> list[str]:
    """Return what was ticked among what is offered under one question, and nothing that belongs to another."""
    found = fields.several(values, name)
    if not set(found) <= {code for code, _ in offered}:
        raise Problem(Kind.INVALID, "mandate-act")
    return list(dict.fromkeys(found))


ACT = Act(
    id=ActId.NAME_HELPER,
    name="Nommer un aidant",
    sentence="Je nomme une personne qui fera pour moi les démarches que je coche ici, et rien d'autre.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(
        Field(
            "name", "Son prénom et son nom", help="Une seule personne. Écrivez son nom comme sur sa pièce d'identité."
        ),
        Field(
            "acts",
            "Les démarches qu'elle peut faire pour vous",
            FieldKind.CHOICES,
            required=False,
            help="Cochez une par une. Ce qui n'est pas coché lui est refusé.",
            choices=ORDINARY,
        ),
        Field("reads", "Peut-elle lire vos documents ?", FieldKind.YES_NO),
        Field(
            "hidden",
            "Et lire même ceux que vous cachez à tous ?",
            FieldKind.YES_NO,
            required=False,
            help="Sans réponse : non.",
        ),
        Field(
            "giving",
            "Peut-elle ouvrir votre espace à d'autres ?",
            FieldKind.CHOICES,
            required=False,
            help="À cocher à part. Sans réponse : non.",
            choices=OPENING,
        ),
        Field(
            "days",
            "Pendant combien de temps",
            FieldKind.CHOICE,
            required=False,
            help="Sans réponse : un jour.",
            choices=DURATIONS,
        ),
        Field(
            "message",
            "Au guichet ou au téléphone : demander le oui par SMS ?",
            FieldKind.YES_NO,
            required=False,
            help="31 jours au plus, sans lire les documents. Numéro connu depuis 7 jours ou confirmé au guichet. Sans réponse : non.",
        ),
    ),
    counter=(
        "Lisez à voix haute chaque démarche cochée. Dites : rien d'autre ne lui est permis, et tout est dans votre journal. "
        "Imprimez les deux feuilles, à signer. Un autre agent les vérifie. Ou un SMS demande son oui."
    ),
    phone=(
        "Rien n'est permis par ce seul appel. Je vous envoie le formulaire rempli, à signer. "
        "Ou vous recevez deux SMS, et vous répondez oui."
    ),
    form="ES-80",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(counter=24, paper=72, phone=240),
)
