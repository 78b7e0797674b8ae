"""What an agent prints for a person without reading it: her list, her journal, one of her documents, a card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from espace_sante.actions.act import Act, Outcome
from espace_sante.actions.data_said import data_table, data_whole
from espace_sante.actions.export_journal import TakenAway
from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.line_said import JournalLine, counted_said, line_of
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.name_helper import NamedHelper
from espace_sante.actions.party_said import party_said
from espace_sante.actions.printed_card import printed_card
from espace_sante.actions.printed_mandate import printed_mandate
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.read_resource import ResourcePage
from espace_sante.actions.registry import REGISTRY
from espace_sante.actions.requests_said import requests_said
from espace_sante.actions.sharing_said import grants_said
from espace_sante.actions.sheets import ClearSheet
from espace_sante.actions.view_said import view_said
from espace_sante.actions.will_said import choices_said, limits_said, post_said
from espace_sante.formats.cda import reading
from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.nodes import Form
from espace_sante.formats.cda.page import standalone
from espace_sante.formats.letter import plain_letter
from espace_sante.formats.media import ACCEPTED
from espace_sante.kernel.errors import Problem
from espace_sante.kernel.i18n import Language, mark, say_date, say_short_moment
from espace_sante.web.documents import content_answer, view_of
from espace_sante.web.edge import Visit, file_answer

_TEXT = "text/plain"
_NAMES = {act.id.value: act.name for act in REGISTRY.values()}
_LETTER_BYTES = 1_000_000  # some 300 pages; beyond, the file itself is given to print
Table = tuple[Sequence[str], Sequence[Sequence[str]]]


async def printed(visit: Visit, act: Act, outcome: Outcome, number: str) -> Response:
    """Return what an act released as a file to print, under the number of its printing."""
    match outcome.result:
        case ClearDocument() as clear if clear.meta.media_type == _TEXT and clear.meta.size <= _LETTER_BYTES:
            pieces = await run_in_threadpool(lambda: b"".join(clear.content(visit.portal.frame)))
            # An XML sent as a text may say that it is in another encoding: then it is not all UTF-8.
            words = pieces.decode("utf-8-sig", "replace").replace("\r\n", "\n")
            return await _letter(visit, outcome, clear.meta.title, [*words.split("\n\n")], None, number)
        case ClearDocument() as clear if ACCEPTED.get(clear.meta.media_type) == "xml":
            return await _health_document(visit, outcome, clear, number)
        case ClearDocument():
            return await content_answer(visit, outcome)
        case DocumentList() as found:
            title, said = _titled(visit, found)
            return await _letter(visit, outcome, title, said, _list(visit, found), number)
        case ResourcePage() as found:
            title = visit.say(mark("Vos données de soins"))
            return await _letter(visit, outcome, title, data_whole(found), data_table(found, visit.say), number)
        case IssuedCard() as card:
            now = visit.portal.frame.now()
            pdf = await run_in_threadpool(printed_card, card, visit.say, language=visit.language.value, at=now)
            return file_answer(pdf, "application/pdf", "carte.pdf", entry=outcome.entry)
        case NamedHelper() as named:
            now = visit.portal.frame.now()
            pdf = await run_in_threadpool(printed_mandate, named, visit.say, language=visit.language.value, at=now)
            return file_answer(pdf, "application/pdf", "mandat.pdf", entry=outcome.entry)
        case JournalPage(sheet=ClearSheet() as sheet):
            png = await sheet.png(visit.portal.frame)
            return file_answer(png, "image/png", "feuille.png", entry=outcome.entry)
        case JournalPage() as page:
            names = visit.portal.name_of
            said = [*grants_said(page, visit.say, names), *limits_said(page, visit.say, names)]
            said += [*requests_said(page, visit.say), *choices_said(page, visit.say), *post_said(page.post, visit.say)]
            said += counted_said(page.counts, page.low, visit.say)
            return await _letter(visit, outcome, visit.say(mark("Votre journal")), said, _journal(visit, page), number)
        case TakenAway() as taken:
            title = visit.say(mark("Votre journal et vos reçus"))
            return await _letter(visit, outcome, title, _receipts(visit, taken), _taken(visit, taken), number)
        case _:
            raise AssertionError(act.id)


def _titled(visit: Visit, found: DocumentList) -> tuple[str, list[str]]:
    if not found.seen_by:
        return visit.say(mark("Vos documents")), []
    whom = party_said(found.seen_by, visit.say, visit.portal.name_of)
    return visit.say(mark("Ce que voit %(whom)s")) % {"whom": whom}, view_said(found, visit.say)


async def _health_document(visit: Visit, outcome: Outcome, clear: ClearDocument, number: str) -> Response:
    """Return a health document as a page to print, or the PDF that it only wraps: code is of no use on paper."""
    settings, about = visit.portal.frame.settings, view_of(clear.document, clear.meta)
    written = ", ".join(part for part in (say_date(about.created, visit.language), about.author) if part)
    lines = [*_heading(visit, number), written]

    def readable() -> tuple[bytes, str, str]:
        data = b"".join(clear.content(visit.portal.frame))
        document = reading.read(data, most_bytes=settings.xml_bytes, depth=settings.xml_depth)
        wrapped = read_body(document).file
        if wrapped is not None and wrapped.form is Form.PDF:
            return wrapped.data, "application/pdf", "pour-la-personne.pdf"
        return standalone(document, lines).encode(), "text/html", "pour-la-personne.html"

    try:
        async with visit.portal.turns.whole(clear.meta.size):
            data, media_type, name = await run_in_threadpool(readable)
    except Problem:
        return await content_answer(visit, outcome)
    return file_answer(data, media_type, name, entry=outcome.entry)


async def _letter(
    visit: Visit, outcome: Outcome, title: str, paragraphs: list[str], table: Table | None, number: str
) -> Response:
    lines, now = _heading(visit, number), visit.portal.frame.now()
    pdf = await run_in_threadpool(plain_letter, title, paragraphs, table, lines=lines, at=now)
    return file_answer(pdf, "application/pdf", "pour-la-personne.pdf", entry=outcome.entry)


def _heading(visit: Visit, number: str) -> list[str]:
    whom = visit.say(mark("Impression numéro %(number)s. À remettre à la personne, sans lire.")) % {"number": number}
    return [whom, say_short_moment(visit.portal.frame.now(), Language.FR)]


def _list(visit: Visit, found: DocumentList) -> Table:
    views = [view_of(one.document, one.meta, masked=one.masked) for one in found.lines]
    head = [visit.say(words) for words in (mark("Date"), mark("Titre"), mark("Catégorie"), mark("Numéro"))]
    return head, [[say_date(one.created, visit.language), one.title, one.category, _cut(one.id)] for one in views]


def _journal(visit: Visit, page: JournalPage) -> Table:
    lines = [
        line_of(record, reference, "", visit.say, visit.portal.name_of)
        for record, reference in zip(page.records, page.references, strict=True)
    ]
    head = [visit.say(words) for words in (mark("Quand"), mark("Quoi"), mark("Pourquoi"))]
    return head, [[_when(visit, one.at), _said(one), one.why] for one in lines]


def _taken(visit: Visit, taken: TakenAway) -> Table:
    lines = [
        line_of(orjson.loads(one.record), "", "", visit.say, visit.portal.name_of) for one in reversed(taken.lines)
    ]
    head = [visit.say(words) for words in (mark("Quand"), mark("Quoi"), mark("Pourquoi"), mark("Empreinte"))]
    return head, [
        [_when(visit, line.at), _said(line), line.why, one.com.hex()[:20]]
        for line, one in zip(lines, reversed(taken.lines), strict=True)
    ]


def _receipts(visit: Visit, taken: TakenAway) -> list[str]:
    """Say each receipt in one line: what was done, when, and the line of the journal it goes with."""
    said = [visit.say(mark("Vos reçus, un par ligne :"))] if taken.receipts else []
    for receipt in taken.receipts:
        payload = orjson.loads(receipt)["payload"]
        name = _NAMES.get(payload["act"], payload["act"])
        day = say_short_moment(datetime.fromisoformat(payload["at"]), visit.language)
        said.append(f"{day}, {visit.say(name)}, {payload.get('entry', '')}")
    return said


def _said(line: JournalLine) -> str:
    return f"{line.sentence} {line.sort}"


def _when(visit: Visit, at: datetime) -> str:
    return say_short_moment(at, visit.language)


def _cut(identifier: str) -> str:
    """Cut a long number so that it can be copied by hand."""
    return " ".join(identifier[start : start + 8] for start in range(0, len(identifier), 8))
