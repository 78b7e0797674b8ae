"""A document shown on a page: the view of a health document, its pages as pictures, its words, or why it is not shown.

One reading, one entry, one page: pictures travel inside the page itself, so that showing a document asks for nothing more
and no address of a picture outlives a permission (decision 0021). The document itself is given by download only.
Guarantee: G3, G5.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from espace_sante.actions.previews import CannotShow, Preview, PreviewCode
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.refusals import sentence
from espace_sante.formats.cda import body as bodies
from espace_sante.formats.cda import html, reading
from espace_sante.formats.cda.nodes import Embedded, Form
from espace_sante.formats.media import ACCEPTED
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import mark
from espace_sante.web.edge import Visit
from espace_sante.web.rendering import fragment

PAGES = 5  # drawn at once: about 500 KiB on the wire
FILES = 8  # files of one document drawn at once; the others are reached by their number
LISTED = 50  # files of one document that have an address; of those beyond, a sentence says that the document holds them
TEXT_BYTES = 500_000
_WRAPPED = ""
_NOTHING = Markup()
_DRAWN = {Form.PDF: "application/pdf", Form.TIFF: "image/tiff"}


@dataclass(frozen=True, slots=True)
class Picture:
    """One page drawn: `source` holds the picture itself, `text` its words ("" when it has none)."""

    number: int
    total: int
    width: int
    height: int
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file inside the document of which not every page is shown: its number, its title."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a document; `note` says why nothing, or not all, is shown.

    `file` is the number of the file inside the document that is shown alone (0: the document); `previous` and `next` are
    the first pages of what stands before and after (0: nothing).
    """

    body: Markup = _NOTHING
    pictures: tuple[Picture, ...] = ()
    text: str = ""
    note: str = ""
    files: tuple[File, ...] = ()
    file: int = 0
    previous: int = 0
    next: int = 0


async def shown(visit: Visit, found: ClearDocument) -> Shown:
    """Return what the page shows of a document already opened for its reader; two at once for one account, no more."""
    with visit.portal.turns.of(visit.account) as free:
        return await _shown(visit, found) if free else Shown(note=_why(visit, PreviewCode.BUSY))


async def _shown(visit: Visit, found: ClearDocument) -> Shown:
    match ACCEPTED.get(found.meta.media_type, ""):
        case "xml":
            return await _health_document(visit, found)
        case "text":
            return await _text(visit, found)
        case _:
            return await _pages(visit, found.content(visit.portal.frame), found.meta.media_type)


async def _pages(visit: Visit, pieces: bytes | Iterable[bytes], media_type: str, *, file: int = 0) -> Shown:
    """Draw the pages asked for; nothing to draw is said in a sentence."""
    first = _number(visit, "page") or 1
    drawn = await visit.portal.frame.previews.pages(pieces, media_type, first=first, count=PAGES)
    if isinstance(drawn, CannotShow):
        return Shown(note=_why(visit, drawn.code), file=file)
    following = first + len(drawn.pages)
    return Shown(
        pictures=_pictures(drawn),
        note="" if drawn.pages else visit.say(mark("Ce document n’a pas autant de pages.")),
        file=file,
        previous=max(1, first - PAGES) if first > 1 else 0,
        next=following if drawn.pages and following <= drawn.total else 0,
    )


async def _text(visit: Visit, found: ClearDocument) -> Shown:
    if found.meta.size > TEXT_BYTES:
        return Shown(note=_why(visit, PreviewCode.TOO_LARGE))
    data = await run_in_threadpool(lambda: b"".join(found.content(visit.portal.frame)))
    return Shown(text=data.decode("utf-8-sig", "replace").replace("\r\n", "\n"))


async def _health_document(visit: Visit, found: ClearDocument) -> Shown:
    settings = visit.portal.frame.settings
    if found.meta.size > settings.xml_bytes:
        return Shown(note=_why(visit, PreviewCode.TOO_LARGE))
    try:
        async with visit.portal.turns.whole(found.meta.size):
            view, wanted = await run_in_threadpool(_rendered, visit, found)
    except Problem as problem:
        return Shown(note=sentence(problem, visit.say))
    asked = _number(visit, "fichier")
    chosen = next((file for file in wanted if file.number == asked), None)
    if chosen is not None:
        return await _pages(visit, chosen.data, _DRAWN[chosen.form], file=chosen.number)
    if view == _WRAPPED:
        return await _pages(visit, wanted[0].data, _DRAWN[wanted[0].form])
    return await _with_files(visit, view, wanted)


def _rendered(visit: Visit, found: ClearDocument) -> tuple[str, list[Embedded]]:
    """Return the view, a place kept in it for each file that has to be drawn, and these files.

    A document that only wraps such a file has no view of its own: its pages follow one another.
    """
    settings = visit.portal.frame.settings
    data = b"".join(found.content(visit.portal.frame))
    document = reading.read(data, most_bytes=settings.xml_bytes, depth=settings.xml_depth)
    wanted: dict[int, Embedded] = {}

    def show(file: Embedded) -> str:
        if file.form not in _DRAWN or (len(wanted) >= LISTED and file.number not in wanted):
            return html.not_shown(file, visit.say)
        wanted.setdefault(file.number, file)
        return _place(file)

    body = bodies.read_body(document)
    view = html.render(body, show=show, words=visit.say, heading=2)
    if body.file is not None and body.file.number in wanted:
        return _WRAPPED, [body.file]
    return view, list(wanted.values())


def _place(file: Embedded) -> str:
    # A comment: every word of the document is escaped, so that none can be taken for it.
    return f"<!--file {file.number}-->"


_PLACE = re.compile("<!--file ([0-9]+)-->")


async def _with_files(visit: Visit, view: str, wanted: list[Embedded]) -> Shown:
    more, drawings = [], {}
    for number, file in enumerate(wanted):
        drawn = await _first_pages(visit, file) if number < FILES else Shown(next=1)
        if drawn.next:
            more.append(File(file.number, file.title))
        pictures = fragment(visit.language, "pictures", drawn.pictures)
        note = Markup('<p class="es-cda-refusal es-cda-added">{}</p>').format(drawn.note) if drawn.note else ""
        drawings[str(file.number)] = str(pictures) + str(note)
    # Once for all of them, in a thread: a view may be long, and its files many.
    view = await run_in_threadpool(_PLACE.sub, lambda found: drawings[found[1]], view)
    return Shown(body=Markup(view), files=tuple(more))  # noqa: S704 - formats/cda/html.py escapes every word


async def _first_pages(visit: Visit, file: Embedded) -> Shown:
    drawn = await visit.portal.frame.previews.pages(file.data, _DRAWN[file.form], first=1, count=PAGES)
    if isinstance(drawn, CannotShow):
        return Shown(note=_why(visit, drawn.code))
    left = drawn.total > len(drawn.pages)
    note = visit.say(mark("Seules les premières pages de ce fichier sont montrées ici. Les autres : plus bas."))
    return Shown(pictures=_pictures(drawn), note=note if left else "", next=PAGES + 1 if left else 0)


def _pictures(drawn: Preview) -> tuple[Picture, ...]:
    return tuple(
        Picture(one.number, drawn.total, one.width, one.height, sheet_source(one.png), one.text) for one in drawn.pages
    )


def _why(visit: Visit, code: PreviewCode) -> str:
    return sentence(Problem(Kind.UNPROCESSABLE, code.value), visit.say)


def sheet_source(png: bytes) -> str:
    """Return a picture as it stands inside a page."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _number(visit: Visit, name: str) -> int:
    """Return a number of the address or of the form, 0 when it is not one."""
    text = visit.query(name) or visit.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
