"""A document as pages show it: what is known of it, and its bytes as a file to keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response, StreamingResponse

from espace_sante.actions.act import Outcome
from espace_sante.actions.alerts import ALERTS
from espace_sante.actions.list_documents import Listed
from espace_sante.actions.read_document import ClearDocument
from espace_sante.formats.byte_range import Unsatisfiable, wanted
from espace_sante.formats.media import ACCEPTED
from espace_sante.keeper.demand import DocumentMeta
from espace_sante.kernel.i18n import mark
from espace_sante.records.document import CATEGORIES
from espace_sante.web.edge import Visit, file_headers

_ENDINGS = {"pdf": "pdf", "png": "png", "jpeg": "jpg", "tiff": "tif", "rtf": "rtf", "xml": "xml", "text": "txt"}
_WORDS = {
    "pdf": "PDF",
    "png": mark("image"),
    "jpeg": mark("image"),
    "tiff": mark("image"),
    "rtf": mark("texte mis en forme (RTF)"),
    "xml": mark("document de santé (CDA)"),
    "text": mark("texte"),
}


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document, ready to be shown: `masked` is known to the person alone.

    `older` and `newer` are the ids of the versions before and after it, "" for none that this reader may see; `alerts`
    what does not agree in it, in sentences to translate. `for_software`: its file is not one that a person can read;
    `language` the language of its words, "" when it says none that is one; `of_a_visit`: it says which visit it comes from.
    """

    id: str
    title: str
    category: str
    author: str
    created: datetime
    deposited: datetime
    size: int
    form: str
    sha256: str
    masked: bool
    older: str = ""
    newer: str = ""
    alerts: tuple[str, ...] = ()
    for_software: bool = False
    language: str = ""
    withheld: bool = False
    of_a_visit: bool = False


def in_list(one: Listed) -> DocumentView:
    """Return a document of a list, as it is shown: with its other versions, and whether it is hidden from somebody."""
    return replace(view_of(one.document, one.meta, masked=one.masked), older=one.replaces, newer=one.replaced_by)


def opened(found: ClearDocument) -> DocumentView:
    """Return a document that was read, as it is shown: with its other versions, and what does not agree in it."""
    alerts = tuple(ALERTS[code] for code in found.meta.alerts if code in ALERTS)
    view = view_of(found.document, found.meta)
    return replace(view, older=found.replaces, newer=found.replaced_by, alerts=alerts, withheld=found.withheld)


def view_of(document: str, meta: DocumentMeta, *, masked: bool = False) -> DocumentView:
    """Return a document as it is shown."""
    kind = ACCEPTED.get(meta.media_type, "")
    return DocumentView(
        id=document,
        title=meta.title or meta.type_display or CATEGORIES.get(meta.category, ""),
        category=CATEGORIES.get(meta.category, ""),
        author=", ".join(dict.fromkeys(part for part in (meta.author_name, meta.structure) if part)),
        created=datetime.fromisoformat(meta.created),
        deposited=datetime.fromisoformat(meta.deposited),
        size=meta.size,
        form=_WORDS.get(kind, kind),
        sha256=meta.sha256,
        masked=masked,
        for_software=kind == "xml",
        language=_language(meta.language),
        of_a_visit=meta.encounter is not None,
    )


def _language(tag: str) -> str:
    """Return the language alone: "fr" for "fr-FR"."""
    found = tag.partition("-")[0].lower()
    return found if found.isascii() and found.isalpha() and len(found) in (2, 3) else ""


async def content_answer(visit: Visit, outcome: Outcome) -> Response:
    """Return a document's bytes as a file, or the range asked for. The first piece is opened before anything is answered."""
    found: ClearDocument = outcome.result
    frame, size = visit.portal.frame, found.meta.size
    kind = ACCEPTED.get(found.meta.media_type, "")
    name = f"document-{found.document[32:40]}.{_ENDINGS.get(kind, 'bin')}"
    media_type = found.meta.media_type if kind else "application/octet-stream"
    headers = file_headers(name, outcome.entry) | {"ETag": found.entity_tag, "Repr-Digest": found.digest}
    headers["Accept-Ranges"] = "bytes" if visit.request.method in ("GET", "HEAD") else "none"
    if visit.request.method == "HEAD":
        return Response(media_type=media_type, headers=headers | {"Content-Length": str(size)})
    try:
        part = _wanted(visit, found)
    except Unsatisfiable:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    if part is None:
        return await _streamed(found.content(frame), 200, media_type, headers | {"Content-Length": str(size)})
    start, stop = part
    placed = {"Content-Length": str(stop - start), "Content-Range": f"bytes {start}-{stop - 1}/{size}"}
    return await _streamed(found.part(frame, start, stop), 206, media_type, headers | placed)


def _wanted(visit: Visit, found: ClearDocument) -> tuple[int, int] | None:
    """Return the range asked for; only a GET asks for one (RFC 9110 section 14.2)."""
    if visit.request.method != "GET":
        return None
    given = visit.request.headers
    return wanted(given.get("range", ""), found.meta.size, found.entity_tag, given.get("if-range", ""))


async def _streamed(pieces: Iterator[bytes], status: int, media_type: str, headers: dict[str, str]) -> Response:
    first = await run_in_threadpool(next, pieces, b"")
    body = iterate_in_threadpool(chain((first,), pieces))
    return StreamingResponse(body, status, headers, media_type)
