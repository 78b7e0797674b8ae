"""The counter: what the agent does and says for each act, and what comes out of the printer for the person.

The agent sees that something was printed, never what: lists, journals and documents go straight to paper.
Guarantee: G10. Source: inclusion.md PAR-12, PAR-14.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from espace_sante.actions.act import Act, Field, Outcome
from espace_sante.actions.data_said import data_table, data_whole
from espace_sante.actions.export_journal import TakenAway
from espace_sante.actions.frame import Frame
from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.line_said import counted_said, line_of
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.name_helper import NamedHelper
from espace_sante.actions.party_said import nobody_named
from espace_sante.actions.printed_card import printed_card
from espace_sante.actions.printed_mandate import printed_mandate
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.read_resource import ResourcePage
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.requests_said import requests_said
from espace_sante.actions.sharing_said import grants_said
from espace_sante.actions.view_said import view_said
from espace_sante.actions.will_said import choices_said, limits_said
from espace_sante.channels.paper import printed_receipt
from espace_sante.formats.letter import plain_letter
from espace_sante.records.document import CATEGORIES

PARIS = ZoneInfo("Europe/Paris")
_IDENTITY = "Regardez une pièce d'identité, sans la copier ni noter son numéro."
_ACTS = {act.id.value: act.name for act in REGISTRY.values()}


@dataclass(frozen=True, slots=True)
class Screen:
    """What the counter's screen shows for an act: what to check, what to say, what to fill in, where it is on paper."""

    act: str
    title: str
    check: str
    aloud: str
    fields: tuple[Field, ...]
    form: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What comes out of the printer."""

    media_type: str
    data: bytes


def screen(act: Act) -> Screen:
    """Return the counter screen of an act."""
    return Screen(act.id.value, act.name, _IDENTITY, act.counter, act.fields, act.form)


def printed(frame: Frame, outcome: Outcome) -> Printed:
    """Return what an act done at a counter puts on paper, besides a document itself: a list, a journal, else its receipt."""
    result = outcome.result
    if isinstance(result, DocumentList):
        return Printed("application/pdf", _document_list(result, frame.now()))
    if isinstance(result, JournalPage):
        return Printed("application/pdf", _journal(result, frame.now()))
    if isinstance(result, ResourcePage):
        return Printed("application/pdf", _data(result, frame.now()))
    if isinstance(result, IssuedCard):
        return Printed("application/pdf", printed_card(result, at=frame.now()))
    if isinstance(result, NamedHelper):
        return Printed("application/pdf", printed_mandate(result, at=frame.now()))
    if isinstance(result, TakenAway):
        return Printed("application/pdf", _taken_away(result, frame.now()))
    if outcome.receipt:
        return Printed("application/pdf", printed_receipt(outcome.receipt))
    return Printed("application/pdf", plain_letter("Votre demande", [outcome.sentence], at=frame.now()))


def _document_list(found: DocumentList, now: datetime) -> bytes:
    rows = [
        (line.meta.created[:10], line.meta.title, CATEGORIES.get(line.meta.category, ""), _grouped(line.document))
        for line in found.lines
    ]
    if found.seen_by:
        title, said = f"Ce que voit le professionnel numéro {found.seen_by}", view_said(found)
    else:
        title = "Vos documents"
        said = [f"Il y a {found.total} documents dans votre espace.", "Pour en demander un, recopiez son numéro."]
    return plain_letter(
        title,
        said,
        (("Date", "Titre", "Catégorie", "Numéro"), rows),
        lines=(f"Imprimé le {now.astimezone(PARIS):%d/%m/%Y}",),
        at=now,
    )


def _data(found: ResourcePage, now: datetime) -> bytes:
    said = [] if found.one else [f"Il y a {found.total} données de soins dans votre espace."]
    return plain_letter(
        "Vos données de soins",
        [*said, *data_whole(found)],
        data_table(found),
        lines=(f"Imprimé le {now.astimezone(PARIS):%d/%m/%Y}",),
        at=now,
    )


def _journal(found: JournalPage, now: datetime) -> bytes:
    rows = [_line(record) for record in found.records]
    return plain_letter(
        "Le journal de votre espace",
        [
            f"Il compte {found.n} lignes. Voici les plus récentes.",
            *counted_said(found.counts, found.low),
            "Une ligne vous étonne ? Dites-le au guichet.",
            *grants_said(found),
            *limits_said(found),
            *requests_said(found),
            *choices_said(found),
        ],
        (("Ligne", "Quand", "Quoi", "Pourquoi"), rows),
        lines=(f"Imprimé le {now.astimezone(PARIS):%d/%m/%Y}",),
        at=now,
    )


def _taken_away(found: TakenAway, now: datetime) -> bytes:
    rows = [(*_line(orjson.loads(one.record)), one.com.hex()[:20]) for one in reversed(found.lines)]
    receipts = [orjson.loads(receipt)["payload"] for receipt in found.receipts]
    said = [
        f"{_local(str(one['at']))}, {_ACTS.get(one['act'], one['act'])}, {one.get('entry', '')}" for one in receipts
    ]
    return plain_letter(
        "Votre journal et vos reçus",
        [*(["Vos reçus, un par ligne :"] if said else []), *said],
        (("Ligne", "Quand", "Quoi", "Pourquoi", "Empreinte"), rows),
        lines=(f"Imprimé le {now.astimezone(PARIS):%d/%m/%Y}",),
        at=now,
    )


def _line(record: dict[str, Any]) -> tuple[str, str, str, str]:
    line = line_of(record, "", "", str, nobody_named)
    when = f"{line.at.astimezone(PARIS):%d/%m/%Y %H:%M}, {line.channel}"
    return str(line.number), when, f"{line.sentence} {line.sort}", line.why


def _local(instant: str) -> str:
    try:
        return f"{datetime.fromisoformat(instant).astimezone(PARIS):%d/%m/%Y %H:%M}"
    except ValueError:
        return instant


def _grouped(document: str) -> str:
    return " ".join(document[start : start + 8] for start in range(0, len(document), 8))
