"""Open a space: the yes of a person who was invited. Guarantee: G1."""

from __future__ import annotations

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.answers import as_shown_here, shown
from espace_sante.actions.department import DEPARTMENT, department_said
from espace_sante.actions.frame import Frame, Request
from espace_sante.consent.evidence import Emergency, Use, further_questions
from espace_sante.consent.purposes import purposes
from espace_sante.keeper.demand import OpenAnswer, OpenParams

_YES_NO = frozenset(answer.value for answer in Use)
_EMERGENCY = (
    (Emergency.NO.value, "non, jamais"),
    (Emergency.BEDSIDE.value, "oui, un professionnel qui est auprès de moi"),
    (Emergency.ALL.value, "oui, et aussi le médecin qui répond à l'appel d'urgence"),
)
_DEPOSITS = "Les professionnels peuvent-ils déposer des documents dans votre espace ?"


def parse(values: Values) -> OpenParams:
    """Read her answers; each question apart, nothing is a yes but a yes, and a question left without an answer is a no."""
    words = shown(values)
    deposits = _answer(values, "deposits", _DEPOSITS, _YES_NO) == Use.YES
    given = {field.name: _answer(values, field.name, field.label, _offered(field)) for field in _FURTHER}
    answers = {name: answer for name, answer in given.items() if answer}
    return OpenParams(
        deposits, words.version, words.language.value, words.sha256, answers, department=department_said(values)
    )


def _answer(values: Values, name: str, label: str, offered: frozenset[str]) -> str:
    if not fields.text(values, name, label, required=False):
        return ""
    return fields.choice(values, name, label, offered)


def _offered(field: Field) -> frozenset[str]:
    return frozenset(code for code, _ in field.choices) or _YES_NO


def _further(name: str) -> Field:
    if name == "emergency":
        label = "En cas d'urgence, un professionnel peut-il lire vos documents ?"
        return Field(name, label, FieldKind.CHOICE, required=False, choices=_EMERGENCY)
    return Field(name, purposes()[name].question, FieldKind.YES_NO, required=False)


# The further questions are those of the notice in force, no more and no fewer.
_FURTHER = tuple(_further(name) for name, _ in further_questions())


async def perform(frame: Frame, request: Request, params: OpenParams) -> Outcome:
    """Open the space; the outcome's result is her public id."""
    answer, entry, effect = await frame.ask(request, ActId.OPEN_SPACE, as_shown_here(frame, params), OpenAnswer)
    if effect is Effect.STARTS or answer is None:
        return Outcome(entry, effect, "Votre demande est notée. Elle sera ouverte avec votre accord signé.")
    left = len(params.answers) < len(_FURTHER)
    sentence = "Votre espace est ouvert. Une question sans réponse vaut non." if left else "Votre espace est ouvert."
    return Outcome(entry, effect, sentence, answer.receipt, answer.person)


ACT = Act(
    id=ActId.OPEN_SPACE,
    name="Ouvrir mon espace de santé",
    sentence="Je demande l'ouverture de mon espace de santé.",
    audience=frozenset({ActorKind.PERSON}),
    nature=Nature.PERMISSIVE,
    fields=(Field("deposits", _DEPOSITS, FieldKind.YES_NO, required=False), *_FURTHER, DEPARTMENT),
    counter=(
        "Lisez à voix haute la notice d'ouverture. Demandez : voulez-vous ouvrir votre espace ? "
        "Puis posez chaque autre question. Sans réponse, c'est non."
    ),
    phone="Un accord ne se donne pas par téléphone. Je vous envoie le formulaire rempli : vous n'aurez qu'à le signer.",
    form="ES-01",
    obligations=("receipt", "notice"),
    parse=parse,
    perform=perform,
    delay=Delay(paper=24, phone=240),
)
