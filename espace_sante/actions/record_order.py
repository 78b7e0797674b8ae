"""Note what a judge ordered to be read: it gives nothing before a second account confirms it. Guarantee: G5."""

from __future__ import annotations

from dataclasses import dataclass, replace

from espace_sante.access.request import ActId, ActorKind, Channel
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.record_delivery import WHOSE, whom
from espace_sante.keeper.demand import OrderNoted, OrderTerms, RecordOrderParams
from espace_sante.kernel.errors import Kind, Problem

WORDS_MOST = 200


@dataclass(frozen=True, slots=True)
class Ordered:
    """Whom it is about, and what it says."""

    person: str
    params: RecordOrderParams


def parse(values: Values) -> Ordered:
    """Read whom it is about and what it says; a category at least, and a last day, are always said."""

    def words(name: str, label: str) -> str:
        return fields.text(values, name, label, longest=WORDS_MOST)

    categories = tuple(sorted(set(fields.categories(values))))
    terms = OrderTerms(
        words("authority", "qui l'ordonne"),
        words("number", "numéro de la décision"),
        fields.day(values, "dated", "date de la décision").isoformat(),
        words("law", "texte de loi"),
        words("attended", "qui assiste à la lecture"),
        categories,
        fields.day_if_said(values, "first", "documents depuis le"),
        fields.day_if_said(values, "last", "documents jusqu'au"),
        fields.day(values, "reveal", "jour où la personne le saura").isoformat(),
    )
    if not categories:
        raise Problem(Kind.INVALID, "order-scope")
    return Ordered(whom(values), RecordOrderParams(terms))


async def perform(frame: Frame, request: Request, asked: Ordered) -> Outcome:
    """Note it; said alike whether this person has a space or not."""
    about = replace(request, person=asked.person, on_behalf=False)
    answer, entry, effect = await frame.ask(about, ActId.RECORD_ORDER, asked.params, OrderNoted)
    sentence = "La décision est notée. Rien ne se lit avant qu'un second compte la confirme."
    return Outcome(entry, effect, sentence, result=answer)


ACT = Act(
    id=ActId.RECORD_ORDER,
    name="Noter une décision de justice",
    sentence="Noter une décision de justice qui oblige à remettre des documents d'une personne.",
    audience=frozenset({ActorKind.OPERATOR}),
    nature=Nature.ADDING,
    fields=(
        *WHOSE,
        Field("authority", "Qui l'ordonne (tribunal, juge)"),
        Field("number", "Le numéro de la décision"),
        Field("dated", "La date de la décision", FieldKind.DATE),
        Field("law", "Le texte de loi"),
        Field("attended", "Qui assiste à la lecture", help="Par exemple : le représentant de l'ordre des médecins."),
        Field("categories", "Les sortes de documents à remettre", FieldKind.CATEGORY),
        Field("first", "Documents depuis le", FieldKind.DATE, required=False),
        Field("last", "Documents jusqu'au", FieldKind.DATE, required=False),
        Field("reveal", "Le jour où la personne le saura", FieldKind.DATE),
    ),
    counter="",
    phone="",
    form="",
    obligations=(),
    parse=parse,
    perform=perform,
    channels=frozenset({Channel.WEB, Channel.API}),
)
