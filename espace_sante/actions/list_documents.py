"""See the list of documents one may see. Guarantee: G3, G11."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.parties import STRUCTURE
from espace_sante.formats import codes
from espace_sante.identity.practitioner import parse_rpps
from espace_sante.identity.structure import parse_structure
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import DISPLAY_ZONE
from espace_sante.kernel.plural import how_many
from espace_sante.records.document import CATEGORIES

STATUSES = frozenset({"current", "superseded", "both"})
_YEARS = range(1900, 2100)
_META = msgspec.msgpack.Decoder(d.DocumentMeta).decode


@dataclass(frozen=True, slots=True)
class Listed:
    """One document of a list: its public id, what is known of it, and (told to the person alone) whether it is hidden.

    `replaces` and `replaced_by` are the public ids of the versions before and after it that this reader may see.
    """

    document: str
    meta: d.DocumentMeta
    masked: bool
    replaces: str = ""
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class DocumentList:
    """One page of a list, most recent first, and how many there are in all that this reader may see.

    `emergency`: until when an emergency access of his shows him some of them, "" for none.
    `seen_by`: the professional whose view it is, "" for one's own; `why`: the rule by which he is shown no list at all.
    """

    total: int
    offset: int
    lines: tuple[Listed, ...]
    emergency: str = ""
    seen_by: str = ""
    why: str = ""


def parse(values: Values) -> d.ListParams:
    """Read which page is wanted, of which versions (the present ones unless it is said), of which category, of which year."""
    offset = fields.number(values, "offset", "début", required=False)
    status = values.get("status") or "current"
    if status not in STATUSES:
        raise Problem(Kind.INVALID, "field-invalid", {"field": "status"})
    count = fields.number(values, "count", "nombre", required=False) or 50
    return d.ListParams(offset, count, str(status), _filters(values), _seen_by(values))


async def perform(frame: Frame, request: Request, params: d.ListParams) -> Outcome:
    """Return a page of the list as the outcome's result (DocumentList)."""
    answer, entry, effect = await frame.ask(request, ActId.LIST_DOCUMENTS, params, d.ListAnswer)
    if answer is None:
        return Outcome(entry, effect, "Votre demande est notée. La liste vous sera envoyée par courrier.")
    lines = tuple(listed(line) for line in answer.lines)
    him = params.as_seen_by
    found = DocumentList(answer.total, params.offset, lines, answer.emergency, him.number if him else "", answer.why)
    return Outcome(entry, effect, f"{how_many(answer.total, 'document')}.", result=found)


def _filters(values: Values) -> tuple[d.Filter, ...]:
    found = []
    if category := fields.number(values, "category", "catégorie", required=False):
        if category not in CATEGORIES:
            raise Problem(Kind.INVALID, "category-unknown")
        found.append(d.Filter("category", (f"{codes.CATEGORY}|{category}",)))
    if year := fields.number(values, "year", "année", required=False):
        if year not in _YEARS:
            raise Problem(Kind.INVALID, "field-invalid", {"field": "année"})
        low, high = (datetime(one, 1, 1, tzinfo=DISPLAY_ZONE).timestamp() for one in (year, year + 1))
        found.append(d.Filter("created", (f"eq|{round(low * 1000)}|{round(high * 1000)}",)))
    return tuple(found)


def _seen_by(values: Values) -> d.SeenBy | None:
    """Read whose view is asked for; his structure and profession are those he signs in with, as she knows them."""
    text = fields.text(values, "seen_by", "numéro du professionnel", required=False)
    if not text:
        return None
    number = parse_rpps(text)
    if number is None:
        raise Problem(Kind.INVALID, "practitioner-invalid")
    named = fields.text(values, "seen_by_structure", STRUCTURE.label, required=False)
    structure = parse_structure(named)
    if named and structure is None:
        raise Problem(Kind.INVALID, "structure-invalid")
    profession = fields.text(values, "seen_by_profession", "profession", required=False, longest=40)
    return d.SeenBy(number, structure or "", profession)


def listed(line: d.Line) -> Listed:
    """Return one line of a list as it is read."""
    meta = _META(line.meta)
    if line.category not in (0, meta.category):  # a replacement stands where the old one stood
        meta = msgspec.structs.replace(meta, category=line.category)
    return Listed(line.document, meta, line.masked, line.replaces, line.replaced_by)


ACT = Act(
    id=ActId.LIST_DOCUMENTS,
    name="Voir la liste de mes documents",
    sentence="Je demande la liste des documents de mon espace de santé.",
    audience=frozenset({ActorKind.PERSON, ActorKind.PRACTITIONER}),
    nature=Nature.READING,
    fields=(
        Field(
            "seen_by",
            "Pour voir ce que voit un professionnel : son numéro (RPPS)",
            FieldKind.PRACTITIONER,
            required=False,
            help="Laissez vide pour votre propre liste.",
        ),
        Field("seen_by_structure", "L'établissement où il travaille (FINESS), si vous le savez", required=False),
        Field(
            "seen_by_profession",
            "Le code de sa profession (sur la grille publique)",
            required=False,
            help="Par exemple : G15_10 pour un médecin. Sans profession, la grille ne lui montre rien.",
        ),
    ),
    counter="La liste est imprimée pour la personne. Remettez-la sans la lire.",
    phone="Je ne vois pas vos documents et ne peux pas les lire. Je vous envoie la liste par courrier.",
    form="ES-04",
    obligations=(),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=72),
)
