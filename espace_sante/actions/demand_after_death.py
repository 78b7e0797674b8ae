"""Note what the law lets an heir ask after a death; the same noted by a second account lets these two hand it over. Guarantee: G5.

Source: Code de la santé publique art. L1110-4, V, and L1111-7; docs/decisions/0061.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper.demand import AfterDeathNoted, AfterDeathParams
from espace_sante.kernel.errors import Kind, Problem

WORDS_MOST = 200
QUALITIES = {
    "heir": "ayant droit (héritier)",
    "cohabitant": "concubin",
    "civil-partner": "partenaire d'un pacte civil de solidarité",
}
GROUNDS = {
    "causes": "connaître les causes de la mort",
    "memory": "défendre la mémoire de la personne",
    "rights": "faire valoir ses propres droits",
}


@dataclass(frozen=True, slots=True)
class Demanded:
    """Of whom, and what is asked."""

    person: str
    params: AfterDeathParams


def parse(values: Values) -> Demanded:
    """Read of whom, by whom, on which ground, and what answers it; a sort of documents at least is always said."""

    def words(name: str, label: str) -> str:
        return fields.text(values, name, label, longest=WORDS_MOST)

    categories = tuple(sorted(set(fields.categories(values))))
    params = AfterDeathParams(
        words("who", "qui demande"),
        fields.choice(values, "quality", "à quel titre", QUALITIES),
        words("proof", "ce qui le montre"),
        fields.choice(values, "motive", "motif parmi les trois", GROUNDS),
        words("why", "en quoi ces documents servent"),
        categories,
        fields.day_if_said(values, "first", "documents depuis le"),
        fields.day_if_said(values, "last", "documents jusqu'au"),
    )
    if not categories:
        raise Problem(Kind.INVALID, "order-scope")
    return Demanded(whom(values), params)


async def perform(frame: Frame, request: Request, asked: Demanded) -> Outcome:
    """Note it, or confirm the same that another account noted; its number is the outcome's result."""
    about = replace(request, person=asked.person, on_behalf=False)
    answer, entry, effect = await frame.ask(about, ActId.DEMAND_AFTER_DEATH, asked.params, AfterDeathNoted)
    sentence = "La demande est notée. Un second compte doit noter la même, le dossier sous les yeux."
    if answer is not None and answer.confirmed:
        sentence = (
            "Deux comptes ont noté la même demande. Vous pouvez remettre ce qu'elle couvre, pendant trente jours."
        )
    return Outcome(entry, effect, sentence, result=answer)


ACT = Act(
    id=ActId.DEMAND_AFTER_DEATH,
    name="Noter la demande d'un ayant droit",
    sentence="Noter ce qu'un ayant droit demande après un décès, et pour lequel des trois motifs de la loi.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(
        *WHOSE,
        Field("who", "Qui demande (nom et prénom)"),
        Field("quality", "À quel titre", FieldKind.CHOICE, choices=tuple(QUALITIES.items())),
        Field(
            "proof", "Ce qui le montre", help="Par exemple : acte de notoriété, livret de famille, pacte enregistré."
        ),
        Field("motive", "Le motif, parmi les trois de la loi", FieldKind.CHOICE, choices=tuple(GROUNDS.items())),
        Field("why", "Pourquoi ces documents servent ce motif"),
        Field("categories", "Les sortes de documents qui servent ce motif", FieldKind.CATEGORY),
        Field("first", "Documents depuis le", FieldKind.DATE, required=False),
        Field("last", "Documents jusqu'au", FieldKind.DATE, required=False),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB}),
)
