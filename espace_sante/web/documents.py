"""A document as pages show it: what is known of it, and its bytes as a file to keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response, StreamingResponse

from espace_sante.actions.act import Outcome
from espace_sante.actions.frame import Frame
from espace_sante.actions.read_document import ClearDocument
from espace_sante.formats.media import ACCEPTED
from espace_sante.keeper.demand import DocumentMeta
from espace_sante.records.document import CATEGORIES
from espace_sante.web.edge import file_headers

_ENDINGS = {"pdf": "pdf", "png": "png", "jpeg": "jpg", "tiff": "tif", "rtf": "rtf", "xml": "xml", "text": "txt"}
_WORDS = {
    "pdf": "PDF",
    "png": "image",
    "jpeg": "image",
    "tiff": "image",
    "rtf": "texte",
    "xml": "document de santé (CDA)",
    "text": "texte",
}


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document, ready to be shown: `masked` is known to the person alone."""

    id: str
    title: str
    category: str
    author: str
    created: datetime
    deposited: datetime
    size: int
    form: str
    masked: bool


def view_of(document: str, meta: DocumentMeta, *, masked: bool = False) -> DocumentView:
    """Return a document as it is shown."""
    kind = ACCEPTED.get(meta.media_type, "")
    return DocumentView(
        id=document,
        title=meta.title or meta.type_display or CATEGORIES.get(meta.category, ""),
        category=CATEGORIES.get(meta.category, ""),
        author=", ".join(part for part in (meta.author_name, meta.structure) if part),
        created=datetime.fromisoformat(meta.created),
        deposited=datetime.fromisoformat(meta.deposited),
        size=meta.size,
        form=_WORDS.get(kind, kind),
        masked=masked,
    )


async def content_answer(frame: Frame, outcome: Outcome) -> Response:
    """Return a document's bytes as a file. The first piece is opened before anything is answered."""
    found: ClearDocument = outcome.result
    kind = ACCEPTED.get(found.meta.media_type, "")
    pieces = found.content(frame)
    first = await run_in_threadpool(next, pieces, b"")
    name = f"document-{found.document[32:40]}.{_ENDINGS.get(kind, 'bin')}"
    headers = file_headers(name, outcome.entry) | {"Content-Length": str(found.meta.size)}
    media_type = found.meta.media_type if kind else "application/octet-stream"
    body = iterate_in_threadpool(_again(first, pieces))
    return StreamingResponse(body, media_type=media_type, headers=headers)


def _again(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
